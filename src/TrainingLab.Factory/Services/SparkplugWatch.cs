using System.Text.Json.Nodes;
using TrainingLab.Factory.Networks;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Validation;

namespace TrainingLab.Factory.Services;

/// <summary>A broken rule of Sparkplug, and when the broker saw it.</summary>
/// <param name="Number">Counts from 1.</param>
/// <param name="At">Plant time.</param>
/// <param name="Violation">What was broken.</param>
public sealed record SeenSparkplugViolation(long Number, DateTimeOffset At, SparkplugViolation Violation);

/// <summary>
/// What the plant's broker sees of Sparkplug B: which edge nodes and devices are born, which hosts are online, and which rules each of them has broken since it
/// last connected. It belongs to connections and starts empty when a factory is resumed.
/// </summary>
public sealed class SparkplugWatch(TimeProvider time)
{
    /// <summary>Most edge nodes and hosts that are followed; what further ones do is not noted.</summary>
    public const int MaxFollowed = 1000;

    /// <summary>Most broken rules that <see cref="Recent"/> has.</summary>
    public const int MaxRecent = 200;

    private readonly SparkplugValidator validator = new(keep: 0) { SeesSubscriptions = true };
    private readonly SortedDictionary<string, Followed> followed = new(StringComparer.Ordinal);
    private readonly Queue<SeenSparkplugViolation> recent = new();
    private long count;

    /// <summary>The last broken rules, the oldest first.</summary>
    public IReadOnlyCollection<SeenSparkplugViolation> Recent => recent;

    /// <summary>
    /// What is known of an edge node (<c>group/node</c>) or a host (<c>STATE/host</c>); null where nothing of it was seen.
    /// <code>
    /// {"born":true,"bdSeq":0,"devices":["filler-1"],"student":null,"broken":[{"rule":"tck-id-…","message":"NDATA","device":null,"metric":"#3","expected":"seq=6","found":"seq=8"}]}
    /// {"online":true,"student":"s1","broken":[]}
    /// </code>
    /// Each rule is listed once, with what first broke it since the node or host last connected.
    /// </summary>
    public JsonObject? Read(string group, string node)
    {
        var descriptor = $"{group}/{node}";
        if (!followed.TryGetValue(descriptor, out var known))
            return null;
        var seen = new JsonObject();
        if (group == "STATE")
        {
            seen["online"] = known.IsOnline;
        }
        else
        {
            var standing = validator.StandingOf(descriptor);
            seen["born"] = standing is { IsBorn: true };
            seen["bdSeq"] = standing is { IsBorn: true, BdSeq: { } bdSeq } ? bdSeq : null;
            seen["devices"] = new JsonArray([.. (standing?.Devices ?? []).Order(StringComparer.Ordinal).Select(d => (JsonNode)JsonValue.Create(d)!)]);
        }

        seen["student"] = known.Student;
        seen["broken"] = new JsonArray([.. known.Broken.Values.Select(v => (JsonNode)Describe(v))]);
        return seen;
    }

    /// <summary>A client was let in.</summary>
    public void Connected(MqttClientIdentity client, MqttMessage? will, bool cleanSession)
    {
        // The word of a connection is its will's: what an edge node or host did wrong before is over when it comes anew.
        if (will is not null && SparkplugTopic.TryParse(will.Topic, out var topic) && topic.Type is SparkplugMessageType.NDeath or SparkplugMessageType.State)
            Follow(DescriptorOf(will.Topic))?.Broken.Clear();
        Note(validator.ObserveConnect(client.ClientId, will, cleanSession));
    }

    /// <summary>A client was granted a topic filter.</summary>
    public void Subscribed(MqttClientIdentity client, string filter, MqttQoS qos) => validator.ObserveSubscribe(client.ClientId, filter, qos);

    /// <summary>A message was taken, or a will published.</summary>
    public void Published(MqttClientIdentity client, MqttMessage message)
    {
        if (!IsMeant(message.Topic))
            return;
        var broken = validator.Observe(message, client.ClientId);
        if (SparkplugTopic.TryParse(message.Topic, out var topic) && Follow(DescriptorOf(message.Topic)) is { } known)
        {
            if (topic.Type == SparkplugMessageType.NBirth)
                known.Student = StudentConnections.StudentOf(client.Peer.Account);
            if (topic.Type == SparkplugMessageType.State && SparkplugHostState.TryRead(message.Payload.Span, out var state))
                (known.IsOnline, known.Student) = (state.Online, StudentConnections.StudentOf(client.Peer.Account));
        }

        Note(broken);
    }

    /// <summary>A connection ended.</summary>
    /// <param name="client">Whose.</param>
    /// <param name="onPurpose">Whether the client said DISCONNECT.</param>
    public void Disconnected(MqttClientIdentity client, bool onPurpose)
    {
        if (onPurpose)
            Note(validator.ObserveDisconnect(client.ClientId));
        else
            validator.ObserveLoss(client.ClientId);
    }

    /// <summary>Whether a topic is Sparkplug's, or tries to be.</summary>
    private static bool IsMeant(string topic) =>
        topic.StartsWith("spBv1", StringComparison.OrdinalIgnoreCase) || topic.StartsWith("spAv1", StringComparison.OrdinalIgnoreCase) || topic.StartsWith("STATE/", StringComparison.Ordinal);

    /// <summary>Whose message it is, also where the topic is wrong but tells; null where it does not.</summary>
    private static string? DescriptorOf(string topic) => topic.Split('/') switch
    {
        ["STATE", var host] => $"STATE/{host}",
        [_, "STATE", var host] => $"STATE/{host}",
        [_, var group, _, var node, ..] => $"{group}/{node}",
        [var group, var node] => $"{group}/{node}",
        _ => null,
    };

    private Followed? Follow(string? descriptor)
    {
        if (descriptor is null)
            return null;
        if (followed.TryGetValue(descriptor, out var known))
            return known;
        return followed.Count < MaxFollowed ? followed[descriptor] = new Followed() : null;
    }

    private void Note(IReadOnlyList<SparkplugViolation> broken)
    {
        foreach (var violation in broken)
        {
            if (recent.Count == MaxRecent)
                recent.Dequeue();
            recent.Enqueue(new SeenSparkplugViolation(++count, time.GetUtcNow(), violation));
            Follow(DescriptorOf(violation.Topic))?.Broken.TryAdd(violation.Rule.Id, violation);
        }
    }

    private static JsonObject Describe(SparkplugViolation violation)
    {
        var levels = violation.Topic.Split('/');
        return new JsonObject
        {
            ["rule"] = violation.Rule.Id,
            ["message"] = levels is [_, "STATE", ..] or ["STATE", ..] ? "STATE" : levels.Length > 2 ? levels[2] : null,
            ["device"] = levels.Length > 4 ? levels[4] : null,
            ["metric"] = violation.Metric,
            ["expected"] = violation.Expected,
            ["found"] = violation.Found,
        };
    }

    private sealed class Followed
    {
        /// <summary>Of a host: what its last STATE says.</summary>
        public bool IsOnline { get; set; }

        /// <summary>The student whose NBIRTH or STATE was the last; null where it was nobody's.</summary>
        public string? Student { get; set; }

        /// <summary>By the identifier of the rule, in the order in which they were broken.</summary>
        public OrderedDictionary<string, SparkplugViolation> Broken { get; } = new(StringComparer.Ordinal);
    }
}
