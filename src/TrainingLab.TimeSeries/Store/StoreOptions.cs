namespace TrainingLab.TimeSeries.Store;

/// <summary>Limits and habits of a store. A limit that is met refuses the point or the statement with its name in the reason; it never ends the process.</summary>
public sealed record StoreOptions
{
    /// <summary>Points older than this, counted from now, are refused and dropped when their block is that old; null keeps everything. Shown as the duration of the policy <c>autogen</c>.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>Databases, at most. Default 100.</summary>
    public int MaxDatabases { get; init; } = 100;

    /// <summary>Series of one database, at most. Default 100,000.</summary>
    public int MaxSeriesPerDatabase { get; init; } = 100_000;

    /// <summary>Fields of one measurement, at most. Default 1,000.</summary>
    public int MaxFieldsPerMeasurement { get; init; } = 1_000;

    /// <summary>Values of a whole store (points times fields), at most. Default 200 million.</summary>
    public long MaxValues { get; init; } = 200_000_000;

    /// <summary>Measurement and tags of a line, in bytes, at most. Default 65,535, as in InfluxDB.</summary>
    public int MaxKeyLength { get; init; } = 65_535;

    /// <summary>A string field, in bytes, at most. Default 64 KiB, as in InfluxDB.</summary>
    public int MaxStringLength { get; init; } = 65_536;

    /// <summary>Line errors that are remembered of one write; the rest is only counted. Default 100.</summary>
    public int MaxReportedErrors { get; init; } = 100;

    /// <summary>Values of a column before they are sealed into a compressed block. Default 1,024.</summary>
    public int BlockLength { get; init; } = 1_024;

    /// <summary>Journal bytes after which blocks are stored and the journal begins anew. Default 16 MiB.</summary>
    public long CheckpointBytes { get; init; } = 16 << 20;

    /// <summary>True: a write is acknowledged when the disk has it; false (default): when the operating system has it, so that it survives the process but not a power cut.</summary>
    public bool SyncEveryWrite { get; init; }
}
