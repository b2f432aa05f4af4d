using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Tests.Identifiers.Handles;

public sealed class HandleTests
{
    [Theory]
    [InlineData("88.104.1201/B-2026-0001", "88.104.1201", "B-2026-0001")]
    [InlineData("88/x", "88", "x")]
    [InlineData("0.NA/88.104", "0.NA", "88.104")]
    [InlineData("88.104/a/b//c", "88.104", "a/b//c")] // only the first slash separates
    [InlineData("88.104/with space", "88.104", "with space")]
    [InlineData("88.104/瓶/1", "88.104", "瓶/1")]
    [InlineData("88.104/?index=1&x#y", "88.104", "?index=1&x#y")]
    [InlineData("国.企业/1", "国.企业", "1")]
    public void A_handle_is_prefix_and_suffix(string text, string prefix, string suffix)
    {
        Assert.True(Handle.TryParse(text, out var handle));
        Assert.Equal(prefix, handle.Prefix);
        Assert.Equal(suffix, handle.Suffix);
        Assert.Equal(text, handle.ToString());
        Assert.Equal(handle, Handle.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("88.104")]
    [InlineData("88.104/")]
    [InlineData("/x")]
    [InlineData(".88/x")]
    [InlineData("88./x")]
    [InlineData("88..104/x")]
    [InlineData("88 104/x")]
    [InlineData(" 88.104/x")]
    [InlineData("88.104 /x")]
    [InlineData("88\u3000104/x")]
    [InlineData("88.104/x\n")]
    [InlineData("88.104/\0")]
    [InlineData("88.104/\u007f")]
    public void What_is_no_handle_is_not_read(string? text)
    {
        Assert.False(Handle.TryParse(text, out var handle));
        Assert.Equal(default, handle);
    }

    [Fact]
    public void A_handle_has_a_longest_length()
    {
        var longest = "88/" + new string('x', Handle.MaxLength - 3);

        Assert.True(Handle.TryParse(longest, out _));
        Assert.False(Handle.TryParse(longest + "x", out _));
    }

    [Theory]
    [InlineData("88.104/Batch-a", "88.104/BATCH-A", true)]
    [InlineData("0.na/88", "0.NA/88", true)]
    [InlineData("88.104/ä", "88.104/Ä", false)] // beyond ASCII, case counts
    [InlineData("88.104/\u212A", "88.104/k", false)] // the Kelvin sign is no letter K
    [InlineData("88.104/a", "88.104/b", false)]
    [InlineData("88.104/a", "88.10/4/a", false)]
    public void Ascii_letters_compare_without_case(string one, string other, bool equal)
    {
        var (a, b) = (Handle.Parse(one), Handle.Parse(other));

        Assert.Equal(equal, a == b);
        Assert.Equal(equal, new HashSet<Handle> { a }.Contains(b));
    }

    [Theory]
    [InlineData("88.104.1201", "88.104", true)]
    [InlineData("88.104", "88.104", true)]
    [InlineData("88.1040", "88.104", false)]
    [InlineData("88", "88.104", false)]
    [InlineData("A.b.c", "a.B", true)]
    public void A_prefix_lies_below_another_by_whole_segments(string prefix, string ancestor, bool under) =>
        Assert.Equal(under, Handle.IsUnder(prefix, ancestor));

    [Fact]
    public void A_prefix_is_described_by_a_handle_of_the_naming_authority() => Assert.Equal("0.NA/88.104", Handle.OfPrefix("88.104").ToString());

    [Theory]
    [InlineData("PRODUCT.CODE", "PRODUCT.CODE", true)]
    [InlineData("PRODUCT.CODE", "product.code", true)]
    [InlineData("PRODUCT.CODE", "PRODUCT", false)]
    [InlineData("PRODUCT.CODE", "PRODUCT.", true)]
    [InlineData("PRODUCT", "PRODUCT.", true)]
    [InlineData("PRODUCTION", "PRODUCT.", false)]
    [InlineData("PRODUCT.CODE.X", "product.code.", true)]
    [InlineData("URL", "URLS", false)]
    [InlineData("URL", ".", false)]
    public void A_type_that_ends_in_a_dot_asks_for_subtypes_too(string type, string asked, bool meant) =>
        Assert.Equal(meant, new HandleValue(1, type, "", TimeSpan.Zero, default).IsOfType(asked));
}
