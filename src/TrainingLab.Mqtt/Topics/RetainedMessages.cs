namespace TrainingLab.Mqtt.Topics;

/// <summary>
/// The last retained message of each topic, as a tree with one level per topic level, so that a filter visits only what it may match. What is below a level is linked in the order in which it came, so
/// that a search can be left between any two steps and goes on whatever has been kept and deleted meanwhile.
/// </summary>
internal sealed class RetainedMessages(TimeProvider time)
{
    /// <summary>About what a node and its place in its parent take, beside the name.</summary>
    private const int NodeSize = 144;

    /// <summary>About what a node takes for having children.</summary>
    private const int ChildrenSize = 216;

    private readonly Place topics = new(parent: null, number: 0);

    /// <summary>Topics that begin with $, which a filter finds only by that name (§4.7.2).</summary>
    private readonly Place reserved = new(parent: null, number: 0);
    private long newest;
    private long treeBytes;

    /// <summary>Topics with a retained message.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of their topics and payloads.</summary>
    public long Bytes { get; private set; }

    /// <summary>All messages, those under $ included, in an order that is the same when they are kept again in it.</summary>
    public IEnumerable<MqttMessage> All => Search("#").Concat(Search("#", reserved)).OfType<MqttMessage>();

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
        ReadOnlySpan<char> topic = message.Topic;
        var place = TreeOf(topic);
        foreach (var level in topic.Split('/'))
        {
            var child = place.Find(topic[level]);
            if (child is null)
            {
                if (message.Payload.IsEmpty) return;
                treeBytes += SizeOf(topic[level]) + (place.First is null ? ChildrenSize : 0);
                child = place.Add(topic[level], ++newest);
            }
            place = child;
        }
        if (message.Payload.IsEmpty)
        {
            Delete(place);
            return;
        }
        Forget(place);
        place.Message = message;
        Count++;
        Bytes += SizeOf(message);
    }

    /// <summary>The messages whose topic matches the filter, ordered by topic.</summary>
    public List<MqttMessage> Matching(string filter)
    {
        var found = Search(filter).OfType<MqttMessage>().ToList();
        found.Sort(static (a, b) => string.CompareOrdinal(a.Topic, b.Topic));
        return found;
    }

    /// <summary>
    /// Looks for the messages whose topic matches the filter, one place at a step: null where there is none. A place that has come since the search began is passed over, so the search ends; anything else
    /// may change between two steps, and is found as it then is. Messages that have outlived their expiry interval are deleted (MQTT 5 §3.3.2.3.3).
    /// </summary>
    public IEnumerable<MqttMessage?> Search(string filter) => Search(filter, TreeOf(filter));

    public void Clear()
    {
        topics.Clear();
        reserved.Clear();
        Count = 0;
        Bytes = 0;
        treeBytes = 0;
    }

    private static int SizeOf(ReadOnlySpan<char> level) => NodeSize + (2 * level.Length);

    private static int SizeOf(MqttMessage message) => message.TopicUtf8.Length + message.Payload.Length + message.ForwardedProperties.Length;

    private Place TreeOf(ReadOnlySpan<char> topic) => topic[0] == '$' ? reserved : topics;

    private IEnumerable<MqttMessage?> Search(string filter, Place tree)
    {
        var levels = filter.Split('/');
        var last = newest;
        var place = tree;
        var depth = 0; // Levels that have matched so far, those of # included.
        while (true)
        {
            yield return depth == levels.Length || LevelAt(depth) is "#" ? Current(place) : null;
            if (Below(place, LevelAt(depth)) is { } child)
            {
                place = child;
                depth++;
                continue;
            }
            Place? next = null;
            for (; depth > 0 && next is null; depth--)
            {
                next = Beside(place, LevelAt(depth - 1));
                place = place.Parent!;
            }
            if (next is null) yield break;
            place = next;
            depth++;
        }

        string? LevelAt(int index) => index < levels.Length ? levels[index] : levels[^1] is "#" ? "#" : null;

        Place? Below(Place from, string? level) => Known(level switch
        {
            null => null,
            "+" or "#" => from.First,
            _ => from.Find(level),
        });

        Place? Beside(Place from, string? level) => level is "+" or "#" ? Known(from.Next) : null;

        Place? Known(Place? found) => found?.Number <= last ? found : null;
    }

    /// <summary>What is kept at a place, unless it has outlived its expiry interval.</summary>
    private MqttMessage? Current(Place place)
    {
        if (place.Message?.HasExpired(time) != true) return place.Message;
        Delete(place);
        return null;
    }

    /// <summary>What is kept for a topic, and how many levels of it are not in the tree.</summary>
    private MqttMessage? Find(ReadOnlySpan<char> topic, out int missing)
    {
        missing = 0;
        var place = TreeOf(topic);
        foreach (var level in topic.Split('/'))
        {
            place = place?.Find(topic[level]);
            if (place is null) missing++;
        }
        return place?.Message;
    }

    /// <summary>Deletes what is kept at a place, and the levels that only it used.</summary>
    private void Delete(Place place)
    {
        ReadOnlySpan<char> rest = place.Message is { } message ? message.Topic : default;
        Forget(place);
        while (place is { Message: null, First: null, Parent: { } parent })
        {
            var end = rest.LastIndexOf('/');
            var level = rest[(end + 1)..];
            parent.Remove(place, level);
            treeBytes -= SizeOf(level) + (parent.First is null ? ChildrenSize : 0);
            rest = rest[..Math.Max(0, end)];
            place = parent;
        }
    }

    private void Forget(Place place)
    {
        if (place.Message is null) return;
        Count--;
        Bytes -= SizeOf(place.Message);
        place.Message = null;
    }

    /// <summary>A level of a topic, where a retained message may be.</summary>
    /// <param name="parent">The level above; null at the top.</param>
    /// <param name="number">Higher than that of every place that was there before.</param>
    private sealed class Place(Place? parent, long number)
    {
        private Dictionary<string, Place>? children;

        /// <summary>The one before it below the same parent; before the first, the last.</summary>
        private Place? previous;

        /// <summary>What is retained here now; null for nothing.</summary>
        public MqttMessage? Message { get; set; }

        /// <summary>The level above; also when this place is no longer there, so that a search that is here finds back.</summary>
        public Place? Parent => parent;

        public long Number => number;

        /// <summary>The oldest of those below; null where there are none.</summary>
        public Place? First { get; private set; }

        /// <summary>The one that came after it below the same parent; also when this place is no longer there.</summary>
        public Place? Next { get; private set; }

        public Place? Find(ReadOnlySpan<char> level) =>
            children is not null && children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;

        public Place Add(ReadOnlySpan<char> level, long newest)
        {
            var child = new Place(this, newest);
            (children ??= new Dictionary<string, Place>(StringComparer.Ordinal)).Add(level.ToString(), child);
            if (First is null)
            {
                First = child.previous = child;
                return child;
            }
            child.previous = First.previous;
            First.previous = First.previous!.Next = child;
            return child;
        }

        public void Remove(Place child, ReadOnlySpan<char> level)
        {
            children!.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
            if (child == First) First = child.Next;
            else child.previous!.Next = child.Next;
            if (child.Next is { } after) after.previous = child.previous;
            else if (First is not null) First.previous = child.previous;
            if (First is null) children = null;
        }

        public void Clear()
        {
            children = null;
            First = null;
        }
    }
}
