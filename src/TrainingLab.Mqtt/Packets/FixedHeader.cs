using System.Buffers;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// The part that every packet starts with (MQTT 3.1.1 §2.2):
/// <code>
///  7   6   5   4   3   2   1   0
/// +---------------+---------------+
/// | packet type   | flags         |   byte 1
/// +---+-----------+---------------+
/// | m | remaining length, 7 bits  |   byte 2 to 5, low bits first; m: another one follows
/// +---+---------------------------+
/// </code>
/// </summary>
/// <param name="Type">The packet type.</param>
/// <param name="Flags">The low four bits of the first byte; fixed by table 2.2 except for PUBLISH.</param>
/// <param name="RemainingLength">Bytes that follow this header.</param>
public readonly record struct FixedHeader(MqttPacketType Type, byte Flags, int RemainingLength)
{
    /// <summary>
    /// Whether the remaining length takes more bytes than it needs. MQTT 3.1.1 says nothing of that (§2.2.3); in MQTT 5 it is malformed (MQTT-1.5.5-1), which only the connection can tell.
    /// </summary>
    public bool IsPadded { get; init; }

    /// <summary>Most bytes of a remaining length (§2.2.3).</summary>
    public const int MaxRemainingLengthBytes = 4;

    /// <summary>Largest remaining length: 256 MB less one byte.</summary>
    public const int MaxRemainingLength = 268_435_455;

    /// <summary>Longest fixed header.</summary>
    public const int MaxSize = 1 + MaxRemainingLengthBytes;

    /// <summary>Says that MQTT 5 takes a remaining length in the fewest bytes only.</summary>
    /// <exception cref="MqttProtocolException">It is padded, and the version is 5.</exception>
    internal void RequireFewestBytes(MqttProtocolVersion version)
    {
        if (IsPadded && version == MqttProtocolVersion.V5) throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "A remaining length that is not in the fewest bytes.");
    }

    /// <summary>How many bytes a remaining length takes: 1 to 4.</summary>
    public static int SizeOfRemainingLength(int value) => value switch
    {
        < 128 => 1,
        < 128 * 128 => 2,
        < 128 * 128 * 128 => 3,
        _ => 4,
    };

    /// <summary>
    /// Takes one packet off the front of the buffer. False, and nothing moved, when it has not fully arrived; a wrong or too large one is found
    /// as soon as its header is there.
    /// </summary>
    /// <param name="buffer">What has arrived; moved behind the packet.</param>
    /// <param name="maxPacketSize">Longest packet accepted, header included.</param>
    /// <param name="header">The packet's header.</param>
    /// <param name="body">The packet's remaining bytes.</param>
    /// <exception cref="MqttProtocolException">No such type, wrong flags, a remaining length of more than four bytes, or a packet that is too large.</exception>
    public static bool TryReadPacket(ref ReadOnlySequence<byte> buffer, int maxPacketSize, out FixedHeader header, out ReadOnlySequence<byte> body)
    {
        header = default;
        body = default;
        if (buffer.IsEmpty) return false;

        int headerSize;
        if (buffer.FirstSpan.Length >= MaxSize)
        {
            if (!TryRead(buffer.FirstSpan, out header, out headerSize)) return false;
        }
        else
        {
            Span<byte> start = stackalloc byte[MaxSize];
            var arrived = (int)Math.Min(buffer.Length, MaxSize);
            buffer.Slice(0, arrived).CopyTo(start);
            if (!TryRead(start[..arrived], out header, out headerSize)) return false;
        }

        if (headerSize + header.RemainingLength > maxPacketSize)
            throw new MqttProtocolException(MqttReasonCode.PacketTooLarge, $"{header.Type} of {headerSize + header.RemainingLength} bytes; the limit is {maxPacketSize}.");
        if (buffer.Length - headerSize < header.RemainingLength) return false;
        body = buffer.Slice(headerSize, header.RemainingLength);
        buffer = buffer.Slice(body.End);
        return true;
    }

    /// <summary>Reads a fixed header. False when it has not fully arrived.</summary>
    /// <exception cref="MqttProtocolException">No such type, wrong flags, or a remaining length of more than four bytes.</exception>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FixedHeader header, out int size)
    {
        header = default;
        size = 0;
        if (bytes.IsEmpty) return false;
        var type = (MqttPacketType)(bytes[0] >> 4);
        var flags = (byte)(bytes[0] & 0x0F);
        if (type < MqttPacketType.Connect)
            throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"Packet type {(int)type} is reserved.");
        if (type != MqttPacketType.Publish && flags != RequiredFlags(type))
            throw new MqttProtocolException(MqttReasonCode.MalformedPacket, $"{type} with flags {flags}; they are reserved as {RequiredFlags(type)}.");

        var length = 0;
        for (var i = 0; i < MaxRemainingLengthBytes; i++)
        {
            if (bytes.Length <= 1 + i) return false;
            length |= (bytes[1 + i] & 0x7F) << (7 * i);
            if ((bytes[1 + i] & 0x80) != 0) continue;
            header = new FixedHeader(type, flags, length) { IsPadded = i > 0 && bytes[1 + i] == 0 };
            size = 2 + i;
            return true;
        }
        throw new MqttProtocolException(MqttReasonCode.MalformedPacket, "A remaining length of more than four bytes.");
    }

    /// <summary>The flags that table 2.2 fixes for a type other than PUBLISH.</summary>
    public static byte RequiredFlags(MqttPacketType type) =>
        type is MqttPacketType.PubRel or MqttPacketType.Subscribe or MqttPacketType.Unsubscribe ? (byte)0b0010 : (byte)0;
}
