using System.Buffers;
using System.Text;

namespace TrainingLab.Network.Socks;

/// <summary>
/// Who the client is (RFC 1929, 2). The version is that of this subnegotiation. An empty password is allowed, an empty name is not.
/// <code>
/// +-----+------+----------+------+----------+
/// | VER | ULEN |  UNAME   | PLEN |  PASSWD  |
/// | 01  |  1   | 1 to 255 |  1   | 0 to 255 |
/// +-----+------+----------+------+----------+
/// </code>
/// </summary>
internal sealed record UserPassword(string User, string Password)
{
    private const byte Version = 1;

    public static SocksRead TryRead(ref SequenceReader<byte> reader, out UserPassword? message)
    {
        message = null;
        var start = reader.Consumed;
        var result = Read(ref reader, ref message);
        if (result != SocksRead.Complete)
            reader.Rewind(reader.Consumed - start);
        return result;
    }

    private static SocksRead Read(ref SequenceReader<byte> reader, ref UserPassword? message)
    {
        if (!reader.TryRead(out var version))
            return SocksRead.Incomplete;
        if (version != Version)
            return SocksRead.Malformed;
        if (!reader.TryRead(out var userLength))
            return SocksRead.Incomplete;
        if (userLength == 0)
            return SocksRead.Malformed;
        if (!reader.TryReadExact(userLength, out var user)
            || !reader.TryRead(out var passwordLength)
            || !reader.TryReadExact(passwordLength, out var password))
            return SocksRead.Incomplete;
        message = new UserPassword(Encoding.UTF8.GetString(user), Encoding.UTF8.GetString(password));
        return SocksRead.Complete;
    }
}
