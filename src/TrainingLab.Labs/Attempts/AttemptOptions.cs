using System.Net;

namespace TrainingLab.Labs.Attempts;

/// <summary>How attempts show themselves to the outside.</summary>
public sealed record AttemptOptions
{
    /// <summary>Folder of the attempts' evidence and state.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Host name in the endpoints that students copy.</summary>
    public string PublicHost { get; init; } = "127.0.0.1";

    /// <summary>Local address on which attempts open their ports.</summary>
    public IPAddress ListenAddress { get; init; } = IPAddress.Loopback;

    /// <summary>First port for attempts.</summary>
    public int FirstPort { get; init; } = 20_000;

    /// <summary>Last port for attempts.</summary>
    public int LastPort { get; init; } = 29_999;

    /// <summary>Address of the web application, for printed commands; null where there is none.</summary>
    public string? WebAddress { get; init; }

    /// <summary>Wall time without anybody doing or watching anything after which an attempt freezes.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Wall time between two snapshots of a running attempt.</summary>
    public TimeSpan SnapshotEvery { get; init; } = TimeSpan.FromSeconds(60);
}
