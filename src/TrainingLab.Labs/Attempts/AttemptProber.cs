using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Probes;

namespace TrainingLab.Labs.Attempts;

/// <summary>
/// Runs the probes that checks ask for, in rounds: soon after a change, once all is quiet, at hand-in, and now and then in between, because a
/// plant also changes by itself: a switch has booted, a machine has died. A round that nobody asked for is a record only where it found something new.
/// </summary>
internal sealed class AttemptProber(RunningFactory factory, AttemptRecorder recorder)
{
    /// <summary>Plant time without a further change before a round begins.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    /// <summary>Plant time after which a round begins even though changes go on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Plant time between two rounds that nobody asked for.</summary>
    private static readonly TimeSpan Watching = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, string> found = new(StringComparer.Ordinal);
    private ITimer? timer;
    private TimeSpan wantedAt;
    private TimeSpan ranAt;
    private Task? running;
    private bool isListening;
    private bool isWanted;

    /// <summary>Asks for a round.</summary>
    public void Want()
    {
        if (recorder.Needs.Probes.Count == 0)
            return;
        if (!isWanted)
            wantedAt = factory.Clock.Elapsed;
        isWanted = true;
        if (factory.Clock.Elapsed - wantedAt > Patience)
            return;
        timer ??= factory.Clock.CreateTimer(_ => factory.Context.Run(RunWantedAsync), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(Settling, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Looks whether the plant is still as the last round found it; called often.</summary>
    public async Task WatchAsync()
    {
        if (recorder.Needs.Probes.Count == 0 || isWanted || running is not null || recorder.IsFrozen || factory.Clock.Elapsed - ranAt < Watching)
            return;
        await RunAsync(onlyNews: true);
    }

    /// <summary>Runs a round, after the one that is under way. Probes of one round run at the same time, against the same plant.</summary>
    public async Task RunAsync(bool onlyNews = false)
    {
        while (running is { } other)
            await other;
        running = RunRoundAsync(onlyNews);
        try
        {
            await running;
        }
        finally
        {
            running = null;
        }
    }

    private async Task RunRoundAsync(bool onlyNews)
    {
        ranAt = factory.Clock.Elapsed;
        var round = recorder.Grader.Scope.Records;
        var requests = recorder.Needs.Probes.ToList();
        var runs = requests.Select(r => RunAsync(r)).ToList();
        await Task.WhenAll(runs);
        // Somebody changed something meanwhile: what was seen is of neither plant, and a round of its own is under way.
        if (onlyNews && (isWanted || recorder.IsFrozen || recorder.IsSealed || requests.Zip(runs).All(r => found.GetValueOrDefault(r.First.Id) == r.Second.Result.Outcome.Result)))
            return;
        for (var i = 0; i < requests.Count; i++)
        {
            var (outcome, elapsed) = await runs[i];
            found[requests[i].Id] = outcome.Result;
            await recorder.AppendAsync(new ProbeRan
            {
                Probe = requests[i].Id,
                Round = round,
                Result = outcome.Result,
                Value = outcome.Value,
                Drawn = outcome.Drawn,
                Detail = outcome.Detail,
                Elapsed = elapsed,
            });
        }
    }

    private async Task RunWantedAsync()
    {
        if (isListening)
            return;
        isListening = true;
        try
        {
            while (isWanted && !recorder.IsFrozen)
            {
                isWanted = false;
                await RunAsync();
            }
        }
        finally
        {
            isListening = false;
        }
    }

    private async Task<(ProbeOutcome Outcome, TimeSpan Elapsed)> RunAsync(ProbeRequest request)
    {
        var began = factory.Clock.Elapsed;
        ProbeOutcome outcome;
        try
        {
            outcome = ProbeKinds.Find(request.Kind) is { } kind
                ? await kind.RunAsync(factory, request.Arguments, factory.Context.Stopping)
                : ProbeOutcome.Failed($"there is no probe {request.Kind}");
        }
#pragma warning disable CA1031 // whatever goes wrong in a probe is the lab's fault and must not be the student's
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            outcome = ProbeOutcome.Failed(e.Message);
        }

        return (outcome, factory.Clock.Elapsed - began);
    }
}
