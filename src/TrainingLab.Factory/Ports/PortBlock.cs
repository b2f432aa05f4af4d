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
    private static readonly SocketTransportFactory Sockets = new(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);

    private readonly RunningFactory factory;
    private readonly PortGuard guard;
    private readonly List<IConnectionListener> listeners = [];
    private readonly CancellationTokenSource closing = new();

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

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        foreach (var listener in listeners)
        {
            await listener.UnbindAsync();
            await listener.DisposeAsync();
        }

        listeners.Clear();
    }

    private async Task<int> ListenAsync(IPEndPoint endPoint, Func<ConnectionContext, Task> serve, CancellationToken cancellationToken)
    {
        var listener = await BindAsync(endPoint, cancellationToken);
        listeners.Add(listener);
        _ = AcceptAsync(listener, serve);
        return ((IPEndPoint)listener.EndPoint).Port;
    }

    private static async Task<IConnectionListener> BindAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        try
        {
            return await Sockets.BindAsync(endPoint, cancellationToken);
        }
        catch (AddressInUseException e)
        {
            throw new IOException($"port {endPoint.Port} is taken", e);
        }
        catch (SocketException e)
        {
            // Windows keeps ranges of ports to itself and answers "access denied" for them.
            throw new IOException($"port {endPoint.Port} cannot be opened: {e.Message}", e);
        }
    }

    private async Task AcceptAsync(IConnectionListener listener, Func<ConnectionContext, Task> serve)
    {
        try
        {
            while (await listener.AcceptAsync(closing.Token) is { } connection)
                _ = ServeAsync(connection, serve);
        }
        catch (OperationCanceledException)
        {
            // The block closes.
        }
    }

    private static async Task ServeAsync(ConnectionContext connection, Func<ConnectionContext, Task> serve)
    {
        try
        {
            await serve(connection);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionResetException or ObjectDisposedException)
        {
            // The peer is gone, or the factory.
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

        var transport = new SerialTransport(connection.Transport);
        await factory.Context.Scheduler.InvokeAsync(async () =>
        {
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(closing.Token, connection.ConnectionClosed);
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
            var result = await factory.Context.Scheduler.InvokeAsync(
                () => factory.Context.Network.ConnectAsync(factory.Scenario.Network.Workstation, target, port, StudentConnections.Socket(account), cancellationToken));
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
