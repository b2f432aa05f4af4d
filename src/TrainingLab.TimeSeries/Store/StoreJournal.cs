using Microsoft.Data.Sqlite;
using TrainingLab.TimeSeries.Compression;
using TrainingLab.TimeSeries.LineProtocol;

namespace TrainingLab.TimeSeries.Store;

/// <summary>What a journal entry does.</summary>
internal enum JournalKind
{
    Write = 1,
    CreateDatabase = 2,
    DropDatabase = 3,
    Delete = 4,
}

/// <summary>One acknowledged change.</summary>
internal readonly record struct JournalEntry(JournalKind Kind, string Database, Precision Precision, long At, ReadOnlyMemory<byte> Body);

/// <summary>
/// The file behind a store: changes are appended as one blob each and committed before they are acknowledged; a checkpoint stores the blocks that are
/// new since the last one and empties the journal in the same transaction.
/// </summary>
internal sealed class StoreJournal : IDisposable
{
    private const long SchemaVersion = 1;

    private readonly SqliteConnection connection;
    private readonly SqliteCommand append;
    private readonly HashSet<long> storedBlocks = [];
    private readonly HashSet<int> storedColumns = [];

    private StoreJournal(SqliteConnection connection)
    {
        this.connection = connection;
        append = connection.CreateCommand();
        append.CommandText = "INSERT INTO journal (at, kind, database, precision, body) VALUES ($at, $kind, $database, $precision, $body)";
        foreach (string name in (string[])["$at", "$kind", "$database", "$precision", "$body"])
            append.Parameters.Add(new SqliteParameter { ParameterName = name });
    }

    /// <summary>Bytes in the journal since the last checkpoint.</summary>
    public long Length { get; private set; }

