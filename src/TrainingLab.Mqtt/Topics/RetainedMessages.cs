namespace TrainingLab.Mqtt.Topics;

/// <summary>The last retained message of each topic, as a tree with one level per topic level, so that a filter visits only what it may match.</summary>
internal sealed class RetainedMessages(TimeProvider time)
{
    /// <summary>About what a node and its place in its parent take, beside the name.</summary>
    private const int NodeSize = 104;

    /// <summary>About what a node takes for having children.</summary>
    private const int ChildrenSize = 216;

    private readonly Place root = new();
    private long treeBytes;

    /// <summary>Places that the last search looked at.</summary>
    public int Visited { get; private set; }

    /// <summary>Topics with a retained message.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of their topics and payloads.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether a message can be kept within the bounds. One without payload always can: it deletes.</summary>
    public bool HasRoomFor(MqttMessage message, int maxCount, long maxBytes)
    {
        if (message.Payload.IsEmpty) return true;
        var old = Find(message.Topic, out var missing);
        return Count + (old is null ? 1 : 0) <= maxCount
            && Bytes + treeBytes + SizeOf(message) - (old is null ? 0 : SizeOf(old)) + (missing * (long)(NodeSize + ChildrenSize)) <= maxBytes;
    }

    /// <summary>Keeps the message as its topic's last one; one without payload deletes what was kept (MQTT 3.1.1 §3.3.1.3).</summary>
    public void Set(MqttMessage message)
    {
        if (message.Payload.IsEmpty)
        {
            Remove(root, message.Topic);
            return;
        }
        var node = root;
        ReadOnlySpan<char> topic = message.Topic;
        foreach (var level in topic.Split('/'))
        {
            if (node.TryGet(topic[level], out var child))
            {
                node = child;
                continue;
            }
            treeBytes += SizeOf(topic[level]) + (node.Children is null ? ChildrenSize : 0);
            node = node.Add(topic[level]);
        }
        Forget(node);
        node.Message = message;
        Count++;
        Bytes += SizeOf(message);
    }

    /// <summary>The messages whose topic matches the filter, ordered by topic.</summary>
    public List<MqttMessage> Matching(ReadOnlySpan<char> filter) => Places(filter).ConvertAll(static place => place.Message!);

    /// <summary>Where the messages are whose topic matches the filter, ordered by topic. What is there may change, and go, afterwards.</summary>
    public List<Place> Places(ReadOnlySpan<char> filter)
    {
        var found = new List<Place>();
        Visited = 0;
        Match(root, filter, isRoot: true, found);
        return InOrder(found);
    }

    /// <summary>All messages, those under $ included, ordered by topic.</summary>
    public List<MqttMessage> All()
    {
        var found = new List<Place>();
        MatchAll(root, isRoot: false, found);
        return InOrder(found).ConvertAll(static place => place.Message!);
    }

    public void Clear()
    {
        root.Children = null;
        Count = 0;
        Bytes = 0;
        treeBytes = 0;
    }

    private static int SizeOf(ReadOnlySpan<char> level) => NodeSize + (2 * level.Length);

    private static int SizeOf(MqttMessage message) => message.TopicUtf8.Length + message.Payload.Length + message.ForwardedProperties.Length;

    /// <summary>Orders by topic what was found; takes out, and forgets, what has outlived its expiry interval (MQTT 5 §3.3.2.3.3).</summary>
    private List<Place> InOrder(List<Place> found)
    {
        found.RemoveAll(HasExpired);
        found.Sort(static (a, b) => string.CompareOrdinal(a.Message!.Topic, b.Message!.Topic));
        return found;
    }

    private bool HasExpired(Place place)
    {
        if (!place.Message!.HasExpired(time)) return false;
        Remove(root, place.Message.Topic);
        return true;
    }

    /// <summary>What is kept for a topic, and how many levels of it are not in the tree.</summary>
    private MqttMessage? Find(ReadOnlySpan<char> topic, out int missing)
    {
        missing = 0;
        var node = root;
        foreach (var level in topic.Split('/'))
        {
            if (node is null || !node.TryGet(topic[level], out node)) missing++;
        }
        return node?.Message;
    }

    private void Match(Place node, ReadOnlySpan<char> filter, bool isRoot, List<Place> found)
    {
        Visited++;
        var end = filter.IndexOf('/');
        var level = end < 0 ? filter : filter[..end];
        if (level is "#")
        {
            // At the first level # matches every topic, below it the parent level too; neither matches what begins with $.
            MatchAll(node, isRoot, found);
        }
        else if (level is "+")
        {
            foreach (var (name, child) in node.Children ?? [])
                if (!isRoot || !name.StartsWith('$')) Next(child, filter, end, found);
        }
        else if (node.TryGet(level, out var child))
        {
            Next(child, filter, end, found);
        }
    }

    private void Next(Place node, ReadOnlySpan<char> filter, int end, List<Place> found)
    {
        if (end >= 0) Match(node, filter[(end + 1)..], isRoot: false, found);
        else if (node.Message is not null) found.Add(node);
    }

    private void MatchAll(Place node, bool isRoot, List<Place> found)
    {
        Visited++;
        if (node.Message is not null) found.Add(node);
        foreach (var (name, child) in node.Children ?? [])
            if (!isRoot || !name.StartsWith('$')) MatchAll(child, isRoot: false, found);
    }

    private void Remove(Place node, ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('/');
        var level = end < 0 ? rest : rest[..end];
        if (!node.TryGet(level, out var child)) return;
        if (end < 0) Forget(child);
        else Remove(child, rest[(end + 1)..]);
        if (child.Message is not null || child.Children is not null) return;
        node.RemoveChild(level);
        treeBytes -= SizeOf(level) + (node.Children is null ? ChildrenSize : 0);
    }

    private void Forget(Place node)
    {
        if (node.Message is null) return;
        Count--;
        Bytes -= SizeOf(node.Message);
        node.Message = null;
    }

    /// <summary>A level of a topic, where a retained message may be.</summary>
    internal sealed class Place
    {
        /// <summary>What is retained here now; null for nothing.</summary>
        public MqttMessage? Message { get; set; }

        public Dictionary<string, Place>? Children { get; set; }

        public bool TryGet(ReadOnlySpan<char> level, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Place? child)
        {
            child = null;
            return Children is not null && Children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out child);
        }

        public Place Add(ReadOnlySpan<char> level)
        {
            var child = new Place();
            (Children ??= new Dictionary<string, Place>(StringComparer.Ordinal)).Add(level.ToString(), child);
            return child;
        }

        public void RemoveChild(ReadOnlySpan<char> level)
        {
            Children!.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
            if (Children.Count == 0) Children = null;
        }
    }
}
