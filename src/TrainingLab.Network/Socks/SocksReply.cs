using System.Buffers;
using System.Buffers.Binary;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Socks;

/// <summary>The REP field (RFC 1928, 6).</summary>
public enum SocksReplyCode : byte
{
    Succeeded = 0x00,
    GeneralFailure = 0x01,
    NotAllowedByRuleset = 0x02,
    NetworkUnreachable = 0x03,
    HostUnreachable = 0x04,
    ConnectionRefused = 0x05,
    TtlExpired = 0x06,
    CommandNotSupported = 0x07,
    AddressTypeNotSupported = 0x08,
}

/// <summary>
/// The server's answer to a request (RFC 1928, 6); always with an IPv4 address.
/// <code>
/// +-----+-----+-----+------+----------+----------+
/// | VER | REP | RSV | ATYP | BND.ADDR | BND.PORT |
/// | 05  |  1  | 00  |  01  |    4     |    2     |
/// +-----+-----+-----+------+----------+----------+
/// </code>
/// </summary>
internal readonly record struct SocksReply(SocksReplyCode Code, Ipv4Address Address = default, int Port = 0)
{
    private const int Length = 10;

    public void Write(IBufferWriter<byte> output)
    {
        var span = output.GetSpan(Length);
        span[0] = Socks5.Version;
        span[1] = (byte)Code;
        span[2] = 0;
        span[3] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(span[4..], Address.Value);
        BinaryPrimitives.WriteUInt16BigEndian(span[8..], (ushort)Port);
        output.Advance(Length);
    }

    /// <summary>The code that says truly what happened in the plant. A silent drop is "TTL expired", the code that clients report as a time-out.</summary>
    public static SocksReplyCode CodeOf(ConnectStatus status, Refusal? refusal) => (status, refusal?.Reason) switch
    {
        (ConnectStatus.Connected, _) => SocksReplyCode.Succeeded,
        (ConnectStatus.NameUnknown, _) => SocksReplyCode.HostUnreachable,
        (_, RefusalReason.FirewallReject) => SocksReplyCode.NotAllowedByRuleset,
        (ConnectStatus.Refused, _) => SocksReplyCode.ConnectionRefused,
        (_, RefusalReason.FirewallDrop or RefusalReason.FirewallNoState) => SocksReplyCode.TtlExpired,
        (_, RefusalReason.NoGateway or RefusalReason.NoRoute or RefusalReason.NotConnected or RefusalReason.SenderDown) => SocksReplyCode.NetworkUnreachable,
        (_, not null) => SocksReplyCode.HostUnreachable,
        _ => SocksReplyCode.GeneralFailure,
    };
}
