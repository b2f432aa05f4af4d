namespace TrainingLab.Mqtt.Topics;

/// <summary>Somebody to whom matching messages are handed.</summary>
internal abstract class Subscriber(string key)
{
    /// <summary>Orders subscribers of one filter, so that the order of delivery depends on the set of subscriptions and not on its history.</summary>
    public string Key { get; } = key;

    /// <summary>The quality of service of the match in progress: the highest of the matching filters (MQTT 3.1.1 §3.3.5).</summary>
    public MqttQoS MatchedQoS { get; set; }

    /// <summary>The last match that found this subscriber, so that overlapping filters deliver once.</summary>
    public long MatchedBy { get; set; }

    public abstract void Deliver(MqttMessage message, MqttQoS qos);
}

/// <summary>
/// Subscriptions by topic filter, one tree level per topic level, so that matching a topic costs its depth and its matches, not the
/// number of subscriptions. Matching allocates nothing but growth of the result list.
/// </summary>
internal sealed class SubscriptionTrie
{
    private readonly Node root = new();
    private long matches;

    /// <summary>Adds a subscription, or changes its quality of service.</summary>
    public void Add(ReadOnlySpan<char> filter, Subscriber subscriber, MqttQoS qos)
    {
        var node = root;
        foreach (var level in filter.Split('/')) node = node.Child(filter[level]);
        node.Set(subscriber, qos);
    }

    /// <summary>Removes a subscription and the levels that only it used. False when it was not there.</summary>
    public bool Remove(ReadOnlySpan<char> filter, Subscriber subscriber) => Remove(root, filter, subscriber);

    /// <summary>Adds each subscriber with a filter that matches the topic to the list, once, with <see cref="Subscriber.MatchedQoS"/> set.</summary>
    public void Match(ReadOnlySpan<char> topic, List<Subscriber> found)
    {
        matches++;
        // Wildcards at the first level do not match topics that begin with $ (§4.7.2).
        if (topic[0] == '$') MatchLiteral(root, topic, found);
        else Match(root, topic, found);
    }

    private void Match(Node node, ReadOnlySpan<char> rest, List<Subscriber> found)
    {
        Take(node.Hash, found);
        MatchLiteral(node, rest, found);
        if (node.Plus is { } plus) Next(plus, rest, found);
    }

    private void MatchLiteral(Node node, ReadOnlySpan<char> rest, List<Subscriber> found)
    {
        var end = rest.IndexOf('/');
        if (node.TryGetLiteral(end < 0 ? rest : rest[..end], out var child)) Next(child, rest, found);
    }

    private void Next(Node node, ReadOnlySpan<char> rest, List<Subscriber> found)
    {
        var end = rest.IndexOf('/');
        if (end >= 0)
        {
            Match(node, rest[(end + 1)..], found);
            return;
        }
        Take(node, found);
        // "sport/#" matches "sport" as well (§4.7.1.2).
        Take(node.Hash, found);
    }

    private void Take(Node? node, List<Subscriber> found)
    {
        if (node is null) return;
        foreach (var (subscriber, qos) in node.Subscriptions)
        {
            if (subscriber.MatchedBy != matches)
            {
                subscriber.MatchedBy = matches;
                subscriber.MatchedQoS = qos;
                found.Add(subscriber);
            }
            else if (qos > subscriber.MatchedQoS)
            {
                subscriber.MatchedQoS = qos;
            }
        }
    }

    private static bool Remove(Node node, ReadOnlySpan<char> rest, Subscriber subscriber)
    {
        var end = rest.IndexOf('/');
        var level = end < 0 ? rest : rest[..end];
        if (node.Find(level) is not { } child) return false;
        var removed = end < 0 ? child.Unset(subscriber) : Remove(child, rest[(end + 1)..], subscriber);
        if (child.IsEmpty) node.RemoveChild(level);
        return removed;
    }

    private sealed class Node
    {
        private Dictionary<string, Node>? literals;

        public Node? Plus { get; private set; }

        public Node? Hash { get; private set; }

        public List<(Subscriber Subscriber, MqttQoS QoS)> Subscriptions { get; } = [];

        public bool IsEmpty => Subscriptions.Count == 0 && literals is null && Plus is null && Hash is null;

        public Node? Find(ReadOnlySpan<char> level) => level switch
        {
            "+" => Plus,
            "#" => Hash,
            _ => TryGetLiteral(level, out var child) ? child : null,
        };

        public bool TryGetLiteral(ReadOnlySpan<char> level, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Node? child)
        {
            child = null;
            return literals is not null && literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out child);
        }

        public Node Child(ReadOnlySpan<char> level)
        {
            switch (level)
            {
                case "+": return Plus ??= new Node();
                case "#": return Hash ??= new Node();
                default:
                    if (TryGetLiteral(level, out var child)) return child;
                    child = new Node();
                    (literals ??= new Dictionary<string, Node>(StringComparer.Ordinal)).Add(level.ToString(), child);
                    return child;
            }
        }

        public void RemoveChild(ReadOnlySpan<char> level)
        {
            switch (level)
            {
                case "+": Plus = null; break;
                case "#": Hash = null; break;
                default:
                    literals!.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
                    if (literals.Count == 0) literals = null;
                    break;
            }
        }

        public void Set(Subscriber subscriber, MqttQoS qos)
        {
            var index = IndexOf(subscriber);
            if (index >= 0) Subscriptions[index] = (subscriber, qos);
            else Subscriptions.Insert(~index, (subscriber, qos));
        }

        public bool Unset(Subscriber subscriber)
        {
            var index = IndexOf(subscriber);
            if (index < 0) return false;
            Subscriptions.RemoveAt(index);
            return true;
        }

        private int IndexOf(Subscriber subscriber)
        {
            var low = 0;
            var high = Subscriptions.Count - 1;
            while (low <= high)
            {
                var middle = (low + high) / 2;
                var order = string.CompareOrdinal(Subscriptions[middle].Subscriber.Key, subscriber.Key);
                if (order == 0) return middle;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }
            return ~low;
        }
    }
}
