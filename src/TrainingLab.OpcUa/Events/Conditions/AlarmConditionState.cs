using System.Buffers.Binary;
using System.Text.Json.Nodes;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Events.Conditions;

/// <content>How an alarm shows its state: its nodes, its events, its saved form.</content>
public abstract partial class AlarmCondition
{
    private static readonly NodeId UnshelvedState = new(0, 2930);
    private static readonly NodeId TimedShelvedState = new(0, 2932);
    private static readonly NodeId OneShotShelvedState = new(0, 2933);
    private static readonly NodeId ProcessConditionClass = new(0, 11164);

    /// <summary>Everything about it that a restarted program needs.</summary>
    public JsonNode Save() => new JsonObject
    {
        ["enabled"] = IsEnabled,
        ["level"] = Level?.Name,
        ["acknowledged"] = IsAcknowledged,
        ["confirmed"] = IsConfirmed,
        ["shelving"] = Shelving.ToString(),
        ["until"] = ShelvedUntil?.Ticks,
        ["pending"] = _pendingSince?.Ticks,
        ["quality"] = _quality.Code,
        ["severity"] = _severity,
        ["lastSeverity"] = _lastSeverity,
        ["comment"] = _comment.Text,
        ["commentLocale"] = _comment.Locale,
        ["commentTime"] = _commentTime.Ticks,
        ["user"] = _user,
        ["sequence"] = _sequence,
        ["recent"] = new JsonArray([.. _recent.Select(static id => (JsonNode)Convert.ToBase64String(id))]),
        ["last"] = LastEvent is null ? null : new JsonObject
        {
            ["id"] = Convert.ToBase64String((byte[])LastEvent["EventId"].ToObject()!),
            ["time"] = ((DateTime)LastEvent["Time"].ToObject()!).Ticks,
            ["change"] = _lastChange.ToString(),
        },
    };

    /// <summary>Brings back what <see cref="Save"/> gave; before <see cref="ConditionRegistry.Start"/>.</summary>
    public void Load(JsonNode state)
    {
        ArgumentNullException.ThrowIfNull(state);
        IsEnabled = (bool)state["enabled"]!;
        Level = (string?)state["level"] is { } level ? Levels.FirstOrDefault(l => l.Name == level) : null;
        IsAcknowledged = (bool)state["acknowledged"]!;
        IsConfirmed = (bool)state["confirmed"]!;
        Shelving = Enum.Parse<Shelving>((string)state["shelving"]!);
        ShelvedUntil = (long?)state["until"] is { } until ? new DateTime(until, DateTimeKind.Utc) : null;
        _pendingSince = (long?)state["pending"] is { } pending ? new DateTime(pending, DateTimeKind.Utc) : null;
        _quality = (uint)state["quality"]!;
        _severity = (int)state["severity"]!;
        _lastSeverity = (int)state["lastSeverity"]!;
        _comment = new LocalizedText((string?)state["comment"], (string?)state["commentLocale"]);
        _commentTime = new DateTime((long)state["commentTime"]!, DateTimeKind.Utc);
        _user = (string?)state["user"];
        _sequence = (uint)state["sequence"]!;
        _recent.Clear();
        foreach (var id in state["recent"]!.AsArray())
        {
            _recent.Enqueue(Convert.FromBase64String((string)id!));
        }

        if (state["last"] is JsonObject last)
        {
            _lastChange = Enum.Parse<ConditionChange>((string)last["change"]!);
            LastEvent = Describe(_lastChange);
            LastEvent.Restore(Convert.FromBase64String((string)last["id"]!), new DateTime((long)last["time"]!, DateTimeKind.Utc));
        }

        Show();
    }

    private ConditionChange _lastChange;

    /// <summary>Declares its nodes; called once by the constructor of the type.</summary>
    private protected void Initialize(NodeId type, IEnumerable<string> optional)
    {
        _type = type;
        var space = _server.AddressSpace;
        Node = space.AddInstance(
            _options.Parent, reference: default, _options.Id, new QualifiedName(_options.Id.NamespaceIndex, Name), type,
            [.. optional, "ConfirmedState", "Confirm", "ShelvingState", "MaxTimeShelved", "OnDelay"], _options.DisplayName);
        _nodes = space.VariablesOf(Node);
        ShelvingNode = space.Find(new NodeId(Node.Id.NamespaceIndex, $"{Node.Id.Text}.ShelvingState"));
        if (_nodes.TryGetValue("ShelvingState/UnshelveTime", out var unshelveTime))
        {
            unshelveTime.Computed = () => UnshelveTime;
        }

        space.AddReference(_options.Source.Id, ReferenceTypeIds.HasCondition, Node.Id);
        Show();
    }

