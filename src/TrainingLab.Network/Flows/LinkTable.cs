using System.Collections.Immutable;
using TrainingLab.Network.Forwarding;

namespace TrainingLab.Network.Flows;

/// <summary>The shaped cables, and until when each direction of them is busy.</summary>
internal sealed class LinkTable(PlantNetworkOptions options)
{
    // A segment that is lost this often in a row arrives nevertheless, so that a loss of 1 ends.
    private const int MaxRetransmissions = 10;

    private readonly SortedDictionary<string, Link> _links = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, LinkShape>> Shapes => _links.Select(l => KeyValuePair.Create(l.Key, l.Value.Shape));

    public void Shape(string cableId, LinkShape shape)
    {
        if (shape.IsNone)
            _links.Remove(cableId);
        else if (_links.TryGetValue(cableId, out var link))
            link.Shape = shape;
        else
            _links.Add(cableId, new Link { Shape = shape });
    }

    public void Clear() => _links.Clear();

    public bool AnyShaped(ImmutableArray<Crossing> way)
    {
        if (_links.Count == 0)
            return false;
        foreach (var crossing in way)
        {
            if (_links.ContainsKey(crossing.CableId))
                return true;
        }

        return false;
    }

    /// <summary>When a segment that leaves now arrives at the end of the way; losses delay it.</summary>
    public DateTimeOffset Arrival(ImmutableArray<Crossing> way, int bytes, DateTimeOffset now) => Cross(way, bytes, now, retransmit: true)!.Value;

    /// <summary>When a datagram that leaves now arrives, or null when it is lost.</summary>
    public DateTimeOffset? DatagramArrival(ImmutableArray<Crossing> way, int bytes, DateTimeOffset now) => Cross(way, bytes, now, retransmit: false);

    private DateTimeOffset? Cross(ImmutableArray<Crossing> way, int bytes, DateTimeOffset now, bool retransmit)
    {
        var at = now;
        if (_links.Count == 0)
            return at;
        foreach (var crossing in way)
        {
            if (!_links.TryGetValue(crossing.CableId, out var link))
                continue;
            var shape = link.Shape;
            if (shape.BytesPerSecond > 0)
            {
                ref var busy = ref crossing.Forward ? ref link.BusyForward : ref link.BusyBackward;
                at = (at > busy ? at : busy) + TimeSpan.FromTicks((long)((Int128)bytes * TimeSpan.TicksPerSecond / shape.BytesPerSecond));
                busy = at;
            }

            at += shape.Latency;
            if (shape.Jitter > TimeSpan.Zero)
                at += shape.Jitter * options.Chance(crossing.CableId);
            for (var i = 0; shape.Loss > 0 && i < MaxRetransmissions && options.Chance(crossing.CableId) < shape.Loss; i++)
            {
                if (!retransmit)
                    return null;
                at += options.RetransmissionDelay;
            }
        }

        return at;
    }

    private sealed class Link
    {
        public LinkShape Shape;
        public DateTimeOffset BusyForward;
        public DateTimeOffset BusyBackward;
    }
}
