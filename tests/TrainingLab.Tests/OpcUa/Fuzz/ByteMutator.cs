using System.Buffers.Binary;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>
/// Changes encoded bytes where decoders are likely to be wrong about them: at lengths, at type and form bytes, at the ends; by cutting, doubling and putting in whole
/// encoded values and openings of nested ones. The same random numbers give the same bytes.
/// </summary>
internal static class ByteMutator
{
    private const int LongestInput = 2_048;

    private static readonly int[] Lengths = [-1, 0, 1, 2, 3, 16, 17, 255, 256, 4_096, 65_535, 65_536, 99_999, 100_000, 100_001, 262_144, 262_145, 1_048_577, int.MaxValue, int.MinValue, -2];

    private static readonly byte[] Forms = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x0C, 0x0F, 0x11, 0x12, 0x16, 0x17, 0x18, 0x19, 0x1F, 0x20, 0x3F, 0x40, 0x7F, 0x80, 0x98, 0xC3, 0xD7, 0xFF];

    /// <summary>Beginnings of a value inside a value: a variant in an array of variants, a data value, diagnostics, and structures that hold operands or values.</summary>
    private static readonly byte[][] Openings =
    [
        [0x98, 1, 0, 0, 0], [0xD8, 1, 0, 0, 0], [0x17, 0x01], [0x97, 1, 0, 0, 0, 0x01], [0x19, 0x40], [0x40], [0x16, 0x01, 0x00, 0x55, 0x02, 0x01, 0xFF, 0, 0, 0], [0x96, 1, 0, 0, 0, 0x01, 0x00, 0x92, 0x02, 0x01, 0x40, 0, 0, 0],
    ];

    private static readonly byte[][] Values = [.. Encoded()];

    /// <summary>A changed copy; now and then an unchanged one.</summary>
    public static byte[] Change(byte[] seed, Random random)
    {
        var bytes = new List<byte>(seed);
        for (var i = random.Next(10) switch { 0 => 0, < 6 => 1, < 8 => 2, < 9 => 4, _ => 8 }; i > 0; i--)
        {
            ChangeOnce(bytes, random);
        }

        return bytes.Count > LongestInput ? [.. bytes[..LongestInput]] : [.. bytes];
    }

    private static void ChangeOnce(List<byte> bytes, Random random)
    {
        if (bytes.Count == 0)
        {
            bytes.AddRange(Values[random.Next(Values.Length)]);
            return;
        }

        var at = random.Next(bytes.Count);
        switch (random.Next(12))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = Forms[random.Next(Forms.Length)];
                break;
            case 2:
                bytes[at] = (byte)random.Next(256);
                break;
            case 3 or 4:
                SetLength(bytes, LengthAt(bytes, at), random);
                break;
            case 5:
                bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                break;
            case 6:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 33), bytes.Count - at)));
                break;
            case 7:
                bytes.InsertRange(at, Values[random.Next(Values.Length)]);
                break;
            case 8:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 9:
                var opening = Openings[random.Next(Openings.Length)];
                for (var i = random.Next(1, 45); i > 0; i--)
                {
                    bytes.InsertRange(at, opening);
                }

                break;
            case 10:
                Put(bytes, at, BitConverter.GetBytes(random.Next(4) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -1.0, _ => BitConverter.Int64BitsToDouble(random.NextInt64()) }));
                break;
            default:
                var value = Values[random.Next(Values.Length)];
                Put(bytes, at, value);
                break;
        }
    }

    /// <summary>The nearest place at or after <paramref name="at"/> whose four bytes could be a length: -1 or a small number.</summary>
    private static int LengthAt(List<byte> bytes, int at)
    {
        for (var i = at; i + sizeof(int) <= bytes.Count; i++)
        {
            if ((bytes[i + 3] == 0 && bytes[i + 2] == 0) || (bytes[i] == 0xFF && bytes[i + 1] == 0xFF && bytes[i + 2] == 0xFF && bytes[i + 3] == 0xFF))
            {
                return i;
            }
        }

        return at;
    }

    private static void SetLength(List<byte> bytes, int at, Random random)
    {
        if (at + sizeof(int) > bytes.Count)
        {
            return;
        }

        var before = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
        var after = random.Next(4) switch { 0 => unchecked(before + 1), 1 => unchecked(before - 1), 2 => bytes.Count - at - sizeof(int), _ => Lengths[random.Next(Lengths.Length)] };
        var little = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(little, after);
        Put(bytes, at, little);
    }

    private static void Put(List<byte> bytes, int at, byte[] replacement)
    {
        for (var i = 0; i < replacement.Length && at + i < bytes.Count; i++)
        {
            bytes[at + i] = replacement[i];
        }
    }

    /// <summary>A value of each built-in type, alone and as an array, and each structure that is known in extension objects.</summary>
    private static IEnumerable<byte[]> Encoded()
    {
        var random = new Random(1);
        for (var i = 0; i < 120; i++)
        {
            using var writer = new UaWriter();
            writer.WriteVariant(RandomStructures.Value(random, depth: 2));
            yield return writer.Written.ToArray();
        }

        foreach (var type in RandomStructures.All.Where(static t => typeof(IStructure).IsAssignableFrom(t)))
        {
            using var writer = new UaWriter();
            writer.WriteExtensionObject(new ExtensionObject((IStructure)RandomStructures.Of(type, random, depth: 3)!));
            yield return writer.Written.ToArray();
        }

        using var header = new UaWriter();
        new RequestHeader(new NodeId(0, new byte[32]), default, 1, 0, "audit", 100).Write(header);
        yield return header.Written.ToArray();
    }
}
