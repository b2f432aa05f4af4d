using System.IO.Pipelines;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Socks;

/// <summary>Where an authenticated user enters a plant: how a connection to a name or dotted quad and a port is made for him.</summary>
/// <remarks>The server does not run inside a factory; an owner whose network has its own serial context marshals in this delegate and hands out a pipe that may be used from outside.</remarks>
public sealed record Socks5Entry(Func<string, int, CancellationToken, ValueTask<Socks5Connection>> Connect)
{
    /// <summary>An entry at a node of a network that is used on the caller's own context.</summary>
    public static Socks5Entry At(PlantNetwork network, string host, string? account = null) => new(async (target, port, cancellationToken) =>
    {
        var result = await network.ConnectAsync(host, target, port, account, cancellationToken);
        return result.Connection is { } connection
            ? new Socks5Connection(result.Status, null, connection, connection.Local.Address, connection.Local.Port, connection.Abort)
            : new Socks5Connection(result.Status, result.Refusal, null, default, 0, null);
    });
}

/// <summary>The outcome of a CONNECT: a transport, or why there is none.</summary>
/// <param name="BoundAddress">The plant address from which the connection was made.</param>
/// <param name="Abort">Resets the plant side.</param>
public sealed record Socks5Connection(
    ConnectStatus Status, Refusal? Refusal, IDuplexPipe? Transport, Ipv4Address BoundAddress, int BoundPort, Action? Abort);
