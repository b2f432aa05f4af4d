using System.Collections.Immutable;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading;

/// <summary>What the records up to now have said: what all predicates of a lab read.</summary>
/// <param name="lab">The lab that is graded by.</param>
public sealed class GradingScope(GradedLab lab)
{
    private readonly Dictionary<string, SampledState> states = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode?> truths = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SeriesSoFar> series = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Recorded<ProbeRan>> probes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Recorded<AnswerGiven>> answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> tried = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> passed = new(StringComparer.Ordinal);
    private DateTimeOffset? plant;

    /// <summary>A question of the lab; null when it has none of that id.</summary>
    public GradedQuestion? Question(string id) => lab.Questions.FirstOrDefault(q => q.Id == id);

    /// <summary>The begin record; null before it.</summary>
    public AttemptBegun? Begun { get; private set; }

    /// <summary>Number of the last record.</summary>
    public long Records { get; private set; }

    /// <summary>The head after the last record.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Plant time that passed since the start. It never goes back: a return to a checkpoint adds nothing.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>True when the last record was a return to a checkpoint: whatever held, holds from now.</summary>
    public bool WasRestored { get; private set; }

    /// <summary>True from the hand-in on.</summary>
    public bool IsHandedIn { get; private set; }

    /// <summary>True from the seal on: what has not been recorded will not be.</summary>
    public bool IsFinal { get; private set; }

    /// <summary>The watched state at a path; null when it was never sampled.</summary>
    public SampledState? State(string path) => states.GetValueOrDefault(path);

    /// <summary>A ground-truth value; false when it was never recorded.</summary>
    public bool TryTruth(string name, out JsonNode? value) => truths.TryGetValue(name, out value);

    /// <summary>A series so far; null when nothing of it was recorded.</summary>
    public SeriesSoFar? Series(string name) => series.GetValueOrDefault(name);

    /// <summary>The latest run of a probe; null when it never ran.</summary>
    public Recorded<ProbeRan>? Probe(string id) => probes.GetValueOrDefault(id);

    /// <summary>The latest answer to a question; null when there is none.</summary>
    public Recorded<AnswerGiven>? Answer(string question) => answers.GetValueOrDefault(question);

    /// <summary>The different answers to a question, as they were read.</summary>
    public IReadOnlySet<string> Tried(string question) => tried.GetValueOrDefault(question) ?? [];

    /// <summary>The record at which a check first passed; null when it has not.</summary>
    public long? PassedAt(string check) => passed.TryGetValue(check, out var number) ? number : null;

    /// <summary>Whether a check is broken, as far as that is known.</summary>
    internal Func<string, bool> IsBroken { get; set; } = static _ => false;

    internal void NotePassed(string check) => passed.TryAdd(check, Records);

    internal void Apply(EvidenceRecord record)
    {
        Records = record.Number;
        Head = record.Head;
        WasRestored = record.Kind == CheckpointRestored.Name;
        if (plant is { } before && record.Plant > before && !WasRestored)
            Elapsed += record.Plant - before;
        plant = record.Plant;

        switch (record.Body)
        {
            case AttemptBegun begun:
                Begun = begun;
                break;
            case StateSampled sample:
                states[sample.Path] = SampledState.After(State(sample.Path), sample, record.Number);
                break;
            case TruthNoted truth:
                truths[truth.Truth] = truth.Value;
                break;
            case SeriesNoted piece:
                if (piece.Replaces || !series.TryGetValue(piece.Series, out var soFar))
                    series[piece.Series] = soFar = new SeriesSoFar();
                soFar.Points.AddRange(piece.Points);
                soFar.Record = record.Number;
                break;
            case ProbeRan probe:
                probes[probe.Probe] = new(probe, record.Number);
                break;
            case AnswerGiven answer:
                answers[answer.Question] = new(answer, record.Number);
                if (!tried.TryGetValue(answer.Question, out var different))
                    tried[answer.Question] = different = new(StringComparer.Ordinal);
                different.Add(answer.Normalised.Length > 0 ? answer.Normalised : answer.Raw);
                break;
            case HandedIn:
                IsHandedIn = true;
                break;
            case EvidenceSealed:
                IsFinal = true;
                break;
        }
    }
}

/// <summary>What a record said, and which record.</summary>
/// <param name="Body">What it said.</param>
/// <param name="Record">Its number.</param>
public sealed record Recorded<T>(T Body, long Record);

/// <summary>A series as recorded so far.</summary>
public sealed class SeriesSoFar
{
    /// <summary>Its points, in the order of recording.</summary>
    public List<SeriesPoint> Points { get; } = [];

    /// <summary>The record with its latest piece.</summary>
    public long Record { get; internal set; }
}

/// <summary>The value of a state path now, and who is responsible for it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Record">The record that said so.</param>
/// <param name="By">Who set this value; null when nobody did.</param>
/// <param name="LastSetBy">Who last set the path to anything.</param>
/// <param name="LastSet">What they set it to.</param>
public sealed record SampledState(JsonNode? Value, long Record, Actor? By, Actor? LastSetBy, JsonNode? LastSet)
{
    /// <remarks>
    /// A change that nobody made, such as a restart, does not take the responsibility away: when the path comes back to what somebody last
    /// set it to, it is theirs again. When a restart brings back an older value (it was not saved), it is nobody's.
    /// </remarks>
    internal static SampledState After(SampledState? before, StateSampled sample, long record)
    {
        if (sample.By is not null)
            return new(sample.Value, record, sample.By, sample.By, sample.Value);
        var returned = before?.LastSetBy is not null && Values.Equal(before.LastSet, sample.Value);
        return new(sample.Value, record, returned ? before!.LastSetBy : null, before?.LastSetBy, before?.LastSet);
    }
}
