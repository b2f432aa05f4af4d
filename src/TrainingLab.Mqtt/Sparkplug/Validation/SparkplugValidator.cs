using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>
/// Watches messages in the order in which a broker takes them and names each rule of Sparkplug 3.0.0 that they break. It sees what is on the wire and no more:
/// rules about what happens inside a program, and about how many servers there are, are not among <see cref="SparkplugRules.All"/>.
/// </summary>
/// <remarks>
/// Messages have to come with QoS and retain flag as they were published; a subscriber of MQTT 3.1.1 sees neither. CONNECT and DISCONNECT are optional: without
/// them the rules about wills and clean exits are not checked. Topics outside <c>spBv1.0</c> and of nobody who tries it are passed over. Not thread safe.
/// </remarks>
public sealed class SparkplugValidator
{
    private readonly SparkplugLimits limits;
    private readonly int keep;
    private readonly SparkplugMetricRules metricRules;
    private readonly Dictionary<string, SparkplugObservedNode> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SparkplugObservedConnection> connections = new(StringComparer.Ordinal);
    private readonly List<SparkplugViolation> violations = [];
    private List<SparkplugViolation> found = [];
    private string topicText = "";
    private int message;

    /// <summary>Makes a validator that has seen nothing.</summary>
    /// <param name="limits">What of a payload is read; <see cref="SparkplugLimits.Default"/> by default.</param>
    /// <param name="keep">Most violations kept in <see cref="Violations"/>; none for who takes them as they come.</param>
    public SparkplugValidator(SparkplugLimits? limits = null, int keep = MaxViolations)
    {
        this.limits = limits ?? SparkplugLimits.Default;
        this.keep = keep;
        metricRules = new SparkplugMetricRules(Report);
    }

    /// <summary>Most violations kept unless said otherwise; further ones are only counted.</summary>
    public const int MaxViolations = 10_000;

    /// <summary>Most edge nodes, connections, and devices of one node; what concerns further ones is not checked.</summary>
    public const int MaxFollowed = 10_000;

    /// <summary>Whether it is told of every SUBSCRIBE; false (the default): the rules about subscriptions are not checked.</summary>
    public bool SeesSubscriptions { get; init; }

    /// <summary>Every violation until now.</summary>
    public IReadOnlyList<SparkplugViolation> Violations => violations;

    /// <summary>How many there were, those not kept included.</summary>
    public long Count { get; private set; }

    /// <summary>A client connects. Sparkplug clients are those whose will, or a message of theirs, has a Sparkplug topic.</summary>
    /// <param name="client">The client identifier.</param>
    /// <param name="will">Its will; null for none.</param>
    /// <param name="cleanSession">Whether the session is clean.</param>
    /// <returns>The rules that this breaks.</returns>
    public IReadOnlyList<SparkplugViolation> ObserveConnect(string client, MqttMessage? will, bool cleanSession)
    {
        Begin(will?.Topic ?? "");
        if (connections.Count >= MaxFollowed && !connections.ContainsKey(client)) return found;
        var connection = connections[client] = new SparkplugObservedConnection(cleanSession);
        if (will is null || !SparkplugTopic.TryParse(will.Topic, out var topic)) return found;
        connection.Will = topic;
        if (topic.Type is not (SparkplugMessageType.NDeath or SparkplugMessageType.State)) return found;
        Spoke(connection);
        if (topic.Type == SparkplugMessageType.State) CheckStateWill(connection, will);
        else CheckDeathWill(topic, will);
        return found;
    }

    /// <summary>A client has subscribed a topic filter.</summary>
    /// <param name="client">The client identifier.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="qos">The quality of service asked for.</param>
    public void ObserveSubscribe(string client, string filter, MqttQoS qos) => connections.GetValueOrDefault(client)?.Subscribed(filter, qos);

    /// <summary>A client sends DISCONNECT, which discards its will.</summary>
    /// <returns>The rules that this breaks.</returns>
    public IReadOnlyList<SparkplugViolation> ObserveDisconnect(string client)
    {
        if (!connections.Remove(client, out var connection)) return [];
        Begin(connection.Will?.ToString() ?? connection.Node ?? "");
        if (connection.Node is { } descriptor && nodes.TryGetValue(descriptor, out var node) && node.IsBorn)
            Report("tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath", null, "NDEATH", "DISCONNECT");
        if (connection.HostIsOnline) Report("tck-id-operational-behavior-host-application-termination", null, "STATE online=false", "DISCONNECT");
        return found;
    }

