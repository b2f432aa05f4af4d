using System.Buffers.Binary;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Capture;

[Flags]
internal enum TcpFlags : byte
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
}

/// <summary>
/// A TCP segment (RFC 9293, 3.1); a SYN carries the maximum segment size option (kind 2, length 4).
/// <code>
///  0                   1                   2                   3
/// |       source port        |        destination port         |
/// |                      sequence number                       |
/// |                   acknowledgment number                    |
/// | words |  0  |   flags    |             window              |
/// |         checksum         |               0                 |
/// | 02  |  04 |  1460        |  only with SYN
/// | payload ...
/// </code>
/// </summary>
internal readonly record struct TcpSegment(int SourcePort, int DestinationPort, uint Sequence, uint Acknowledgment, TcpFlags Flags)
{
    public const int HeaderLength = 20;

    private const ushort Window = 64240;
    private const int MaxSegmentOption = 4;

    public byte[] Frame(EthernetHeader ethernet, Ipv4Header ip, ReadOnlySpan<byte> payload)
    {
        var syn = Flags.HasFlag(TcpFlags.Syn);
        var header = HeaderLength + (syn ? MaxSegmentOption : 0);
        var length = header + payload.Length;
        var frame = ethernet.Frame(Ipv4Header.Length + length, out var packet);
        ip.Write(packet, length);
        var segment = packet[Ipv4Header.Length..];
        BinaryPrimitives.WriteUInt16BigEndian(segment, (ushort)SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment[2..], (ushort)DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment[4..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment[8..], Acknowledgment);
        segment[12] = (byte)(header / 4 << 4);
        segment[13] = (byte)Flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment[14..], Flags.HasFlag(TcpFlags.Rst) ? (ushort)0 : Window);
        if (syn)
        {
            segment[20] = 2;
            segment[21] = MaxSegmentOption;
            BinaryPrimitives.WriteUInt16BigEndian(segment[22..], Flows.FlowDirection.MaxSegment);
        }

        payload.CopyTo(segment[header..]);
        BinaryPrimitives.WriteUInt16BigEndian(segment[16..], InternetChecksum.Finish(InternetChecksum.Add(ip.PseudoSum(length), segment)));
        return frame;
    }
}
