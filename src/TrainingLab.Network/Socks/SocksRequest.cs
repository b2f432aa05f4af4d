using System.Buffers;
using System.Text;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Socks;

/// <summary>
/// What the client wants (RFC 1928, 4 and 5). A name stands behind its length.
/// <code>
/// +-----+-----+-----+------+----------+----------+
/// | VER | CMD | RSV | ATYP | DST.ADDR | DST.PORT |
/// | 05  |  1  | 00  |  1   | variable |    2     |
/// +-----+-----+-----+------+----------+----------+
/// ATYP 01: 4 bytes IPv4    03: 1 byte length, name    04: 16 bytes IPv6
/// </code>
/// </summary>
/// <param name="Target">A name or dotted quad; null for an address type that the plant does not have.</param>
internal sealed record SocksRequest(byte Command, string? Target, int Port)
{
    private const byte Ipv4 = 1;
    private const byte Name = 3;
    private const byte Ipv6 = 4;

    /// <summary>True when the address type is one of the three; otherwise the length of the message is unknown and the answer is 08.</summary>
    public bool AddressTypeKnown { get; private init; } = true;

    public static SocksRead TryRead(ref SequenceReader<byte> reader, out SocksRequest? request)
    {
        request = null;
        var start = reader.Consumed;
        var result = Read(ref reader, ref request);
        if (result != SocksRead.Complete)
            reader.Rewind(reader.Consumed - start);
        return result;
    }

    private static SocksRead Read(ref SequenceReader<byte> reader, ref SocksRequest? request)
    {
        if (!reader.TryRead(out var version))
            return SocksRead.Incomplete;
        if (version != Socks5.Version)
            return SocksRead.Malformed;
        if (!reader.TryRead(out var command) || !reader.TryRead(out _) || !reader.TryRead(out var type))
            return SocksRead.Incomplete;
        string? target;
        ReadOnlySequence<byte> bytes;
        switch (type)
        {
            case Ipv4:
                if (!reader.TryReadBigEndian(out int address))
                    return SocksRead.Incomplete;
                target = new Ipv4Address((uint)address).ToString();
                break;
            case Name:
                if (!reader.TryRead(out var length))
                    return SocksRead.Incomplete;
                if (length == 0)
                    return SocksRead.Malformed;
                if (!reader.TryReadExact(length, out bytes))
                    return SocksRead.Incomplete;
                target = Encoding.ASCII.GetString(bytes);
                break;
            case Ipv6:
                if (!reader.TryReadExact(16, out bytes))
                    return SocksRead.Incomplete;
                target = null;
                break;
            default:
                request = new SocksRequest(command, null, 0) { AddressTypeKnown = false };
                return SocksRead.Complete;
        }

        if (!reader.TryReadBigEndian(out short port))
            return SocksRead.Incomplete;
        request = new SocksRequest(command, target, (ushort)port);
        return SocksRead.Complete;
    }
}
