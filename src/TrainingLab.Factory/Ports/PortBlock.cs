using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using TrainingLab.Factory.Networks;
using TrainingLab.Network;
using TrainingLab.Network.Socks;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Ports;

/// <summary>Decides in whose name a connection from an address enters a factory; null refuses it.</summary>
public delegate string? PortGuard(IPAddress remote);

/// <summary>Decides in whose name a user of the SOCKS5 endpoint enters; null refuses him.</summary>
public delegate string? SocksGuard(string user, string password);

/// <summary>The real TCP ports of one attempt. What connects to one of them enters the plant network at the student's workstation.</summary>
/// <remarks>
/// Endpoints take consecutive ports from the first, in the order of <see cref="RunningFactory.Endpoints"/>, and SOCKS5 the last, so that they are the same ones when
/// the attempt is resumed.
/// </remarks>
public sealed class PortBlock : IAsyncDisposable
{
    /// <summary>Real connections of one attempt at the same time; further ones are reset.</summary>
    public const int MaxConnections = 256;

    // Inline: what a socket has received goes to the factory's scheduler, and what a factory sends to the socket, without a stop at the thread pool on the way.
    private static readonly SocketTransportFactory Sockets = new(Options.Create(new SocketTransportOptions { UnsafePreferInlineScheduling = true }), NullLoggerFactory.Instance);

    private readonly RunningFactory factory;
    private readonly PortGuard guard;
    private readonly List<IConnectionListener> listeners = [];
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private readonly HashSet<Task> serving = [];

    private PortBlock(RunningFactory factory, PortGuard guard)
    {
        this.factory = factory;
        this.guard = guard;
    }

    /// <summary>The endpoints with the real port that each is reached at.</summary>
    public IReadOnlyList<(FactoryEndpoint Endpoint, int Port)> Ports { get; private set; } = [];

    /// <summary>Number of ports that a factory needs.</summary>
    public static int Size(RunningFactory factory) => factory.Endpoints.Count + 1;

