using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>How a protobuf field is written. Groups (3 and 4) are not accepted: no schema of this millennium has them.</summary>
internal enum ProtobufWireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>
/// Reads the fields of one protobuf message. A field is a tag and a value:
/// <code>
/// tag      varint    field number &lt;&lt; 3 | wire type
/// varint   1 to 10 bytes of 7 bits, low bits first, the top bit says that another follows
/// fixed    4 or 8 bytes, low byte first
/// bytes    varint length, then as many bytes: text, bytes, messages, packed numbers
/// </code>
/// </summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int MaxVarintBytes = 10;

    private readonly ReadOnlySpan<byte> message = message;
    private int position;
    private ProtobufWireType wire;

    /// <summary>The number of the field that <see cref="Next"/> stands at.</summary>
    public int Field { get; private set; }

    /// <summary>Whether the field is a length and bytes; packed numbers are.</summary>
    public readonly bool IsBytes => wire == ProtobufWireType.Bytes;

    /// <summary>Whether nothing is left.</summary>
    public readonly bool AtEnd => position == message.Length;

    /// <summary>Goes to the next field. False at the end of the message.</summary>
    public bool Next()
    {
        if (AtEnd) return false;
        var tag = Varint();
        wire = (ProtobufWireType)(tag & 7);
        if (tag >> 3 is 0 or > 0x1FFFFFFF || wire is not (ProtobufWireType.Varint or ProtobufWireType.Fixed64 or ProtobufWireType.Bytes or ProtobufWireType.Fixed32))
            throw new SparkplugFormatException(SparkplugFormatError.InvalidTag, $"Field {tag >> 3} with wire type {tag & 7}.");
        Field = (int)(tag >> 3);
        return true;
    }

    /// <summary>Passes over a field that the schema does not have.</summary>
    public void Skip()
    {
        switch (wire)
        {
            case ProtobufWireType.Varint: Varint(); break;
            case ProtobufWireType.Fixed64: Take(8); break;
            case ProtobufWireType.Fixed32: Take(4); break;
            default: Take(Length()); break;
        }
    }

    public ulong ReadUInt64()
    {
        Require(ProtobufWireType.Varint);
        return Varint();
    }

    /// <summary>A uint32. More bits than 32 are cut off, as protobuf says: some write a negative number in ten bytes.</summary>
    public uint ReadUInt32() => (uint)ReadUInt64();

    public bool ReadBool() => ReadUInt64() != 0;

    public float ReadFloat()
    {
        Require(ProtobufWireType.Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    public double ReadDouble()
    {
        Require(ProtobufWireType.Fixed64);
        return BinaryPrimitives.ReadDoubleLittleEndian(Take(8));
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        Require(ProtobufWireType.Bytes);
        return Take(Length());
    }

    public string ReadString()
    {
        var bytes = ReadBytes();
        if (!Utf8.IsValid(bytes)) throw new SparkplugFormatException(SparkplugFormatError.InvalidUtf8, $"Field {Field} is not UTF-8.");
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>One varint without a tag, as in packed numbers.</summary>
    public ulong ReadPacked() => Varint();

    private readonly void Require(ProtobufWireType expected)
    {
        if (wire != expected) throw new SparkplugFormatException(SparkplugFormatError.WrongWireType, $"Field {Field} has wire type {(int)wire} and not {(int)expected}.");
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < MaxVarintBytes; i++)
        {
            if (position + i >= message.Length) throw Truncated();
            var next = message[position + i];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if ((next & 0x80) != 0) continue;
            position += i + 1;
            return value;
        }
        throw new SparkplugFormatException(SparkplugFormatError.VarintTooLong, $"A varint of more than {MaxVarintBytes} bytes.");
    }

    private int Length()
    {
        var length = Varint();
        return length <= (ulong)(message.Length - position) ? (int)length : throw Truncated();
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (message.Length - position < count) throw Truncated();
        var taken = message.Slice(position, count);
        position += count;
        return taken;
    }

    private static SparkplugFormatException Truncated() => new(SparkplugFormatError.Truncated, "The payload ends inside a field.");
}
