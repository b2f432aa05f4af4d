using TrainingLab.Network.Capture;
using TrainingLab.Network.Forwarding;

namespace TrainingLab.Network.Flows;

public enum FlowState
{
    /// <summary>Bytes pass, or would.</summary>
    Established,

    /// <summary>The path is lost; bytes wait.</summary>
    Interrupted,

    /// <summary>Both sides closed.</summary>
    Closed,

    /// <summary>Reset by a side, by the firewall, by <see cref="Flow.Cut"/>, or because bytes waited too long.</summary>
    Reset,
}

/// <summary>A TCP connection of the plant network.</summary>
public sealed class Flow
{
    private readonly PlantNetworkOptions _options;
    private readonly LinkTable _links;
    private readonly Action<Flow> _ended;
    private ITimer? _waiting;
    private bool _sideLost;

    internal Flow(long id, PlantPeer client, PlantPeer server, PathResult path, PlantNetworkOptions options, LinkTable links, Action<Flow> ended)
    {
        Id = id;
        Client = client;
        Server = server;
        Path = path;
        _options = options;
        _links = links;
        _ended = ended;
        Opened = options.Time.GetUtcNow();
        FromClient = new FlowDirection(this, options, fromClient: true);
        FromServer = new FlowDirection(this, options, fromClient: false);
        ClientSide = new PlantConnection(this, FromServer.Reader, FromClient.Writer, client, server);
        ServerSide = new PlantConnection(this, FromClient.Reader, FromServer.Writer, server, client);
        PassOrShape();
    }

    /// <summary>Counts from 1 in the order of opening.</summary>
    public long Id { get; }

    public PlantPeer Client { get; }

    public PlantPeer Server { get; }

    public FlowState State { get; private set; }

    /// <summary>Plant time.</summary>
    public DateTimeOffset Opened { get; }

    /// <summary>Bytes that the client has sent; those that still wait are among them.</summary>
    public long BytesFromClient => FromClient.Written;

    /// <summary>Bytes that the server has sent; those that still wait are among them.</summary>
    public long BytesFromServer => FromServer.Written;

    /// <summary>The way of its segments; of an interrupted flow, as far as they come.</summary>
    public PathResult Path { get; private set; }

    /// <summary>Why it is interrupted or was reset; null while bytes pass, and after a reset by a side.</summary>
    public Refusal? Refusal { get; private set; }

    /// <summary>True while it is in the list of live connections.</summary>
    public bool IsLive => State is FlowState.Established or FlowState.Interrupted;

    internal FlowDirection FromClient { get; }

    internal FlowDirection FromServer { get; }

    internal PlantConnection ClientSide { get; }

    internal PlantConnection ServerSide { get; }

    internal TimeProvider Time => _options.Time;

    /// <summary>Who records its packets; null while nobody does.</summary>
    internal FlowTap? Tap { get; set; }

    /// <summary>Cancelled when the server's side can do no more.</summary>
    internal CancellationTokenSource ServerStopping { get; } = new();

    /// <summary>Resets both sides at once.</summary>
    public void Cut() => Reset(refusal: null);

    internal void Reset(Refusal? refusal)
    {
        if (!IsLive)
            return;
        State = FlowState.Reset;
        Refusal = refusal;
        Tap?.Reset();
        FromClient.Reader.Reset();
        FromClient.Writer.Reset();
        FromServer.Reader.Reset();
        FromServer.Writer.Reset();
        End();
    }

    /// <summary>The node of one side is gone: that side is reset at once, the other hears nothing until it sends too long in vain.</summary>
    internal void LoseSide(string node)
    {
        if (!IsLive)
            return;
        if (Client.Host == node && Server.Host == node)
        {
            Reset(new Refusal(RefusalReason.HostDown, node));
            return;
        }

        _sideLost = true;
        if (Client.Host == node)
        {
            FromServer.Reader.Reset();
            FromClient.Writer.Reset();
        }
        else
        {
            FromClient.Reader.Reset();
            FromServer.Writer.Reset();
            ServerStopping.Cancel();
        }
    }

    /// <summary>The network changed; this is the path now.</summary>
    internal void Reroute(PathResult path)
    {
        if (!IsLive)
            return;
        Path = path;
        if (path.Refusal is { } refusal)
        {
            if (refusal.Reason == RefusalReason.FirewallReject)
            {
                Reset(refusal);
                return;
            }

            Refusal = refusal;
            if (State == FlowState.Interrupted)
                return;
            State = FlowState.Interrupted;
            FromClient.Block();
            FromServer.Block();
            if (FromClient.HasHidden || FromServer.HasHidden)
                BytesWait();
            return;
        }

        if (_sideLost)
        {
            // The node that is back does not know this connection and answers with RST.
            Reset(refusal: null);
            return;
        }

        _waiting?.Dispose();
        _waiting = null;
        Refusal = null;
        State = FlowState.Established;
        PassOrShape();
    }

    /// <summary>The shapes of the cables changed.</summary>
    internal void PassOrShape()
    {
        if (State != FlowState.Established)
            return;
        FromClient.Pass(_links.AnyShaped(Path.Crossings));
        FromServer.Pass(_links.AnyShaped(Path.ReturnCrossings));
    }

    internal DateTimeOffset ArrivalOf(FlowDirection direction, int bytes, DateTimeOffset now) =>
        _links.Arrival(direction.FromClient ? Path.Crossings : Path.ReturnCrossings, bytes, now);

    /// <summary>Somebody sends into a lost path: the retransmissions begin.</summary>
    internal void BytesWait() => _waiting ??= Time.CreateTimer(
        static state => ((Flow)state!).GiveUp(), this, _options.RetransmissionTimeout, Timeout.InfiniteTimeSpan);

    internal void SideChanged()
    {
        if (!IsLive || !FromClient.FinArrived || !FromServer.FinArrived)
            return;
        State = FlowState.Closed;
        End();
    }

    private void GiveUp() => Reset(Refusal);

    private void End()
    {
        _waiting?.Dispose();
        _waiting = null;
        FromClient.Stop();
        FromServer.Stop();
        _ended(this);
        if (State == FlowState.Reset)
            ServerStopping.Cancel();
    }
}
