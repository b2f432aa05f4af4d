using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Server;

public class AttributeServiceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Values_come_with_quality_and_times() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        bench.Step(1_000);
        speed.SetValue(120.5);
        var changed = bench.Time.GetUtcNow().UtcDateTime;
        bench.Step(500);
        var value = await client.ReadAsync(Bench.Id("Speed"), Cancellation);
        Assert.Equal(new Variant(120.5), value.Value);
        Assert.Equal(changed, value.SourceTimestamp);
        Assert.Equal(bench.Time.GetUtcNow().UtcDateTime, value.ServerTimestamp);
        var unit = await client.ReadAsync(Bench.Id("Speed.EngineeringUnits"), Cancellation);
        Assert.Equal(5394509, ((EUInformation)((ExtensionObject)unit.Value.ToObject()!).Structure!).UnitId);
    });

    [Theory]
    [InlineData("zh-CN", "灌装机", "转速")]
    [InlineData("ZH", "灌装机", "转速")]
    [InlineData("en-US", "Filler", "speed now")]
    [InlineData("fr", "Filler", "speed now")]
    [InlineData(null, "Filler", "speed now")]
    public void Names_and_descriptions_come_in_the_language_of_the_session(string? locale, string name, string description) => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var machine = bench.Space.Find(Bench.Id("Machine"))!;
        machine.DisplayName = new LocalizedText("Filler", "en");
        machine.Translations = [new NodeTexts(new LocalizedText("灌装机", "zh"), default)];
        speed.Description = new LocalizedText("speed now", "en");
        speed.Translations = [new NodeTexts(default, new LocalizedText("转速", "zh"))];
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await client.CallAsync<ActivateSessionRequest, ActivateSessionResponse>(new(default, [], locale is null ? null : [locale], new ExtensionObject(new AnonymousIdentityToken("anonymous")), default));
        var read = await client.CallAsync<ReadRequest, ReadResponse>(new(0, TimestampsToReturn.Neither, [
            new ReadValueId(machine.Id, AttributeId.DisplayName, null, default), new ReadValueId(speed.Id, AttributeId.Description, null, default),
            new ReadValueId(speed.Id, AttributeId.DisplayName, null, default), new ReadValueId(machine.Id, AttributeId.Description, null, default),
        ]));
        Assert.Equal([name, description, "Speed", "null"], read.Results.Select(static r => r.Value.ToString()));
        Assert.Equal(StatusCodes.BadAttributeIdInvalid, read.Results[3].Status.Code);
        var browsed = await client.CallAsync<BrowseRequest, BrowseResponse>(new(default, 0, [new BrowseDescription(ObjectIds.ObjectsFolder, BrowseDirection.Forward, default, true, 0, 63)]));
        Assert.Contains(browsed.Results[0].References, r => r.DisplayName.Text == name);
    });

    [Fact]
    public void What_nobody_may_read_is_watched_and_says_so() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        speed.AccessLevel = AccessLevels.None;
        await using var client = await bench.ConnectAsync();
        var seen = new List<string>();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0)], c => seen.Add(c.Value.Status.IsGood ? c.Value.Value.ToString() : c.Value.Status.Name), Cancellation);
        bench.Step(200);
        speed.AccessLevel = AccessLevels.CurrentRead;
        speed.SetValue(7.0);
        bench.Step(200);
        Assert.Equal(["BadNotReadable", "7"], seen);
    });

    [Fact]
    public void A_fault_covers_the_value_until_it_is_removed() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        speed.FaultStatus = StatusCodes.BadSensorFailure;
        var value = await client.ReadAsync(Bench.Id("Speed"), Cancellation);
        Assert.Equal(StatusCodes.BadSensorFailure, value.Status.Code);
        Assert.True(value.Value.IsNull);
        speed.SetValue(7);
        speed.FaultStatus = null;
        Assert.Equal(new Variant(7), (await client.ReadAsync(Bench.Id("Speed"), Cancellation)).Value);
    });

    [Theory]
    [InlineData("i=85", AttributeId.Value, StatusCodes.BadAttributeIdInvalid)]
    [InlineData("i=85", AttributeId.BrowseName, StatusCodes.Good)]
    [InlineData("ns=2;s=Nowhere", AttributeId.Value, StatusCodes.BadNodeIdUnknown)]
    [InlineData("i=12", AttributeId.DataTypeDefinition, StatusCodes.BadAttributeIdInvalid)]
    [InlineData("i=884", AttributeId.DataTypeDefinition, StatusCodes.Good)]
    [InlineData("i=2255", AttributeId.Value, StatusCodes.Good)]
    [InlineData("i=2258", AttributeId.Value, StatusCodes.Good)]
    [InlineData("i=11705", AttributeId.Value, StatusCodes.Good)]
    public void Attributes_answer_with_the_codes_of_the_standard(string node, AttributeId attribute, uint expected) => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        Assert.Equal(expected, (await client.ReadAsync([new ReadItem(NodeId.Parse(node), attribute)], Cancellation))[0].Status.Code);
    });

    [Fact]
    public void A_write_is_asked_for_stored_and_reported_before_it_is_answered() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        var gate = new TaskCompletionSource();
        var log = new ActionLog();
        bench.Observer = log;
        var setpoint = (VariableNode)bench.Space.Find(Bench.Id("Setpoint"))!;
        setpoint.OnWrite = static (node, value, caller, _) =>
        {
            if (value.Value.TryGetDouble(out var v) && v > 100)
                return ValueTask.FromResult<StatusCode>(StatusCodes.BadOutOfRange);
            node.SetValue(value);
            return ValueTask.FromResult<StatusCode>(StatusCodes.Good);
        };
        await using var client = await bench.ConnectAsync();
        log.Gate = gate.Task;
        var write = client.WriteAsync(setpoint.Id, 55.0, Cancellation);
        bench.Settle();
        Assert.False(write.IsCompleted);
        Assert.Contains("workstation wrote 55 to ns=2;s=Setpoint Value Good", log.Lines);
        gate.SetResult();
        Assert.Equal(StatusCodes.Good, (await write).Code);
        Assert.Equal(new Variant(55.0), setpoint.Value.Value);
        Assert.Equal(StatusCodes.BadOutOfRange, (await client.WriteAsync(setpoint.Id, 155.0, Cancellation)).Code);
        Assert.Equal(new Variant(55.0), setpoint.Value.Value);
        Assert.Contains("workstation wrote 155 to ns=2;s=Setpoint Value BadOutOfRange", log.Lines);
    });

    [Fact]
    public void What_was_just_read_can_be_written_back_with_its_times() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var read = await client.ReadAsync(Bench.Id("Setpoint"), Cancellation);
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync([new WriteItem(Bench.Id("Setpoint"), read)], Cancellation))[0].Code);
    });

    [Fact]
    public void Writes_that_cannot_be_are_refused_with_their_codes() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.BadNotWritable, (await client.WriteAsync(Bench.Id("Speed"), 1.0, Cancellation)).Code);
        Assert.Equal(StatusCodes.BadTypeMismatch, (await client.WriteAsync(Bench.Id("Setpoint"), 1, Cancellation)).Code);
        Assert.Equal(StatusCodes.BadTypeMismatch, (await client.WriteAsync(Bench.Id("Setpoint"), Variant.From(new[] { 1.0 }), Cancellation)).Code);
        Assert.Equal(StatusCodes.BadNodeIdUnknown, (await client.WriteAsync(Bench.Id("Nowhere"), 1.0, Cancellation)).Code);
        var bad = new WriteItem(Bench.Id("Setpoint"), new DataValue(1.0, StatusCodes.UncertainInitialValue));
        Assert.Equal(StatusCodes.BadWriteNotSupported, (await client.WriteAsync([bad], Cancellation))[0].Code);
    });

    [Fact]
    public void Parts_of_arrays_are_read_and_written() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        var options = new VariableOptions { ValueRank = 1, Writable = true, InitialValue = Variant.From(new[] { 10, 11, 12, 13 }) };
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Counts"), "Counts", BuiltInType.Int32, options);
        await using var client = await bench.ConnectAsync();
        var id = Bench.Id("Counts");
        var read = await client.ReadAsync(
            [new ReadItem(id, IndexRange: "1:2"), new ReadItem(id, IndexRange: "3"), new ReadItem(id, IndexRange: "2:9"), new ReadItem(id, IndexRange: "9"), new ReadItem(id, IndexRange: "2:1")],
            Cancellation);
        Assert.Equal(["[11, 12]", "[13]", "[12, 13]"], read[..3].Select(static v => v.Value.ToString()));
        Assert.Equal(StatusCodes.BadIndexRangeNoData, read[3].Status.Code);
        Assert.Equal(StatusCodes.BadIndexRangeInvalid, read[4].Status.Code);
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync([new WriteItem(id, new DataValue(Variant.From(new[] { 7, 8 })), IndexRange: "0:1")], Cancellation))[0].Code);
        Assert.Equal("[7, 8, 12, 13]", (await client.ReadAsync(id, Cancellation)).Value.ToString());
        Assert.Equal(StatusCodes.BadIndexRangeNoData, (await client.WriteAsync([new WriteItem(id, new DataValue(Variant.From(new[] { 7, 8 })), IndexRange: "3:4")], Cancellation))[0].Code);
    });

    [Fact]
    public void Too_many_operations_are_refused_as_a_whole() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxNodesPerRead = 3 } };
        await using var client = await bench.ConnectAsync();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.ReadAsync([.. Enumerable.Repeat(new ReadItem(ObjectIds.Server), 4)], Cancellation));
        Assert.Equal(StatusCodes.BadTooManyOperations, e.Status.Code);
        e = await Assert.ThrowsAsync<OpcUaException>(() => client.ReadAsync([], Cancellation));
        Assert.Equal(StatusCodes.BadNothingToDo, e.Status.Code);
    });

    [Fact]
    public void A_large_answer_is_cut_into_chunks() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        var values = Enumerable.Range(0, 50_000).Select(static i => (double)i).ToArray();
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Curve"), "Curve", BuiltInType.Double, new VariableOptions { ValueRank = 1, InitialValue = Variant.From(values) });
        await using var client = await bench.ConnectAsync();
        Assert.Equal(values, (double[])(await client.ReadAsync(Bench.Id("Curve"), Cancellation)).Value.Elements!);
    });

    [Fact]
    public void An_answer_that_nobody_could_take_is_refused_and_the_session_goes_on() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxMessageSize = 100_000 } };
        bench.AddMachine();
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Text"), "Text", BuiltInType.String, new VariableOptions { InitialValue = new string('x', 3_000) });
        await using var client = await bench.ConnectAsync();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.ReadAsync([.. Enumerable.Repeat(new ReadItem(Bench.Id("Text")), 1_000)], Cancellation));
        Assert.Equal(StatusCodes.BadResponseTooLarge, e.Status.Code);
        Assert.Equal(20, (await client.ReadAsync([.. Enumerable.Repeat(new ReadItem(Bench.Id("Text")), 20)], Cancellation)).Length);
    });
}