    public static StoreJournal Open(string path, StoreOptions options)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Run(connection, null, "PRAGMA journal_mode=WAL");
            Run(connection, null, options.SyncEveryWrite ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
            Run(connection, null, """
                CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
                CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, kind INTEGER NOT NULL, database TEXT NOT NULL, precision INTEGER NOT NULL, body BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS db (name TEXT PRIMARY KEY);
                CREATE TABLE IF NOT EXISTS col (id INTEGER PRIMARY KEY, database TEXT NOT NULL, key TEXT NOT NULL, name BLOB NOT NULL, type INTEGER NOT NULL, open BLOB NOT NULL);
                CREATE TABLE IF NOT EXISTS block (id INTEGER PRIMARY KEY, col INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, count INTEGER NOT NULL, data BLOB NOT NULL);
                """);
            return new StoreJournal(connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Commits one change.</summary>
    public void Append(JournalKind kind, string database, Precision precision, long at, ReadOnlySpan<byte> body)
    {
        append.Parameters[0].Value = at;
        append.Parameters[1].Value = (int)kind;
        append.Parameters[2].Value = database;
        append.Parameters[3].Value = (int)precision;
        append.Parameters[4].Value = body.ToArray();
        append.ExecuteNonQuery();
        Length += body.Length + 64;
    }

    /// <summary>Fills an empty store with the stored blocks and does the journal again.</summary>
    public void Recover(TimeSeriesStore store)
    {
        Dictionary<string, long> meta = new(StringComparer.Ordinal);
        Query("SELECT name, value FROM meta", row => meta[row.GetString(0)] = row.GetInt64(1));
        if (meta.TryGetValue("version", out long version) && version != SchemaVersion)
            throw new InvalidDataException($"The historian's file has the version {version}; this program reads {SchemaVersion}.");
        store.Points.NextColumnId = (int)meta.GetValueOrDefault("nextColumn", 1);
        store.BlockFactory.NextId = meta.GetValueOrDefault("nextBlock", 1);
        store.NextPurge = meta.GetValueOrDefault("nextPurge", 0);
        Query("SELECT name FROM db", row => store.Databases[row.GetString(0)] = new Database(row.GetString(0)));
        Dictionary<int, (Column Column, byte[] Open)> columns = [];
        Query("SELECT id, database, key, name, type, open FROM col ORDER BY id", row =>
        {
            byte[] rawName = row.GetFieldValue<byte[]>(3);
            Column column = Column.Create(row.GetInt32(0), SeriesKey.Unescape(rawName), rawName, (FieldType)row.GetByte(4));
            columns[column.Id] = (column, row.GetFieldValue<byte[]>(5));
            storedColumns.Add(column.Id);
            StoreSnapshot.AddColumn(StoreSnapshot.AddSeries(store.Databases[row.GetString(1)], row.GetString(2)), column);
        });
        Query("SELECT id, col, first, last, count, data FROM block ORDER BY col, first", row =>
        {
            Block block = new(row.GetInt64(0), row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), row.GetFieldValue<byte[]>(5));
            storedBlocks.Add(block.Id);
            columns[row.GetInt32(1)].Column.Verify(block);
            columns[row.GetInt32(1)].Column.Blocks.Add(block);
        });
        foreach ((Column column, byte[] open) in columns.Values)
        {
            column.LoadOpen(open);
            column.Dirty = false;
            store.Points.ValueCount += column.Count;
        }

        Query("SELECT kind, database, precision, at, body FROM journal ORDER BY seq", row =>
        {
            byte[] body = row.GetFieldValue<byte[]>(4);
            Length += body.Length + 64;
            store.Replay(new JournalEntry((JournalKind)row.GetInt32(0), row.GetString(1), (Precision)row.GetInt32(2), row.GetInt64(3), body));
        });
    }

    /// <summary>Stores everything anew, after the content was replaced.</summary>
    public void Rewrite(TimeSeriesStore store) => Checkpoint(store, everything: true);

    /// <summary>Stores what is new, removes what is gone and empties the journal, all or nothing.</summary>
    public void Checkpoint(TimeSeriesStore store) => Checkpoint(store, everything: false);

    private void Checkpoint(TimeSeriesStore store, bool everything)
    {
        using SqliteTransaction transaction = connection.BeginTransaction();
        if (everything)
        {
            Run(connection, transaction, "DELETE FROM col; DELETE FROM block;");
            storedBlocks.Clear();
            storedColumns.Clear();
        }

        Run(connection, transaction, "DELETE FROM journal; DELETE FROM db; DELETE FROM meta;");
        using SqliteCommand meta = Command(transaction, "INSERT INTO meta VALUES ($a, $b)", 2);
        Run(meta, "version", SchemaVersion);
        Run(meta, "nextColumn", store.Points.NextColumnId);
        Run(meta, "nextBlock", store.BlockFactory.NextId);
        Run(meta, "nextPurge", store.NextPurge);
        using SqliteCommand db = Command(transaction, "INSERT INTO db VALUES ($a)", 1);
        using SqliteCommand col = Command(transaction, "INSERT OR REPLACE INTO col VALUES ($a, $b, $c, $d, $e, $f)", 6);
        using SqliteCommand block = Command(transaction, "INSERT INTO block VALUES ($a, $b, $c, $d, $e, $f)", 6);
        HashSet<long> liveBlocks = [];
        HashSet<int> liveColumns = [];
        List<Column> written = [];
        foreach (Database database in store.Databases.Values)
        {
            Run(db, database.Name);
            foreach (Series series in database.Measurements.Values.SelectMany(measurement => measurement.Series.Values))
            {
                foreach (Column column in series.Columns)
                {
                    liveColumns.Add(column.Id);
                    if (column.Dirty || !storedColumns.Contains(column.Id))
                    {
                        Run(col, column.Id, database.Name, series.Key.Text, column.RawName, (int)column.Type, column.SaveOpen(store.BlockFactory.Writer));
                        written.Add(column);
                    }

                    foreach (Block sealedBlock in column.Blocks)
                    {
                        liveBlocks.Add(sealedBlock.Id);
                        if (!storedBlocks.Contains(sealedBlock.Id))
                            Run(block, sealedBlock.Id, column.Id, sealedBlock.First, sealedBlock.Last, sealedBlock.Count, sealedBlock.Data);
                    }
                }
            }
        }

        using SqliteCommand removeBlock = Command(transaction, "DELETE FROM block WHERE id = $a", 1);
        foreach (long id in storedBlocks.Where(id => !liveBlocks.Contains(id)))
            Run(removeBlock, id);
        using SqliteCommand removeColumn = Command(transaction, "DELETE FROM col WHERE id = $a", 1);
        foreach (int id in storedColumns.Where(id => !liveColumns.Contains(id)))
            Run(removeColumn, id);
        transaction.Commit();

        // Only now is it true.
        written.ForEach(column => column.Dirty = false);
        storedBlocks.Clear();
        storedBlocks.UnionWith(liveBlocks);
        storedColumns.Clear();
        storedColumns.UnionWith(liveColumns);
        Length = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        append.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Command(SqliteTransaction transaction, string text, int parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        for (int i = 0; i < parameters; i++)
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + (char)('a' + i) });
        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    private static void Run(SqliteConnection connection, SqliteTransaction? transaction, string text)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private void Query(string text, Action<SqliteDataReader> each)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
            each(reader);
    }
}
