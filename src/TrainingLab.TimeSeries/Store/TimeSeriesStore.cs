using System.Text.Json.Nodes;
using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.TimeSeries.Store;

/// <summary>
/// Databases of compressed time series, in memory, with or without a journal file behind. One factory's serial scheduler uses it: not thread-safe.
/// The same writes at the same times give the same bytes of <see cref="Snapshot"/>; reading changes nothing.
/// </summary>
public sealed class TimeSeriesStore : IDisposable
{
    private const int StateVersion = 1;

    private readonly TimeProvider time;
    private readonly StoreOptions options;
    private readonly BlockFactory blocks;
    private readonly PointWriter points;
    private SortedDictionary<string, Database> databases = new(StringComparer.Ordinal);
    private StoreJournal? journal;
    private long nextPurge;

    /// <summary>A store in memory only.</summary>
    /// <param name="time">Host time: the time of points that carry none, and of retention.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public TimeSeriesStore(TimeProvider time, StoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        this.time = time;
        this.options = options ?? new StoreOptions();
        if (this.options.BlockLength is < 2 or > Compression.Block.MaxCount / 2)
            throw new ArgumentOutOfRangeException(nameof(options), this.options.BlockLength, "A block has 2 to 524,288 values.");
        blocks = new BlockFactory(this.options.BlockLength);
        points = new PointWriter(this.options, blocks);
    }

    /// <summary>Opens or creates a store with a journal in an SQLite file, and recovers what was acknowledged before a crash.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The file cannot be opened.</exception>
    public static TimeSeriesStore Open(string path, TimeProvider time, StoreOptions? options = null)
    {
        TimeSeriesStore store = new(time, options);
        StoreJournal journal = StoreJournal.Open(path, store.options);
        try
        {
            journal.Recover(store);
        }
        catch
        {
            journal.Dispose();
            throw;
        }

        store.journal = journal;
        return store;
    }

    /// <summary>Limits and habits.</summary>
    public StoreOptions Options => options;

    /// <summary>Names of the databases, in ordinal order.</summary>
    public IReadOnlyList<string> DatabaseNames => [.. databases.Keys];

    /// <summary>Values held, points times fields.</summary>
    public long ValueCount => points.ValueCount;

    /// <summary>Creates a database; one that exists stays as it is.</summary>
    /// <exception cref="InvalidOperationException">The limit <see cref="StoreOptions.MaxDatabases"/> is met.</exception>
    public void CreateDatabase(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (databases.ContainsKey(name))
            return;
        if (databases.Count >= options.MaxDatabases)
            throw new InvalidOperationException($"max-databases limit exceeded: ({options.MaxDatabases})");
        Apply(new JournalEntry(JournalKind.CreateDatabase, name, Precision.Nanoseconds, Now(), default));
    }

    /// <summary>Drops a database with all that is in it; false when there was none.</summary>
    public bool DropDatabase(string name)
    {
        if (!databases.ContainsKey(name))
            return false;
        Apply(new JournalEntry(JournalKind.DropDatabase, name, Precision.Nanoseconds, Now(), default));
        return true;
    }

    /// <summary>Stores a body of line protocol; when this returns, the accepted points are in the journal (if there is one).</summary>
    /// <param name="database">A database that exists.</param>
    /// <param name="lines">UTF-8 line protocol.</param>
    /// <param name="precision">The unit of its timestamps.</param>
    /// <exception cref="KeyNotFoundException">There is no such database.</exception>
    public WriteResult Write(string database, ReadOnlySpan<byte> lines, Precision precision = Precision.Nanoseconds)
    {
        if (!databases.TryGetValue(database, out Database? target))
            throw new KeyNotFoundException($"database not found: \"{database}\"");
        long now = Now();
        journal?.Append(JournalKind.Write, database, precision, now, lines);
        WriteResult result = Write(target, lines, precision, now);
        CheckpointWhenDue();
        return result;
    }

    /// <summary>The whole content as compact bytes.</summary>
    public byte[] Snapshot() => StoreSnapshot.Write(databases.Values, blocks, points, nextPurge);

    /// <summary>Replaces the whole content by that of a snapshot.</summary>
    /// <exception cref="InvalidDataException">These bytes are not a snapshot; the content is as before.</exception>
    public void Restore(ReadOnlySpan<byte> snapshot)
    {
        databases = StoreSnapshot.Read(snapshot, blocks, points, out nextPurge);
        journal?.Rewrite(this);
    }

    /// <summary>Version, number of values and the <see cref="Snapshot"/> in base64.</summary>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = StateVersion,
        ["values"] = points.ValueCount,
        ["data"] = Convert.ToBase64String(Snapshot()),
    };

    /// <summary>Restores what <see cref="Save"/> returned.</summary>
    /// <exception cref="InvalidDataException">This is not the state of a store; the content is as before.</exception>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state is not JsonObject || state["v"]?.GetValue<int>() != StateVersion || state["data"] is not JsonValue data)
            throw new InvalidDataException($"The state of a store has \"v\": {StateVersion} and \"data\".");
        byte[] snapshot;
        try
        {
            snapshot = Convert.FromBase64String(data.GetValue<string>());
        }
        catch (FormatException error)
        {
            throw new InvalidDataException("The data of a store is not base64.", error);
        }

        Restore(snapshot);
    }

    /// <summary>Stores all blocks in the file and empties the journal; nothing to do without a file.</summary>
    public void Checkpoint() => journal?.Checkpoint(this);

    /// <summary>Closes the file. What was acknowledged is in it already.</summary>
    public void Dispose() => journal?.Dispose();

    internal SortedDictionary<string, Database> Databases => databases;

    internal BlockFactory BlockFactory => blocks;

    internal PointWriter Points => points;

    internal long NextPurge
    {
        get => nextPurge;
        set => nextPurge = value;
    }

    internal Database? Find(string name) => databases.GetValueOrDefault(name);

    /// <summary>Deletes the points of some series within a range of time, or the series themselves.</summary>
    internal void Delete(string database, DeleteOrder order) =>
        Apply(new JournalEntry(JournalKind.Delete, database, Precision.Nanoseconds, Now(), order.ToBytes()));

    /// <summary>Does again what the journal tells.</summary>
    internal void Replay(JournalEntry entry)
    {
        switch (entry.Kind)
        {
            case JournalKind.CreateDatabase:
                databases.TryAdd(entry.Database, new Database(entry.Database));
                break;
            case JournalKind.DropDatabase:
                if (databases.Remove(entry.Database, out Database? dropped))
                    points.ValueCount -= dropped.Measurements.Values.SelectMany(m => m.Series.Values).SelectMany(s => s.Columns).Sum(c => c.Count);
                break;
            case JournalKind.Write:
                if (databases.TryGetValue(entry.Database, out Database? target))
                    Write(target, entry.Body.Span, entry.Precision, entry.At);
                break;
            case JournalKind.Delete:
                if (databases.TryGetValue(entry.Database, out Database? reduced))
                    points.ValueCount -= DeleteOrder.FromBytes(entry.Body.Span).Run(reduced, blocks);
                break;
            default:
                throw new InvalidDataException($"The journal has an entry of the unknown kind {entry.Kind}.");
        }
    }

    private void Apply(JournalEntry entry)
    {
        journal?.Append(entry.Kind, entry.Database, entry.Precision, entry.At, entry.Body.Span);
        Replay(entry);
        CheckpointWhenDue();
    }

    private void CheckpointWhenDue()
    {
        if (journal is not null && journal.Length > options.CheckpointBytes)
            journal.Checkpoint(this);
    }

    private WriteResult Write(Database target, ReadOnlySpan<byte> lines, Precision precision, long now)
    {
        if (options.Retention is TimeSpan retention && now >= nextPurge)
        {
            // Whole blocks leave, a tenth of the retention apart, as InfluxDB drops whole shards.
            nextPurge = now + (retention.Ticks * 10);
            long oldest = now - (retention.Ticks * 100);
            foreach (Column column in databases.Values.SelectMany(d => d.Measurements.Values).SelectMany(m => m.Series.Values).SelectMany(s => s.Columns))
            {
                long before = column.Count;
                if (column.Blocks.Count > 0 && column.Blocks[0].Last < oldest)
                    column.Delete(long.MinValue, column.Blocks.FindLast(block => block.Last < oldest)!.Last, blocks);
                points.ValueCount += column.Count - before;
            }
        }

        return points.Write(target, lines, precision, now);
    }

    private long Now() => (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