    /// <summary>Opens the ports.</summary>
    /// <param name="factory">The factory.</param>
    /// <param name="address">Local address to listen on.</param>
    /// <param name="first">First port of the block; 0 takes any free ones.</param>
    /// <param name="guard">Who may connect.</param>
    /// <param name="socks">Who may use SOCKS5.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">A port is taken; none is open then.</exception>
    public static async Task<PortBlock> OpenAsync(
        RunningFactory factory,
        IPAddress address,
        int first,
        PortGuard guard,
        SocksGuard socks,
        CancellationToken cancellationToken)
    {
        var block = new PortBlock(factory, guard);
        try
        {
            var ports = new List<(FactoryEndpoint, int)>();
            var next = first;
            foreach (var endpoint in factory.Endpoints)
            {
                var port = await block.ListenAsync(new IPEndPoint(address, next), connection => block.BridgeAsync(connection, endpoint), cancellationToken);
                ports.Add((endpoint, port));
                next = first == 0 ? 0 : next + 1;
            }

            var server = new Socks5Server((user, password) => block.EnterAsync(socks, user, password), TimeProvider.System);
            var socksPort = await block.ListenAsync(
                new IPEndPoint(address, next),
                connection => server.ServeAsync(connection.Transport, connection.Abort, block.closing.Token),
                cancellationToken);
            var workstation = factory.Scenario.Network.Workstation;
            ports.Add((new FactoryEndpoint("socks5", EndpointProtocol.Socks5, workstation, workstation, socksPort), socksPort));
            block.Ports = ports;
            return block;
        }
        catch
        {
            await block.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the ports and their connections; both are gone when this returns.</summary>
    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        var closed = listeners.ToList();
        listeners.Clear();
        foreach (var listener in closed)
        {
            await listener.UnbindAsync();
            await listener.DisposeAsync();
        }

        Task[] open;
        lock (gate)
            open = [.. serving];
        await Task.WhenAll(open);
    }

    private async Task<int> ListenAsync(IPEndPoint endPoint, Func<ConnectionContext, Task> serve, CancellationToken cancellationToken)
    {
        var listener = await BindAsync(endPoint, cancellationToken);
        listeners.Add(listener);
        Watch(AcceptAsync(listener, serve));
        return ((IPEndPoint)listener.EndPoint).Port;
    }

    private static async Task<IConnectionListener> BindAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            return await Sockets.BindAsync(endPoint, cancellationToken);
        }
        catch (Exception e) when (e is AddressInUseException or SocketException)
        {
            // Besides ports that are taken: Windows keeps ranges of ports to itself and answers "access denied" for them.
            throw new IOException($"port {endPoint.Port} cannot be opened: {e.Message}", e);
        }
    }

    private async Task AcceptAsync(IConnectionListener listener, Func<ConnectionContext, Task> serve)
    {
        try
        {
            while (await listener.AcceptAsync(closing.Token) is { } connection)
            {
                if (!TryServe(connection, serve))
                {
                    connection.Abort();
                    await connection.DisposeAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The block closes.
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            factory.Context.Scheduler.Post(_ => factory.Context.Failed(e), null);
        }
    }

    private bool TryServe(ConnectionContext connection, Func<ConnectionContext, Task> serve)
    {
        lock (gate)
        {
            // Each listener is one of them too.
            serving.RemoveWhere(t => t.IsCompleted);
            if (serving.Count >= MaxConnections + Size(factory))
                return false;
        }

        Watch(ServeAsync(connection, serve));
        return true;
    }

    /// <summary>Keeps a task in sight until it has ended, so that closing can wait for it.</summary>
    private void Watch(Task task)
    {
        lock (gate)
        {
            serving.RemoveWhere(t => t.IsCompleted);
            serving.Add(task);
        }
    }

    private async Task ServeAsync(ConnectionContext connection, Func<ConnectionContext, Task> serve)
    {
        try
        {
            await serve(connection);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The peer is gone, or the factory.
        }
#pragma warning disable CA1031 // whatever it is, it concerns this connection alone, and must be seen
        catch (Exception e)
#pragma warning restore CA1031
        {
            factory.Context.Scheduler.Post(_ => factory.Context.Failed(e), null);
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }

    private async Task BridgeAsync(ConnectionContext connection, FactoryEndpoint endpoint)
    {
        var remote = ((IPEndPoint)connection.RemoteEndPoint!).Address;
        if (guard(remote.IsIPv4MappedToIPv6 ? remote.MapToIPv4() : remote) is not { } account)
        {
            connection.Abort();
            return;
        }

        var transport = new SerialTransport(connection.Transport, factory.Context.Scheduler);
        await factory.Context.Scheduler.InvokeAsync(async () =>
        {
            // Not ConnectionClosed: it fires when the peer has said its last, and what it said before may still wait in the transport, such as a
            // QoS 0 message after which mosquitto_pub closes at once. The end comes through the transport itself, behind the last byte.
            using var ending = new InwardCancellation(factory.Context.Scheduler, closing.Token);
            await factory.Context.Network.BridgeAsync(
                transport, connection.Abort, factory.Scenario.Network.Workstation, endpoint.Node, endpoint.Port, StudentConnections.Socket(account), ending.Token);
        });
    }

    /// <summary>SOCKS5 itself runs outside the factory; only connecting and the bytes of the connection go in.</summary>
    private ValueTask<Socks5Entry?> EnterAsync(SocksGuard socks, string user, string password)
    {
        if (socks(user, password) is not { } account)
            return ValueTask.FromResult<Socks5Entry?>(null);
        return ValueTask.FromResult<Socks5Entry?>(new Socks5Entry(async (target, port, cancellationToken) =>
        {
            using var ending = new InwardCancellation(factory.Context.Scheduler, cancellationToken);
            var result = await factory.Context.Scheduler.InvokeAsync(
                () => factory.Context.Network.ConnectAsync(factory.Scenario.Network.Workstation, target, port, StudentConnections.Socket(account), ending.Token));
            return result.Connection is { } connection
                ? new Socks5Connection(
                    result.Status,
                    null,
                    new OutsideTransport(connection, factory.Context.Scheduler),
                    connection.Local.Address,
                    connection.Local.Port,
                    () => factory.Context.Scheduler.Post(_ => connection.Abort(), null))
                : new Socks5Connection(result.Status, result.Refusal, null, default, 0, null);
        }));
    }
}
