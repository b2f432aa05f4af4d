using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Events.Conditions;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Factory.Devices;

/// <summary>The alarms of a machine: declared in its profile, conditions of its OPC UA server, state of the device.</summary>
internal sealed class OpcUaAlarms
{
    private readonly OpcUaServer server;
    private readonly string device;

    /// <param name="server">The machine's server.</param>
    /// <param name="device">Name of the machine.</param>
    /// <param name="machine">Its object, from which the events come.</param>
    /// <param name="declared">What the profile declares.</param>
    /// <param name="variableOf">The variable of a tag.</param>
    public OpcUaAlarms(OpcUaServer server, string device, ObjectNode machine, IReadOnlyList<AlarmDeclaration> declared, Func<string, VariableNode> variableOf)
    {
        this.server = server;
        this.device = device;
        if (declared.Count == 0)
            return;
        var ns = machine.Id.NamespaceIndex;
        Folder = server.AddressSpace.AddObject(machine.Id, new NodeId(ns, $"{device}/Alarms"), "Alarms");
        foreach (var alarm in declared)
        {
            var options = new AlarmOptions
            {
                Id = new NodeId(ns, $"{device}/Alarms/{alarm.Id}"),
                Name = alarm.Id,
                DisplayName = new OpcUa.LocalizedText(alarm.Message.En, "en"),
                Parent = Folder.Id,
                Source = machine,
                Input = variableOf(alarm.Tag),
                Messages = [new OpcUa.LocalizedText(alarm.Message.En, "en"), new OpcUa.LocalizedText(alarm.Message.Zh, "zh")],
                OnDelay = alarm.Delay,
            };
            server.Conditions.Add(alarm.When.Count > 0
                ? new OffNormalAlarm(server, options, alarm.When, alarm.Severity)
                : new LimitAlarm(
                    server, options, LimitOf(alarm.HighHigh, alarm.OuterSeverity), LimitOf(alarm.High, alarm.Severity), LimitOf(alarm.Low, alarm.Severity), LimitOf(alarm.LowLow, alarm.OuterSeverity), alarm.Deadband));
        }
    }

    /// <summary>What the alarms stand in; null where there are none.</summary>
    public ObjectNode? Folder { get; }

    /// <summary>The nodes of the alarms by name.</summary>
    public IEnumerable<(string Id, ObjectNode Node)> Conditions => server.Conditions.All.Select(a => (a.Name, a.Node));

    /// <summary>The alarms' states by name.</summary>
    public JsonObject Save() => new(server.Conditions.All.Select(a => KeyValuePair.Create<string, JsonNode?>(a.Name, a.Save())));

    /// <summary>Takes the states over; an alarm that was not there yet begins anew.</summary>
    public void Load(JsonObject state)
    {
        foreach (var alarm in server.Conditions.All)
        {
            if (state[alarm.Name] is { } saved)
                alarm.Load(saved);
        }
    }

    /// <summary>Watches from now on.</summary>
    public void Start() => server.Conditions.Start();

    /// <summary>The alarm that a method was called on; null where it is none.</summary>
    public string? NameOf(NodeId node) => server.Conditions.Find(node)?.Name;

    /// <summary>What a state check may read of an alarm: <c>active</c>, <c>level</c>, <c>acknowledged</c>, <c>confirmed</c>, <c>retain</c>, <c>enabled</c>, <c>shelved</c>, <c>comment</c>.</summary>
    public JsonNode? Read(string name, string what) => server.Conditions.All.FirstOrDefault(a => a.Name == name) is not { } alarm ? null : what switch
    {
        "active" => JsonValue.Create(alarm.Level is not null),
        "level" => JsonValue.Create(alarm.Level?.Name),
        "acknowledged" => JsonValue.Create(alarm.IsAcknowledged),
        "confirmed" => JsonValue.Create(alarm.IsConfirmed),
        "retain" => JsonValue.Create(alarm.IsRetained),
        "enabled" => JsonValue.Create(alarm.IsEnabled),
        "shelved" => JsonValue.Create(alarm.Shelving != Shelving.Unshelved),
        "comment" => JsonValue.Create(alarm.LastComment.Text),
        _ => null,
    };

    /// <summary>What is recorded of a call that changed an alarm, so that it can be done again.</summary>
    public static JsonObject Record(string alarm, string method, IReadOnlyList<Variant> inputs, string? user) => new()
    {
        ["alarm"] = alarm,
        ["method"] = method,
        ["user"] = user,
        ["comment"] = inputs.Count == 2 && inputs[1].TryGet(out OpcUa.LocalizedText comment) ? comment.Text : null,
        ["time"] = inputs.Count == 1 && inputs[0].TryGetDouble(out var time) ? time : null,
    };

    /// <summary>Does a recorded call again.</summary>
    public void Apply(JsonObject recorded)
    {
        if (server.Conditions.All.FirstOrDefault(a => a.Name == (string?)recorded["alarm"]) is not { } alarm)
            return;
        var user = (string?)recorded["user"];
        var comment = new OpcUa.LocalizedText((string?)recorded["comment"]);
        _ = (string?)recorded["method"] switch
        {
            "Enable" => alarm.Enable(user),
            "Disable" => alarm.Disable(user),
            "AddComment" => alarm.AddComment(user, comment),
            "Acknowledge" => alarm.Acknowledge(user, comment),
            "Confirm" => alarm.Confirm(user, comment),
            "Unshelve" => alarm.Unshelve(user),
            "OneShotShelve" => alarm.ShelveOnce(user),
            "TimedShelve" => alarm.ShelveFor(TimeSpan.FromMilliseconds((double?)recorded["time"] ?? 0), user),
            var other => throw new FormatException($"{device} has no alarm method {other}."),
        };
    }

    private static AlarmLimit? LimitOf(double? value, int severity) => value is { } limit ? new AlarmLimit(limit, severity) : null;
}
