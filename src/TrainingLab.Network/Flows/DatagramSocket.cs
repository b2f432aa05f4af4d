using System.Threading.Channels;

namespace TrainingLab.Network.Flows;

/// <summary>A UDP payload and its sender.</summary>
public sealed record Datagram(PlantPeer From, ReadOnlyMemory<byte> Payload);

/// <summary>A bound UDP port of a host. Datagrams that nobody takes are dropped beyond <see cref="QueueLimit"/>.</summary>
public sealed class DatagramSocket : IDisposable
{
    public const int QueueLimit = 64;

    /// <summary>The largest payload over Ethernet without fragments: 1500 less the IPv4 and UDP headers.</summary>
    public const int MaxPayload = 1472;

    private readonly DatagramTable _table;
    private readonly Channel<Datagram> _queue = Channel.CreateBounded<Datagram>(
        new BoundedChannelOptions(QueueLimit) { FullMode = BoundedChannelFullMode.DropWrite });

    internal DatagramSocket(DatagramTable table, string host, int port)
    {
        _table = table;
        Host = host;
        Port = port;
    }

    public string Host { get; }

    public int Port { get; }

    /// <summary>Sends and forgets, as UDP does. False only if the name is unknown.</summary>
    /// <exception cref="ArgumentException">The payload is larger than <see cref="MaxPayload"/>.</exception>
    public bool Send(string target, int port, ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > MaxPayload)
            throw new ArgumentException($"A datagram carries at most {MaxPayload} bytes.", nameof(payload));
        return _table.Send(this, target, port, payload);
    }

    /// <summary>The next datagram for this port.</summary>
    /// <exception cref="ChannelClosedException">The socket was closed.</exception>
    public ValueTask<Datagram> ReceiveAsync(CancellationToken cancellationToken = default) => _queue.Reader.ReadAsync(cancellationToken);

    public void Dispose()
    {
        _table.Close(this);
        _queue.Writer.TryComplete();
    }

    internal void Deliver(Datagram datagram) => _queue.Writer.TryWrite(datagram);
}
