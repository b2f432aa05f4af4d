using Microsoft.Data.Sqlite;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Storage;

/// <summary>
/// Persistent sessions and retained messages in one SQLite file. While one group of changes is being committed the next one gathers, so the
/// number of commits does not grow with the number of messages. A kill of the process loses nothing that was committed; a power failure may
/// lose the last moments (write-ahead log, synchronous = normal).
/// </summary>
public sealed class SqliteMqttStore : MqttStore
{
    /// <summary>Changes after which a group is committed though nobody waits for it.</summary>
    private const int LargestGap = 1000;

    /// <summary>Beyond so many changes, or so many bytes of messages, that wait, whoever causes more waits too: a group is written in some ten milliseconds, and everybody's answers wait for it.</summary>
    private const int MaxWaiting = 2 * LargestGap;
    private const long MaxWaitingBytes = 1024 * 1024;

    /// <summary>What the file says of its form. Version 1 had no wills, version 2 none of connected clients; each version reads the ones before it.</summary>
    private const long Version = 3;

    private const string Schema =
        """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS session (client TEXT PRIMARY KEY, expiry INTEGER NOT NULL, since INTEGER) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS subscription (client TEXT, filter TEXT, qos INTEGER, no_local INTEGER, as_published INTEGER, id INTEGER, PRIMARY KEY (client, filter)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS entry (client TEXT, number INTEGER, qos INTEGER, retain INTEGER, ids TEXT, packet INTEGER, released INTEGER, expires INTEGER, message BLOB, PRIMARY KEY (client, number)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS received (client TEXT, packet INTEGER, PRIMARY KEY (client, packet)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY, expires INTEGER, message BLOB) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS will (client TEXT PRIMARY KEY, user TEXT, due INTEGER NOT NULL, message BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS connected_will (client TEXT PRIMARY KEY, user TEXT, delay INTEGER NOT NULL, message BLOB NOT NULL) WITHOUT ROWID;
        PRAGMA user_version = 3;
        """;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    private readonly TimeProvider time;
    private List<StoreChange> pending = [];
    private long pendingBytes;
    private TaskCompletionSource? running;
    private TaskCompletionSource? next;
    private bool failing;

    private SqliteMqttStore(SqliteConnection connection, TimeProvider time)
    {
        this.connection = connection;
        this.time = time;
    }

    /// <summary>Called when changes could not be written, with the reason, and with null when they could again. On any thread.</summary>
    public Action<string?>? Failing { get; set; }

