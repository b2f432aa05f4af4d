using FsCheck;
using FsCheck.Fluent;
using TrainingLab.TimeSeries.Store;
using TrainingLab.Tests.TimeSeries.Store;

namespace TrainingLab.Tests.TimeSeries.InfluxQl;

/// <summary>Random points against what a few lines of LINQ say.</summary>
public sealed class Naive_Query_Tests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(20261122, 7).WithMaxTest(150);

    [Fact]
    public void Buckets_of_random_points_are_those_of_linq() => Check.One(Seeded, Prop.ForAll<(byte Time, byte Tag, short Value)[], byte>((points, width) =>
    {
        using TimeSeriesStore store = Store_Tests.Create(new StoreOptions { BlockLength = 5 });
        Dictionary<(int Tag, int Time), int> kept = [];
        foreach ((byte time, byte tag, short value) in points)
        {
            Store_Tests.Write(store, $"m,t=t{tag % 3} v={value}i {time}");
            kept[(tag % 3, time)] = value;
        }

        int interval = (width % 40) + 1;
        IEnumerable<string> expected = kept
            .GroupBy(pair => (pair.Key.Tag, Bucket: pair.Key.Time / interval * interval))
            .OrderBy(group => group.Key.Tag).ThenBy(group => group.Key.Bucket)
            .Select(group => $"{group.Key.Bucket} {group.Count()} {group.Sum(p => (long)p.Value)} {group.Min(p => p.Value)} {group.Max(p => p.Value)} {group.MinBy(p => p.Key.Time).Value} {group.MaxBy(p => p.Key.Time).Value}");
        string query = $"SELECT count(v), sum(v), min(v), max(v), first(v), last(v) FROM m WHERE time >= 0 AND time < 256 GROUP BY time({interval}ns), t fill(none)";
        return Store_Tests.Values(store, query) == string.Join('\n', expected);
    }));

    [Fact]
    public void Conditions_on_fields_and_tags_keep_what_linq_keeps() => Check.One(Seeded, Prop.ForAll<(byte Time, byte Tag, short Value)[], short>((points, limit) =>
    {
        using TimeSeriesStore store = Store_Tests.Create(new StoreOptions { BlockLength = 5 });
        SortedDictionary<(int Time, int Tag), (int Value, bool Flag)> kept = [];
        foreach ((byte time, byte tag, short value) in points)
        {
            bool flag = value % 2 == 0;
            Store_Tests.Write(store, $"m,t=t{tag % 4} v={value}i,w={(flag ? "true" : "false")} {time}");
            kept[(time, tag % 4)] = (value, flag);
        }

        IEnumerable<string> expected = kept
            .Where(pair => (pair.Value.Value > limit && pair.Value.Flag) || (pair.Key.Tag == 2 && pair.Key.Time >= 100))
            .Select(pair => $"{pair.Key.Time} {pair.Value.Value} t{pair.Key.Tag}");
        return Store_Tests.Values(store, $"SELECT v, t FROM m WHERE (v > {limit} AND w = true) OR (t = 't2' AND time >= 100)") == string.Join('\n', expected);
    }));
}
