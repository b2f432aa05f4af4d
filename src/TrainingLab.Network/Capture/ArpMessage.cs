using System.Buffers.Binary;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Capture;

/// <summary>
/// Address resolution for IPv4 over Ethernet (RFC 826).
/// <code>
/// | 0001 | 0800 | 06 | 04 | operation | sender MAC | sender IP | target MAC | target IP |
/// |  2   |  2   | 1  | 1  | 2: 1, 2   |     6      |     4     |     6      |     4     |
/// </code>
/// </summary>
internal readonly record struct ArpMessage(bool IsReply, MacAddress SenderMac, Ipv4Address Sender, MacAddress TargetMac, Ipv4Address Target)
{
    private const int Length = 28;

    public byte[] Frame(ushort? tag)
    {
        var ethernet = new EthernetHeader(IsReply ? TargetMac : MacAddress.Broadcast, SenderMac, tag, EthernetHeader.Arp);
        var frame = ethernet.Frame(Length, out var body);
        BinaryPrimitives.WriteUInt16BigEndian(body, 1);
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], EthernetHeader.Ipv4);
        body[4] = 6;
        body[5] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(body[6..], IsReply ? (ushort)2 : (ushort)1);
        EthernetHeader.WriteMac(body[8..], SenderMac);
        BinaryPrimitives.WriteUInt32BigEndian(body[14..], Sender.Value);
        EthernetHeader.WriteMac(body[18..], IsReply ? TargetMac : default);
        BinaryPrimitives.WriteUInt32BigEndian(body[24..], Target.Value);
        return frame;
    }
}
