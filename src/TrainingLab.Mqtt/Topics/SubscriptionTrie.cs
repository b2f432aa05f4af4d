namespace TrainingLab.Mqtt.Topics;

/// <summary>
/// Subscriptions by topic filter, one tree level per topic level, so that matching a topic costs its depth and its matches, not the
/// number of subscriptions. Matching allocates nothing but growth of the result list.
/// </summary>
internal sealed class SubscriptionTrie
{
    private readonly Node root = new();
    private long matches;
    private Subscriber? publisher;

    /// <summary>Nodes that the last match looked at.</summary>
    public int Visited { get; private set; }

    /// <summary>Adds a subscription, or changes its options.</summary>
    public void Add(ReadOnlySpan<char> filter, Subscriber subscriber, in SubscriptionOptions options)
    {
        var node = root;
        foreach (var level in filter.Split('/')) node = node.Child(filter[level]);
        node.Set(subscriber, options);
    }

    /// <summary>Removes a subscription and the levels that only it used. False when it was not there.</summary>
    public bool Remove(ReadOnlySpan<char> filter, Subscriber subscriber) => Remove(root, filter, subscriber);

    /// <summary>Adds each subscriber with a filter that matches the topic to the list, once; <see cref="Subscriber.Matched"/> says how it gets the message.</summary>
    /// <param name="topic">The topic name.</param>
    /// <param name="publisher">Who published, for subscriptions without their own messages; null for nobody.</param>
    /// <param name="found">Takes the subscribers.</param>
    public void Match(ReadOnlySpan<char> topic, Subscriber? publisher, List<Subscriber> found)
    {
        this.publisher = publisher;
        matches++;
        Visited = 0;
        // Wildcards at the first level do not match topics that begin with $ (§4.7.2).
        if (topic[0] == '$') MatchLiteral(root, topic, found);
        else Match(root, topic, found);
    }

    private void Match(Node node, ReadOnlySpan<char> rest, List<Subscriber> found)
    {
        Visited++;
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
        foreach (var (subscriber, options) in node.Subscriptions)
        {
            if (options.NoLocal && subscriber == publisher) continue;
            if (subscriber.Take(matches, options)) found.Add(subscriber);
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
        private static readonly List<(Subscriber Subscriber, SubscriptionOptions Options)> None = [];

        // As a rule a node has one literal child; a dictionary for it would take three times as much as everything else.
        private string? onlyLevel;
        private Node? onlyChild;
        private Dictionary<string, Node>? literals;

        public Node? Plus { get; private set; }

        public Node? Hash { get; private set; }

        public List<(Subscriber Subscriber, SubscriptionOptions Options)> Subscriptions { get; private set; } = None;

        public bool IsEmpty => Subscriptions.Count == 0 && onlyChild is null && literals is null && Plus is null && Hash is null;

        public Node? Find(ReadOnlySpan<char> level) => level switch
        {
            "+" => Plus,
            "#" => Hash,
            _ => TryGetLiteral(level, out var child) ? child : null,
        };

        public bool TryGetLiteral(ReadOnlySpan<char> level, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Node? child)
        {
            child = level.SequenceEqual(onlyLevel) ? onlyChild : null;
            return child is not null || (literals is not null && literals.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out child));
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
                    if (onlyChild is null && literals is null) (onlyLevel, onlyChild) = (level.ToString(), child);
                    else AddLiteral(level.ToString(), child);
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
                    if (literals is null)
                    {
                        (onlyLevel, onlyChild) = (null, null);
                        break;
                    }
                    literals.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
                    if (literals.Count == 0) literals = null;
                    break;
            }
        }

        public void Set(Subscriber subscriber, SubscriptionOptions options)
        {
            var index = IndexOf(subscriber);
            if (index >= 0)
            {
                Subscriptions[index] = (subscriber, options);
                return;
            }
            if (ReferenceEquals(Subscriptions, None)) Subscriptions = new List<(Subscriber Subscriber, SubscriptionOptions Options)>(1);
            Subscriptions.Insert(~index, (subscriber, options));
        }

        public bool Unset(Subscriber subscriber)
        {
            var index = IndexOf(subscriber);
            // Another session may have the place of one that has ended, and with it its key.
            if (index < 0 || Subscriptions[index].Subscriber != subscriber) return false;
            Subscriptions.RemoveAt(index);
            return true;
        }

        /// <summary>A second literal child, or a further one: from now on they are in a dictionary.</summary>
        private void AddLiteral(string level, Node child)
        {
            if (literals is null)
            {
                literals = new Dictionary<string, Node>(StringComparer.Ordinal) { [onlyLevel!] = onlyChild! };
                (onlyLevel, onlyChild) = (null, null);
            }
            literals.Add(level, child);
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
