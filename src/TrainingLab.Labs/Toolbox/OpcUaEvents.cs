using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using LocalizedText = TrainingLab.Factory.Definitions.LocalizedText;

namespace TrainingLab.Labs.Toolbox;

/// <summary><c>opcua events SERVER [NODEID]</c>: what a server reports for a while, beginning with the alarms that are there.</summary>
internal static class OpcUaEvents
{
    private static readonly string[] Fields =
    [
        "Time", "EventType", "SourceName", "Severity", "Message", "ConditionName", "Retain", "ActiveState/Id", "AckedState/Id", "ConfirmedState/Id", "EventId", "Comment", "ClientUserId",
    ];

    private static readonly LocalizedText NotActive = new("not active", "未激活");
    private static readonly LocalizedText Active = new("active", "激活");
    private static readonly LocalizedText NotAcknowledged = new("not acknowledged", "未确认");
    private static readonly LocalizedText NotConfirmed = new("not confirmed", "未复核");

    public static async Task<CommandResult> RunAsync(ToolboxContext context, OpcUaClient client, NodeId notifier, ToolboxArguments arguments, CancellationToken cancellationToken)
    {
        var severity = arguments.Number("severity", 0);
        var duration = arguments.Span("for", TimeSpan.FromSeconds(10));
        var type = arguments.Option("type") is not { } text ? EventTypeIds.BaseEventType : NodeId.TryParse(text, out var id) ? id : default;
        if (severity is null || duration is null || type.IsNull)
            return ToolboxOutput.Misused(new OpcUaCommand(), "severity is a number, for a duration such as 10s, type a node id such as i=2915");
        var output = new ToolboxOutput();
        var json = new JsonArray();
        var subscription = await client.SubscribeEventsAsync(100, notifier, FilterOf(type, severity.Value), fields => Show(context, fields, output, json), cancellationToken);
        var bad = subscription.ItemStatuses.FirstOrDefault(s => s.IsBad);
        if (bad.IsBad)
            return ToolboxOutput.Failed(bad.Name);
        await client.CallAsync(EventTypeIds.ConditionType, new NodeId(0, 3875), [new Variant(subscription.Id)], cancellationToken);
        await Task.Delay(duration.Value, context.Factory.Clock, cancellationToken);
        await subscription.DisposeAsync();
        return output.Done(json);
    }

    private static EventFilter FilterOf(NodeId type, double severity) => new(
        [
            new SimpleAttributeOperand(EventTypeIds.ConditionType, [], AttributeId.NodeId, null),
            .. Fields.Select(FieldOf),
        ],
        new ContentFilter([
            new ContentFilterElement(FilterOperator.And, [new ExtensionObject(new ElementOperand(1)), new ExtensionObject(new ElementOperand(2))]),
            new ContentFilterElement(FilterOperator.OfType, [new ExtensionObject(new LiteralOperand(new Variant(type)))]),
            new ContentFilterElement(FilterOperator.GreaterThanOrEqual, [new ExtensionObject(FieldOf("Severity")), new ExtensionObject(new LiteralOperand(new Variant(severity)))]),
        ]));

    private static SimpleAttributeOperand FieldOf(string path) =>
        new(EventTypeIds.BaseEventType, [.. path.Split('/').Select(n => new QualifiedName(0, n))], AttributeId.Value, null);

    private static void Show(ToolboxContext context, Variant[] fields, ToolboxOutput output, JsonArray json)
    {
        Variant Of(string name) => fields[1 + Array.IndexOf(Fields, name)];
        if (Of("EventType").TryGet(out NodeId type) && (type == EventTypeIds.RefreshStartEventType || type == EventTypeIds.RefreshEndEventType))
            return;
        var condition = fields[0].TryGet(out NodeId id) ? id.ToString() : null;
        bool? Flag(string name) => Of(name).TryGet(out bool flag) ? flag : null;
        var state = condition is null ? "" : "  " + string.Join(
            ", ",
            new[]
            {
                (Flag("ActiveState/Id") == true ? Active : NotActive).In(context.Language),
                Flag("AckedState/Id") == false ? NotAcknowledged.In(context.Language) : null,
                Flag("ConfirmedState/Id") == false ? NotConfirmed.In(context.Language) : null,
            }.OfType<string>());
        _ = Of("Time").TryGet(out DateTime time);
        output.Line(string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss.fffZ}  {Of("Severity"),4}  {Of("SourceName")}  {Of("Message")}{state}{(condition is null ? "" : $"  [{condition}]")}"));
        json.Add(new JsonObject
        {
            ["time"] = time.ToString("O", CultureInfo.InvariantCulture),
            ["type"] = type.ToString(),
            ["source"] = Of("SourceName").ToString(),
            ["severity"] = (int)(Of("Severity").TryGetDouble(out var severity) ? severity : 0),
            ["message"] = Of("Message").ToString(),
            ["condition"] = condition,
            ["conditionName"] = condition is null ? null : Of("ConditionName").ToString(),
            ["active"] = Flag("ActiveState/Id"),
            ["acknowledged"] = Flag("AckedState/Id"),
            ["confirmed"] = Flag("ConfirmedState/Id"),
            ["retain"] = Flag("Retain"),
            ["eventId"] = Of("EventId").TryGet<byte[]>(out var eventId) ? Convert.ToBase64String(eventId) : null,
        });
    }
}
