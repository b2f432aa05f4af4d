using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.History;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.Tests.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.History;

/// <summary>HistoryRead (OPC 10000-11 and -13) over a source of ten values, one a minute: 0, 10, 20 … 90.</summary>
public class HistoryReadTests
{
    private static readonly DateTime Start = new(2026, 1, 5, 7, 0, 0, DateTimeKind.Utc);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, double, double, uint, bool, string> RawReads() => new()
    {
        { "forwards, the end left out", 2, 5, 0, false, "2:20 3:30 4:40" },
        { "backwards, the end left out", 5, 2, 0, false, "5:50 4:40 3:30" },
        { "an instant", 3, 3, 0, false, "3:30" },
        { "bounds are neighbours", 2.5, 4.5, 0, true, "2:20 3:30 4:40 5:50" },
        { "bounds that are there already", 2, 4, 0, true, "2:20 3:30 4:40" },
        { "bounds backwards", 4.5, 2.5, 0, true, "5:50 4:40 3:30 2:20" },
        { "no bound before the first", -1, 1.5, 0, true, "-1:! 0:0 1:10 2:20" },
        { "no bound after the last", 8.5, 20, 0, true, "8:80 9:90 20:!" },
        { "nothing there", 20, 30, 0, false, "" },
        { "two at a time", 2, 5, 2, false, "2:20 3:30 4:40" },
        { "one at a time with bounds", 2.5, 4.5, 1, true, "2:20 3:30 4:40 5:50" },
    };

    [Theory]
    [MemberData(nameof(RawReads))]
    public void Raw_values(string what, double from, double to, uint perNode, bool bounds, string expected) => Bench.Run(async bench =>
    {
        var speed = Machine(bench);
        await using var client = await bench.ConnectAsync();
        var (status, values) = await client.ReadHistoryAsync(speed.Id, new ReadRawModifiedDetails(false, At(from), At(to), perNode, bounds), 1_000, Cancellation);
        Assert.False(status.IsBad, what);
        Assert.Equal(expected, Text(values));
    });

    [Fact]
    public void An_open_end_is_ended_by_the_number() => Bench.Run(async bench =>
    {
        var speed = Machine(bench);
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var after = await ReadAsync(client, speed.Id, new ReadRawModifiedDetails(false, At(7), DateTime.MinValue, 2, false));
        Assert.Equal("7:70 8:80", Text(Data(after)));
        var before = await ReadAsync(client, speed.Id, new ReadRawModifiedDetails(false, DateTime.MinValue, At(3.5), 2, false));
        Assert.Equal("3:30 2:20", Text(Data(before)));
        Assert.Equal(StatusCodes.BadHistoryOperationInvalid, (await ReadAsync(client, speed.Id, new ReadRawModifiedDetails(false, At(1), DateTime.MinValue, 0, false))).Status.Code);
    });

    [Fact]
    public void A_continuation_point_is_good_once() => Bench.Run(async bench =>
    {
        var speed = Machine(bench);
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var details = new ReadRawModifiedDetails(false, At(0), At(9), 4, false);
        var first = await ReadAsync(client, speed.Id, details);
        Assert.Equal("0:0 1:10 2:20 3:30", Text(Data(first)));
        var second = await ReadAsync(client, speed.Id, details, first.ContinuationPoint);
        Assert.Equal("4:40 5:50 6:60 7:70", Text(Data(second)));
        Assert.Equal(StatusCodes.BadContinuationPointInvalid, (await ReadAsync(client, speed.Id, details, first.ContinuationPoint)).Status.Code);
        var released = await client.CallAsync<HistoryReadRequest, HistoryReadResponse>(new HistoryReadRequest(
            new ExtensionObject(details), TimestampsToReturn.Source, ReleaseContinuationPoints: true, [new HistoryReadValueId(speed.Id, null, default, second.ContinuationPoint)]));
        Assert.Equal(StatusCodes.Good, released.Results[0].Status.Code);
        Assert.Equal(StatusCodes.BadContinuationPointInvalid, (await ReadAsync(client, speed.Id, details, second.ContinuationPoint)).Status.Code);
    });