    internal override bool IsBehind => pending.Count >= MaxWaiting || pendingBytes >= MaxWaitingBytes;

    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="time">The broker's clock: lifetimes of messages are in the file as instants.</param>
    /// <exception cref="SqliteException">It cannot be opened, or is something else.</exception>
    /// <exception cref="NotSupportedException">It is of a later version.</exception>
    public static SqliteMqttStore Open(string file, TimeProvider time)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var version = connection.CreateCommand();
            version.CommandText = "PRAGMA user_version";
            if ((long)version.ExecuteScalar()! > Version) throw new NotSupportedException($"{file} was written by a later version.");
            using var schema = connection.CreateCommand();
            schema.CommandText = Schema;
            schema.ExecuteNonQuery();
            return new SqliteMqttStore(connection, time);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The last changes cannot be written; they are lost, and the file is closed.</exception>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await CommitAsync();
        }
        finally
        {
            foreach (var command in commands.Values) await command.DisposeAsync();
            await connection.DisposeAsync();
        }
    }

    internal override StoredState Load()
    {
        var sessions = new Dictionary<string, StoredSession>(StringComparer.Ordinal);
        Each("SELECT client, expiry, since FROM session ORDER BY client", r => sessions.Add(
            r.GetString(0),
            new StoredSession(r.GetString(0), (uint)r.GetInt64(1), r.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2)), [], [], [])));
        Each("SELECT client, filter, qos, no_local, as_published, id FROM subscription ORDER BY client, filter", r =>
        {
            if (sessions.TryGetValue(r.GetString(0), out var session))
                session.Subscriptions.Add((r.GetString(1), new SubscriptionOptions((MqttQoS)r.GetInt32(2), r.GetBoolean(3), r.GetBoolean(4), r.GetInt32(5))));
        });
        Each("SELECT client, number, qos, retain, ids, packet, released, expires, message FROM entry ORDER BY client, number", r =>
        {
            if (!sessions.TryGetValue(r.GetString(0), out var session)) return;
            var ids = SubscriptionIds.Of(r.GetString(4).Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
            var delivery = new Delivery(StoredMessage.Read((byte[])r[8], r.IsDBNull(7) ? null : r.GetInt64(7), time), (MqttQoS)r.GetInt32(2), r.GetBoolean(3), ids);
            session.Entries.Add((r.GetInt64(1), delivery, (ushort)r.GetInt32(5), r.GetBoolean(6)));
        });
        Each("SELECT client, packet FROM received", r =>
        {
            if (sessions.TryGetValue(r.GetString(0), out var session)) session.Received.Add((ushort)r.GetInt32(1));
        });
        Each("SELECT client, user, due, message FROM will", r =>
        {
            if (sessions.TryGetValue(r.GetString(0), out var session))
                session.Will = (r.IsDBNull(1) ? null : r.GetString(1), StoredMessage.Read((byte[])r[3], expiresAt: null, time), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(2)));
        });
        var retained = new List<MqttMessage>();
        Each("SELECT expires, message FROM retained", r => retained.Add(StoredMessage.Read((byte[])r[1], r.IsDBNull(0) ? null : r.GetInt64(0), time)));
        var wills = new List<StoreChange.WillHeld>();
        Each("SELECT client, user, delay, message FROM connected_will ORDER BY client", r =>
            wills.Add(new StoreChange.WillHeld(r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), StoredMessage.Read((byte[])r[3], expiresAt: null, time), (uint)r.GetInt64(2))));
        return new StoredState([.. sessions.Values], retained) { Wills = wills };
    }

    internal override void Note(StoreChange change)
    {
        pending.Add(change);
        pendingBytes += SizeOf(change);
        if (pending.Count % LargestGap == 0) _ = CommitSoonAsync();
    }

    /// <summary>Not in the middle of what belongs together: a received identifier without the messages that it led to would lose them.</summary>
    private async Task CommitSoonAsync()
    {
        await Task.Yield();
        try
        {
            await CommitAsync();
        }
        catch (IOException)
        {
            // Tried again with what comes next.
        }
    }

    internal override ValueTask CommitAsync()
    {
        if (pending.Count == 0) return running is { } last ? new ValueTask(last.Task) : default;
        next ??= new TaskCompletionSource();
        var waiting = next.Task;
        if (running is null) _ = CommitAllAsync();
        return new ValueTask(waiting);
    }

    private async Task CommitAllAsync()
    {
        while (next is not null)
        {
            running = next;
            next = null;
            var group = pending;
            pending = [];
            pendingBytes = 0;
            try
            {
                // The one thing here that blocks; the broker goes on meanwhile.
                await Task.Run(() => Write(group));
                if (failing) Failing?.Invoke(null);
                failing = false;
                running.SetResult();
            }
            catch (SqliteException failure)
            {
                // What waits for it must not leave: those connections end. The changes stay, and are tried again with the next ones.
                group.AddRange(pending);
                pending = group;
                pendingBytes = group.Sum(SizeOf);
                if (!failing) Failing?.Invoke(failure.Message);
                failing = true;
                running.SetException(new IOException(failure.Message, failure));
                _ = running.Task.Exception; // Somebody may not have waited.
            }
        }
        running = null;
    }

    private static long SizeOf(StoreChange change) => change switch
    {
        StoreChange.Queued queued => queued.Delivery.Message.Payload.Length,
        StoreChange.Retained retained => retained.Message.Payload.Length,
        StoreChange.WillLeft left => left.Will.Payload.Length,
        StoreChange.WillHeld held => held.Will.Payload.Length,
        _ => 0,
    };

    private void Write(List<StoreChange> group)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var change in group) Write(change, transaction);
        transaction.Commit();
    }

    private void Write(StoreChange change, SqliteTransaction transaction)
    {
        switch (change)
        {
            case StoreChange.SessionOpened c:
                Do(transaction, "INSERT OR REPLACE INTO session VALUES ($1, $2, NULL)", c.Client, (long)c.Expiry);
                break;
            case StoreChange.SessionLeft c:
                Do(transaction, "UPDATE session SET expiry = $2, since = $3 WHERE client = $1", c.Client, (long)c.Expiry, c.Since.ToUnixTimeMilliseconds());
                break;
            case StoreChange.SessionEnded c:
                foreach (var table in (string[])["session", "subscription", "entry", "received", "will"]) Do(transaction, $"DELETE FROM {table} WHERE client = $1", c.Client);
                break;
            case StoreChange.Subscribed c:
                Do(transaction, "INSERT OR REPLACE INTO subscription VALUES ($1, $2, $3, $4, $5, $6)", c.Client, c.Filter, (int)c.Options.QoS, c.Options.NoLocal, c.Options.RetainAsPublished, c.Options.Id);
                break;
            case StoreChange.Unsubscribed c:
                Do(transaction, "DELETE FROM subscription WHERE client = $1 AND filter = $2", c.Client, c.Filter);
                break;
            case StoreChange.Queued c:
                Do(
                    transaction, "INSERT OR REPLACE INTO entry VALUES ($1, $2, $3, $4, $5, 0, 0, $6, $7)", c.Client, c.Entry, (int)c.Delivery.QoS, c.Delivery.Retain,
                    string.Join(',', c.Delivery.Ids.ToList()), StoredMessage.ExpiresAt(c.Delivery.Message, time), StoredMessage.Write(c.Delivery.Message));
                break;
            case StoreChange.Sent c:
                Do(transaction, "UPDATE entry SET packet = $3 WHERE client = $1 AND number = $2", c.Client, c.Entry, (int)c.PacketId);
                break;
            case StoreChange.Released c:
                Do(transaction, "UPDATE entry SET released = 1 WHERE client = $1 AND number = $2", c.Client, c.Entry);
                break;
            case StoreChange.Completed c:
                Do(transaction, "DELETE FROM entry WHERE client = $1 AND number = $2", c.Client, c.Entry);
                break;
            case StoreChange.Received c:
                Do(transaction, "INSERT OR REPLACE INTO received VALUES ($1, $2)", c.Client, (int)c.PacketId);
                break;
            case StoreChange.Forgotten c:
                Do(transaction, "DELETE FROM received WHERE client = $1 AND packet = $2", c.Client, (int)c.PacketId);
                break;
            case StoreChange.WillLeft c:
                Do(transaction, "INSERT OR REPLACE INTO will VALUES ($1, $2, $3, $4)", c.Client, c.User, c.Due.ToUnixTimeMilliseconds(), StoredMessage.Write(c.Will));
                break;
            case StoreChange.WillHeld c:
                Do(transaction, "INSERT OR REPLACE INTO connected_will VALUES ($1, $2, $3, $4)", c.Client, c.User, c.Delay, StoredMessage.Write(c.Will));
                break;
            case StoreChange.WillReleased c:
                Do(transaction, "DELETE FROM connected_will WHERE client = $1", c.Client);
                break;
            case StoreChange.WillGone c:
                Do(transaction, "DELETE FROM will WHERE client = $1", c.Client);
                break;
            case StoreChange.Retained { Message.Payload.IsEmpty: true } c:
                Do(transaction, "DELETE FROM retained WHERE topic = $1", c.Message.Topic);
                break;
            case StoreChange.Retained c:
                Do(transaction, "INSERT OR REPLACE INTO retained VALUES ($1, $2, $3)", c.Message.Topic, StoredMessage.ExpiresAt(c.Message, time), StoredMessage.Write(c.Message));
                break;
            default:
                throw new InvalidOperationException($"No change {change}.");
        }
    }

    private void Do(SqliteTransaction transaction, string sql, params ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            commands.Add(sql, command);
        }
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    private void Each(string sql, Action<SqliteDataReader> take)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read()) take(reader);
    }
}
