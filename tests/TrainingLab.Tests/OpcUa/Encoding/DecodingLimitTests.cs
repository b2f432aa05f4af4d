using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.Tests.OpcUa.Encoding;

/// <summary>What is too long or too deep is refused before anything is allocated for it.</summary>
public class DecodingLimitTests
{
    private static readonly DecodingLimits Limits = new(MaxStringLength: 16, MaxByteStringLength: 16, MaxArrayLength: 8, MaxNesting: 4);

    [Theory]
    [InlineData("string", "0C 11 00 00 00")]
    [InlineData("byte string", "0F 11 00 00 00")]
    [InlineData("array", "8B 09 00 00 00")]
    [InlineData("huge array", "8B FF FF FF 7F")]
    [InlineData("structure", "16 01 02 09 03 01 11 00 00 00")]
    public void Too_long_is_BadEncodingLimitsExceeded(string what, string hex) =>
        Assert.True(Error(BuiltInTypeEncodingTests.Hex(hex)) == StatusCodes.BadEncodingLimitsExceeded, what);

    [Fact]
    public void Nested_too_deep_is_BadEncodingLimitsExceeded()
    {
        // Each 98 01 00 00 00 is an array with one variant, and so on inwards.
        var bytes = Enumerable.Repeat(new byte[] { 0x98, 1, 0, 0, 0 }, 100).SelectMany(static b => b).ToArray();
        Assert.Equal(StatusCodes.BadEncodingLimitsExceeded, Error(bytes).Code);
    }

    [Theory]
    [InlineData("variant in a variant", "18 00")]
    [InlineData("type 32", "20")]
    [InlineData("array of nothing", "80 00 00 00 00")]
    [InlineData("broken UTF-8", "0C 02 00 00 00 C3 28")]
    [InlineData("form of a node id", "11 06 00 00")]
    [InlineData("dimensions that do not fit", "C3 02 00 00 00 05 06 02 00 00 00 02 00 00 00 02 00 00 00")]
    [InlineData("negative dimension", "C3 02 00 00 00 05 06 02 00 00 00 FF FF FF FF FE FF FF FF")]
    public void Nonsense_is_BadDecodingError(string what, string hex) =>
        Assert.True(Error(BuiltInTypeEncodingTests.Hex(hex)) == StatusCodes.BadDecodingError, what);

    [Fact]
    public void A_writer_stops_at_its_limit()
    {
        using var writer = new UaWriter(maxLength: 2_000);
        writer.WriteByteString(new byte[1_500]);
        Assert.Equal(StatusCodes.BadResponseTooLarge, Assert.Throws<OpcUaException>(() => writer.WriteByteString(new byte[5_000])).Status.Code);
    }

    private static StatusCode Error(byte[] bytes)
    {
        var reader = new UaReader(bytes, Limits);
        try
        {
            reader.ReadVariant();
            return StatusCodes.Good;
        }
        catch (OpcUaException e)
        {
            return e.Status;
        }
    }
}