    /// <summary>The connection of a client ends without DISCONNECT; its will, where it has one, is observed as a message.</summary>
    public void ObserveLoss(string client) => connections.Remove(client);

    /// <summary>Where an edge node stands; null where nothing of it was seen.</summary>
    /// <param name="nodeDescriptor">Its group and identifier, with a slash between them.</param>
    public SparkplugStanding? StandingOf(string nodeDescriptor) =>
        nodes.TryGetValue(nodeDescriptor, out var node) ? new SparkplugStanding(node.IsBorn, node.BdSeq, node.IsBorn ? node.BornDevices : []) : null;

    /// <summary>A message is published, by a client or as a will.</summary>
    /// <param name="published">The message, with QoS and retain flag as published.</param>
    /// <param name="client">The client identifier of its publisher; null (the default) where it is not known.</param>
    /// <returns>The rules that it breaks.</returns>
    public IReadOnlyList<SparkplugViolation> Observe(MqttMessage published, string? client = null)
    {
        Begin(published.Topic);
        if (!SparkplugTopic.TryParse(published.Topic, out var topic))
        {
            CheckWrongTopic(published);
            return found;
        }
        var connection = client is null ? null : connections.GetValueOrDefault(client);
        CheckFlags(topic.Type, published);
        if (topic.Type == SparkplugMessageType.State)
        {
            CheckState(published, connection);
            return found;
        }
        SparkplugPayload payload;
        try
        {
            payload = SparkplugPayload.Read(published.Payload.Span, limits);
        }
        catch (SparkplugFormatException wrong)
        {
            Report("section-6.4.1", null, "protobuf", wrong.Error.ToString());
            return found;
        }
        if (Node(topic.NodeDescriptor) is not { } node) return found;
        CheckTimestamp(topic.Type, payload);
        switch (topic.Type)
        {
            case SparkplugMessageType.NCmd or SparkplugMessageType.DCmd:
                if (metricRules.CheckCommand(node, topic, payload) && node.IsBorn) (node.RebirthAskedBy, node.RebirthTopic) = (message, topicText);
                break;
            case SparkplugMessageType.NDeath:
                CheckDeath(node, payload);
                break;
            case SparkplugMessageType.NBirth:
                CheckNodeBirth(node, topic, payload, connection);
                break;
            default:
                CheckSequence(node, topic.Type, payload);
                CheckInSession(node, topic, payload);
                break;
        }
        return found;
    }

    /// <summary>Nothing more comes: what should have come and did not is a violation.</summary>
    /// <returns>The rules that this breaks.</returns>
    public IReadOnlyList<SparkplugViolation> Conclude()
    {
        Begin("");
        message--;
        foreach (var node in nodes.Values.Where(n => n.RebirthAskedBy > 0))
        {
            topicText = node.RebirthTopic;
            Report("tck-id-operational-behavior-data-commands-rebirth-action-2", SparkplugEdgeNode.RebirthMetric, "NBIRTH", "-", at: 0);
            node.RebirthAskedBy = 0;
        }
        return found;
    }

    private void Begin(string topic)
    {
        message++;
        topicText = topic;
        found = [];
    }

    private void Report(string rule, string? metric, string expected, string was) => Report(rule, metric, expected, was, message);

    private void Report(string rule, string? metric, string expected, string was, int at)
    {
        var violation = new SparkplugViolation(SparkplugRules.Get(rule), at, topicText, metric, expected, was);
        Count++;
        if (violations.Count < keep) violations.Add(violation);
        found.Add(violation);
    }

    private SparkplugObservedNode? Node(string descriptor)
    {
        if (nodes.TryGetValue(descriptor, out var node)) return node;
        return nodes.Count >= MaxFollowed ? null : nodes[descriptor] = new SparkplugObservedNode();
    }

