using System.Text;
using TrainingLab.TimeSeries.Compression;

namespace TrainingLab.TimeSeries.Store;

/// <summary>All databases as bytes.</summary>
// "TLTS" 01
// varint next column id, varint next block id, zig-zag next purge
// varint databases, each: string name, varint series, each:
//   string key text, varint columns, each:
//     varint id, bytes raw name, varint type, varint blocks, each: varint id, zig-zag first, varint last-first, varint count, bytes data
//     bytes open part (Column.SaveOpen)
// string and bytes: varint length, then as many bytes
internal static class StoreSnapshot
{
    private static ReadOnlySpan<byte> Magic => "TLTS\u0001"u8;

    public static byte[] Write(IReadOnlyCollection<Database> databases, BlockFactory blocks, PointWriter points, long nextPurge)
    {
        BitWriter writer = new();
        writer.WriteBytes(Magic);
        writer.WriteVarint((ulong)points.NextColumnId);
        writer.WriteVarint((ulong)blocks.NextId);
        writer.WriteZigZag(nextPurge);
        writer.WriteVarint((ulong)databases.Count);
        foreach (Database database in databases)
        {
            WriteString(writer, database.Name);
            writer.WriteVarint((ulong)database.SeriesCount);
            foreach (Series series in database.Measurements.Values.SelectMany(measurement => measurement.Series.Values))
            {
                WriteString(writer, series.Key.Text);
                writer.WriteVarint((ulong)series.Columns.Count);
                foreach (Column column in series.Columns)
                    WriteColumn(writer, column, blocks.Writer);
            }
        }

        return writer.ToArray();
    }

    public static SortedDictionary<string, Database> Read(ReadOnlySpan<byte> snapshot, BlockFactory blocks, PointWriter points, out long nextPurge)
    {
        BitReader reader = new(snapshot);
        if (snapshot.Length < Magic.Length || !reader.ReadBytes(Magic.Length).SequenceEqual(Magic))
            throw new InvalidDataException("These bytes do not begin like a snapshot of a store.");
        int nextColumn = reader.ReadCount(int.MaxValue);
        ulong nextBlock = reader.ReadVarint();
        nextPurge = reader.ReadZigZag();
        SortedDictionary<string, Database> databases = new(StringComparer.Ordinal);
        long values = 0;
        for (int left = reader.ReadCount(reader.Remaining); left > 0; left--)
        {
            Database database = new(ReadString(ref reader));
            databases[database.Name] = database;
            for (int seriesLeft = reader.ReadCount(reader.Remaining); seriesLeft > 0; seriesLeft--)
            {
                Series series = AddSeries(database, ReadString(ref reader));
                for (int columnsLeft = reader.ReadCount(reader.Remaining); columnsLeft > 0; columnsLeft--)
                {
                    Column column = ReadColumn(ref reader);
                    AddColumn(series, column);
                    values += column.Count;
                }
            }
        }

        if (reader.Remaining > 0)
            throw new InvalidDataException("Bytes follow the end of a snapshot.");
        points.NextColumnId = nextColumn;
        points.ValueCount = values;
        blocks.NextId = (long)nextBlock;
        return databases;
    }

    /// <summary>Adds a series by its key text.</summary>
    public static Series AddSeries(Database database, string keyText)
    {
        SeriesKey key = SeriesKey.TryParse(Encoding.UTF8.GetBytes(keyText), out string? error)
            ?? throw new InvalidDataException($"The stored series key '{keyText}' is none: {error}.");
        return database.Find(key) ?? database.Add(key);
    }

    /// <summary>Adds a column that was stored, and its field to the measurement.</summary>
    public static void AddColumn(Series series, Column column)
    {
        if (series.Measurement.Fields.TryGetValue(column.Name, out FieldType known) && known != column.Type)
            throw new InvalidDataException($"The stored field {column.Name} of {series.Measurement.Name} has two types.");
        series.Measurement.Fields[column.Name] = column.Type;
        series.Columns.Add(column);
    }

    public static void WriteString(BitWriter writer, string text) => WriteBlob(writer, Encoding.UTF8.GetBytes(text));

    public static string ReadString(ref BitReader reader) => Encoding.UTF8.GetString(ReadBlob(ref reader));

    private static void WriteBlob(BitWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteVarint((ulong)bytes.Length);
        writer.WriteBytes(bytes);
    }

    private static ReadOnlySpan<byte> ReadBlob(ref BitReader reader) => reader.ReadBytes(reader.ReadCount(reader.Remaining));

    private static void WriteColumn(BitWriter writer, Column column, BitWriter scratch)
    {
        writer.WriteVarint((ulong)column.Id);
        WriteBlob(writer, column.RawName);
        writer.WriteVarint((ulong)column.Type);
        writer.WriteVarint((ulong)column.Blocks.Count);
        foreach (Block block in column.Blocks)
        {
            writer.WriteVarint((ulong)block.Id);
            writer.WriteZigZag(block.First);
            writer.WriteVarint(unchecked((ulong)(block.Last - block.First)));
            writer.WriteVarint((ulong)block.Count);
            WriteBlob(writer, block.Data);
        }

        WriteBlob(writer, column.SaveOpen(scratch));
    }

    private static Column ReadColumn(ref BitReader reader)
    {
        int id = reader.ReadCount(int.MaxValue);
        byte[] rawName = ReadBlob(ref reader).ToArray();
        FieldType type = (FieldType)reader.ReadCount((int)FieldType.Boolean);
        Column column = Column.Create(id, SeriesKey.Unescape(rawName), rawName, type);
        for (int left = reader.ReadCount(reader.Remaining); left > 0; left--)
        {
            long blockId = (long)reader.ReadVarint();
            long first = reader.ReadZigZag();
            long last = unchecked(first + (long)reader.ReadVarint());
            int count = reader.ReadCount(Block.MaxCount);
            Block block = new(blockId, first, last, count, ReadBlob(ref reader).ToArray());
            column.Verify(block);
            if (column.Blocks.Count > 0 && column.Blocks[^1].Last >= first)
                throw new InvalidDataException("Stored blocks overlap.");
            column.Blocks.Add(block);
        }

        column.LoadOpen(ReadBlob(ref reader));
        return column;
    }
}
