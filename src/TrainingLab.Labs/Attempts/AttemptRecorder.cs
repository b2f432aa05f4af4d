using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Networks;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Network;

namespace TrainingLab.Labs.Attempts;

/// <summary>Writes what happens in a factory into evidence, and grades each record as it is written. Belongs to the factory's serial context.</summary>
internal sealed class AttemptRecorder : IFactoryObserver
{
    /// <summary>Unacknowledged messages written one by one in a second; further ones are only counted.</summary>
    private const int MaxSingleObservations = 50;

    /// <summary>Different reads that are counted at the same time; beyond that all are written.</summary>
    private const int MaxPending = 500;

    private readonly EvidenceWriter writer;
    private readonly Dictionary<(string Account, string Protocol, string Operation, string Target, string? Failure), (Actor By, long Count, DateTimeOffset First)> reads = [];
    private readonly Dictionary<string, (string Value, Actor? By)> samples = new(StringComparer.Ordinal);
    private RunningFactory? factory;
    private int singles;
    private bool isClosed;

    public AttemptRecorder(EvidenceWriter writer, Grader grader)
    {
        this.writer = writer;
        Grader = grader;
        Needs = grader.Lab.CollectNeeds();
    }

    /// <summary>The grader, which has seen every record.</summary>
    public Grader Grader { get; }

    /// <summary>What the checks need.</summary>
    public GradingNeeds Needs { get; }

    /// <summary>Raised after each record, on the serial context.</summary>
    public event Action<EvidenceRecord>? Recorded;

    /// <summary>Raised after a change that somebody made.</summary>
    public event Action? Changed;

    /// <summary>Defects that no component caught.</summary>
    public List<Exception> Failures { get; } = [];

    /// <summary>The hints that were opened.</summary>
    public HashSet<string> TakenHints { get; } = new(StringComparer.Ordinal);

    /// <summary>Plant time of the last record.</summary>
    public DateTimeOffset LastPlant { get; private set; }

    /// <summary>Whether the evidence is sealed or closed.</summary>
    public bool IsSealed => isClosed;

    /// <summary>Whether what is done from outside is refused from now on.</summary>
    public bool IsFrozen { get; set; }

    private DateTimeOffset Now => factory!.Clock.GetUtcNow();

    /// <summary>Tells which factory the records are about; a new one after starting over or resuming.</summary>
    public void Attach(RunningFactory running) => factory = running;

    /// <summary>Appends a record at the present plant time.</summary>
    public async ValueTask<EvidenceRecord> AppendAsync(EvidenceBody body)
    {
        var record = await writer.AppendAsync(body, Now);
        Fold(record);
        return record;
    }

    /// <summary>Ends the evidence.</summary>
    public async ValueTask SealAsync()
    {
        await FlushReadsAsync();
        Fold(await writer.SealAsync(Now));
        isClosed = true;
    }

    /// <summary>Samples every watched path; writes those that changed. Nobody is responsible.</summary>
    public ValueTask SampleAsync() => SampleAsync(action: null, actor: null);

    /// <summary>After a return to a checkpoint everything is sampled anew.</summary>
    public void ForgetSamples() => samples.Clear();

    /// <summary>Writes what was only counted so far.</summary>
    public async ValueTask FlushReadsAsync()
    {
        singles = 0;
        if (reads.Count == 0 || isClosed)
            return;
        var pending = reads.ToList();
        reads.Clear();
        foreach (var ((_, protocol, operation, target, failure), (by, count, first)) in pending)
            await AppendAsync(new ReadsObserved(by, protocol, operation, target, count, first, failure));
    }

    /// <inheritdoc/>
    public async ValueTask ChangedAsync(ActionEvent action, FactoryInput? input)
    {
        if (isClosed || IsFrozen)
            throw new IOException("the attempt has been handed in");
        await WriteAsync(action, input, ActorOf(action.Peer));
    }

    /// <inheritdoc/>
    public void Observed(ActionEvent action, FactoryInput? input)
    {
        if (isClosed || IsFrozen)
            return;
        var by = ActorOf(action.Peer);
        if (input is not null || (action.Arguments.ContainsKey("payload") && singles < MaxSingleObservations))
        {
            singles++;
            factory!.Context.Run(async () => await WriteAsync(action, input, by));
            return;
        }

        var failure = Outcomes.IsSuccess(action.Protocol, action.Outcome) ? null : action.Outcome;
        var key = (by.Student ?? "", action.Protocol, NameOf(action.Operation), action.Target, failure);
        reads[key] = reads.TryGetValue(key, out var seen) ? seen with { Count = seen.Count + 1 } : (by, 1, Now);
        if (reads.Count >= MaxPending)
            factory!.Context.Run(async () => await FlushReadsAsync());
    }

    /// <inheritdoc/>
    public void Failed(Exception exception) => Failures.Add(exception);

    /// <summary>Closes the file without sealing it.</summary>
    public async ValueTask CloseAsync()
    {
        await FlushReadsAsync();
        isClosed = true;
        await writer.DisposeAsync();
    }

    private async ValueTask WriteAsync(ActionEvent action, FactoryInput? input, Actor by)
    {
        await AppendAsync(BodyOf(action, by));
        if (input is not null)
            await AppendAsync(new InputApplied(input.Component, factory!.Tick, input.Payload));
        await SampleAsync(action, by);
        Changed?.Invoke();
    }

    private async ValueTask SampleAsync(ActionEvent? action, Actor? actor)
    {
        foreach (var path in Needs.Watches)
        {
            var value = factory!.Read(path);
            var text = value?.ToJsonString() ?? "null";
            var by = action is not null && ActionEffect.CanChange(action, path) ? actor : null;
            if (samples.TryGetValue(path, out var before) && before.Value == text)
            {
                // The same value again counts only for whoever has just set it.
                if (by is null || by.Equals(before.By) || !ActionEffect.Sets(action!, path))
                    continue;
            }

            samples[path] = (text, by);
            await AppendAsync(new StateSampled(path, value?.DeepClone(), by));
        }
    }

    private void Fold(EvidenceRecord record)
    {
        Grader.Fold(record);
        LastPlant = record.Plant;
        if (record.Body is HintTaken hint)
            TakenHints.Add(hint.Hint);
        Recorded?.Invoke(record);
    }

    private static ActionTaken BodyOf(ActionEvent action, Actor by) => new()
    {
        By = by,
        Protocol = action.Protocol,
        Operation = NameOf(action.Operation),
        Target = action.Target,
        Outcome = action.Outcome,
        Succeeded = Outcomes.IsSuccess(action.Protocol, action.Outcome),
        Arguments = action.Arguments,
    };

    private static string NameOf(string operation) => JsonNamingPolicy.CamelCase.ConvertName(operation);

    private static Actor ActorOf(PlantPeer peer)
    {
        var student = StudentConnections.StudentOf(peer.Account);
        return new Actor(peer.Host, student ?? "", peer.Address.ToString(), student);
    }
}
