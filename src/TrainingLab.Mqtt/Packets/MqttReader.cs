using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace TrainingLab.Mqtt.Packets;

/// <summary>Reads the fields of one packet's body (MQTT 3.1.1 §1.5). A read that fails throws and has not moved the reader.</summary>
public ref struct MqttReader
{
    private readonly ReadOnlySpan<byte> body;
    private int position;

    /// <summary>Starts at the body's first byte.</summary>
    public MqttReader(ReadOnlySpan<byte> body, MqttProtocolVersion version)
    {
        this.body = body;
        Version = version;
    }

    /// <summary>The protocol version of the connection, which packets ask where versions differ.</summary>
    public MqttProtocolVersion Version { get; internal set; }

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => body.Length - position;

    /// <summary>One byte.</summary>
    public byte ReadByte()
    {
        Need(1);
        return body[position++];
    }

    /// <summary>Two bytes, the most significant first (§1.5.2).</summary>
    public ushort ReadUInt16()
    {
        Need(2);
        var value = BinaryPrimitives.ReadUInt16BigEndian(body[position..]);
        position += 2;
        return value;
    }

    /// <summary>Four bytes, the most significant first (MQTT 5 §1.5.3).</summary>
    public uint ReadUInt32()
    {
        Need(4);
        var value = BinaryPrimitives.ReadUInt32BigEndian(body[position..]);
        position += 4;
        return value;
    }

    /// <summary>A variable byte integer (MQTT 5 §1.5.5): 1 to 4 bytes of 7 bits, low bits first, in the fewest bytes.</summary>
    public int ReadVariableInteger()
    {
        var value = 0;
        for (var i = 0; i < FixedHeader.MaxRemainingLengthBytes; i++)
        {
            Need(i + 1);
            var next = body[position + i];
            value |= (next & 0x7F) << (7 * i);
            if ((next & 0x80) != 0) continue;
            if (i > 0 && next == 0) break;
            position += i + 1;
            return value;
        }
        throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "A variable byte integer that is too long.");
    }

    /// <summary>A packet identifier, which is never 0 (§2.3.1).</summary>
    public ushort ReadPacketId()
    {
        Need(2);
        var value = BinaryPrimitives.ReadUInt16BigEndian(body[position..]);
        if (value == 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "Packet identifier 0.");
        position += 2;
        return value;
    }

    /// <summary>Two bytes of length and as many bytes.</summary>
    public ReadOnlySpan<byte> ReadBinary()
    {
        var value = PeekBinary();
        position += 2 + value.Length;
        return value;
    }

    /// <summary>A UTF-8 encoded string (§1.5.3), still as bytes: well formed and without U+0000.</summary>
    public ReadOnlySpan<byte> ReadUtf8()
    {
        var value = PeekBinary();
        if (value.Contains((byte)0)) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "A string with U+0000.");
        if (!Utf8.IsValid(value)) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "A string that is not UTF-8.");
        position += 2 + value.Length;
        return value;
    }

    /// <summary>A UTF-8 encoded string (§1.5.3).</summary>
    public string ReadString() => Encoding.UTF8.GetString(ReadUtf8());

    /// <summary>Everything that is left.</summary>
    public ReadOnlySpan<byte> ReadRest()
    {
        var value = body[position..];
        position = body.Length;
        return value;
    }

    /// <summary>Says that the packet must end here.</summary>
    public readonly void End()
    {
        if (Remaining != 0) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"{Remaining} bytes behind the end of the packet.");
    }

    private readonly ReadOnlySpan<byte> PeekBinary()
    {
        Need(2);
        var length = BinaryPrimitives.ReadUInt16BigEndian(body[position..]);
        Need(2 + length);
        return body.Slice(position + 2, length);
    }

    private readonly void Need(int count)
    {
        if (Remaining < count) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "The packet ends inside a field.");
    }
}