    /// <summary>A topic that means to be Sparkplug's and is none.</summary>
    private void CheckWrongTopic(MqttMessage published)
    {
        var levels = published.Topic.Split('/');
        if (levels is ["STATE", _])
        {
            Report("tck-id-host-topic-phid-birth-topic", null, "spBv1.0/STATE/host", published.Topic);
            return;
        }
        if (levels[0] != SparkplugTopic.Namespace)
        {
            var looksLike = levels[0].StartsWith("spAv1", StringComparison.OrdinalIgnoreCase) || levels[0].StartsWith("spBv1", StringComparison.OrdinalIgnoreCase);
            if (looksLike) Report("tck-id-topic-structure-namespace-a", null, SparkplugTopic.Namespace, levels[0]);
            return;
        }
        var type = levels.Length > 2 ? SparkplugTopic.ParseName(levels[2]) : null;
        if (type is { } needs && SparkplugTopic.NeedsDevice(needs) && levels.Length == 4)
            Report("tck-id-topic-structure-namespace-device-id-associated-message-types", null, "device", "-");
        else if (type is { } none && !SparkplugTopic.NeedsDevice(none) && levels.Length == 5)
            Report("tck-id-topic-structure-namespace-device-id-non-associated-message-types", null, "-", levels[4]);
        else
            Report("tck-id-topic-structure", null, "spBv1.0/group/type/node/[device]", published.Topic);
    }

    private void CheckFlags(SparkplugMessageType type, MqttMessage published)
    {
        switch (type)
        {
            case SparkplugMessageType.NDeath:
                CheckFlags(published, MqttQoS.AtLeastOnce, retain: false, "tck-id-payloads-ndeath-will-message-qos", "tck-id-payloads-ndeath-will-message-retain");
                break;
            case SparkplugMessageType.DDeath:
                CheckFlags(published, MqttQoS.AtMostOnce, retain: false, "tck-id-topics-ddeath-mqtt", "tck-id-topics-ddeath-mqtt");
                break;
            case SparkplugMessageType.State:
                break;
            default:
                var name = Name(type);
                CheckFlags(published, MqttQoS.AtMostOnce, retain: false, $"tck-id-payloads-{name}-qos", $"tck-id-payloads-{name}-retain");
                break;
        }
    }

    private void CheckFlags(MqttMessage published, MqttQoS qos, bool retain, string qosRule, string retainRule)
    {
        if (published.QoS != qos) Report(qosRule, null, $"qos={(int)qos}", $"qos={(int)published.QoS}");
        if (published.Retain != retain) Report(retainRule, null, Retain(retain), Retain(published.Retain));

        static string Retain(bool value) => value ? "retain=true" : "retain=false";
    }

    private void CheckTimestamp(SparkplugMessageType type, SparkplugPayload payload)
    {
        if (type != SparkplugMessageType.NDeath && payload.Timestamp is null) Report($"tck-id-payloads-{Name(type)}-timestamp", null, "timestamp", "-");
    }

    private void CheckState(MqttMessage published, SparkplugObservedConnection? connection)
    {
        if (!SparkplugHostState.TryRead(published.Payload.Span, out var state))
        {
            Report("tck-id-host-topic-phid-birth-payload", null, """{"online":…,"timestamp":…}""", SparkplugMetricRules.Shorten(published.PayloadText));
            return;
        }
        if (state.Online) CheckFlags(published, MqttQoS.AtLeastOnce, retain: true, "tck-id-host-topic-phid-birth-qos", "tck-id-host-topic-phid-birth-retain");
        else CheckFlags(published, MqttQoS.AtLeastOnce, retain: true, "tck-id-host-topic-phid-death-qos", "tck-id-host-topic-phid-death-retain");
        if (connection is null) return;
        Spoke(connection);
        if (state.Online)
        {
            if (connection.WillTimestamp is null) Report("tck-id-host-topic-phid-death-required", null, "will STATE", "-");
            else if (connection.WillTimestamp != state.Timestamp)
                Report(connection.HostWasOnline ? "tck-id-message-flow-hid-sparkplug-state-message-delivered" : "tck-id-host-topic-phid-birth-payload-timestamp", null, $"timestamp={connection.WillTimestamp}", $"timestamp={state.Timestamp}");
            if (!connection.HostWasOnline) CheckSubscription(connection, published.Topic, "tck-id-host-topic-phid-birth-sub-required", MqttQoS.AtMostOnce);
            connection.HostWasOnline = true;
        }
        connection.HostIsOnline = state.Online;
    }

    private void CheckStateWill(SparkplugObservedConnection connection, MqttMessage will)
    {
        CheckFlags(will, MqttQoS.AtLeastOnce, retain: true, "tck-id-host-topic-phid-death-qos", "tck-id-host-topic-phid-death-retain");
        if (!SparkplugHostState.TryRead(will.Payload.Span, out var state) || state.Online)
            Report("tck-id-host-topic-phid-birth-payload", null, """{"online":false,"timestamp":…}""", SparkplugMetricRules.Shorten(will.PayloadText));
        connection.WillTimestamp = state?.Timestamp ?? 0;
    }

