using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Telemetry;

/// <summary>
/// What an operator watches of a class: factories that run, attempts started and handed in, pages that are open. Measured always, through
/// .NET's own metrics, so that <c>dotnet-counters</c> sees it too; <see cref="MetricsExport"/> sends it on.
/// </summary>
internal sealed class AttemptMetrics : BackgroundService
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "TrainingLab";

    private readonly IAttemptService _attempts;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, AttemptState> _states = new(StringComparer.Ordinal);
    private readonly Counter<long> _started;
    private readonly Counter<long> _handedIn;
    private readonly Histogram<int> _scores;
    private readonly UpDownCounter<long> _streams;

    public AttemptMetrics(IAttemptService attempts, IMeterFactory meters)
    {
        _attempts = attempts;
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("traininglab.factories.running", Running, "{factory}", "Factories that run in this process now.");
        _started = meter.CreateCounter<long>("traininglab.attempts.started", "{attempt}", "Attempts started since this process began, by lab.");
        _handedIn = meter.CreateCounter<long>("traininglab.attempts.handed_in", "{attempt}", "Attempts handed in since this process began, by lab and whether they passed.");
        _scores = meter.CreateHistogram<int>("traininglab.attempts.score", "%", "Share of the points at hand-in, by lab.");
        _streams = meter.CreateUpDownCounter<long>("traininglab.pages.live", "{page}", "Open event streams, one per page.");
    }

    /// <summary>An event stream has opened; disposing of the result says that it has closed.</summary>
    public IDisposable Live() => new Stream(_streams);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var summary in _attempts.WatchAsync(stoppingToken))
                Note(summary);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private void Note(AttemptSummary summary)
    {
        var lab = new KeyValuePair<string, object?>("lab", summary.Lab);
        AttemptState? before;
        lock (_lock)
        {
            before = _states.TryGetValue(summary.Id, out var known) ? known : null;
            _states[summary.Id] = summary.State;
        }

        // One that was there before this process is first seen when somebody acts on it.
        if (before is null && summary is { State: AttemptState.Running, LastActionAt: null })
            _started.Add(1, lab);
        if (summary.State != AttemptState.HandedIn || before is null or AttemptState.HandedIn)
            return;
        _handedIn.Add(1, lab, new("passed", summary.Passed));
        _scores.Record(summary.Max > 0 ? 100 * summary.Score / summary.Max : 0, lab);
    }

    private int Running()
    {
        lock (_lock)
            return _states.Values.Count(s => s is AttemptState.Running or AttemptState.HandingIn);
    }

    private sealed class Stream : IDisposable
    {
        private readonly UpDownCounter<long> _streams;

        public Stream(UpDownCounter<long> streams)
        {
            _streams = streams;
            streams.Add(1);
        }

        public void Dispose() => _streams.Add(-1);
    }
}