    public static TheoryData<string, NodeId, double, double, double, string> Aggregates() => new()
    {
        { "average of three", AggregateIds.Average, 0, 9, 3, "0:10 3:40 6:70" },
        { "minimum", AggregateIds.Minimum, 0, 6, 3, "0:0 3:30" },
        { "maximum", AggregateIds.Maximum, 0, 6, 3, "0:20 3:50" },
        { "count", AggregateIds.Count, 0, 6, 3, "0:3 3:3" },
        { "count before and after the data", AggregateIds.Count, -2, 12, 2, "-2:! 0:2 2:2 4:2 6:2 8:2 10:!" },
        { "count of nothing between the data", AggregateIds.Count, 0.2, 2.2, 0.5, "0.2:0 0.7:1 1.2:0 1.7:1" },
        { "average of nothing", AggregateIds.Average, 20, 21, 1, "20:!" },
        { "a last interval cut short", AggregateIds.Count, 0, 5, 3, "0:3 3:2" },
        { "the whole range", AggregateIds.Average, 0, 10, 0, "0:45" },
        { "backwards", AggregateIds.Average, 6, 0, 3, "6:50 3:20" },
        { "backwards, the last interval cut short", AggregateIds.Average, 5, 0, 3, "5:40 2:15" },
        { "backwards between two values", AggregateIds.Interpolative, 2.5, 0.5, 1, "2.5:25 1.5:15" },
        { "backwards on a value", AggregateIds.Interpolative, 2, 1, 1, "2:20" },
        { "backwards after the last", AggregateIds.Interpolative, 11, 8, 1, "11:90 10:90 9:90" },
        { "backwards before the first", AggregateIds.Interpolative, 1, -2, 1, "1:10 0:0 -1:!" },
        { "backwards the first is still the earliest", AggregateIds.Start, 3.5, 0.5, 3, "1:10" },
        { "backwards the last is still the latest", AggregateIds.End, 3.5, 0.5, 3, "3:30" },
        { "backwards what has come between", AggregateIds.Delta, 6, 0, 3, "6:20 3:20" },
        { "between two values", AggregateIds.Interpolative, 0.5, 2.5, 1, "0.5:5 1.5:15" },
        { "on a value", AggregateIds.Interpolative, 1, 2, 1, "1:10" },
        { "before the first", AggregateIds.Interpolative, -2, -1, 1, "-2:!" },
        { "after the last", AggregateIds.Interpolative, 11, 12, 1, "11:90" },
        { "first of an interval", AggregateIds.Start, 0.5, 3.5, 3, "1:10" },
        { "last of an interval", AggregateIds.End, 0.5, 3.5, 3, "3:30" },
        { "what has come between", AggregateIds.Delta, 0, 6, 3, "0:20 3:20" },
    };

    [Theory]
    [MemberData(nameof(Aggregates))]
    public void Aggregated_values(string what, NodeId aggregate, double from, double to, double minutes, string expected) => Bench.Run(async bench =>
    {
        var speed = Machine(bench);
        await using var client = await bench.ConnectAsync();
        var details = new ReadProcessedDetails(At(from), At(to), minutes * 60_000, [aggregate], AggregateConfiguration.Default);
        var (status, values) = await client.ReadHistoryAsync(speed.Id, details, 1_000, Cancellation);
        Assert.True(status.IsGood, $"{what}: {status}");
        Assert.Equal(expected, Text(values));
    });

