namespace TrainingLab.TimeSeries.Compression;

/// <summary>
/// Timestamps as differences of differences, in units of the largest power of ten that divides all differences.
/// </summary>
// varint        exponent of ten
// zig-zag       first timestamp
// per further timestamp, d = difference of differences (the difference before the first is 0):
//   0                      d = 0
//   10   + 7 bits  zig-zag d
//   110  + 12 bits zig-zag d
//   1110 + 32 bits zig-zag d
//   1111 + 64 bits zig-zag d
// After "Gorilla: A Fast, Scalable, In-Memory Time Series Database" (VLDB 2015), section 4.1.1, with other widths.
internal static class TimestampCodec
{
    private const int MaxExponent = 18;

    public static void Encode(ReadOnlySpan<long> times, BitWriter writer)
    {
        if (times.IsEmpty)
            return;
        long scale = 1;
        int exponent = 0;
        while (exponent < MaxExponent && AllDivisible(times, scale * 10))
        {
            scale *= 10;
            exponent++;
        }

        writer.WriteVarint((ulong)exponent);
        writer.WriteZigZag(times[0]);
        long before = 0;
        for (int i = 1; i < times.Length; i++)
        {
            long difference = unchecked(times[i] - times[i - 1]) / scale;
            long change = unchecked(difference - before);
            before = difference;
            ulong zigzag = (ulong)((change << 1) ^ (change >> 63));
            if (zigzag == 0)
                writer.WriteBits(0, 1);
            else if (zigzag < 1UL << 7)
                writer.WriteBits((0b10UL << 7) | zigzag, 9);
            else if (zigzag < 1UL << 12)
                writer.WriteBits((0b110UL << 12) | zigzag, 15);
            else if (zigzag < 1UL << 32)
                writer.WriteBits((0b1110UL << 32) | zigzag, 36);
            else
                WriteWide(writer, zigzag);
        }

        writer.Align();
    }

    public static void Decode(ref BitReader reader, Span<long> times)
    {
        if (times.IsEmpty)
            return;
        ulong exponent = reader.ReadVarint();
        if (exponent > MaxExponent)
            throw new InvalidDataException("A compressed block has no valid time unit.");
        long scale = 1;
        for (ulong i = 0; i < exponent; i++)
            scale *= 10;
        times[0] = reader.ReadZigZag();
        long difference = 0;
        for (int i = 1; i < times.Length; i++)
        {
            int width = !reader.ReadBit() ? 0 : !reader.ReadBit() ? 7 : !reader.ReadBit() ? 12 : !reader.ReadBit() ? 32 : 64;
            if (width > 0)
            {
                ulong zigzag = reader.ReadBits(width);
                difference = unchecked(difference + ((long)(zigzag >> 1) ^ -(long)(zigzag & 1)));
            }

            times[i] = unchecked(times[i - 1] + (difference * scale));
        }

        reader.Align();
    }

    private static void WriteWide(BitWriter writer, ulong zigzag)
    {
        writer.WriteBits(0b1111, 4);
        writer.WriteBits(zigzag, 64);
    }

    private static bool AllDivisible(ReadOnlySpan<long> times, long by)
    {
        for (int i = 1; i < times.Length; i++)
        {
            // A difference that overflows keeps the unit of one nanosecond, where wrapping is harmless.
            if (times[i] < times[i - 1] || times[i] - times[i - 1] < 0 || (times[i] - times[i - 1]) % by != 0)
                return false;
        }

        return times.Length > 1;
    }
}
