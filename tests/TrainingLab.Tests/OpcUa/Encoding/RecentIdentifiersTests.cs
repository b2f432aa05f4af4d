using System.Text;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.Tests.OpcUa.Encoding;

public class RecentIdentifiersTests
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly RecentIdentifiers _identifiers = new();

    [Fact]
    public void The_same_name_is_the_same_string()
    {
        var names = Enumerable.Range(0, 100).Select(static i => $"Machine.Tag{i}").ToArray();
        var first = names.Select(Read).ToArray();
        Assert.Equal(names, first);
        var again = names.Select(Read).ToArray();
        Assert.Equal(names, again);
        Assert.True(first.Zip(again).Count(static p => ReferenceEquals(p.First, p.Second)) > 80, "hardly any of them is made anew");
    }

    [Fact]
    public void Whatever_came_before_a_name_is_read_as_it_is()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var name = new string([.. Enumerable.Range(0, random.Next(0, 40)).Select(_ => "abé灌0"[random.Next(5)])]);
            Assert.Equal(name, Read(name));
            var bytes = new byte[random.Next(0, 6)];
            random.NextBytes(bytes);
            Assert.Equal(bytes, _identifiers.Opaque(bytes));
        }
    }

    [Fact]
    public void A_text_and_bytes_that_look_alike_are_two_things()
    {
        Assert.Equal("abc", Read("abc"));
        Assert.Equal("abc"u8.ToArray(), _identifiers.Opaque("abc"u8));
        Assert.Equal("abc", Read("abc"));
    }

    [Fact]
    public void Invalid_utf8_is_a_decoding_error_each_time()
    {
        // ns=2;s=FF FE
        byte[] wrong = [0x03, 2, 0, 2, 0, 0, 0, 0xFF, 0xFE];
        for (var i = 0; i < 2; i++)
        {
            var e = Assert.Throws<OpcUaException>(() =>
            {
                var reader = new UaReader(wrong, DecodingLimits.Default, _identifiers);
                reader.ReadNodeId();
            });
            Assert.Equal(StatusCodes.BadDecodingError, e.Status.Code);
        }
    }

    private string Read(string name) => _identifiers.Text(Utf8.GetBytes(name), Utf8);
}