    [Fact]
    public void Values_that_are_not_good_lower_the_quality_of_an_aggregate() => Bench.Run(async bench =>
    {
        var speed = Machine(bench, v => v.SourceTimestamp == At(1) ? v with { Status = StatusCodes.BadSensorFailure, Value = default } : v);
        await using var client = await bench.ConnectAsync();
        async Task<DataValue> Average(AggregateConfiguration configuration) =>
            (await client.ReadHistoryAsync(speed.Id, new ReadProcessedDetails(At(0), At(4), 0, [AggregateIds.Average], configuration), 10, Cancellation)).Values[0];
        var strict = await Average(AggregateConfiguration.Default);
        Assert.Equal((StatusCodes.UncertainDataSubNormal, new Variant(50.0 / 3)), (strict.Status.Base, strict.Value));
        Assert.Equal(0x401u, strict.Status.Code & 0xFFFF); // calculated
        var (_, counts) = await client.ReadHistoryAsync(speed.Id, new ReadProcessedDetails(At(0), At(4), 0, [AggregateIds.Count], AggregateConfiguration.Default), 10, Cancellation);
        Assert.Equal((StatusCodes.UncertainDataSubNormal, new Variant(3)), (counts[0].Status.Base, counts[0].Value));
        Assert.Equal(StatusCodes.Good, (await Average(new AggregateConfiguration(false, true, 100, 75, false))).Status.Base);
        Assert.Equal(StatusCodes.Bad, (await Average(new AggregateConfiguration(false, true, 25, 80, false))).Status.Base);
    });

    /// <summary>Good 0, bad 1, good 2 to 4, bad 5: OPC 10000-13, 5.4.3.10 (raw at the start), 5.4.3.25 (the raw value, whatever its status), 5.4.3.27 (values skipped at an end).</summary>
    [Fact]
    public void Each_aggregate_has_its_own_way_with_bad_values() => Bench.Run(async bench =>
    {
        var speed = Machine(bench, static v => v.SourceTimestamp == At(1) || v.SourceTimestamp == At(5) ? v with { Status = StatusCodes.BadSensorFailure, Value = default } : v);
        await using var client = await bench.ConnectAsync();
        async Task<string> Read(NodeId aggregate, double from, double to)
        {
            var (_, values) = await client.ReadHistoryAsync(speed.Id, new ReadProcessedDetails(At(from), At(to), 0, [aggregate], AggregateConfiguration.Default), 10, Cancellation);
            return $"{values[0].Value} {values[0].Status.Code:x8}";
        }

        Assert.Equal("20 00000400", await Read(AggregateIds.Minimum, 2, 5));
        Assert.Equal("40 00000401", await Read(AggregateIds.Maximum, 2, 5));
        Assert.Equal("20 40a40401", await Read(AggregateIds.Minimum, 2, 6));
        Assert.Equal("null 808c0000", await Read(AggregateIds.Start, 1, 5));
        Assert.Equal("null 808c0000", await Read(AggregateIds.End, 2, 6));
        Assert.Equal("40 00000401", await Read(AggregateIds.Delta, 0, 5));
        Assert.Equal("20 40a40401", await Read(AggregateIds.Delta, 1, 5));
        Assert.Equal("20 40a40401", await Read(AggregateIds.Delta, 5, 1));
    });

    [Fact]
    public void What_cannot_be_read_is_refused_with_its_own_code() => Bench.Run(async bench =>
    {
        var speed = Machine(bench);
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var raw = new ReadRawModifiedDetails(false, At(0), At(9), 0, false);
        Assert.Equal(StatusCodes.BadNodeIdUnknown, (await ReadAsync(client, Bench.Id("Nowhere"), raw)).Status.Code);
        Assert.Equal(StatusCodes.BadHistoryOperationUnsupported, (await ReadAsync(client, Bench.Id("Setpoint"), raw)).Status.Code);
        Assert.Equal(StatusCodes.BadHistoryOperationUnsupported, (await ReadAsync(client, ObjectIds.Server, raw)).Status.Code);
        Assert.Equal(StatusCodes.BadHistoryOperationUnsupported, (await ReadAsync(client, speed.Id, raw with { IsReadModified = true })).Status.Code);
        Assert.Equal(StatusCodes.BadAggregateNotSupported, (await ReadAsync(client, speed.Id, new ReadProcessedDetails(At(0), At(9), 1_000, [new NodeId(0, 2344)], AggregateConfiguration.Default))).Status.Code);
        var updated = await client.CallAsync<HistoryUpdateRequest, HistoryUpdateResponse>(new HistoryUpdateRequest([new ExtensionObject(new NodeId(0, 682), [1])]));
        Assert.Equal(StatusCodes.BadHistoryOperationUnsupported, updated.Results[0].Status.Code);
        var mismatch = await Assert.ThrowsAsync<OpcUaException>(() => ReadAsync(client, speed.Id, new ReadProcessedDetails(At(0), At(9), 1_000, [], AggregateConfiguration.Default)));
        Assert.Equal(StatusCodes.BadAggregateListMismatch, mismatch.Status.Code);
        var neither = await Assert.ThrowsAsync<OpcUaException>(() => client.CallAsync<HistoryReadRequest, HistoryReadResponse>(
            new HistoryReadRequest(new ExtensionObject(raw), TimestampsToReturn.Neither, false, [new HistoryReadValueId(speed.Id, null, default, null)])));
        Assert.Equal(StatusCodes.BadTimestampsToReturnInvalid, neither.Status.Code);
    });

