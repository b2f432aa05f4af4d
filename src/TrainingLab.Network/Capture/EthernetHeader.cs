using System.Buffers.Binary;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Capture;

/// <summary>
/// An Ethernet II header, with the tag of IEEE 802.1Q 9.3 when there is one.
/// <code>
/// +-------------+--------+------------------------------+-----------+
/// | destination | source | 8100 | PCP 3, DEI 1, VID 12  | EtherType |
/// |      6      |   6    |  2   |          2            |     2     |
/// +-------------+--------+------------------------------+-----------+
///                        only when tagged
/// </code>
/// </summary>
internal readonly record struct EthernetHeader(MacAddress Destination, MacAddress Source, ushort? Tag, ushort EtherType)
{
    public const ushort Ipv4 = 0x0800;
    public const ushort Arp = 0x0806;

    /// <summary>Shorter frames are padded, before the tag is counted and without the checksum that captures leave out.</summary>
    public const int MinFrame = 60;

    private const ushort TagType = 0x8100;

    public int Length => Tag is null ? 14 : 18;

    /// <summary>Allocates a frame, writes the header and returns where the payload goes.</summary>
    public byte[] Frame(int payload, out Span<byte> body)
    {
        var frame = new byte[Math.Max(Length + payload, Tag is null ? MinFrame : MinFrame + 4)];
        WriteMac(frame, Destination);
        WriteMac(frame.AsSpan(6), Source);
        var at = 12;
        if (Tag is { } tag)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), TagType);
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(14), tag);
            at = 16;
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(at), EtherType);
        body = frame.AsSpan(Length, payload);
        return frame;
    }

    public static void WriteMac(Span<byte> into, MacAddress mac)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)(mac.Value >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(into[2..], (uint)mac.Value);
    }
}
