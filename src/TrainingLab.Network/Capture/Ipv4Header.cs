using System.Buffers.Binary;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Capture;

/// <summary>
/// An IPv4 header without options (RFC 791, 3.1), never fragmented.
/// <code>
///  0                   1                   2                   3
/// | 4 |  5   |    0          |          total length           |
/// |      identification      | DF |             0              |
/// |     TTL     |  protocol  |            checksum             |
/// |                          source                            |
/// |                        destination                         |
/// </code>
/// </summary>
internal readonly record struct Ipv4Header(Ipv4Address Source, Ipv4Address Destination, byte Protocol, byte Ttl, ushort Identification)
{
    public const int Length = 20;
    public const byte Tcp = 6;
    public const byte Udp = 17;

    private const ushort DontFragment = 0x4000;

    public void Write(Span<byte> into, int payload)
    {
        into[0] = 0x45;
        into[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], (ushort)(Length + payload));
        BinaryPrimitives.WriteUInt16BigEndian(into[4..], Identification);
        BinaryPrimitives.WriteUInt16BigEndian(into[6..], DontFragment);
        into[8] = Ttl;
        into[9] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(into[10..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(into[12..], Source.Value);
        BinaryPrimitives.WriteUInt32BigEndian(into[16..], Destination.Value);
        BinaryPrimitives.WriteUInt16BigEndian(into[10..], InternetChecksum.Finish(InternetChecksum.Add(0, into[..Length])));
    }

    /// <summary>The sum of the pseudo header that TCP (RFC 9293, 3.1) and UDP (RFC 768) checksums begin with.</summary>
    public uint PseudoSum(int payload)
    {
        Span<byte> pseudo = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32BigEndian(pseudo, Source.Value);
        BinaryPrimitives.WriteUInt32BigEndian(pseudo[4..], Destination.Value);
        pseudo[8] = 0;
        pseudo[9] = Protocol;
        BinaryPrimitives.WriteUInt16BigEndian(pseudo[10..], (ushort)payload);
        return InternetChecksum.Add(0, pseudo);
    }
}
