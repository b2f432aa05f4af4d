using System.IO.Pipelines;

namespace TrainingLab.Network;

/// <summary>What the owner of a network decides. All times are plant time.</summary>
public sealed record PlantNetworkOptions
{
    /// <summary>Plant time: its timers run on the owner's serial context.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Where readers continue when they have no synchronization context. Default: inline.</summary>
    public PipeScheduler ReaderScheduler { get; init; } = PipeScheduler.Inline;

    /// <summary>Where writers continue when they have no synchronization context. Default: inline.</summary>
    public PipeScheduler WriterScheduler { get; init; } = PipeScheduler.Inline;

    /// <summary>
    /// The next number in [0,1) of the stream of chance with this name (the cable's id). Default: always 0.5, so jitter is its half and only a loss above 0.5 happens.
    /// </summary>
    public Func<string, double> Chance { get; init; } = static _ => 0.5;

    public INetworkObserver? Observer { get; init; }

    /// <summary>How long a connection attempt waits for an answer that never comes. Default 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long address resolution waits before it reports the host unreachable. Default 3 s, as Linux (three probes, one second each).</summary>
    public TimeSpan ArpTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long bytes wait for a lost path before the connection is reset. Default 20 s, as Windows (five retransmissions).</summary>
    public TimeSpan RetransmissionTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>What one lost segment costs on a link with loss. Default 200 ms, the smallest retransmission timer of Linux.</summary>
    public TimeSpan RetransmissionDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a stateful firewall remembers a datagram for its answer. Default 30 s, as Linux.</summary>
    public TimeSpan DatagramStateTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a switch or router needs to start. Default 8 s.</summary>
    public TimeSpan BootDuration { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Between the command to restart and going down, so that the answer still leaves, also at ten times the speed of the wall. Default 2 s.</summary>
    public TimeSpan RestartDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes under way in one direction of a connection before the writer waits. Default 64 KiB, a TCP window without scaling.</summary>
    public int WindowSize { get; init; } = 64 * 1024;
}
