using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TrainingLab.Mqtt.Packets;

/// <summary>Writes packets into a buffer. <see cref="Commit"/> hands over what was written since the last one.</summary>
public ref struct MqttWriter
{
    private const int MinSpan = 256;
    private readonly IBufferWriter<byte> output;
    private Span<byte> span;
    private int written;

    /// <summary>Writes into <paramref name="output"/>, which nobody else may use before <see cref="Commit"/>.</summary>
    public MqttWriter(IBufferWriter<byte> output, MqttProtocolVersion version)
    {
        this.output = output;
        Version = version;
    }

    /// <summary>The protocol version of the connection, which packets ask where versions differ.</summary>
    public MqttProtocolVersion Version { get; }

    /// <summary>Bytes that a string or binary field takes.</summary>
    public static int SizeOf(ReadOnlySpan<char> text) => 2 + Encoding.UTF8.GetByteCount(text);

    /// <summary>The fixed header, see <see cref="FixedHeader"/>.</summary>
    public void WriteHeader(MqttPacketType type, int flags, int remainingLength)
    {
        Reserve(FixedHeader.MaxSize);
        span[written++] = (byte)(((int)type << 4) | flags);
        WriteVariableInteger(remainingLength);
    }

    /// <summary>One byte.</summary>
    public void WriteByte(byte value)
    {
        Reserve(1);
        span[written++] = value;
    }

    /// <summary>Two bytes, the most significant first.</summary>
    public void WriteUInt16(ushort value)
    {
        Reserve(2);
        BinaryPrimitives.WriteUInt16BigEndian(span[written..], value);
        written += 2;
    }

    /// <summary>Four bytes, the most significant first.</summary>
    public void WriteUInt32(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32BigEndian(span[written..], value);
        written += 4;
    }

    /// <summary>A variable byte integer, up to <see cref="FixedHeader.MaxRemainingLength"/>.</summary>
    public void WriteVariableInteger(int value)
    {
        Reserve(FixedHeader.MaxRemainingLengthBytes);
        var rest = value;
        for (; rest > 0x7F; rest >>= 7) span[written++] = (byte)(rest | 0x80);
        span[written++] = (byte)rest;
    }

    /// <summary>A UTF-8 encoded string: two bytes of length and the text.</summary>
    /// <exception cref="ArgumentException">Longer than 65,535 bytes.</exception>
    public void WriteString(ReadOnlySpan<char> text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        WriteLength(size);
        Reserve(size);
        written += Encoding.UTF8.GetBytes(text, span[written..]);
    }

    /// <summary>Two bytes of length and the bytes.</summary>
    /// <exception cref="ArgumentException">Longer than 65,535 bytes.</exception>
    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        WriteLength(bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>The bytes alone.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            var room = span.Length - written;
            if (bytes.Length <= room)
            {
                bytes.CopyTo(span[written..]);
                written += bytes.Length;
                return;
            }
            bytes[..room].CopyTo(span[written..]);
            written += room;
            bytes = bytes[room..];
            Reserve(1);
        }
    }

    /// <summary>Hands over what was written.</summary>
    public void Commit()
    {
        if (written > 0) output.Advance(written);
        written = 0;
        span = default;
    }

    private void WriteLength(int length)
    {
        if (length > ushort.MaxValue) throw new ArgumentException($"A field of {length} bytes; the protocol allows 65,535.");
        WriteUInt16((ushort)length);
    }

    private void Reserve(int count)
    {
        if (span.Length - written >= count) return;
        Commit();
        span = output.GetSpan(Math.Max(count, MinSpan));
    }
}
