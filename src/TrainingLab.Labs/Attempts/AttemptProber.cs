using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Probes;

namespace TrainingLab.Labs.Attempts;

/// <summary>Runs the probes that checks ask for, in rounds: soon after a change, once all is quiet, and at hand-in.</summary>
internal sealed class AttemptProber(RunningFactory factory, AttemptRecorder recorder)
{
    /// <summary>Plant time without a further change before a round begins.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    private ITimer? timer;
    private Task? running;
    private bool isListening;
    private bool isWanted;

    /// <summary>Asks for a round.</summary>
    public void Want()
    {
        if (recorder.Needs.Probes.Count == 0)
            return;
        isWanted = true;
        timer ??= factory.Clock.CreateTimer(_ => factory.Context.Run(RunWantedAsync), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(Settling, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Runs a round, after the one that is under way. Probes of one round run at the same time, against the same plant.</summary>
    public async Task RunAsync()
    {
        while (running is { } other)
            await other;
        running = RunRoundAsync();
        try
        {
            await running;
        }
        finally
        {
            running = null;
        }
    }

    private async Task RunRoundAsync()
    {
        var round = recorder.Grader.Scope.Records;
        var requests = recorder.Needs.Probes.ToList();
        var runs = requests.Select(r => RunAsync(r)).ToList();
        await Task.WhenAll(runs);
        for (var i = 0; i < requests.Count; i++)
        {
            var (outcome, elapsed) = await runs[i];
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
