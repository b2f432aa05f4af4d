using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.Http;

/// <summary>How a historian shows itself over HTTP.</summary>
public sealed record HistorianServerOptions
{
    /// <summary>The version it claims in <c>X-Influxdb-Version</c>; clients choose dialects by it.</summary>
    public string Version { get; init; } = "1.6.7";

    /// <summary>Says whether this user name and password may come in; null (default) lets everybody in.</summary>
    public Func<string, string, bool>? Authenticate { get; init; }

    /// <summary>Bytes of a body, after decompression, at most. Default 25,000,000, as in InfluxDB.</summary>
    public int MaxBodySize { get; init; } = 25_000_000;

    /// <summary>What one query may cost.</summary>
    public QueryLimits QueryLimits { get; init; } = new();
}

/// <summary>
/// The HTTP face of the historian as InfluxDB 1.x has it: <c>/ping</c>, <c>/write</c> and <c>/query</c>. It answers requests; a host carries them.
/// </summary>
public sealed class HistorianServer(TimeSeriesStore store, TimeProvider time, HistorianServerOptions? options = null, IHistorianObserver? observer = null)
{
    private readonly HistorianServerOptions options = options ?? new HistorianServerOptions();

    /// <summary>Answers one request; a client's mistake is an answer, never an exception.</summary>
    public ValueTask<HistorianResponse> HandleAsync(HistorianRequest request, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException(store.DatabaseNames[0] + options.Version + time.LocalTimeZone + observer?.GetType().Name + request.Path + cancellationToken.IsCancellationRequested);
}
