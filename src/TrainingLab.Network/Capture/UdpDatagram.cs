using System.Buffers.Binary;

namespace TrainingLab.Network.Capture;

/// <summary>
/// A UDP datagram (RFC 768). A checksum of zero would mean "none" and is written as FFFF.
/// <code>
/// | source port | destination port | length | checksum | payload ...
/// |      2      |        2         |   2    |    2     |
/// </code>
/// </summary>
internal readonly record struct UdpDatagram(int SourcePort, int DestinationPort)
{
    public const int HeaderLength = 8;

    public byte[] Frame(EthernetHeader ethernet, Ipv4Header ip, ReadOnlySpan<byte> payload)
    {
        var length = HeaderLength + payload.Length;
        var frame = ethernet.Frame(Ipv4Header.Length + length, out var packet);
        ip.Write(packet, length);
        var datagram = packet[Ipv4Header.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, (ushort)SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[2..], (ushort)DestinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram[4..], (ushort)length);
        payload.CopyTo(datagram[HeaderLength..]);
        var checksum = InternetChecksum.Finish(InternetChecksum.Add(ip.PseudoSum(length), datagram));
        BinaryPrimitives.WriteUInt16BigEndian(datagram[6..], checksum == 0 ? ushort.MaxValue : checksum);
        return frame;
    }
}