    /// <summary>Shows its state in its nodes once more: ids in it have moved to other namespaces.</summary>
    internal void Show()
    {
        var state = LastEvent is null ? Describe(ConditionChange.Raised) : WithPresentIds(LastEvent);
        LastEvent = LastEvent is null ? null : state;
        foreach (var (path, node) in _nodes)
        {
            if (node.Computed is null)
            {
                var value = state[path];
                // What only an event gives, such as its id, is not known before the first one.
                node.SetValue(value.IsNull && LastEvent is null ? DataValue.Bad(StatusCodes.BadWaitingForInitialData) : new DataValue(value));
            }
        }
    }

    private double UnshelveTime => Shelving switch
    {
        Shelving.Timed when ShelvedUntil is { } until => Math.Max(0, (until - _server.Now).TotalMilliseconds),
        Shelving.OneShot => _options.MaxTimeShelved.TotalMilliseconds,
        _ => 0,
    };

    private void Raise(ConditionChange change)
    {
        _lastChange = change;
        var happened = Describe(change);
        happened["EventId"] = new Variant(NextEventId());
        _server.Raise(happened);
        LastEvent = happened;
        _recent.Enqueue((byte[])happened["EventId"].ToObject()!);
        if (_recent.Count > MaxRecentEvents)
        {
            _recent.Dequeue();
        }

        Show();
    }

    /// <summary>Time, alarm and number: the same plant gives the same ids, also when it was stopped and goes on.</summary>
    private byte[] NextEventId()
    {
        var id = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(id, _server.Now.Ticks);
        BinaryPrimitives.WriteInt32BigEndian(id.AsSpan(8), _server.Conditions.PlaceOf(this));
        BinaryPrimitives.WriteUInt32BigEndian(id.AsSpan(12), ++_sequence);
        return id;
    }

    private UaEvent WithPresentIds(UaEvent told)
    {
        var again = Describe(_lastChange);
        again.Restore((byte[])told["EventId"].ToObject()!, (DateTime)told["Time"].ToObject()!);
        return again;
    }

    private UaEvent Describe(ConditionChange change)
    {
        var messages = ConditionTexts.With(_options.Messages, change);
        var state = new UaEvent(_type, _options.Source.Id, _options.Source.BrowseName.Name, messages[0], _severity) { ConditionId = Node.Id, Translations = messages };
        var active = Level is not null;
        state["ConditionClassId"] = new Variant(ProcessConditionClass);
        state["ConditionClassName"] = English("ProcessConditionClassType");
        state["ConditionName"] = Name;
        state["BranchId"] = new Variant(default(NodeId));
        state["Retain"] = IsRetained;
        State(state, "EnabledState", IsEnabled, "Enabled", "Disabled");
        State(state, "AckedState", IsAcknowledged, "Acknowledged", "Unacknowledged");
        State(state, "ConfirmedState", IsConfirmed, "Confirmed", "Unconfirmed");
        State(state, "ActiveState", active, "Active", "Inactive");
        state["Quality"] = new Variant(_quality);
        state["Quality/SourceTimestamp"] = new Variant(Input.PushedValue.SourceTimestamp);
        state["LastSeverity"] = new Variant((ushort)Math.Clamp(_lastSeverity, 1, 1000));
        state["LastSeverity/SourceTimestamp"] = new Variant(_server.Now);
        state["Comment"] = new Variant(_comment);
        state["Comment/SourceTimestamp"] = new Variant(_commentTime);
        state["ClientUserId"] = _user;
        state["InputNode"] = new Variant(Input.Id);
        state["SuppressedOrShelved"] = Shelving != Shelving.Unshelved;
        state["MaxTimeShelved"] = _options.MaxTimeShelved.TotalMilliseconds;
        state["OnDelay"] = _options.OnDelay.TotalMilliseconds;
        var (name, id) = Shelving switch
        {
            Shelving.Timed => ("TimedShelved", TimedShelvedState),
            Shelving.OneShot => ("OneShotShelved", OneShotShelvedState),
            _ => ("Unshelved", UnshelvedState),
        };
        state["ShelvingState/CurrentState"] = English(name);
        state["ShelvingState/CurrentState/Id"] = new Variant(id);
        state["ShelvingState/UnshelveTime"] = UnshelveTime;
        AddFields(state);
        return state;
    }

    private static void State(UaEvent state, string path, bool isTrue, string trueName, string falseName)
    {
        state[path] = English(isTrue ? trueName : falseName);
        state[path + "/Id"] = isTrue;
    }

    private static Variant English(string text) => new(new LocalizedText(text, "en"));
}