    /// <summary>A hundred thousand intervals of one read of nine minutes: the answer comes in parts, and points that are never fetched are limited.</summary>
    [Fact]
    public void Attack_a_huge_history_read_is_answered_in_parts() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxHistoryValuesPerNode = 100, MaxHistoryContinuationPoints = 3 } };
        var speed = Machine(bench);
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var details = new ReadProcessedDetails(At(0), At(9), 5, [AggregateIds.Count], AggregateConfiguration.Default);
        for (var i = 0; i < 3; i++)
        {
            var part = await ReadAsync(client, speed.Id, details);
            Assert.Equal((100, true), (Data(part).Length, part.ContinuationPoint is not null));
        }

        Assert.Equal(StatusCodes.BadNoContinuationPoints, (await ReadAsync(client, speed.Id, details)).Status.Code);
        await using var other = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(speed.Id, Cancellation)).Status.Code);
    });

    /// <summary>However many intervals are asked for, a past that fits a page is asked for once; the historian is somewhere in the plant.</summary>
    [Theory]
    [InlineData(0, 9)]
    [InlineData(9, 0)]
    [InlineData(-10_000, -9_000)]
    public void The_source_is_asked_for_each_value_once(double from, double to) => Bench.Run(async bench =>
    {
        var speed = Machine(bench);
        var source = (ListSource)bench.Options.History!;
        await using var client = await bench.ConnectAsync();
        foreach (var aggregate in AggregateIds.All)
        {
            source.Questions = 0;
            var (status, values) = await client.ReadHistoryAsync(speed.Id, new ReadProcessedDetails(At(from), At(to), 600, [aggregate], AggregateConfiguration.Default), 900, Cancellation);
            Assert.True(status.IsGood);
            Assert.InRange(values.Count, 900, 10_000);
            Assert.InRange(source.Questions, 1, 4);
        }
    });

    /// <summary>Where intervals are far apart, what lies between is not read to find the neighbours of their ends.</summary>
    [Fact]
    public void Distant_instants_are_asked_for_by_themselves() => Bench.Run(async bench =>
    {
        var source = new ListSource([.. Enumerable.Range(0, 100_000).Select(static i => new DataValue((double)i, StatusCodes.Good, At(i)))]);
        bench.Options = bench.Options with { History = source };
        var speed = bench.AddMachine();
        source.Variable = speed;
        speed.AccessLevel |= AccessLevels.HistoryRead;
        await using var client = await bench.ConnectAsync();
        var (_, values) = await client.ReadHistoryAsync(speed.Id, new ReadProcessedDetails(At(0.5), At(100_000.5), 25_000 * 60_000.0, [AggregateIds.Interpolative], AggregateConfiguration.Default), 10, Cancellation);
        Assert.Equal("0.5:0.5 25000.5:25000.5 50000.5:50000.5 75000.5:75000.5", Text(values));
        Assert.InRange(source.Given, 1, 1_000);
    });

    /// <summary>Two thousand bytes that ask for a million values: the answer holds what fits it, and says where to go on.</summary>
    [Fact]
    public void Many_nodes_with_a_long_past_share_one_answer() => Bench.Run(async bench =>
    {
        var source = new ListSource([.. Enumerable.Range(0, 5_000).Select(static i => new DataValue((double)i, StatusCodes.Good, At(i)))]);
        bench.Options = bench.Options with { History = source, Limits = bench.Options.Limits with { MaxMessageSize = 512 * 1024 } };
        var speed = bench.AddMachine();
        source.Variable = speed;
        speed.AccessLevel |= AccessLevels.HistoryRead;
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var answer = await client.CallAsync<HistoryReadRequest, HistoryReadResponse>(new HistoryReadRequest(
            new ExtensionObject(new ReadRawModifiedDetails(false, At(0), At(5_000), 0, false)), TimestampsToReturn.Source, ReleaseContinuationPoints: false,
            [.. Enumerable.Repeat(new HistoryReadValueId(speed.Id, null, default, null), 10)]));
        Assert.All(answer.Results, static r => Assert.Equal(StatusCodes.Good, r.Status.Code));
        var counts = answer.Results.Select(static r => Data(r).Length).ToArray();
        Assert.Equal([5_000, 5_000, 5_000, 1_384, 1, 1, 1, 1, 1, 1], counts);
        var rest = await ReadAsync(client, speed.Id, new ReadRawModifiedDetails(false, At(0), At(5_000), 0, false), answer.Results[4].ContinuationPoint);
        Assert.Equal((4_999, 1.0), (Data(rest).Length, Data(rest)[0].Value.ToObject()));
    });

    [Fact]
    public void A_source_that_cannot_be_reached_says_so() => Bench.Run(async bench =>
    {
        var source = new ListSource([]) { Status = StatusCodes.BadNoCommunication };
        bench.Options = bench.Options with { History = source };
        var speed = bench.AddMachine();
        source.Variable = speed;
        speed.AccessLevel |= AccessLevels.HistoryRead;
        await using var client = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.BadNoCommunication, (await client.ReadHistoryAsync(speed.Id, new ReadRawModifiedDetails(false, At(0), At(1), 0, false), 1, Cancellation)).Status.Code);
    });

    private static DateTime At(double minutes) => Start.AddMinutes(minutes);

    private static VariableNode Machine(Bench bench, Func<DataValue, DataValue>? change = null)
    {
        var values = Enumerable.Range(0, 10).Select(static i => new DataValue(i * 10.0, StatusCodes.Good, At(i))).Select(change ?? (static v => v)).ToList();
        var source = new ListSource(values);
        bench.Options = bench.Options with { History = source };
        var speed = bench.AddMachine();
        speed.AccessLevel |= AccessLevels.HistoryRead;
        source.Variable = speed;
        return speed;
    }

    private static async Task<HistoryReadResult> ReadAsync(SilentClient client, NodeId node, IStructure details, byte[]? point = null) =>
        (await client.CallAsync<HistoryReadRequest, HistoryReadResponse>(new HistoryReadRequest(
            new ExtensionObject(details), TimestampsToReturn.Source, ReleaseContinuationPoints: false, [new HistoryReadValueId(node, null, default, point)]))).Results[0];

    private static DataValue[] Data(HistoryReadResult result) => ((HistoryData)result.HistoryData!.Structure!).DataValues;

    /// <summary>Minute and value of each, an exclamation mark where it is bad.</summary>
    private static string Text(IEnumerable<DataValue> values) => string.Join(' ', values.Select(static v =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(v.SourceTimestamp - Start).TotalMinutes}:{(v.Status.IsBad ? "!" : v.Value)}")));

    private sealed class ListSource(List<DataValue> values) : IHistorySource
    {
        public VariableNode? Variable { get; set; }

        public StatusCode Status { get; init; }

        public int Questions { get; set; }

        public int Given { get; private set; }

        public bool Keeps(VariableNode variable) => variable == Variable;

        public ValueTask<HistoryPage> ReadAsync(HistoryQuery query, CancellationToken cancellationToken)
        {
            Questions++;
            if (Status.IsBad)
            {
                return ValueTask.FromResult(HistoryPage.Bad(Status));
            }

            var found = values.Where(v => v.SourceTimestamp >= query.From && v.SourceTimestamp <= query.To);
            var page = (query.NewestFirst ? found.Reverse() : found).Take(query.Max).ToArray();
            Given += page.Length;
            return ValueTask.FromResult(new HistoryPage(StatusCodes.Good, page));
        }
    }
}
