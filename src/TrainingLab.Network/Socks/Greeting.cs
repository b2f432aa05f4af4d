using System.Buffers;

namespace TrainingLab.Network.Socks;

/// <summary>
/// The client's first message (RFC 1928, 3).
/// <code>
/// +-----+----------+----------+
/// | VER | NMETHODS | METHODS  |
/// | 05  |    1     | 1 to 255 |
/// +-----+----------+----------+
/// </code>
/// </summary>
internal readonly record struct Greeting(bool OffersUserPassword)
{
    public static SocksRead TryRead(ref SequenceReader<byte> reader, out Greeting greeting)
    {
        greeting = default;
        var start = reader.Consumed;
        if (!reader.TryRead(out var version))
            return SocksRead.Incomplete;
        if (version != Socks5.Version)
            return Back(ref reader, start, SocksRead.Malformed);
        if (!reader.TryRead(out var count))
            return Back(ref reader, start, SocksRead.Incomplete);
        if (count == 0)
            return Back(ref reader, start, SocksRead.Malformed);
        if (reader.Remaining < count)
            return Back(ref reader, start, SocksRead.Incomplete);
        var offers = false;
        for (var i = 0; i < count; i++)
        {
            reader.TryRead(out var method);
            offers |= method == Socks5.UserPasswordMethod;
        }

        greeting = new Greeting(offers);
        return SocksRead.Complete;
    }

    private static SocksRead Back(ref SequenceReader<byte> reader, long start, SocksRead result)
    {
        reader.Rewind(reader.Consumed - start);
        return result;
    }
}
