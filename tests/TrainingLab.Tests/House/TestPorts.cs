using System.Net;
using System.Net.Sockets;

namespace TrainingLab.Tests.House;

/// <summary>Loopback ports that belong to one test until its process ends, so that what is free when it asks is free when it listens.</summary>
/// <remarks>
/// A port that a listener on port 0 was given and gave back may be anybody's a moment later: the system hands it to the next connection or listener of any process. These
/// ports lie below every system's ephemeral range (Linux from 32768, Windows and macOS from 49152), where nobody gets a port without asking for it, apart from the
/// product's own default. They are cut into blocks on a fixed grid; a test process owns a block for as long as it holds the block's first port, its guard.
/// </remarks>
internal static class TestPorts
{
    /// <summary>Blocks for one listener, for a server with some plants, and for one with a class.</summary>
    private static readonly Grid[] Grids =
    [
        new(First: 10240, End: 12288, BlockSize: 16),
        new(First: 12288, End: 17408, BlockSize: 128),
        new(First: 17408, End: 19968, BlockSize: 512),
    ];

    private static readonly List<TcpListener> Guards = [];
    private static readonly Lock Gate = new();

    /// <summary>Takes ports that nobody listens on.</summary>
    /// <param name="count">How many: 511 at most.</param>
    /// <returns>The first of that many neighbouring ports.</returns>
    /// <exception cref="InvalidOperationException">All are taken.</exception>
    public static int Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, Grids[^1].BlockSize);
        var grid = Grids.First(g => count < g.BlockSize);
        lock (Gate)
        {
            // Where to begin is left to the process, so that several at once seldom try the same block; that none shares one is what the guards are for.
            for (var i = 0; i < grid.Blocks; i++)
            {
                var guard = grid.First + (((Environment.ProcessId + i) % grid.Blocks) * grid.BlockSize);
                if (TryTake(guard, count))
                    return guard + 1;
            }
        }

        throw new InvalidOperationException($"no {count} neighbouring ports are free from {grid.First} to {grid.End}");
    }

    private static bool TryTake(int guard, int count)
    {
        List<TcpListener> open = [];
        try
        {
            for (var port = guard; port <= guard + count; port++)
            {
                var listener = new TcpListener(IPAddress.Loopback, port);
                open.Add(listener);
                listener.Start();
            }
        }
        catch (SocketException)
        {
            open.ForEach(l => l.Dispose());
            return false;
        }

        // Every port was free at the same time; the first stays ours, and with it the block.
        open.Skip(1).ToList().ForEach(l => l.Dispose());
        Guards.Add(open[0]);
        return true;
    }

    private sealed record Grid(int First, int End, int BlockSize)
    {
        public int Blocks => (End - First) / BlockSize;
    }
}
