using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using TrainingLab.Simulation.Numerics;

namespace TrainingLab.Simulation.Chance;

/// <summary>
/// The chance of one component: a stream of numbers that is a function of (seed, path) alone, so adding a component never changes another's
/// numbers. The same on every platform and runtime: the algorithm is ours to keep (xoshiro256**, Blackman and Vigna 2018, seeded by SHA-256).
/// Not for secrets. Not thread safe.
/// </summary>
public sealed class SeededChance
{
    private readonly ulong seed;
    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>The stream of the component at <paramref name="path"/>.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="path">The component's path in the plant, such as <c>plant/filler/jams</c>.</param>
    public SeededChance(ulong seed, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        this.seed = seed;
        Path = path;
        Restart();
    }

    /// <summary>Whose chance this is.</summary>
    public string Path { get; }

    /// <summary>The stream of a part, independent of how much of this one has been used.</summary>
    public SeededChance Derive(string part) => new(seed, Path + "/" + part);

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A number from 0 (included) to 1 (not included), in steps of 2^-53.</summary>
    public double Uniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from <paramref name="low"/> (included) to <paramref name="high"/> (not included).</summary>
    public double Uniform(double low, double high) => low + ((high - low) * Uniform());

    /// <summary>A normally distributed number.</summary>
    public double Normal(double mean = 0, double standardDeviation = 1)
    {
        // Marsaglia's polar method; the second number of the pair is dropped, so that the state stays four words.
        while (true)
        {
            var u = (2 * Uniform()) - 1;
            var v = (2 * Uniform()) - 1;
            var square = (u * u) + (v * v);
            if (square is > 0 and < 1)
                return mean + (standardDeviation * u * Math.Sqrt(-2 * StableMath.Log(square) / square));
        }
    }

    /// <summary>An exponentially distributed number, such as the time to the next failure.</summary>
    public double Exponential(double mean) => -mean * StableMath.Log(1 - Uniform());

    /// <summary>A whole number from <paramref name="low"/> to <paramref name="high"/>, both included, each equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">High is below low.</exception>
    public long Integer(long low, long high)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        var range = (ulong)(high - low) + 1;
        if (range == 0)
            return (long)NextBits();
        // Lemire 2019: multiply, and draw again in the few cases that would favour some numbers.
        var product = (UInt128)NextBits() * range;
        if ((ulong)product < range)
        {
            var unfair = (0 - range) % range;
            while ((ulong)product < unfair)
                product = (UInt128)NextBits() * range;
        }
        return low + (long)(ulong)(product >> 64);
    }

    /// <summary>True with this probability.</summary>
    public bool Happens(double probability) => Uniform() < probability;

    /// <summary>One of the items, each equally likely.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public T Pick<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            throw new ArgumentException("There is nothing to pick from.", nameof(items));
        return items[(int)Integer(0, items.Count - 1)];
    }

    /// <summary>Puts the items in random order, each order equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = (int)Integer(0, i);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>Where the stream stands: 64 hexadecimal digits.</summary>
    public string Save() => string.Create(CultureInfo.InvariantCulture, $"{s0:x16}{s1:x16}{s2:x16}{s3:x16}");

    /// <summary>Goes on from a saved state.</summary>
    /// <exception cref="FormatException">Not what <see cref="Save"/> wrote.</exception>
    public void Load(string state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Length != 64)
            throw new FormatException("The state of a chance is 64 hexadecimal digits.");
        s0 = Word(state, 0);
        s1 = Word(state, 16);
        s2 = Word(state, 32);
        s3 = Word(state, 48);
    }

    private static ulong Word(string state, int start) =>
        ulong.Parse(state.AsSpan(start, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private void Restart()
    {
        var text = Encoding.UTF8.GetBytes(Path);
        var input = new byte[8 + text.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(input, seed);
        text.CopyTo(input, 8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input, hash);
        s0 = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        s1 = BinaryPrimitives.ReadUInt64LittleEndian(hash[8..]);
        s2 = BinaryPrimitives.ReadUInt64LittleEndian(hash[16..]);
        s3 = BinaryPrimitives.ReadUInt64LittleEndian(hash[24..]) | 1; // never all zero
    }
}
