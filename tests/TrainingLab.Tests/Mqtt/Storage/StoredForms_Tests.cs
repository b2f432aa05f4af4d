using Microsoft.Data.Sqlite;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Storage;

namespace TrainingLab.Tests.Mqtt.Storage;

/// <summary>Files of every version that was ever written are read. A script stands for a file of its version and never changes; a new version of the form adds one.</summary>
public sealed class StoredForms_Tests : IDisposable
{
    private const string Version1 =
        """
        CREATE TABLE session (client TEXT PRIMARY KEY, expiry INTEGER NOT NULL, since INTEGER) WITHOUT ROWID;
        CREATE TABLE subscription (client TEXT, filter TEXT, qos INTEGER, no_local INTEGER, as_published INTEGER, id INTEGER, PRIMARY KEY (client, filter)) WITHOUT ROWID;
        CREATE TABLE entry (client TEXT, number INTEGER, qos INTEGER, retain INTEGER, ids TEXT, packet INTEGER, released INTEGER, expires INTEGER, message BLOB, PRIMARY KEY (client, number)) WITHOUT ROWID;
        CREATE TABLE received (client TEXT, packet INTEGER, PRIMARY KEY (client, packet)) WITHOUT ROWID;
        CREATE TABLE retained (topic TEXT PRIMARY KEY, expires INTEGER, message BLOB) WITHOUT ROWID;
        INSERT INTO session VALUES ('a', 4294967295, 1790000000000), ('b', 60, NULL);
        INSERT INTO subscription VALUES ('a', 't/+', 2, 1, 1, 7);
        INSERT INTO entry VALUES ('a', 5, 2, 0, '7,8', 11, 1, NULL, x'34090003742F3100010078'), ('a', 6, 1, 1, '', 0, 0, NULL, x'32090003742F3100010079');
        INSERT INTO received VALUES ('a', 3);
        INSERT INTO retained VALUES ('r', NULL, x'3108000172006B657074');
        PRAGMA user_version = 1;
        """;

    private const string Version2 =
        """
        CREATE TABLE session (client TEXT PRIMARY KEY, expiry INTEGER NOT NULL, since INTEGER) WITHOUT ROWID;
        CREATE TABLE subscription (client TEXT, filter TEXT, qos INTEGER, no_local INTEGER, as_published INTEGER, id INTEGER, PRIMARY KEY (client, filter)) WITHOUT ROWID;
        CREATE TABLE entry (client TEXT, number INTEGER, qos INTEGER, retain INTEGER, ids TEXT, packet INTEGER, released INTEGER, expires INTEGER, message BLOB, PRIMARY KEY (client, number)) WITHOUT ROWID;
        CREATE TABLE received (client TEXT, packet INTEGER, PRIMARY KEY (client, packet)) WITHOUT ROWID;
        CREATE TABLE retained (topic TEXT PRIMARY KEY, expires INTEGER, message BLOB) WITHOUT ROWID;
        CREATE TABLE will (client TEXT PRIMARY KEY, user TEXT, due INTEGER NOT NULL, message BLOB NOT NULL) WITHOUT ROWID;
        INSERT INTO session VALUES ('a', 4294967295, 1790000000000), ('b', 60, NULL);
        INSERT INTO subscription VALUES ('a', 't/+', 2, 1, 1, 7);
        INSERT INTO entry VALUES ('a', 5, 2, 0, '7,8', 11, 1, NULL, x'34090003742F3100010078'), ('a', 6, 1, 1, '', 0, 0, NULL, x'32090003742F3100010079');
        INSERT INTO received VALUES ('a', 3);
        INSERT INTO retained VALUES ('r', NULL, x'3108000172006B657074');
        INSERT INTO will VALUES ('b', 'u', 1790000060000, x'32090003742F320001007A');
        PRAGMA user_version = 2;
        """;