    private void CheckDeathWill(SparkplugTopic topic, MqttMessage will)
    {
        CheckFlags(SparkplugMessageType.NDeath, will);
        if (Node(topic.NodeDescriptor) is not { } node) return;
        ulong? bdSeq = null;
        try
        {
            var payload = SparkplugPayload.Read(will.Payload.Span, limits);
            CheckDeathPayload(payload);
            bdSeq = SessionOf(payload);
        }
        catch (SparkplugFormatException wrong)
        {
            Report("section-6.4.1", null, "protobuf", wrong.Error.ToString());
        }
        if (bdSeq is { } number && node.WillBdSeq is { } last && number != Next(last))
            Report("tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq", SparkplugEdgeNode.BdSeqMetric, $"bdSeq={Next(last)}", $"bdSeq={number}");
        node.WillBdSeq = bdSeq;
    }

    private void CheckDeathPayload(SparkplugPayload payload)
    {
        if (payload.Seq is { } seq) Report("tck-id-payloads-ndeath-seq", null, "-", $"seq={seq}");
        if (payload.Metrics.Count != 1 || SessionOf(payload) is null)
            Report("tck-id-topics-ndeath-payload", null, SparkplugEdgeNode.BdSeqMetric, payload.Metrics.Count == 0 ? "-" : SparkplugMetricRules.Shorten(string.Join(", ", payload.Metrics.Take(5).Select(SparkplugMetricRules.Label))));
    }

    private void CheckDeath(SparkplugObservedNode node, SparkplugPayload payload)
    {
        CheckDeathPayload(payload);
        if (!node.IsBorn || SessionOf(payload) is not { } bdSeq) return;
        if (bdSeq == node.BdSeq)
        {
            node.IsBorn = false;
            node.LastSeq = null;
        }
        else if (bdSeq != node.EarlierBdSeq && Next(bdSeq) != node.BdSeq)
        {
            // The will of the session before may come late, also of one that never came to its NBIRTH.
            Report("tck-id-payloads-ndeath-bdseq", SparkplugEdgeNode.BdSeqMetric, $"bdSeq={node.BdSeq}", $"bdSeq={bdSeq}");
        }
    }

    private void CheckSequence(SparkplugObservedNode node, SparkplugMessageType type, SparkplugPayload payload)
    {
        if (payload.Seq is not { } seq)
        {
            Report($"tck-id-payloads-{Name(type)}-seq", null, "seq", "-");
            if (node.LastSeq is { } before) node.LastSeq = (byte)Next(before);
            return;
        }
        if (node.LastSeq is { } last ? seq != Next(last) : seq > byte.MaxValue)
            Report($"tck-id-payloads-{Name(type)}-seq-inc", null, node.LastSeq is { } known ? $"seq={Next(known)}" : "seq=0…255", $"seq={seq}");
        if (node.LastSeq is not null || node.IsBorn) node.LastSeq = seq <= byte.MaxValue ? (byte)seq : null;
    }

    private void CheckNodeBirth(SparkplugObservedNode node, SparkplugTopic topic, SparkplugPayload payload, SparkplugObservedConnection? connection)
    {
        if (payload.Seq != 0) Report("tck-id-topics-nbirth-seq-num", null, "seq=0", payload.Seq is { } seq ? $"seq={seq}" : "-");
        node.LastSeq = payload.Seq is <= byte.MaxValue ? (byte)payload.Seq : (byte)0;
        var bdSeq = SessionOf(payload);
        if (bdSeq is null) Report("tck-id-payloads-nbirth-bdseq", SparkplugEdgeNode.BdSeqMetric, "bdSeq", "-");
        else CheckSessionNumber(node, bdSeq.Value);
        if (connection is not null)
        {
            Spoke(connection);
            connection.Node = topic.NodeDescriptor;
            if (connection.Will is not { Type: SparkplugMessageType.NDeath } will || will.NodeDescriptor != topic.NodeDescriptor)
                Report("tck-id-payloads-ndeath-will-message", null, $"will {SparkplugTopic.Of(SparkplugMessageType.NDeath, topic.Group, topic.Node)}", connection.Will?.ToString() ?? "-");
            CheckSubscription(connection, SparkplugTopic.Of(SparkplugMessageType.NCmd, topic.Group, topic.Node).ToString(), "tck-id-message-flow-edge-node-ncmd-subscribe", MqttQoS.AtLeastOnce);
        }
        if (bdSeq != node.BdSeq) node.EarlierBdSeq = node.BdSeq;
        node.BdSeq = bdSeq;
        node.IsBorn = true;
        node.RebirthAskedBy = 0;
        node.Forget();
        foreach (var metric in payload.Metrics)
            if (metric is { Name: not null, Value.Template: { IsDefinition: true } definition }) node.Definitions[metric.Name] = definition;
        metricRules.CheckRebirthMetric(payload);
        metricRules.CheckBirth(node, topic, payload, node.Own);
    }

