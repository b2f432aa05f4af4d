using FsCheck;
using FsCheck.Fluent;
using TrainingLab.TimeSeries.Compression;

namespace TrainingLab.Tests.TimeSeries.Compression;

/// <summary>Block codecs: bytes worked out by hand from the drawings in the code, round trips with a named seed, and damage.</summary>
public sealed class Codec_Tests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(20261122, 1).WithMaxTest(300);

    public static TheoryData<string, long[]> Timestamps => new()
    {
        { "", [] },
        { "00 00", [0] },
        { "00 0E", [7] },
        { "00 01", [-1] },

        // unit 1 s (exponent 9); 10; differences 1, 1, 1: 10 0000010, then two zero bits
        { "09 80 90 DF C0 4A 81 00", [10_000_000_000, 11_000_000_000, 12_000_000_000, 13_000_000_000] },

        // unit 1 (differences 1, 3): d = 1 -> 10 0000010; d = 2 -> 10 0000100
        { "00 00 81 41 00", [0, 1, 4] },

        // difference 100 -> unit 100, d = 1
        { "02 00 81 00", [0, 100] },

        // difference 1001 -> zig-zag 2002 of 12 bits: 110 011111010010
        { "00 00 CF A4", [0, 1001] },

        // difference 100001 -> zig-zag 200002 of 32 bits: 1110 0x00030D42
        { "00 00 E0 00 30 D4 20", [0, 100_001] },
    };

    public static TheoryData<string, double[]> Floats => new()
    {
        { "", [] },
        { "3F F0 00 00 00 00 00 00", [1.0] },
        { "3F F0 00 00 00 00 00 00 00", [1.0, 1.0, 1.0] },

        // 1.0 XOR 1.5 has one bit, after 12 zeros: 11 001100 000000 1; again the same window: 10 1
        { "3F F0 00 00 00 00 00 00 CC 03 40", [1.0, 1.5, 1.0] },
    };

    public static TheoryData<string, long[]> Integers => new()
    {
        { "", [] },
        { "00 02 01 04", [0, 1, 0, 2] },
        { "80 01 00", [64, 64] },
        { "FF FF FF FF FF FF FF FF FF 01", [long.MinValue] },
    };

    public static TheoryData<string, bool[]> Booleans => new()
    {
        { "", [] },
        { "A0", [true, false, true] },
        { "FF 80", [true, true, true, true, true, true, true, true, true] },
    };

    public static TheoryData<string, string[]> Strings => new()
    {
        { "00", [] },
        { "02 03 72 75 6E 00 00 01 00", ["run", "", "run"] },
    };

    [Theory]
    [MemberData(nameof(Timestamps))]
    public void Timestamps_have_these_bytes(string hex, long[] times)
    {
        BitWriter writer = new();
        TimestampCodec.Encode(times, writer);
        Assert.Equal(Bytes(hex), writer.ToArray());
        BitReader reader = new(Bytes(hex));
        long[] decoded = new long[times.Length];
        TimestampCodec.Decode(ref reader, decoded);
        Assert.Equal(times, decoded);
        Assert.Equal(0, reader.Remaining);
    }

    [Theory]
    [MemberData(nameof(Floats))]
    public void Floats_have_these_bytes(string hex, double[] values) => AssertBytes<double, FloatCodec>(hex, values);

    [Theory]
    [MemberData(nameof(Integers))]
    public void Integers_have_these_bytes(string hex, long[] values) => AssertBytes<long, IntegerCodec>(hex, values);

    [Theory]
    [MemberData(nameof(Booleans))]
    public void Booleans_have_these_bytes(string hex, bool[] values) => AssertBytes<bool, BooleanCodec>(hex, values);

    [Theory]
    [MemberData(nameof(Strings))]
    public void Strings_have_these_bytes(string hex, string[] values) => AssertBytes<string, StringCodec>(hex, values);

    [Fact]
    public void Any_floats_come_back_bit_by_bit() =>
        Check.One(Seeded, Prop.ForAll<double[]>(values => RoundTrip<double, FloatCodec>(values).Select(BitConverter.DoubleToInt64Bits).SequenceEqual(values.Select(BitConverter.DoubleToInt64Bits))));

    [Fact]
    public void Any_integers_come_back() => Check.One(Seeded, Prop.ForAll<long[]>(values => RoundTrip<long, IntegerCodec>(values).SequenceEqual(values)));

    [Fact]
    public void Any_booleans_come_back() => Check.One(Seeded, Prop.ForAll<bool[]>(values => RoundTrip<bool, BooleanCodec>(values).SequenceEqual(values)));

    [Fact]
    public void Any_strings_come_back() => Check.One(Seeded, Prop.ForAll<NonNull<string>[]>(values =>
    {
        // Half surrogates are no text; a store never holds any, as its strings come from UTF-8.
        string[] texts = [.. values.Select(value => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(value.Get)))];
        return RoundTrip<string, StringCodec>(texts).SequenceEqual(texts, StringComparer.Ordinal);
    }));

    [Fact]
    public void Any_ascending_times_come_back() => Check.One(Seeded, Prop.ForAll<long[]>(values =>
    {
        long[] times = [.. values.Concat([long.MinValue, long.MaxValue, 0]).Distinct().Order()];
        BitWriter writer = new();
        TimestampCodec.Encode(times, writer);
        long[] decoded = new long[times.Length];
        BitReader reader = new(writer.ToArray());
        TimestampCodec.Decode(ref reader, decoded);
        return decoded.SequenceEqual(times);
    }));

    [Fact]
    public void A_block_cut_at_any_byte_is_told_to_be_damaged()
    {
        long[] times = [.. Enumerable.Range(0, 100).Select(i => (i * 1_000_000_007L) + (i % 7))];
        double[] values = [.. times.Select(time => Math.Sin(time))];
        byte[] whole = Block.Encode<double, FloatCodec>(times, values, new BitWriter());
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            Assert.Throws<InvalidDataException>(() => Block.Decode<double, FloatCodec>(cut, new long[100], new double[100]));
        }
    }

    [Fact]
    public void Regular_readings_take_little()
    {
        long[] times = [.. Enumerable.Range(0, 1024).Select(i => 1_700_000_000_000_000_000 + (i * 100_000_000L))];
        byte[] block = Block.Encode<double, FloatCodec>(times, new double[1024], new BitWriter());
        Assert.InRange(block.Length, 1, 300);
    }

    private static void AssertBytes<T, TCodec>(string hex, T[] values)
        where TCodec : IValueCodec<T>
    {
        BitWriter writer = new();
        TCodec.Encode(values, writer);
        Assert.Equal(Bytes(hex), writer.ToArray());
        Assert.Equal(values, RoundTrip<T, TCodec>(values));
    }

    private static T[] RoundTrip<T, TCodec>(T[] values)
        where TCodec : IValueCodec<T>
    {
        BitWriter writer = new();
        TCodec.Encode(values, writer);
        T[] decoded = new T[values.Length];
        BitReader reader = new(writer.ToArray());
        TCodec.Decode(ref reader, decoded);
        return decoded;
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