    private const string Version3 =
        """
        CREATE TABLE session (client TEXT PRIMARY KEY, expiry INTEGER NOT NULL, since INTEGER) WITHOUT ROWID;
        CREATE TABLE subscription (client TEXT, filter TEXT, qos INTEGER, no_local INTEGER, as_published INTEGER, id INTEGER, PRIMARY KEY (client, filter)) WITHOUT ROWID;
        CREATE TABLE entry (client TEXT, number INTEGER, qos INTEGER, retain INTEGER, ids TEXT, packet INTEGER, released INTEGER, expires INTEGER, message BLOB, PRIMARY KEY (client, number)) WITHOUT ROWID;
        CREATE TABLE received (client TEXT, packet INTEGER, PRIMARY KEY (client, packet)) WITHOUT ROWID;
        CREATE TABLE retained (topic TEXT PRIMARY KEY, expires INTEGER, message BLOB) WITHOUT ROWID;
        CREATE TABLE will (client TEXT PRIMARY KEY, user TEXT, due INTEGER NOT NULL, message BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE connected_will (client TEXT PRIMARY KEY, user TEXT, delay INTEGER NOT NULL, message BLOB NOT NULL) WITHOUT ROWID;
        INSERT INTO session VALUES ('a', 4294967295, 1790000000000), ('b', 60, NULL);
        INSERT INTO subscription VALUES ('a', 't/+', 2, 1, 1, 7);
        INSERT INTO entry VALUES ('a', 5, 2, 0, '7,8', 11, 1, NULL, x'34090003742F3100010078'), ('a', 6, 1, 1, '', 0, 0, NULL, x'32090003742F3100010079');
        INSERT INTO received VALUES ('a', 3);
        INSERT INTO retained VALUES ('r', NULL, x'3108000172006B657074');
        INSERT INTO will VALUES ('b', 'u', 1790000060000, x'32090003742F320001007A');
        INSERT INTO connected_will VALUES ('c', 'u', 5, x'34090003742F3100010078');
        PRAGMA user_version = 3;
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("mqtt-forms").FullName;

    private string FilePath => Path.Combine(folder, "broker.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_file_of_each_version_is_read_and_goes_on_as_the_present_one(int version)
    {
        Execute(version switch { 1 => Version1, 2 => Version2, _ => Version3 });
        await using (var store = SqliteMqttStore.Open(FilePath, TimeProvider.System))
        {
            var state = store.Load();
            Assert.Equal([("a", uint.MaxValue), ("b", 60u)], state.Sessions.Select(s => (s.Client, s.Expiry)));
            var session = state.Sessions[0];
            Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1790000000000), session.Since);
            Assert.Equal("t/+", Assert.Single(session.Subscriptions).Filter);
            Assert.Equal([(5L, (ushort)11, true, "x"), (6L, (ushort)0, false, "y")], session.Entries.Select(e => (e.Number, e.PacketId, e.Released, e.Delivery.Message.PayloadText)));
            Assert.Equal([(ushort)3], session.Received);
            Assert.Equal("kept", Assert.Single(state.Retained).PayloadText);
            Assert.Equal(version == 1 ? null : "u z", state.Sessions[1].Will is { } will ? $"{will.User} {will.Message.PayloadText}" : null);
            Assert.Equal(version < 3 ? [] : [("c", "u", 5u, "x")], state.Wills.Select(w => (w.Client, w.User, w.Delay, w.Will.PayloadText)));
            store.Note(new StoreChange.WillReleased("c"));
            store.Note(new StoreChange.WillHeld("d", User: null, MqttMessage.FromText("w", "held"), 0));
            store.Note(new StoreChange.WillLeft("a", null, MqttMessage.FromText("w", "left"), DateTimeOffset.UnixEpoch));
            store.Note(new StoreChange.WillGone("b"));
        }

        await using var again = SqliteMqttStore.Open(FilePath, TimeProvider.System);
        Assert.Equal(["left", null], again.Load().Sessions.Select(s => s.Will?.Message.PayloadText));
        Assert.Equal("held", Assert.Single(again.Load().Wills).Will.PayloadText);
        Assert.Equal(3L, Execute("PRAGMA user_version"));
    }

    [Fact]
    public void A_file_of_a_later_version_is_left_alone()
    {
        Execute("PRAGMA user_version = 4");
        Assert.Throws<NotSupportedException>(() => SqliteMqttStore.Open(FilePath, TimeProvider.System));
    }

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = FilePath, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
