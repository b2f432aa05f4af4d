using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Rows in order of time: one time per row, and one array of values per column. A time may come twice when rows of several series are merged.</summary>
internal sealed class RowSet(long[] times, FieldValue[][] columns)
{
    public long[] Times { get; } = times;

    public FieldValue[][] Columns { get; } = columns;

    public int Count => Times.Length;

    /// <summary>The first row at or after a time.</summary>
    public int LowerBound(long time)
    {
        int low = 0;
        int high = Times.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (Times[middle] < time)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    /// <summary>Joins columns by time: a row for every time at which any column has a value.</summary>
    public static RowSet Join(IReadOnlyList<(List<long> Times, List<FieldValue> Values)?> columns)
    {
        (List<long> Times, List<FieldValue> Values)[] present = [.. columns.Where(column => column is not null).Select(column => column!.Value)];
        long[] times;
        if (present.Length == 1)
        {
            times = [.. present[0].Times];
        }
        else
        {
            long[] all = [.. present.SelectMany(column => column.Times)];
            Array.Sort(all);
            int distinct = 0;
            for (int i = 0; i < all.Length; i++)
            {
                if (i == 0 || all[i] != all[i - 1])
                    all[distinct++] = all[i];
            }

            times = all[..distinct];
        }

        FieldValue[][] joined = new FieldValue[columns.Count][];
        for (int c = 0; c < joined.Length; c++)
        {
            joined[c] = new FieldValue[times.Length];
            if (columns[c] is not { } column)
                continue;
            int next = 0;
            for (int i = 0; i < times.Length && next < column.Times.Count; i++)
            {
                if (column.Times[next] == times[i])
                    joined[c][i] = column.Values[next++];
            }
        }

        return new RowSet(times, joined);
    }

    /// <summary>Merges sets of the same columns by time; rows of one time stay in the order of the sets.</summary>
    public static RowSet Merge(IReadOnlyList<RowSet> sets, int columns)
    {
        if (sets.Count == 1)
            return sets[0];
        int count = sets.Sum(set => set.Count);
        long[] times = new long[count];
        long[] origin = new long[count];
        int filled = 0;
        for (int s = 0; s < sets.Count; s++)
        {
            for (int i = 0; i < sets[s].Count; i++)
            {
                times[filled] = sets[s].Times[i];
                origin[filled++] = ((long)s << 32) | (uint)i;
            }
        }

        // An origin grows with set and row, so that sorting by time and origin is stable.
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => times[a] != times[b] ? times[a].CompareTo(times[b]) : a.CompareTo(b));
        long[] merged = new long[count];
        FieldValue[][] values = new FieldValue[columns][];
        for (int c = 0; c < columns; c++)
            values[c] = new FieldValue[count];
        for (int i = 0; i < count; i++)
        {
            merged[i] = times[order[i]];
            RowSet set = sets[(int)(origin[order[i]] >> 32)];
            int row = (int)(uint)origin[order[i]];
            for (int c = 0; c < columns; c++)
                values[c][i] = set.Columns[c][row];
        }

        return new RowSet(merged, values);
    }

    /// <summary>The rows that a test keeps.</summary>
    public RowSet Where(Func<int, bool> keep)
    {
        List<int> kept = [];
        for (int i = 0; i < Count; i++)
        {
            if (keep(i))
                kept.Add(i);
        }

        if (kept.Count == Count)
            return this;
        long[] times = new long[kept.Count];
        FieldValue[][] columns = new FieldValue[Columns.Length][];
        for (int c = 0; c < columns.Length; c++)
            columns[c] = new FieldValue[kept.Count];
        for (int i = 0; i < times.Length; i++)
        {
            times[i] = Times[kept[i]];
            for (int c = 0; c < columns.Length; c++)
                columns[c][i] = Columns[c][kept[i]];
        }

        return new RowSet(times, columns);
    }
}
