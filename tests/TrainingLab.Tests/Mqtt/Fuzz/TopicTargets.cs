using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.OpcUa.Fuzz;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>Topic names and filters, alone and as trees: what the rule says of a filter and a name, both trees must find.</summary>
internal static class TopicTargets
{
    private static readonly string[] Tokens = ["/", "+", "#", "$", "$share/", "$share/g/", "$SYS/", "a", "a/b", "/+/", "/#", "a/+/c", "\n", "\0", "\ud800", "中", "𝄞", "a/b/c/d/e", "++", "+/+", "//"];

    private static readonly string[] SparkplugTokens = ["spBv1.0", "/", "STATE", "NBIRTH", "DBIRTH", "NDATA", "DCMD", "G", "E", "D", "+", "#", "spBv1.0/STATE/", "\0", "水"];

    public static IEnumerable<FuzzTarget> All() =>
    [
        MqttTarget.Of("topic filters and names", static random => Utf8($"{random.One(["a/+/c", "#", "+", "$share/g/a/+", "a/#", "+/b/#"])}\n{random.One(["a/b/c", "a/+/c", "a/#"])}\n{random.One(["a/b/c", "a", "$SYS/x", "a/b"])}"), Filters)
            with { Change = TextMutator.Change(Tokens), Share = 600, AllocatedPerByte = 400 },
        MqttTarget.Of("access rules", static random => Utf8($"{random.One(["users/%u/#", "%c", "a/+/c", "#", "x%u-%c/+"])}\n{random.One(["op", "%c", "+", "a"])}\n{random.One(["c1", "#", "%u"])}\n{random.One(["users/op/#", "a/b/c", "users/+/x"])}\n{random.One(["users/op/x", "a/b/c", "c1"])}"), Access)
            with { Change = TextMutator.Change([.. Tokens, "%u", "%c", "%"]), Share = 200, AllocatedPerByte = 400 },
        MqttTarget.Of("Sparkplug topics", static random => Utf8(random.One(["spBv1.0/G/NBIRTH/E", "spBv1.0/G/DDATA/E/D", "spBv1.0/STATE/scada", "STATE/scada", "spBv1.0/G/NDATA/E/D"])), Sparkplug)
            with { Change = TextMutator.Change(SparkplugTokens), Share = 200, AllocatedPerByte = 200 },
    ];

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static FuzzOutcome Filters(byte[] input)
    {
        var parts = System.Text.Encoding.UTF8.GetString(input).Split('\n');
        var (pattern, filter, name) = (parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "");
        if (MqttTopic.TryParseShared(pattern, out var share, out var shared) && (share.Length == 0 || !MqttTopic.IsValidFilter(shared))) throw new InvalidOperationException("a share of nothing");
        if (!MqttTopic.IsValidFilter(filter)) return new FuzzOutcome("no filter");
        if (!MqttTopic.IsValidName(name)) return new FuzzOutcome("no name");
        var matches = MqttTopic.Matches(filter, name);
        if (matches != TrieMatches(filter, name)) throw new InvalidOperationException($"the subscriptions say {!matches}");
        if (matches != RetainedMatches(filter, name)) throw new InvalidOperationException($"the retained messages say {!matches}");
        if (MqttTopic.IsValidFilter(pattern) && matches && MqttTopic.Covers(pattern, filter) && !MqttTopic.Matches(pattern, name)) throw new InvalidOperationException("the pattern covers the filter and not its name");
        return new FuzzOutcome(matches ? "matches" : "does not match");
    }

    /// <summary>Who may subscribe a filter may publish what it matches, where a rule allows both; and no name changes what the rule says of others.</summary>
    private static FuzzOutcome Access(byte[] input)
    {
        var parts = System.Text.Encoding.UTF8.GetString(input).Split('\n');
        var (pattern, user, client, filter, name) = (parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "", parts.ElementAtOrDefault(3) ?? "", parts.ElementAtOrDefault(4) ?? "");
        if (!MqttTopic.IsValidFilter(pattern) || !MqttTopic.IsValidFilter(filter) || !MqttTopic.IsValidName(name)) return new FuzzOutcome("no rule, filter or name");
        var rules = new AccessRules([new AccessRule(pattern, null, null, Publish: true, Subscribe: true)]);
        var identity = new MqttClientIdentity(new MqttPeer("n", "a:1", null, TimeProvider.System), client, user);
        var subscribes = rules.Allows(identity, MqttAccess.Subscribe, filter);
        var publishes = rules.Allows(identity, MqttAccess.Publish, name);
        if (subscribes && MqttTopic.Matches(filter, name) && !publishes) throw new InvalidOperationException("the filter is allowed and not its name");
        if (publishes && pattern == "users/%u/#" && !name.StartsWith($"users/{user}", StringComparison.Ordinal)) throw new InvalidOperationException("another user's topic");
        return new FuzzOutcome($"subscribe {subscribes}, publish {publishes}");
    }

    private static bool TrieMatches(string filter, string name)
    {
        var trie = new SubscriptionTrie();
        var one = new Nobody("one");
        var other = new Nobody("other");
        trie.Add(filter, one, new SubscriptionOptions(MqttQoS.AtLeastOnce));
        trie.Add("a/+/c/#", other, new SubscriptionOptions(MqttQoS.AtLeastOnce));
        var found = new List<Subscriber>();
        trie.Match(name, null, found);
        if (!trie.Remove(filter, one) || trie.Remove(filter, one)) throw new InvalidOperationException("not removed once");
        var left = new List<Subscriber>();
        trie.Match(name, null, left);
        if (left.Contains(one)) throw new InvalidOperationException("removed and still there");
        return found.Contains(one);
    }

    private static bool RetainedMatches(string filter, string name)
    {
        var retained = new RetainedMessages(TimeProvider.System);
        retained.Set(MqttMessage.FromText("a/b/c/d", "x", retain: true));
        retained.Set(MqttMessage.FromText(name, "x", retain: true));
        var found = retained.Matching(filter).Exists(m => m.Topic == name);
        retained.Set(new MqttMessage(name, default, retain: true));
        if (retained.Matching(filter).Exists(m => m.Topic == name)) throw new InvalidOperationException("deleted and still there");
        return found;
    }

    private static FuzzOutcome Sparkplug(byte[] input)
    {
        var text = System.Text.Encoding.UTF8.GetString(input);
        if (!SparkplugTopic.TryParse(text, out var topic)) return new FuzzOutcome("none");
        if (topic.ToString() != text) throw new InvalidOperationException($"read as {topic}");
        return new FuzzOutcome(topic.Type.ToString());
    }

    private sealed class Nobody(string key) : Subscriber(key)
    {
        public override void Deliver(in Delivery delivery)
        {
        }
    }
}
