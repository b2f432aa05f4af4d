using System.Numerics;
using System.Text;

namespace TrainingLab.TimeSeries.Compression;

/// <summary>Writes and reads the values of one column type.</summary>
internal interface IValueCodec<T>
{
    static abstract void Encode(ReadOnlySpan<T> values, BitWriter writer);

    static abstract void Decode(ref BitReader reader, Span<T> values);
}

/// <summary>Floats as the bits that changed.</summary>
// first value   64 bits
// then, x = value XOR value before:
//   0                             x = 0
//   10 + window bits              x fits the window of leading and trailing zeros of the last one
//   11 + 6 bits leading zeros + 6 bits (significant bits - 1) + significant bits
// After "Gorilla" (VLDB 2015), section 4.1.2.
internal sealed class FloatCodec : IValueCodec<double>
{
    public static void Encode(ReadOnlySpan<double> values, BitWriter writer)
    {
        if (values.IsEmpty)
            return;
        writer.Align();
        ulong before = BitConverter.DoubleToUInt64Bits(values[0]);
        writer.WriteBits(before, 64);
        int leading = -1;
        int trailing = 0;
        for (int i = 1; i < values.Length; i++)
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(values[i]);
            ulong changed = bits ^ before;
            before = bits;
            if (changed == 0)
            {
                writer.WriteBits(0, 1);
                continue;
            }

            int zerosBefore = BitOperations.LeadingZeroCount(changed);
            int zerosAfter = BitOperations.TrailingZeroCount(changed);
            if (leading >= 0 && zerosBefore >= leading && zerosAfter >= trailing)
            {
                writer.WriteBits(0b10, 2);
            }
            else
            {
                leading = zerosBefore;
                trailing = zerosAfter;
                writer.WriteBits((0b11UL << 12) | ((ulong)(uint)leading << 6) | (uint)(63 - leading - trailing), 14);
            }

            writer.WriteBits(changed >> trailing, 64 - leading - trailing);
        }

        writer.Align();
    }

    public static void Decode(ref BitReader reader, Span<double> values)
    {
        if (values.IsEmpty)
            return;
        ulong bits = reader.ReadBits(64);
        values[0] = BitConverter.UInt64BitsToDouble(bits);
        int significant = 0;
        int trailing = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (reader.ReadBit())
            {
                if (reader.ReadBit())
                {
                    int leading = (int)reader.ReadBits(6);
                    significant = (int)reader.ReadBits(6) + 1;
                    trailing = 64 - leading - significant;
                    if (trailing < 0)
                        throw new InvalidDataException("A compressed float has more than 64 bits.");
                }

                bits ^= reader.ReadBits(significant) << trailing;
            }

            values[i] = BitConverter.UInt64BitsToDouble(bits);
        }

        reader.Align();
    }
}

/// <summary>Integers as zig-zag varints of their differences, the one before the first being 0.</summary>
internal sealed class IntegerCodec : IValueCodec<long>
{
    public static void Encode(ReadOnlySpan<long> values, BitWriter writer)
    {
        long before = 0;
        foreach (long value in values)
        {
            writer.WriteZigZag(unchecked(value - before));
            before = value;
        }
    }

    public static void Decode(ref BitReader reader, Span<long> values)
    {
        long before = 0;
        for (int i = 0; i < values.Length; i++)
            values[i] = before = unchecked(before + reader.ReadZigZag());
    }
}

/// <summary>Truth values as one bit each.</summary>
internal sealed class BooleanCodec : IValueCodec<bool>
{
    public static void Encode(ReadOnlySpan<bool> values, BitWriter writer)
    {
        writer.Align();
        foreach (bool value in values)
            writer.WriteBits(value ? 1UL : 0UL, 1);
        writer.Align();
    }

    public static void Decode(ref BitReader reader, Span<bool> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = reader.ReadBit();
        reader.Align();
    }
}

/// <summary>Strings as a dictionary in the order of first use, and a varint index per value.</summary>
// varint count, then per entry: varint length, UTF-8; then one varint index per value
internal sealed class StringCodec : IValueCodec<string>
{
    public static void Encode(ReadOnlySpan<string> values, BitWriter writer)
    {
        Dictionary<string, ulong> index = new(StringComparer.Ordinal);
        List<string> entries = [];
        foreach (string value in values)
        {
            if (index.TryAdd(value, (ulong)entries.Count))
                entries.Add(value);
        }

        writer.WriteVarint((ulong)entries.Count);
        foreach (string entry in entries)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(entry);
            writer.WriteVarint((ulong)utf8.Length);
            writer.WriteBytes(utf8);
        }

        foreach (string value in values)
            writer.WriteVarint(index[value]);
    }

    public static void Decode(ref BitReader reader, Span<string> values)
    {
        int count = reader.ReadCount(Math.Min(reader.Remaining, values.Length));
        string[] entries = new string[count];
        for (int i = 0; i < count; i++)
            entries[i] = Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadCount(reader.Remaining)));
        for (int i = 0; i < values.Length; i++)
            values[i] = entries[reader.ReadCount(count - 1)];
    }
}
