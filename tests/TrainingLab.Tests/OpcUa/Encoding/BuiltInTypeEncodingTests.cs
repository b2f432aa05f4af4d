using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.Tests.OpcUa.Encoding;

/// <summary>Bytes by section of OPC 10000-6; where the standard gives an example, it is that one.</summary>
public class BuiltInTypeEncodingTests
{
    public static TheoryData<string, string, string> Cases() => new()
    {
        { "5.2.2.1 Boolean", "01 01", "true" },
        { "5.2.2.2 Int32 1 000 000 000", "06 00 CA 9A 3B", "1000000000" },
        { "5.2.2.3 Float -6.5", "0A 00 00 D0 C0", "-6.5" },
        { "5.2.2.4 String, U+6C34 and Boy", "0C 06 00 00 00 E6 B0 B4 42 6F 79", "\u6C34Boy" },
        { "5.2.2.4 null String", "0C FF FF FF FF", "null" },
        { "5.2.2.6 Guid", "0E 91 2B 96 72 75 FA E6 4A 8D 28 B4 04 DC 7D AF 63", "72962b91-fa75-4ae6-8d28-b404dc7daf63" },
        { "5.2.2.7 ByteString", "0F 02 00 00 00 01 FF", "[1, 255]" },
        { "5.2.2.9 NodeId, string", "11 03 01 00 06 00 00 00 48 6F 74 E6 B0 B4", "ns=1;s=Hot\u6C34" },
        { "5.2.2.9 NodeId, two bytes", "11 00 48", "i=72" },
        { "5.2.2.9 NodeId, four bytes", "11 01 05 01 04", "ns=5;i=1025" },
        { "5.2.2.9 NodeId, numeric", "11 02 00 01 00 00 01 00", "ns=256;i=65536" },
        { "5.2.2.9 NodeId, opaque", "11 05 01 00 03 00 00 00 01 02 03", "ns=1;b=AQID" },
        { "5.2.2.10 ExpandedNodeId, by URI on server 2", "12 C0 07 03 00 00 00 75 3A 78 02 00 00 00", "svr=2;nsu=u:x;i=7" },
        { "5.2.2.11 StatusCode", "13 00 00 34 80", "BadNodeIdUnknown" },
        { "5.2.2.13 QualifiedName", "14 02 00 01 00 00 00 41", "2:A" },
        { "5.2.2.14 LocalizedText with locale", "15 03 02 00 00 00 65 6E 02 00 00 00 48 69", "Hi" },
        { "5.2.2.14 LocalizedText without either", "15 00", "" },
        { "5.2.2.16 null Variant", "00", "null" },
        { "5.2.2.16 array of Int16", "84 02 00 00 00 01 00 FF FF", "[1, -1]" },
        { "5.2.2.16 null array", "8B FF FF FF FF", "null" },
        { "5.2.2.16 matrix 2 x 1 of Byte", "C3 02 00 00 00 05 06 02 00 00 00 02 00 00 00 01 00 00 00", "[5, 6]" },
        { "5.2.2.16 array of Variants", "98 02 00 00 00 01 01 06 02 00 00 00", "[true, 2]" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Reads_and_writes_the_same_bytes(string section, string hex, string expected)
    {
        var bytes = Hex(hex);
        var reader = new UaReader(bytes);
        var value = reader.ReadVariant();
        Assert.True(reader.Remaining == 0, section);
        Assert.Equal(expected, value.ToString(), ignoreCase: expected is "true" || section.Contains("Variants"));
        using var writer = new UaWriter();
        writer.WriteVariant(value);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(writer.Written));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_cut_input_is_a_decoding_error_and_leaves_the_reader_where_it_was(string section, string hex, string expected)
    {
        _ = expected;
        var bytes = Hex(hex);
        for (var length = 0; length < bytes.Length; length++)
        {
            var (status, position) = Read(bytes.AsSpan(0, length));
            Assert.True(status == StatusCodes.BadDecodingError && position == 0, $"{section} cut at {length}: {status} at {position}");
        }
    }

    [Theory]
    [InlineData("00", "null", StatusCodes.Good)]
    [InlineData("01 0A 00 00 D0 C0", "-6.5", StatusCodes.Good)]
    [InlineData("02 00 00 34 80", "null", StatusCodes.BadNodeIdUnknown)]
    [InlineData("03 01 01 00 00 00 40", "true", 0x40000000u)]
    public void DataValue_says_in_its_mask_what_follows(string hex, string value, uint status)
    {
        var reader = new UaReader(Hex(hex));
        var read = reader.ReadDataValue();
        Assert.Equal(value, read.Value.ToString(), ignoreCase: true);
        Assert.Equal(status, read.Status.Code);
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void DataValue_keeps_every_part()
    {
        var time = new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc);
        var value = new DataValue(2.5, StatusCodes.UncertainLastUsableValue, time, time.AddMilliseconds(1), 7, 9);
        using var writer = new UaWriter();
        writer.WriteDataValue(value);
        Assert.Equal(0x3F, writer.Written[0]);
        var reader = new UaReader(writer.Written);
        Assert.Equal(value, reader.ReadDataValue());
    }

    [Fact]
    public void Times_outside_the_range_become_its_ends()
    {
        Assert.Equal(0, UaDateTime.ToWire(DateTime.MinValue));
        Assert.Equal(0, UaDateTime.ToWire(new DateTime(1600, 1, 1, 0, 0, 0, DateTimeKind.Utc)));
        Assert.Equal(long.MaxValue, UaDateTime.ToWire(DateTime.MaxValue));
        Assert.Equal(DateTime.MinValue, UaDateTime.FromWire(-5));
        Assert.Equal(DateTime.MaxValue, UaDateTime.FromWire(long.MaxValue));
        Assert.Equal(new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc), UaDateTime.FromWire(116_444_736_000_000_000));
    }

    [Fact]
    public void A_structure_that_is_not_known_keeps_its_bytes()
    {
        var bytes = Hex("16 01 02 09 03 01 02 00 00 00 AA BB");
        var reader = new UaReader(bytes);
        var value = reader.ReadVariant();
        var body = Assert.IsType<ExtensionObject>(value.ToObject());
        Assert.Null(body.Structure);
        using var writer = new UaWriter();
        writer.WriteVariant(value);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(writer.Written));
    }

    [Theory]
    [InlineData("CEL", 4408652)]
    [InlineData("P1", 20529)]
    [InlineData("BAR", 4342098)]
    [InlineData("KWH", 4937544)]
    [InlineData("NU", 20053)]
    public void Units_have_the_number_of_their_code(string code, int id) =>
        Assert.Equal(id, EUInformation.FromUneceCode(code, code).UnitId);

    internal static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static (StatusCode Status, int Position) Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new UaReader(bytes);
        try
        {
            reader.ReadVariant();
            return (StatusCodes.Good, reader.Position);
        }
        catch (OpcUaException e)
        {
            return (e.Status, reader.Position);
        }
    }
}