    /// <summary>Whether a client hears a topic, at least at a quality of service.</summary>
    private void CheckSubscription(SparkplugObservedConnection connection, string topic, string rule, MqttQoS qos)
    {
        if (!SeesSubscriptions) return;
        var heard = connection.QoSOf(topic);
        if (heard is null || heard < qos) Report(rule, null, qos == MqttQoS.AtMostOnce ? $"SUBSCRIBE {topic}" : $"SUBSCRIBE {topic} qos={(int)qos}", heard is { } lower ? $"qos={(int)lower}" : "-");
    }

    /// <summary>A client turned out to be one of Sparkplug.</summary>
    private void Spoke(SparkplugObservedConnection connection)
    {
        if (!connection.Spoke && !connection.IsClean) Report("tck-id-principles-persistence-clean-session-311", null, "clean session", "persistent session");
        connection.Spoke = true;
    }

    private void CheckSessionNumber(SparkplugObservedNode node, ulong bdSeq)
    {
        if (node.WillBdSeq is { } will)
        {
            if (bdSeq != will) Report("tck-id-topics-nbirth-bdseq-matching", SparkplugEdgeNode.BdSeqMetric, $"bdSeq={will}", $"bdSeq={bdSeq}");
            return;
        }
        // Without the CONNECTs: the same number again is a rebirth, which only a living session has; a new session has another.
        if (node.BdSeq is not { } last) return;
        if (node.IsBorn && bdSeq != last && bdSeq != Next(last))
            Report("tck-id-topics-nbirth-bdseq-increment", SparkplugEdgeNode.BdSeqMetric, $"bdSeq={last}, {Next(last)}", $"bdSeq={bdSeq}");
        else if (!node.IsBorn && bdSeq == last)
            Report("tck-id-topics-nbirth-bdseq-increment", SparkplugEdgeNode.BdSeqMetric, $"bdSeq={Next(last)}", $"bdSeq={bdSeq}");
    }

    /// <summary>DBIRTH, DDEATH, NDATA and DDATA, whose place in the session matters.</summary>
    private void CheckInSession(SparkplugObservedNode node, SparkplugTopic topic, SparkplugPayload payload)
    {
        switch (topic.Type)
        {
            case SparkplugMessageType.DBirth:
                if (!node.IsBorn) Report("tck-id-message-flow-device-birth-publish-nbirth-wait", null, "NBIRTH", "-");
                if (node.Add(topic.Device!, MaxFollowed) is { } device) metricRules.CheckBirth(node, topic, payload, device);
                break;
            case SparkplugMessageType.DDeath:
                node.Remove(topic.Device!);
                break;
            case SparkplugMessageType.NData:
                if (!node.IsBorn) Report("tck-id-payloads-ndata-order", null, "NBIRTH", "-");
                metricRules.CheckData(node, topic, payload, "nbirth");
                break;
            default:
                if (!node.IsBorn || node.Device(topic.Device!) is null) Report("tck-id-payloads-ddata-order", null, node.IsBorn ? "DBIRTH" : "NBIRTH, DBIRTH", "-");
                metricRules.CheckData(node, topic, payload, "dbirth");
                break;
        }
    }

    private static ulong Next(ulong number) => (number + 1) % 256;

    private static ulong? SessionOf(SparkplugPayload payload) =>
        payload.Find(SparkplugEdgeNode.BdSeqMetric)?.Value is { Kind: SparkplugValueKind.Int or SparkplugValueKind.Long } value ? value.Integer : null;

    private static string Name(SparkplugMessageType type) => SparkplugTopic.Name(type).ToLowerInvariant();
}
