using System.Text;
using TrainingLab.TimeSeries.Compression;

namespace TrainingLab.TimeSeries.Store;

/// <summary>Deletes points of named series within a range of time, or drops the series.</summary>
/// <param name="From">First time, nanoseconds, included.</param>
/// <param name="To">Last time, included.</param>
/// <param name="Drop">The series themselves go, whatever the range.</param>
/// <param name="Keys">Measurement and key text of each series.</param>
internal sealed record DeleteOrder(long From, long To, bool Drop, IReadOnlyList<(string Measurement, string Key)> Keys)
{
    // zig-zag from, zig-zag to, varint drop, varint count, then per series two strings: varint length, UTF-8
    public byte[] ToBytes()
    {
        BitWriter writer = new();
        writer.WriteZigZag(From);
        writer.WriteZigZag(To);
        writer.WriteVarint(Drop ? 1UL : 0UL);
        writer.WriteVarint((ulong)Keys.Count);
        foreach ((string measurement, string key) in Keys)
        {
            StoreSnapshot.WriteString(writer, measurement);
            StoreSnapshot.WriteString(writer, key);
        }

        return writer.ToArray();
    }

    public static DeleteOrder FromBytes(ReadOnlySpan<byte> body)
    {
        BitReader reader = new(body);
        long from = reader.ReadZigZag();
        long to = reader.ReadZigZag();
        bool drop = reader.ReadVarint() != 0;
        (string, string)[] keys = new (string, string)[reader.ReadCount(reader.Remaining)];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = (StoreSnapshot.ReadString(ref reader), StoreSnapshot.ReadString(ref reader));
        return new DeleteOrder(from, to, drop, keys);
    }

    /// <summary>Deletes, and returns how many values went.</summary>
    public long Run(Database database, BlockFactory blocks)
    {
        long gone = 0;
        foreach ((string name, string key) in Keys)
        {
            if (!database.Measurements.TryGetValue(name, out Measurement? measurement) || !measurement.Series.TryGetValue(key, out Series? series))
                continue;
            foreach (Column column in series.Columns)
            {
                long before = column.Count;
                if (!Drop)
                    column.Delete(From, To, blocks);
                gone += before - (Drop ? 0 : column.Count);
            }

            if (Drop || series.Columns.TrueForAll(column => column.Count == 0))
                database.Remove(series);
        }

        return gone;
    }
}
