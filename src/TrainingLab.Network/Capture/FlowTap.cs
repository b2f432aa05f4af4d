using System.Collections.Immutable;
using System.Text;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Capture;

/// <summary>
/// Turns what happens in one flow into TCP segments for the captures that see it. Sequence numbers follow from the bytes that the flow has carried, so a capture
/// that begins in the middle goes on with the right ones.
/// </summary>
internal sealed class FlowTap
{
    private readonly CaptureTable _table;
    private readonly Flow _flow;
    private readonly Side _client;
    private readonly Side _server;
    private PathResult _known;

    public FlowTap(CaptureTable table, Flow flow, List<PacketCapture> captures)
    {
        _table = table;
        _flow = flow;
        _known = flow.Path;
        Captures = captures;
        _client = new Side(flow.FromClient, flow.Client, InitialSequence(flow.Client, flow.Server.Address, flow.Server.Port));
        _server = new Side(flow.FromServer, flow.Server, InitialSequence(flow.Server, flow.Client.Address, flow.Client.Port));
        flow.FromClient.Writer.Recording = [];
        flow.FromServer.Writer.Recording = [];
    }

    public List<PacketCapture> Captures { get; private set; }

    /// <summary>RFC 9293, 3.4.1 asks for numbers that differ per connection; here the same connection of the same run has the same ones.</summary>
    public static uint InitialSequence(PlantPeer from, Ipv4Address to, int port)
    {
        // FNV-1a: spreads well enough and never changes.
        var hash = 2166136261u;
        foreach (var b in Encoding.ASCII.GetBytes($"{from.Address}:{from.Port}>{to}:{port}"))
            hash = (hash ^ b) * 16777619u;
        return hash;
    }

    public void See(List<PacketCapture> captures)
    {
        Captures = captures;
        if (_flow.Path.Reached)
            _known = _flow.Path;
    }

    public void Detach()
    {
        _flow.Tap = null;
        _flow.FromClient.Writer.Recording = null;
        _flow.FromServer.Writer.Recording = null;
    }

    public void Handshake()
    {
        Emit(_client, TcpFlags.Syn, _client.Initial, 0, []);
        Emit(_server, TcpFlags.Syn | TcpFlags.Ack, _server.Initial, _client.Initial + 1, []);
        Emit(_client, TcpFlags.Ack, _client.Initial + 1, _server.Initial + 1, []);
    }

    /// <summary>The sender flushed; into a lost path it sends in vain and will send again.</summary>
    public void Sent(FlowDirection direction, bool fin, bool blocked)
    {
        var side = Of(direction);
        var bytes = direction.Writer.Recording is { Count: > 0 } recording ? recording.ToArray() : [];
        direction.Writer.Recording?.Clear();
        if (blocked)
            side.Unsent.AddRange(bytes);
        Segments(side, direction.Written - bytes.Length, bytes, fin);
    }

    public void Resent(FlowDirection direction)
    {
        var side = Of(direction);
        var bytes = side.Unsent.ToArray();
        side.Unsent.Clear();
        Segments(side, direction.Written - bytes.Length, bytes, direction.FinWritten && !side.FinArrived);
    }

    /// <summary>The receiver acknowledges.</summary>
    public void Arrived(FlowDirection direction, long position, bool fin)
    {
        var side = Of(direction);
        side.Arrived = position;
        side.FinArrived |= fin;
        var receiver = Other(side);
        Emit(receiver, TcpFlags.Ack, receiver.Next, side.Acknowledged, []);
    }

    public void Reset()
    {
        foreach (var side in (ReadOnlySpan<Side>)[_client, _server])
            Emit(side, TcpFlags.Rst | TcpFlags.Ack, side.Next, Other(side).Acknowledged, []);
    }

    private Side Of(FlowDirection direction) => direction.FromClient ? _client : _server;

    private Side Other(Side side) => ReferenceEquals(side, _client) ? _server : _client;

    private void Segments(Side side, long position, byte[] bytes, bool fin)
    {
        var acknowledged = Other(side).Acknowledged;
        for (var at = 0; at < bytes.Length; at += FlowDirection.MaxSegment)
        {
            var part = bytes.AsSpan(at, Math.Min(FlowDirection.MaxSegment, bytes.Length - at)).ToArray();
            var flags = at + part.Length == bytes.Length ? TcpFlags.Psh | TcpFlags.Ack : TcpFlags.Ack;
            Emit(side, flags, side.SequenceAt(position + at), acknowledged, part);
        }

        if (fin)
            Emit(side, TcpFlags.Fin | TcpFlags.Ack, side.SequenceAt(side.Direction.Written), acknowledged, []);
    }

    private void Emit(Side side, TcpFlags flags, uint sequence, uint acknowledgment, byte[] payload)
    {
        var other = Other(side);
        _table.Record(Captures, Way(side), (ethernet, ttl, id) =>
            new TcpSegment(side.Peer.Port, other.Peer.Port, sequence, acknowledgment, flags)
                .Frame(ethernet, new Ipv4Header(side.Peer.Address, other.Peer.Address, Ipv4Header.Tcp, ttl, id), payload));
    }

    // On a lost path the sender still knows the neighbour's address from before and sends as far as the frames come.
    private ImmutableArray<Crossing> Way(Side side)
    {
        var fromClient = side.Direction.FromClient;
        var way = fromClient ? _flow.Path.Crossings : _flow.Path.ReturnCrossings;
        if (_flow.Path.Reached)
            return way;
        var known = fromClient ? _known.Crossings : _known.ReturnCrossings;
        return
        [
            .. way.Select(c => c.Destination == MacAddress.Broadcast
                ? c with { Destination = known.FirstOrDefault(k => k.Source == c.Source) is { CableId: not null } k ? k.Destination : c.Destination }
                : c),
        ];
    }

    private sealed class Side(FlowDirection direction, PlantPeer peer, uint initial)
    {
        public FlowDirection Direction { get; } = direction;

        public PlantPeer Peer { get; } = peer;

        public uint Initial { get; } = initial;

        public long Arrived { get; set; } = direction.Written - direction.Hidden;

        public bool FinArrived { get; set; } = direction.FinArrived;

        /// <summary>What went into a lost path.</summary>
        public List<byte> Unsent { get; } = [];

        /// <summary>The number after the last byte sent.</summary>
        public uint Next => SequenceAt(Direction.Written) + (Direction.FinWritten ? 1u : 0);

        /// <summary>The number that the other side has acknowledged.</summary>
        public uint Acknowledged => SequenceAt(Arrived) + (FinArrived ? 1u : 0);

        public uint SequenceAt(long position) => unchecked(Initial + 1 + (uint)position);
    }
}
