using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>
/// Changes encoded bytes where readers of MQTT, Protobuf and WebSocket frames are likely to be wrong about them: at lengths of two bytes and of seven bits, at tags, at the ends; by
/// cutting, doubling, and putting in whole fields, good ones and wrong ones. The same random numbers give the same bytes.
/// </summary>
internal static class BytesMutator
{
    private const int LongestInput = 8_192;

    private static readonly byte[] Forms = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x08, 0x0A, 0x0B, 0x11, 0x12, 0x1A, 0x1F, 0x22, 0x26, 0x2A, 0x30, 0x7E, 0x7F, 0x80, 0x81, 0x88, 0xC0, 0xED, 0xFE, 0xFF];

    private static readonly ushort[] Lengths = [0, 1, 2, 3, 127, 128, 255, 256, 4_095, 4_096, 4_097, 32_767, 32_768, 65_534, 65_535];

    /// <summary>Texts with their length, well formed and not; properties; varints that are too long; fields of Protobuf that hold themselves.</summary>
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "0000", "000161", "0003612F62", "00012B", "000123", "0003612F23", "00092473686172652F612F62", "0005245359532F", // texts
            "000100", "0002C080", "0003EDA080", "0003EDBFBF", "0002C328", "0001FF", "0004F4908080", "0003EFBBBF", "0003EFBFBF", // texts that are none, or odd
            "260000" + "0000", "26000161000162", "0B01", "0BFFFFFF7F", "0B00", "0101", "02FFFFFFFF", "030000", "08000161", "090000", "2300FF", "230000", "230001", "1100000000", "210000", "2700000001", // properties
            "FFFFFF7F", "FFFFFFFF7F", "80808080", "808000", "FFFFFFFFFFFFFFFFFF01", "FFFFFFFFFFFFFFFFFFFF", // varints
            "1200", "120412021200", "4A00", "4A0222004A02", "0A00", "7A00", "8A0100", "0B", "0C", "07", "00", // fields and groups
        }.Select(Convert.FromHexString),
    ];

    /// <summary>A changed copy; now and then an unchanged one.</summary>
    public static byte[] Change(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        for (var i = random.Next(10) switch { 0 => 0, < 6 => 1, < 8 => 2, < 9 => 4, _ => 8 }; i > 0; i--) ChangeOnce(bytes, random);
        return bytes.Count > LongestInput ? [.. bytes[..LongestInput]] : [.. bytes];
    }

    /// <summary>As <see cref="Change"/>, but what is changed is a packet's body, and the header mostly still fits it.</summary>
    public static byte[] ChangePacket(byte[] seed, Random random)
    {
        if (random.Next(8) == 0 || !FixedHeader.TryRead(seed, out var header, out var size)) return Change(seed, random);
        var body = Change(seed[size..], random);
        var first = random.Next(16) == 0 ? (byte)random.Next(256) : header.Type == MqttPacketType.Publish && random.Next(4) == 0 ? (byte)(0x30 | random.Next(16)) : seed[0];
        var length = random.Next(32) switch { 0 => body.Length + 1, 1 => Math.Max(0, body.Length - 1), 2 => FixedHeader.MaxRemainingLength, _ => body.Length };
        return [first, .. Varint(length, padded: random.Next(32) == 0), .. body];
    }

    private static void ChangeOnce(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.AddRange(random.One(Pieces));
            return;
        }
        var at = random.Next(bytes.Count);
        switch (random.Next(11))
        {
            case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
            case 1: bytes[at] = random.One(Forms); break;
            case 2: bytes[at] = (byte)random.Next(256); break;
            case 3: SetLength(bytes, at, random); break;
            case 4: bytes[at] = (byte)(bytes[at] + (random.Next(2) == 0 ? 1 : -1)); break; // a length of one byte
            case 5: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
            case 6: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 33), bytes.Count - at))); break;
            case 7: bytes.InsertRange(at, random.One(Pieces)); break;
            case 8: bytes.RemoveRange(at, bytes.Count - at); break;
            case 9: Repeat(bytes, at, random.One(Pieces), random.Next(64) == 0 ? random.Next(900, 1_100) : random.Next(1, 45)); break;
            default: Put(bytes, at, random.One(Pieces)); break;
        }
    }

    /// <summary>Changes the nearest two bytes at or after a place that could be a length.</summary>
    private static void SetLength(List<byte> bytes, int at, Random random)
    {
        while (at + 1 < bytes.Count && bytes[at] != 0) at++;
        if (at + 1 >= bytes.Count) return;
        var before = (bytes[at] << 8) | bytes[at + 1];
        var after = random.Next(4) switch { 0 => before + 1, 1 => before - 1, 2 => bytes.Count - at - 2, _ => random.One(Lengths) };
        bytes[at] = (byte)(after >> 8);
        bytes[at + 1] = (byte)after;
    }

    private static void Repeat(List<byte> bytes, int at, byte[] piece, int count)
    {
        var all = new byte[piece.Length * count];
        for (var i = 0; i < count; i++) piece.CopyTo(all, i * piece.Length);
        bytes.InsertRange(at, all);
    }

    private static void Put(List<byte> bytes, int at, byte[] replacement)
    {
        for (var i = 0; i < replacement.Length && at + i < bytes.Count; i++) bytes[at + i] = replacement[i];
    }

    /// <summary>A remaining length, in the fewest bytes or in one more.</summary>
    private static byte[] Varint(int value, bool padded)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)(value & 0x7F | (value > 0x7F ? 0x80 : 0)));
            value >>= 7;
        }
        while (value > 0);
        if (!padded) return [.. bytes];
        bytes[^1] |= 0x80;
        return [.. bytes, 0];
    }
}
