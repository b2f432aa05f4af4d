using System.Buffers.Binary;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;
using TrainingLab.OpcUa.Server.Subscriptions;

namespace TrainingLab.OpcUa.Events;

/// <summary>
/// Carries events from their source up to every notifier above it (OPC 10000-3, 4.7): along HasEventSource and its subtype HasNotifier, and always to the Server object, which
/// reports all events.
/// </summary>
internal sealed class EventNotifiers(OpcUaServer server)
{
    /// <summary>The bit of EventNotifier that lets events be subscribed (OPC 10000-3, 8.59).</summary>
    public const byte SubscribeToEvents = 1;

    private readonly Dictionary<Node, List<EventItem>> _items = new(ReferenceEqualityComparer.Instance);
    private ulong _lastEvent;

    /// <summary>What one event may cost over all filters (see <see cref="OpcUaLimits.MaxEventFilterCost"/>).</summary>
    public int FilterCost { get; set; }

    /// <summary>Whether anybody listens: who raises events for their own sake asks first.</summary>
    public bool HasListeners => _items.Count > 0;

    public void Add(EventItem item)
    {
        if (!_items.TryGetValue(item.Node, out var items))
        {
            _items.Add(item.Node, items = new List<EventItem>(1));
        }

        items.Add(item);
    }

    public void Remove(EventItem item)
    {
        if (_items.TryGetValue(item.Node, out var items) && items.Remove(item) && items.Count == 0)
        {
            _items.Remove(item.Node);
        }
    }

    /// <summary>Gives an event its id and times.</summary>
    public void Stamp(UaEvent happened)
    {
        var id = new byte[16];
        var now = server.Now;
        BinaryPrimitives.WriteInt64BigEndian(id, now.Ticks);
        BinaryPrimitives.WriteUInt64BigEndian(id.AsSpan(8), ++_lastEvent);
        happened.Stamp(id, now);
    }

    /// <summary>Stamps an event and brings it to all items of all notifiers above its source.</summary>
    public void Raise(UaEvent happened)
    {
        Stamp(happened);
        if (!HasListeners)
        {
            return;
        }

        foreach (var notifier in NotifiersOf(happened.Source))
        {
            if (_items.TryGetValue(notifier, out var items))
            {
                foreach (var item in items)
                {
                    item.Receive(happened);
                }
            }
        }
    }

    /// <summary>Whether events of a source reach a notifier.</summary>
    public bool Reaches(NodeId source, Node notifier) => NotifiersOf(source).Contains(notifier);

    private HashSet<Node> NotifiersOf(NodeId source)
    {
        var space = server.AddressSpace;
        var found = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        if (space.Find(ObjectIds.Server) is { } root)
        {
            found.Add(root);
        }

        var open = new Stack<Node>();
        if (space.Find(source) is { } start && found.Add(start))
        {
            open.Push(start);
        }

        while (open.TryPop(out var node))
        {
            foreach (var reference in space.ReferencesOf(node))
            {
                if (!reference.IsForward && reference.Type.IsOrIsSubtypeOf(Namespace0.HasEventSource) && found.Add(reference.Target))
                {
                    open.Push(reference.Target);
                }
            }
        }

        return found;
    }
}
