using TrainingLab.TimeSeries.Compression;

namespace TrainingLab.TimeSeries.Store;

/// <summary>
/// One field of one series: sealed blocks, a head that takes new points in order of time, and late points that belong before the head and are
/// merged into the blocks a batch at a time. What it holds depends on the writes alone, never on who read when.
/// </summary>
internal abstract class Column(int id, string name, byte[] rawName, FieldType type)
{
    /// <summary>Number in the store, never used twice.</summary>
    public int Id { get; } = id;

    public string Name { get; } = name;

    /// <summary>The name as it was first written, escapes kept.</summary>
    public byte[] RawName { get; } = rawName;

    public FieldType Type { get; } = type;

    public List<Block> Blocks { get; } = [];

    /// <summary>Values held, late ones counted even when they will overwrite.</summary>
    public abstract long Count { get; }

    /// <summary>Changed since the journal last stored it.</summary>
    public bool Dirty { get; set; } = true;

    /// <summary>Appends values with <paramref name="from"/> ≤ time ≤ <paramref name="to"/> in order of time.</summary>
    public abstract void Read(long from, long to, List<long> times, List<FieldValue> values);

    /// <summary>Values that <see cref="Read"/> would return, at most.</summary>
    public abstract long Estimate(long from, long to);

    /// <summary>Deletes values with <paramref name="from"/> ≤ time ≤ <paramref name="to"/>.</summary>
    public abstract void Delete(long from, long to, BlockFactory blocks);

    /// <summary>Head and late points as bytes.</summary>
    public abstract byte[] SaveOpen(BitWriter writer);

    /// <summary>Restores what <see cref="SaveOpen"/> returned.</summary>
    public abstract void LoadOpen(ReadOnlySpan<byte> data);

    /// <summary>Proves that a block can be read.</summary>
    public abstract void Verify(Block block);

    public static Column Create(int id, string name, byte[] rawName, FieldType type) => type switch
    {
        FieldType.Float => new Column<double, FloatCodec>(id, name, rawName, type),
        FieldType.Integer => new Column<long, IntegerCodec>(id, name, rawName, type),
        FieldType.Boolean => new Column<bool, BooleanCodec>(id, name, rawName, type),
        FieldType.String => new Column<string, StringCodec>(id, name, rawName, type),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a field type."),
    };
}

/// <summary>Numbers blocks and lends the bit buffer that makes them.</summary>
internal sealed class BlockFactory(int length)
{
    /// <summary>Values of a full block.</summary>
    public int Length { get; } = length;

    public long NextId { get; set; } = 1;

    public BitWriter Writer { get; } = new();

    public Block Seal<T, TCodec>(ReadOnlySpan<long> times, ReadOnlySpan<T> values)
        where TCodec : IValueCodec<T> =>
        new(NextId++, times[0], times[^1], times.Length, Block.Encode<T, TCodec>(times, values, Writer));
}

