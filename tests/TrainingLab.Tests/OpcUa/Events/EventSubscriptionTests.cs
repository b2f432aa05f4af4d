using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.Tests.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Events;

public class EventSubscriptionTests
{
    [Fact]
    public void An_event_climbs_to_every_notifier_above_its_source() => Bench.Run(async bench =>
    {
        var (machine, tag) = AddMachine(bench);
        var quiet = bench.Space.AddObject(ObjectIds.ObjectsFolder, Bench.Id("Quiet"), "Quiet");
        quiet.EventNotifier = 1;
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var results = await MonitorAsync(client, Event(ObjectIds.Server, 1), Event(machine.Id, 2), Event(quiet.Id, 3));
        Assert.All(results, static r => Assert.True(r.Status.IsGood));
        bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, tag.Id, "Level", "low", 300));
        bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, ObjectIds.Server, "Server", "hot", 900));
        Assert.Equal(["1:Level low 300", "1:Server hot 900", "2:Level low 300"], await EventsAsync(bench, client));
    });

    [Fact]
    public void What_is_no_notifier_is_refused() => Bench.Run(async bench =>
    {
        var (_, tag) = AddMachine(bench);
        var silent = bench.Space.AddObject(ObjectIds.ObjectsFolder, Bench.Id("Silent"), "Silent");
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var noFilter = new MonitoredItemCreateRequest(new ReadValueId(ObjectIds.Server, AttributeId.EventNotifier, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, 0, null, 10, true));
        var dataFilter = noFilter with { RequestedParameters = new MonitoringParameters(1, 0, new ExtensionObject(new DataChangeFilter(DataChangeTrigger.Status, 0, 0)), 10, true) };
        var results = await MonitorAsync(client, Event(silent.Id, 1), Event(tag.Id, 2), noFilter, dataFilter, Event(ObjectIds.Server, 3, select: []));
        Assert.Equal(
            [StatusCodes.BadNotSupported, StatusCodes.BadAttributeIdInvalid, StatusCodes.BadEventFilterInvalid, StatusCodes.BadMonitoredItemFilterInvalid, StatusCodes.BadEventFilterInvalid],
            results.Select(static r => r.Status.Code));
    });

    [Fact]
    public void A_field_that_cannot_be_is_told_and_stays_null() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        SimpleAttributeOperand[] select =
        [
            Field("Message"),
            Field("NoSuchField"),
            Field("Message") with { TypeDefinition = new NodeId(0, 58) },
            Field("Message") with { Attribute = AttributeId.DisplayName },
            Field("Message") with { IndexRange = "x" },
            new SimpleAttributeOperand(EventTypeIds.ConditionType, [], AttributeId.NodeId, null),
            new SimpleAttributeOperand(EventTypeIds.BaseEventType, [], AttributeId.NodeId, null),
            Field("ActiveState/Id") with { TypeDefinition = EventTypeIds.AlarmConditionType },
            Field("SourceName") with { IndexRange = "0:2" },
        ];
        var results = await MonitorAsync(client, Event(ObjectIds.Server, 1, select));
        Assert.True(results[0].Status.IsGood);
        Assert.Equal(
            [
                StatusCodes.Good, StatusCodes.BadNodeIdUnknown, StatusCodes.BadTypeDefinitionInvalid, StatusCodes.BadAttributeIdInvalid, StatusCodes.BadIndexRangeInvalid,
                StatusCodes.Good, StatusCodes.BadAttributeIdInvalid, StatusCodes.Good, StatusCodes.Good,
            ],
            ((EventFilterResult)results[0].FilterResult!.Structure!).SelectClauseResults.Select(static s => s.Code));
        var happened = new UaEvent(EventTypeIds.ExclusiveLevelAlarmType, ObjectIds.Server, "Server", "low", 1) { ConditionId = Bench.Id("alarm") };
        happened["ActiveState/Id"] = true;
        bench.Server.Raise(happened);
        Assert.Equal(["1:low null null null null ns=2;s=alarm null True Ser"], await EventsAsync(bench, client));
    });

    [Fact]
    public void A_full_queue_keeps_the_newest_or_the_oldest_and_an_overflow_event() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await MonitorAsync(client, Event(ObjectIds.Server, 1, queueSize: 2), Event(ObjectIds.Server, 2, queueSize: 2, discardOldest: false));
        for (var i = 1; i <= 5; i++)
        {
            bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, ObjectIds.Server, "Server", $"e{i}", i));
        }

        Assert.Equal(
            ["1:Server Events were lost 500", "1:Server e4 4", "1:Server e5 5", "2:Server e1 1", "2:Server e2 2", "2:Server Events were lost 500"],
            await EventsAsync(bench, client));
        bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, ObjectIds.Server, "Server", "e6", 6));
        Assert.Equal(["1:Server e6 6", "2:Server e6 6"], await EventsAsync(bench, client));
    });

    [Fact]
    public void Events_and_values_travel_in_one_message() => Bench.Run(async bench =>
    {
        var speed = bench.AddMachine();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await MonitorAsync(client, Event(ObjectIds.Server, 1), ServiceSetTests.Item(speed.Id, 2));
        bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, ObjectIds.Server, "Server", "e", 1));
        client.Send(new PublishRequest([]));
        bench.Step(100);
        var message = (await client.AnswerAsync<PublishResponse>()).NotificationMessage;
        Assert.IsType<DataChangeNotification>(message.Notifications[0]!.Structure);
        Assert.IsType<EventNotificationList>(message.Notifications[1]!.Structure);
    });

    [Fact]
    public void Every_event_has_an_id_of_its_own_and_its_times() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        await MonitorAsync(client, Event(ObjectIds.Server, 1, [Field("EventId"), Field("Time"), Field("ReceiveTime"), Field("EventType")]));
        for (var i = 0; i < 2; i++)
        {
            bench.Server.Raise(new UaEvent(EventTypeIds.BaseEventType, ObjectIds.Server, "Server", "e", 1));
        }

        client.Send(new PublishRequest([]));
        bench.Step(100);
        var events = ((EventNotificationList)(await client.AnswerAsync<PublishResponse>()).NotificationMessage.Notifications[0]!.Structure!).Events;
        Assert.NotEqual((byte[])events[0].Fields[0].ToObject()!, (byte[])events[1].Fields[0].ToObject()!);
        Assert.Equal(new DateTime(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc), events[0].Fields[1].ToObject());
        Assert.Equal(EventTypeIds.BaseEventType, events[0].Fields[3].ToObject());
    });

    [Fact]
    public void The_event_notifier_says_who_reports_events() => Bench.Run(async bench =>
    {
        await using var client = await bench.ConnectAsync();
        var value = (await client.ReadAsync([new(ObjectIds.Server, AttributeId.EventNotifier)], TestContext.Current.CancellationToken))[0];
        Assert.Equal((byte)1, value.Value.ToObject());
    });

    internal static SimpleAttributeOperand Field(string path) =>
        new(EventTypeIds.BaseEventType, [.. path.Split('/').Select(static n => new QualifiedName(0, n))], AttributeId.Value, null);

    internal static MonitoredItemCreateRequest Event(
        NodeId notifier, uint handle, SimpleAttributeOperand[]? select = null, ContentFilter? where = null, uint queueSize = 100, bool discardOldest = true) => new(
        new ReadValueId(notifier, AttributeId.EventNotifier, null, default),
        MonitoringMode.Reporting,
        new MonitoringParameters(handle, 0, new ExtensionObject(new EventFilter(select ?? [Field("SourceName"), Field("Message"), Field("Severity")], where ?? ContentFilter.Everything)), queueSize, discardOldest));

    internal static async Task<MonitoredItemCreateResult[]> MonitorAsync(SilentClient client, params MonitoredItemCreateRequest[] items)
    {
        var id = (await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new CreateSubscriptionRequest(100, 1_000, 10, 0, PublishingEnabled: true, 0))).SubscriptionId;
        return (await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(id, TimestampsToReturn.Both, items))).Results;
    }

    /// <summary>Handle and fields of each event in the next message, by handle.</summary>
    internal static async Task<string[]> EventsAsync(Bench bench, SilentClient client)
    {
        client.Send(new PublishRequest([]));
        bench.Step(100);
        var response = await client.AnswerAsync<PublishResponse>();
        return
        [
            .. response.NotificationMessage.Notifications.Select(static n => n!.Structure).OfType<EventNotificationList>().SelectMany(static l => l.Events)
                .OrderBy(static e => e.ClientHandle)
                .Select(static e => $"{e.ClientHandle}:{string.Join(' ', e.Fields)}"),
        ];
    }

    internal static (ObjectNode Machine, VariableNode Level) AddMachine(Bench bench)
    {
        var machine = bench.Space.AddObject(ObjectIds.ObjectsFolder, Bench.Id("Filler"), "Filler");
        machine.EventNotifier = 1;
        bench.Space.AddReference(ObjectIds.Server, ReferenceTypeIds.HasNotifier, machine.Id);
        var level = bench.Space.AddVariable(machine.Id, Bench.Id("Level"), "Level", BuiltInType.Double, new VariableOptions { Range = new UaRange(0, 100), InitialValue = 50.0 });
        bench.Space.AddReference(machine.Id, ReferenceTypeIds.HasEventSource, level.Id);
        return (machine, level);
    }
}
