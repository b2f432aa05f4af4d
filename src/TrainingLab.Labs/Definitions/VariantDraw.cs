using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>
/// Draws a variant: lab + seed -> values. The number behind each value is SHA-256 over the lab's id, the value's name and the seed, so
/// that adding a value to a lab changes no other, and the same seed gives the same variant on every machine. A hidden value is keyed
/// with the installation's secret too, so that nobody can compute it from a seed.
/// </summary>
public static class VariantDraw
{
    private const int Tries = 64;

    /// <summary>Draws all values, in the order of the lab file.</summary>
    /// <param name="lab">The lab's id.</param>
    /// <param name="draws">The lab's variant section, validated.</param>
    /// <param name="seed">The seed of the attempt.</param>
    /// <param name="secret">The installation's secret; only hidden values depend on it.</param>
    /// <exception cref="InvalidOperationException">A value cannot differ from those that it must differ from: the lab is not valid.</exception>
    public static VariantValues Draw(string lab, IReadOnlyDictionary<string, DrawDefinition> draws, long seed, ReadOnlySpan<byte> secret)
    {
        var values = new VariantValues();
        foreach (var (name, draw) in draws)
        {
            var not = draw.Not.Where(values.All.ContainsKey).Select(n => values.All[n].Text).ToHashSet(StringComparer.Ordinal);
            values.Add(name, One(lab, name, draw, seed, secret, not), draw.Hidden);
        }

        return values;
    }

    private static ScalarValue One(string lab, string name, DrawDefinition draw, long seed, ReadOnlySpan<byte> secret, HashSet<string> not)
    {
        var count = draw.Draw.Count;
        if (count < 1)
        {
            throw new InvalidOperationException($"The value '{name}' of {lab} has nothing to be drawn from.");
        }

        var index = 0L;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            index = (long)(((UInt128)Number(lab, name, seed, attempt, draw.Hidden ? secret : []) * (ulong)count) >> 64);
            if (draw.Draw.At(index) is var value && !not.Contains(value.Text))
            {
                return value;
            }
        }

        // Nearly everything is excluded: go on from the last one. At most not.Count + 1 steps are needed, unless all values are excluded.
        for (var step = 1L; step <= Math.Min(count, not.Count + 1L); step++)
        {
            if (draw.Draw.At((index + step) % count) is var value && !not.Contains(value.Text))
            {
                return value;
            }
        }

        throw new InvalidOperationException($"The value '{name}' of {lab} cannot differ from {string.Join(", ", draw.Not)}.");
    }

    // SHA-256("TrainingLab variant 1" NUL lab NUL name NUL seed attempt secret), the first 8 bytes, big-endian. Keyed by being last and
    // of a length fixed per installation; the digest is never shown, so length extension gives nothing away.
    private static ulong Number(string lab, string name, long seed, int attempt, ReadOnlySpan<byte> secret)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"TrainingLab variant 1\0{lab}\0{name}\0"));
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteInt64BigEndian(numbers, seed);
        BinaryPrimitives.WriteInt32BigEndian(numbers[8..], attempt);
        hash.AppendData(numbers);
        hash.AppendData(secret);
        return BinaryPrimitives.ReadUInt64BigEndian(hash.GetHashAndReset());
    }
}