/// <inheritdoc/>
internal sealed class Column<T, TCodec>(int id, string name, byte[] rawName, FieldType type) : Column(id, name, rawName, type)
    where TCodec : IValueCodec<T>
{
    private long[] headTimes = new long[8];
    private T[] headValues = new T[8];
    private int headCount;
    private List<long> lateTimes = [];
    private List<T> lateValues = [];
    private long sealedCount;

    /// <inheritdoc/>
    public override long Count => sealedCount + headCount + lateTimes.Count;

    private long Boundary => Blocks.Count > 0 ? Blocks[^1].Last : long.MinValue;

    /// <summary>Adds one value; the same time again overwrites.</summary>
    public void Append(long time, T value, BlockFactory blocks)
    {
        Dirty = true;
        if (headCount > 0 && time > headTimes[headCount - 1])
        {
            Push(time, value, blocks);
        }
        else if (time <= Boundary && Blocks.Count > 0)
        {
            lateTimes.Add(time);
            lateValues.Add(value);
            if (lateTimes.Count >= blocks.Length)
                MergeLate(blocks);
        }
        else if (headCount == 0)
        {
            Push(time, value, blocks);
        }
        else
        {
            int index = Array.BinarySearch(headTimes, 0, headCount, time);
            if (index >= 0)
            {
                headValues[index] = value;
                return;
            }

            index = ~index;
            Push(headTimes[headCount - 1], headValues[headCount - 1], blocks: null);
            Array.Copy(headTimes, index, headTimes, index + 1, headCount - 1 - index);
            Array.Copy(headValues, index, headValues, index + 1, headCount - 1 - index);
            headTimes[index] = time;
            headValues[index] = value;
            SealFullHead(blocks);
        }
    }

    /// <inheritdoc/>
    public override void Read(long from, long to, List<long> times, List<FieldValue> values)
    {
        List<long> rawTimes = [];
        List<T> rawValues = [];
        Collect(from, to, rawTimes, rawValues);
        times.AddRange(rawTimes);
        values.EnsureCapacity(values.Count + rawValues.Count);
        foreach (T value in rawValues)
            values.Add(ToFieldValue(value));
    }

    /// <inheritdoc/>
    public override long Estimate(long from, long to)
    {
        long count = lateTimes.Count;
        foreach (Block block in Blocks)
            count += block.Last >= from && block.First <= to ? block.Count : 0;
        return count + headCount;
    }

    /// <inheritdoc/>
    public override void Delete(long from, long to, BlockFactory blocks)
    {
        Dirty = true;
        MergeLate(blocks);
        int kept = 0;
        for (int i = 0; i < headCount; i++)
        {
            if (headTimes[i] >= from && headTimes[i] <= to)
                continue;
            headTimes[kept] = headTimes[i];
            headValues[kept++] = headValues[i];
        }

        headCount = kept;
        for (int i = Blocks.Count - 1; i >= 0; i--)
        {
            Block block = Blocks[i];
            if (block.Last < from || block.First > to)
                continue;
            sealedCount -= block.Count;
            Blocks.RemoveAt(i);
            if (block.First >= from && block.Last <= to)
                continue;
            (long[] times, T[] values) = Expand(block);
            List<long> keptTimes = [];
            List<T> keptValues = [];
            for (int j = 0; j < times.Length; j++)
            {
                if (times[j] >= from && times[j] <= to)
                    continue;
                keptTimes.Add(times[j]);
                keptValues.Add(values[j]);
            }

            if (keptTimes.Count > 0)
            {
                Blocks.Insert(i, blocks.Seal<T, TCodec>(keptTimes.ToArray(), keptValues.ToArray()));
                sealedCount += keptTimes.Count;
            }
        }
    }

    /// <inheritdoc/>
    public override byte[] SaveOpen(BitWriter writer)
    {
        writer.Clear();
        writer.WriteVarint((ulong)headCount);
        writer.WriteVarint((ulong)lateTimes.Count);
        TimestampCodec.Encode(headTimes.AsSpan(0, headCount), writer);
        TCodec.Encode(headValues.AsSpan(0, headCount), writer);
        TimestampCodec.Encode(lateTimes.ToArray(), writer);
        TCodec.Encode(lateValues.ToArray(), writer);
        return writer.ToArray();
    }

    /// <inheritdoc/>
    public override void LoadOpen(ReadOnlySpan<byte> data)
    {
        BitReader reader = new(data);

        // A value takes at least a bit of time or of itself, and the counts stand before eight times their own bytes.
        int head = reader.ReadCount(Math.Min(Block.MaxCount, data.Length * 8L));
        int late = reader.ReadCount(Math.Min(Block.MaxCount, data.Length * 8L));
        long[] times = new long[Math.Max(8, head)];
        T[] values = new T[times.Length];
        TimestampCodec.Decode(ref reader, times.AsSpan(0, head));
        TCodec.Decode(ref reader, values.AsSpan(0, head));
        long[] later = new long[late];
        T[] laterValues = new T[late];
        TimestampCodec.Decode(ref reader, later);
        TCodec.Decode(ref reader, laterValues);
        (headTimes, headValues, headCount) = (times, values, head);
        (lateTimes, lateValues) = ([.. later], [.. laterValues]);
        sealedCount = Blocks.Sum(block => (long)block.Count);
    }

    /// <inheritdoc/>
    public override void Verify(Block block)
    {
        if (block.Count is <= 0 or > Block.MaxCount || block.Count > block.Data.Length * 8L)
            throw new InvalidDataException("A block has no valid count.");
        (long[] times, _) = Expand(block);
        if (times[0] != block.First || times[^1] != block.Last)
            throw new InvalidDataException("A block does not hold the times it says.");
    }

    private void Push(long time, T value, BlockFactory? blocks)
    {
        if (headCount == headTimes.Length)
        {
            Array.Resize(ref headTimes, headCount * 2);
            Array.Resize(ref headValues, headCount * 2);
        }

        headTimes[headCount] = time;
        headValues[headCount++] = value;
        if (blocks is not null)
            SealFullHead(blocks);
    }

    private void SealFullHead(BlockFactory blocks)
    {
        if (headCount < blocks.Length)
            return;
        Blocks.Add(blocks.Seal<T, TCodec>(headTimes.AsSpan(0, headCount), headValues.AsSpan(0, headCount)));
        sealedCount += headCount;
        headCount = 0;
    }

    private void Collect(long from, long to, List<long> times, List<T> values)
    {
        foreach (Block block in Blocks)
        {
            if (block.Last < from || block.First > to)
                continue;
            (long[] blockTimes, T[] blockValues) = Expand(block);
            AddRange(blockTimes, blockValues, block.Count, from, to, times, values);
        }

        if (lateTimes.Count > 0)
        {
            (List<long> sortedTimes, List<T> sortedValues) = SortLate(from, to);
            (List<long> mergedTimes, List<T> mergedValues) = Merge(times, values, sortedTimes, sortedValues);
            times.Clear();
            values.Clear();
            times.AddRange(mergedTimes);
            values.AddRange(mergedValues);
        }

        AddRange(headTimes, headValues, headCount, from, to, times, values);
    }

    private static void AddRange(long[] sourceTimes, T[] sourceValues, int count, long from, long to, List<long> times, List<T> values)
    {
        int start = LowerBound(sourceTimes, count, from);
        int end = to == long.MaxValue ? count : LowerBound(sourceTimes, count, to + 1);
        if (end > start)
        {
            times.AddRange(sourceTimes.AsSpan(start, end - start));
            values.AddRange(sourceValues.AsSpan(start, end - start));
        }
    }

    private static int LowerBound(long[] sorted, int count, long value)
    {
        int index = Array.BinarySearch(sorted, 0, count, value);
        return index < 0 ? ~index : index;
    }

    /// <summary>Late points within a range in order of time; of several at one time the last that was written.</summary>
    private (List<long> Times, List<T> Values) SortLate(long from, long to)
    {
        int[] order = new int[lateTimes.Count];
        int count = 0;
        for (int i = 0; i < order.Length; i++)
        {
            if (lateTimes[i] >= from && lateTimes[i] <= to)
                order[count++] = i;
        }

        Array.Sort(order, 0, count, Comparer<int>.Create((a, b) => lateTimes[a] != lateTimes[b] ? lateTimes[a].CompareTo(lateTimes[b]) : a.CompareTo(b)));
        List<long> times = new(count);
        List<T> values = new(count);
        for (int i = 0; i < count; i++)
        {
            long time = lateTimes[order[i]];
            if (times.Count > 0 && times[^1] == time)
            {
                values[^1] = lateValues[order[i]];
                continue;
            }

            times.Add(time);
            values.Add(lateValues[order[i]]);
        }

        return (times, values);
    }

    private static (List<long> Times, List<T> Values) Merge(List<long> times, List<T> values, List<long> laterTimes, List<T> laterValues)
    {
        List<long> mergedTimes = new(times.Count + laterTimes.Count);
        List<T> mergedValues = new(times.Count + laterTimes.Count);
        int i = 0;
        int j = 0;
        while (i < times.Count || j < laterTimes.Count)
        {
            bool takeLater = i >= times.Count || (j < laterTimes.Count && laterTimes[j] <= times[i]);
            if (takeLater && i < times.Count && laterTimes[j] == times[i])
                i++;
            mergedTimes.Add(takeLater ? laterTimes[j] : times[i]);
            mergedValues.Add(takeLater ? laterValues[j++] : values[i++]);
        }

        return (mergedTimes, mergedValues);
    }

    private void MergeLate(BlockFactory blocks)
    {
        if (lateTimes.Count == 0)
            return;
        (List<long> times, List<T> values) = SortLate(long.MinValue, long.MaxValue);
        lateTimes.Clear();
        lateValues.Clear();
        int start = Blocks.FindIndex(block => block.Last >= times[0]);
        start = start < 0 ? Blocks.Count : start;
        int end = start;
        List<long> oldTimes = [];
        List<T> oldValues = [];
        while (end < Blocks.Count && Blocks[end].First <= times[^1])
        {
            (long[] blockTimes, T[] blockValues) = Expand(Blocks[end]);
            oldTimes.AddRange(blockTimes);
            oldValues.AddRange(blockValues);
            sealedCount -= Blocks[end++].Count;
        }

        (times, values) = Merge(oldTimes, oldValues, times, values);
        Blocks.RemoveRange(start, end - start);
        long[] allTimes = [.. times];
        T[] allValues = [.. values];
        for (int i = 0; i < allTimes.Length; i += blocks.Length)
        {
            int count = Math.Min(blocks.Length, allTimes.Length - i);
            Blocks.Insert(start++, blocks.Seal<T, TCodec>(allTimes.AsSpan(i, count), allValues.AsSpan(i, count)));
        }

        sealedCount += allTimes.Length;
    }

    private static (long[] Times, T[] Values) Expand(Block block)
    {
        long[] times = new long[block.Count];
        T[] values = new T[block.Count];
        Block.Decode<T, TCodec>(block.Data, times, values);
        return (times, values);
    }

    private static FieldValue ToFieldValue(T value) => value switch
    {
        double number => FieldValue.Float(number),
        long number => FieldValue.Integer(number),
        bool truth => FieldValue.Boolean(truth),
        string text => FieldValue.String(text),
        _ => throw new InvalidOperationException("Columns hold no other type."),
    };
}
