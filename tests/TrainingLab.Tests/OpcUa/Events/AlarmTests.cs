using System.Text.Json.Nodes;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Events.Conditions;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.Tests.OpcUa.Events;

/// <summary>Alarms and conditions (OPC 10000-9).</summary>
public class AlarmTests
{
    private static readonly NodeId Acknowledge = new(0, 9111);
    private static readonly NodeId Confirm = new(0, 9113);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The standard's own example of a condition without branches (OPC 10000-9, B.1.3).</summary>
    [Fact]
    public void The_states_follow_the_standards_example() => Bench.Run(async bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        var (client, seen) = await WatchAsync(bench);
        await using var _ = client;
        level.SetValue(10.0);
        var eventId = (byte[])alarm.LastEvent!["EventId"].ToObject()!;
        Assert.Equal(StatusCodes.Good, await CallAsync(client, alarm, Acknowledge, eventId, "seen"));
        level.SetValue(50.0);
        Assert.Equal(StatusCodes.Good, await CallAsync(client, alarm, Confirm, (byte[])alarm.LastEvent!["EventId"].ToObject()!, "done"));
        level.SetValue(10.0);
        level.SetValue(50.0);
        alarm.Acknowledge("op", "late");
        alarm.Confirm("op", "late");
        bench.Step(200);
        Assert.Equal(
            [
                "active=True acked=False confirmed=True retain=True Low 600 Low product",
                "active=True acked=True confirmed=False retain=True Low 600 Low product: acknowledged",
                "active=False acked=True confirmed=False retain=True  600 Low product: back to normal",
                "active=False acked=True confirmed=True retain=False  600 Low product: confirmed",
                "active=True acked=False confirmed=True retain=True Low 600 Low product",
                "active=False acked=False confirmed=True retain=True  600 Low product: back to normal",
                "active=False acked=True confirmed=False retain=True  600 Low product: acknowledged",
                "active=False acked=True confirmed=True retain=False  600 Low product: confirmed",
            ],
            seen);
    });

    [Fact]
    public void The_outermost_limit_counts_and_the_deadband_holds_it() => Bench.Run(bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        var stages = new List<string>();
        foreach (var value in new[] { 50.0, 20.0, 19.0, 21.0, 22.5, 10.0, 4.0, 6.5, 7.5, 23.0, 80.0, 96.0 })
        {
            level.SetValue(value);
            stages.Add(alarm.Level?.Name ?? "-");
        }

        Assert.Equal(["-", "Low", "Low", "Low", "-", "Low", "LowLow", "LowLow", "Low", "-", "-", "High"], stages);
        return Task.CompletedTask;
    });

    [Fact]
    public void Getting_worse_wants_another_acknowledgement() => Bench.Run(bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        level.SetValue(10.0);
        var first = (byte[])alarm.LastEvent!["EventId"].ToObject()!;
        alarm.Acknowledge("op", "");
        level.SetValue(1.0);
        Assert.Equal((false, "LowLow"), (alarm.IsAcknowledged, alarm.Level!.Name));
        Assert.Equal(StatusCodes.BadEventIdUnknown, alarm.Acknowledge("op", "", first).Code);
        level.SetValue(10.0);
        Assert.Equal((false, "Low"), (alarm.IsAcknowledged, alarm.Level!.Name));
        Assert.Equal(StatusCodes.Good, alarm.Acknowledge("op", "").Code);
        Assert.Equal(StatusCodes.BadConditionBranchAlreadyAcked, alarm.Acknowledge("op", "").Code);
        return Task.CompletedTask;
    });

    [Fact]
    public void A_short_dip_within_the_delay_is_no_alarm() => Bench.Run(bench =>
    {
        var (level, alarm) = AddAlarm(bench, onDelay: TimeSpan.FromSeconds(5));
        level.SetValue(10.0);
        bench.Step(4_000);
        level.SetValue(50.0);
        bench.Step(10_000);
        Assert.Null(alarm.Level);
        level.SetValue(10.0);
        bench.Step(4_999);
        Assert.Null(alarm.Level);
        bench.Step(1);
        Assert.Equal("Low", alarm.Level?.Name);
        return Task.CompletedTask;
    });

    [Fact]
    public void A_disabled_alarm_watches_nothing() => Bench.Run(async bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        await using var client = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.Good, (await client.CallAsync(alarm.Node.Id, new NodeId(0, 9028), [], Cancellation)).Status.Code);
        level.SetValue(1.0);
        Assert.False(alarm.IsRetained);
        Assert.Equal(StatusCodes.BadConditionDisabled, alarm.Acknowledge("op", "").Code);
        Assert.Equal(StatusCodes.BadConditionAlreadyDisabled, (await client.CallAsync(alarm.Node.Id, new NodeId(0, 9028), [], Cancellation)).Status.Code);
        Assert.Equal(StatusCodes.Good, (await client.CallAsync(alarm.Node.Id, new NodeId(0, 9027), [], Cancellation)).Status.Code);
        Assert.Equal("LowLow", alarm.Level?.Name);
    });

    [Fact]
    public void Shelving_ends_by_time_by_hand_or_with_the_alarm() => Bench.Run(async bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        await using var client = await bench.ConnectAsync();
        var shelving = new NodeId(2, "Alarms.Level.ShelvingState");
        async Task<uint> Call(uint method, params Variant[] inputs) => (await client.CallAsync(shelving, new NodeId(0, method), inputs, Cancellation)).Status.Code;
        Assert.Equal(StatusCodes.BadConditionNotShelved, await Call(2947));
        Assert.Equal(StatusCodes.BadShelvingTimeOutOfRange, await Call(2949, 0.0));
        Assert.Equal(StatusCodes.BadShelvingTimeOutOfRange, await Call(2949, 3_600_001.0));
        Assert.Equal(StatusCodes.Good, await Call(2949, 10_000.0));
        Assert.Equal(StatusCodes.BadConditionAlreadyShelved, await Call(2949, 10_000.0));
        bench.Step(4_000);
        Assert.Equal(new Variant(6_000.0), (await client.ReadAsync(new NodeId(2, "Alarms.Level.ShelvingState.UnshelveTime"), Cancellation)).Value);
        bench.Step(6_000);
        Assert.Equal(Shelving.Unshelved, alarm.Shelving);
        Assert.Equal(StatusCodes.Good, await Call(2948));
        level.SetValue(1.0);
        Assert.Equal(Shelving.OneShot, alarm.Shelving);
        Assert.Equal(new Variant(true), (await client.ReadAsync(new NodeId(2, "Alarms.Level.SuppressedOrShelved"), Cancellation)).Value);
        level.SetValue(50.0);
        Assert.Equal(Shelving.Unshelved, alarm.Shelving);
    });

    [Fact]
    public void A_refresh_tells_what_is_retained_between_its_start_and_its_end() => Bench.Run(async bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        level.SetValue(10.0);
        var raised = (byte[])alarm.LastEvent!["EventId"].ToObject()!;
        await using var client = await bench.ConnectAsync();
        var seen = new List<Variant[]>();
        var filter = new EventFilter([EventSubscriptionTests.Field("EventType"), EventSubscriptionTests.Field("EventId")], Where(EventTypeIds.AlarmConditionType));
        await using var subscription = await client.SubscribeEventsAsync(100, ObjectIds.Server, filter, seen.Add, Cancellation);
        Assert.Equal(StatusCodes.Good, (await client.CallAsync(EventTypeIds.ConditionType, new NodeId(0, 3875), [subscription.Id], Cancellation)).Status.Code);
        bench.Step(100);
        Assert.Equal([EventTypeIds.RefreshStartEventType, EventTypeIds.ExclusiveLevelAlarmType, EventTypeIds.RefreshEndEventType], seen.Select(static f => (NodeId)f[0].ToObject()!));
        Assert.Equal(raised, (byte[])seen[1][1].ToObject()!); // the same event once more
        Assert.Equal(StatusCodes.Good, (await client.CallAsync(EventTypeIds.ConditionType, new NodeId(0, 12912), [subscription.Id, 1u], Cancellation)).Status.Code);
        Assert.Equal(StatusCodes.BadMonitoredItemIdInvalid, (await client.CallAsync(EventTypeIds.ConditionType, new NodeId(0, 12912), [subscription.Id, 9u], Cancellation)).Status.Code);
        Assert.Equal(StatusCodes.BadSubscriptionIdInvalid, (await client.CallAsync(EventTypeIds.ConditionType, new NodeId(0, 3875), [999u], Cancellation)).Status.Code);
    });

    [Fact]
    public void The_condition_is_found_from_its_source_and_shows_its_state() => Bench.Run(async bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        level.SetValue(1.0);
        await using var client = await bench.ConnectAsync();
        var conditions = await client.BrowseAsync(Bench.Id("Filler"), Cancellation, ReferenceTypeIds.HasCondition);
        Assert.Equal(alarm.Node.Id, Assert.Single(conditions).Node.Node);
        Assert.Equal(EventTypeIds.ExclusiveLevelAlarmType, conditions[0].TypeDefinition.Node);
        async Task<Variant> Read(params string[] path) => (await client.ReadAsync(
            (await client.TranslateAsync(alarm.Node.Id, [.. path.Select(static n => new QualifiedName(0, n))], Cancellation)).Node, Cancellation)).Value;
        Assert.Equal(new Variant(true), await Read("ActiveState", "Id"));
        Assert.Equal(new Variant(false), await Read("AckedState", "Id"));
        Assert.Equal(new Variant(new LocalizedText("LowLow", "en")), await Read("LimitState", "CurrentState"));
        Assert.Equal(new Variant(new NodeId(0, 9335)), await Read("LimitState", "CurrentState", "Id"));
        Assert.Equal(new Variant(20.0), await Read("LowLimit"));
        Assert.Equal(new Variant(true), await Read("Retain"));
        Assert.Equal(new Variant((ushort)800), await Read("Severity"));
        Assert.Equal(new Variant(level.Id), await Read("InputNode"));
        var methods = (await client.BrowseAsync(alarm.Node.Id, Cancellation)).Where(static r => r.Class == NodeClass.Method).Select(static r => r.BrowseName.Name);
        Assert.Equal(["Acknowledge", "AddComment", "Confirm", "Disable", "Enable"], methods.Order(StringComparer.Ordinal));
        foreach (var variable in bench.Space.OwnNodes.OfType<VariableNode>().Where(static v => v.Id.Text?.StartsWith("Alarms.", StringComparison.Ordinal) == true))
        {
            Assert.True(variable.Value.Status.IsGood, variable.ToString());
        }
    });

    [Fact]
    public void Messages_come_in_the_language_of_the_session() => Bench.Run(async bench =>
    {
        var (level, _) = AddAlarm(bench);
        var client = new Server.SilentClient(bench);
        await client.OpenAsync();
        await client.CallAsync<ActivateSessionRequest, ActivateSessionResponse>(
            new ActivateSessionRequest(default, [], ["zh-CN", "en"], new ExtensionObject(new AnonymousIdentityToken("anonymous")), default));
        await EventSubscriptionTests.MonitorAsync(client, EventSubscriptionTests.Event(ObjectIds.Server, 1, [EventSubscriptionTests.Field("Message"), EventSubscriptionTests.Field("ActiveState")]));
        level.SetValue(10.0);
        level.SetValue(50.0);
        Assert.Equal(["1:料液不足 激活", "1:料液不足：已恢复正常 未激活"], await EventSubscriptionTests.EventsAsync(bench, client));
    });

    [Fact]
    public void What_was_saved_goes_on() => Bench.Run(async bench =>
    {
        var (level, alarm) = AddAlarm(bench);
        level.SetValue(10.0);
        alarm.Acknowledge("op", "seen");
        alarm.ShelveFor(TimeSpan.FromSeconds(10), "op");
        bench.Step(4_000);
        var saved = alarm.Save().ToJsonString();

        var other = new Bench();
        var (again, resumed) = AddAlarm(other, start: false);
        other.Step(4_000);
        resumed.Load(JsonNode.Parse(saved)!);
        Assert.Equal(saved, resumed.Save().ToJsonString());
        again.SetValue(10.0);
        other.Server.Conditions.Start();
        Assert.Equal(saved, resumed.Save().ToJsonString()); // nothing has happened by that
        Assert.Equal(alarm.LastEvent!["EventId"], resumed.LastEvent!["EventId"]);
        Assert.Equal((true, false, Shelving.Timed), (resumed.IsAcknowledged, resumed.IsConfirmed, resumed.Shelving));
        other.Step(6_000);
        Assert.Equal(Shelving.Unshelved, resumed.Shelving);
        await Task.CompletedTask;
    });

    [Fact]
    public void An_off_normal_alarm_knows_the_values_that_should_not_be() => Bench.Run(bench =>
    {
        var (machine, level) = EventSubscriptionTests.AddMachine(bench);
        var alarm = new OffNormalAlarm(bench.Server, Options(machine, level), [9, 11], 900);
        bench.Server.Conditions.Add(alarm);
        bench.Server.Conditions.Start();
        var active = new List<bool>();
        foreach (var state in new[] { 6.0, 9.0, 11.0, 2.0 })
        {
            level.SetValue(state);
            active.Add(alarm.Level is not null);
        }

        Assert.Equal([false, true, true, false], active);
        return Task.CompletedTask;
    });

    [Fact]
    public void A_method_on_what_is_no_condition_is_refused() => Bench.Run(async bench =>
    {
        AddAlarm(bench);
        await using var client = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.BadMethodInvalid, (await client.CallAsync(Bench.Id("Filler"), Acknowledge, [new Variant(new byte[16]), new Variant(default(LocalizedText))], Cancellation)).Status.Code);
        Assert.Equal(StatusCodes.BadNodeIdInvalid, (await client.CallAsync(EventTypeIds.AcknowledgeableConditionType, Acknowledge, [new Variant(new byte[16]), new Variant(default(LocalizedText))], Cancellation)).Status.Code);
    });

    private static ContentFilter Where(NodeId type) => new([new ContentFilterElement(FilterOperator.OfType, [new ExtensionObject(new LiteralOperand(new Variant(type)))])]);

    private static async Task<(OpcUaClient Client, List<string> Seen)> WatchAsync(Bench bench)
    {
        var client = await bench.ConnectAsync();
        var seen = new List<string>();
        var filter = new EventFilter(
            [.. new[] { "ActiveState/Id", "AckedState/Id", "ConfirmedState/Id", "Retain", "LimitState/CurrentState", "Severity", "Message" }.Select(EventSubscriptionTests.Field)],
            Where(EventTypeIds.AlarmConditionType));
        await client.SubscribeEventsAsync(100, ObjectIds.Server, filter, f => seen.Add($"active={f[0]} acked={f[1]} confirmed={f[2]} retain={f[3]} {f[4]} {f[5]} {f[6]}"), Cancellation);
        return (client, seen);
    }

    private static async Task<uint> CallAsync(OpcUaClient client, AlarmCondition alarm, NodeId method, byte[] eventId, string comment) =>
        (await client.CallAsync(alarm.Node.Id, method, [new Variant(eventId), new Variant(new LocalizedText(comment, "en"))], Cancellation)).Status.Code;

    private static (VariableNode Level, LimitAlarm Alarm) AddAlarm(Bench bench, TimeSpan onDelay = default, bool start = true)
    {
        var (machine, level) = EventSubscriptionTests.AddMachine(bench);
        var alarm = new LimitAlarm(
            bench.Server, Options(machine, level) with { OnDelay = onDelay }, highHigh: null, high: new AlarmLimit(95, 500), low: new AlarmLimit(20, 600), lowLow: new AlarmLimit(5, 800), deadband: 2);
        bench.Server.Conditions.Add(alarm);
        if (start)
        {
            bench.Server.Conditions.Start();
        }

        return (level, alarm);
    }

    private static AlarmOptions Options(ObjectNode machine, VariableNode input) => new()
    {
        Id = Bench.Id("Alarms.Level"),
        Name = "Level",
        Parent = machine.Id,
        Source = machine,
        Input = input,
        Messages = [new LocalizedText("Low product", "en"), new LocalizedText("料液不足", "zh")],
    };
}
