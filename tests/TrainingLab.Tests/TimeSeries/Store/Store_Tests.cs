using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Tests.TimeSeries.Store;

public sealed class Store_Tests
{
    private static readonly StoreOptions SmallBlocks = new() { BlockLength = 4 };

    [Fact]
    public void The_same_time_again_overwrites_field_by_field()
    {
        using TimeSeriesStore store = Create(SmallBlocks);
        Write(store, "m a=1,b=1 5");
        Write(store, "m a=2 5");
        Assert.Equal("5 2 1", Values(store, "SELECT a, b FROM m"));
    }

    [Fact]
    public void Any_order_of_writes_reads_as_the_last_of_each_time() => Check.One(
        Config.QuickThrowOnFailure.WithReplay(20261122, 3).WithMaxTest(300),
        Prop.ForAll<(byte Time, short Value)[]>(writes =>
        {
            using TimeSeriesStore store = Create(SmallBlocks);
            SortedDictionary<int, int> expected = [];
            foreach ((byte time, short value) in writes)
            {
                Write(store, $"m v={value}i {time}");
                expected[time] = value;
            }

            string all = string.Join('\n', expected.Select(pair => $"{pair.Key} {pair.Value}"));
            string some = string.Join('\n', expected.Where(pair => pair.Key is > 50 and <= 150).Select(pair => $"{pair.Key} {pair.Value}"));
            using TimeSeriesStore copy = Create(SmallBlocks);
            copy.Restore(store.Snapshot());
            return Values(store, "SELECT v FROM m") == all
                && Values(store, "SELECT v FROM m WHERE time > 50 AND time <= 150") == some
                && Values(copy, "SELECT v FROM m") == all
                && copy.Snapshot().AsSpan().SequenceEqual(store.Snapshot());
        }));

    [Fact]
    public void Any_deletion_leaves_the_rest() => Check.One(
        Config.QuickThrowOnFailure.WithReplay(20261122, 5).WithMaxTest(200),
        Prop.ForAll<byte[], byte, byte>((times, one, other) =>
        {
            using TimeSeriesStore store = Create(SmallBlocks);
            foreach (byte time in times)
                Write(store, $"m v={time}i {time}");
            (byte from, byte to) = (Math.Min(one, other), Math.Max(one, other));
            Run(store, $"DELETE FROM m WHERE time >= {from} AND time <= {to}");
            int[] rest = [.. times.Select(time => (int)time).Where(time => time < from || time > to).Distinct().Order()];
            return Values(store, "SELECT v FROM m") == string.Join('\n', rest.Select(time => $"{time} {time}")) && store.ValueCount == rest.Length;
        }));

    [Fact]
    public void Reading_changes_nothing()
    {
        using TimeSeriesStore store = Create(SmallBlocks);
        for (int i = 0; i < 20; i++)
            Write(store, $"m v={i} {(i * 7) % 20}");
        byte[] before = store.Snapshot();
        Run(store, "SELECT * FROM m; SHOW SERIES; SELECT mean(v) FROM m");
        Assert.Equal(before, store.Snapshot());
    }

    [Fact]
    public void State_comes_back_from_json_and_damage_is_refused_whole()
    {
        using TimeSeriesStore store = Create(SmallBlocks);
        for (int i = 0; i < 50; i++)
            Write(store, $"m,a=b\\ c f={i}.5,i={i}i,b={(i % 2 == 0 ? "t" : "f")},s=\"s{i % 3}\" {(i * 7) % 50}");
        string saved = store.Save().ToJsonString();
        using TimeSeriesStore copy = Create(SmallBlocks);
        copy.Load(JsonNode.Parse(saved)!);
        Assert.Equal(saved, copy.Save().ToJsonString());
        Assert.Equal(Values(store, "SELECT * FROM m"), Values(copy, "SELECT * FROM m"));

        byte[] snapshot = store.Snapshot();
        for (int length = 0; length < snapshot.Length; length++)
        {
            byte[] cut = snapshot[..length];
            Assert.Throws<InvalidDataException>(() => copy.Restore(cut));
        }

        Assert.Throws<InvalidDataException>(() => copy.Load(JsonNode.Parse("""{"v":2,"data":""}""")!));
        Assert.Throws<InvalidDataException>(() => copy.Load(JsonNode.Parse("""{"v":1,"data":"!"}""")!));
        Assert.Equal(saved, copy.Save().ToJsonString());
    }

    [Fact]
    public void Old_points_are_refused_and_old_blocks_leave()
    {
        FixedTime time = FixedTime.AfterData;
        using TimeSeriesStore store = new(time, SmallBlocks with { Retention = TimeSpan.FromHours(1) });
        store.CreateDatabase("lab");
        Assert.Equal("points beyond retention policy", store.Write("lab", "m v=1 1"u8).Errors[0].Reason);
        for (int i = 0; i < 8; i++)
            Write(store, $"m v={i} {1_700_000_000_000_000_000 + i}");
        time.Now += TimeSpan.FromHours(2);
        Write(store, "m v=9");
        Assert.Equal(1, store.ValueCount);
        Assert.Equal("autogen 1h0m0s 168h0m0s 1 true", Values(store, "SHOW RETENTION POLICIES"));
    }

    [Fact]
    public void Limits_refuse_points_by_name()
    {
        using TimeSeriesStore store = Create(new StoreOptions { MaxSeriesPerDatabase = 2, MaxFieldsPerMeasurement = 3, MaxValues = 4, MaxStringLength = 4, MaxKeyLength = 10, MaxDatabases = 1 });
        Assert.Equal("max-series-per-database limit exceeded: (2)", store.Write("lab", "m,a=1 v=1 1\nm,a=2 v=1 1\nm,a=3 v=1 1"u8).Errors[0].Reason);
        Assert.Equal("max string length exceeded: 5 > 4", store.Write("lab", "m,a=1 s=\"12345\" 1"u8).Errors[0].Reason);
        Assert.Equal("max-fields-per-measurement limit exceeded: (3)", store.Write("lab", "m,a=1 w=1,x=1,y=1 1"u8).Errors[0].Reason);
        Assert.Equal("max-values limit exceeded: (4)", store.Write("lab", "m,a=1 v=1,w=1,x=1 1\nm,a=1 v=1 2"u8).Errors[0].Reason);
        Assert.EndsWith("max key length exceeded: 11 > 10", store.Write("lab", "m,a=1234567 v=1 1"u8).Errors[0].Reason, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => store.CreateDatabase("more"));
        Assert.Throws<KeyNotFoundException>(() => store.Write("nowhere", "m v=1"u8));
    }

    internal static TimeSeriesStore Create(StoreOptions? options = null)
    {
        TimeSeriesStore store = new(FixedTime.AfterData, options);
        store.CreateDatabase("lab");
        return store;
    }

    internal static void Write(TimeSeriesStore store, string lines) => Assert.Empty(store.Write("lab", Encoding.UTF8.GetBytes(lines)).Errors);

    internal static QueryResult Run(TimeSeriesStore store, string query) => new InfluxQlEngine(store, FixedTime.AfterData).Execute(query, "lab");

    /// <summary>Rows as text, one a line, values apart by a blank; an error as its text.</summary>
    internal static string Values(TimeSeriesStore store, string query)
    {
        StatementResult result = Run(store, query).Statements[^1];
        return result.Error ?? string.Join('\n', result.Series.SelectMany(series => series.Rows).Select(row => string.Join(' ', row.Select(value => value.IsNull ? "-" : value.ToString()))));
    }
}
