using System.Text.Json.Serialization;

namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>A scorecard, serialised with web defaults exactly as the HTTP API and <c>--json</c> print it.</summary>
/// <param name="Lab">Lab id.</param>
/// <param name="Seed">For instructors and the command line only; absent otherwise.</param>
/// <param name="SeedCommitment">For students before release: a salted hash of the seed.</param>
/// <param name="Score">Points after deductions.</param>
/// <param name="Max">The most points possible.</param>
/// <param name="Passed">Whether the lab counts as passed.</param>
/// <param name="Checks">In the order of the lab file.</param>
/// <param name="Deductions">Hints taken, damage done.</param>
/// <param name="Evidence">What it was folded from.</param>
public sealed record ScorecardView(
    string Lab,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Seed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SeedCommitment,
    int Score,
    int Max,
    bool Passed,
    IReadOnlyList<CheckView> Checks,
    IReadOnlyList<DeductionView> Deductions,
    EvidenceHead Evidence);

/// <summary>One graded check. Expected and actual are null where a student must not see them yet.</summary>
public sealed record CheckView(
    string Id,
    string Task,
    CheckOutcome Outcome,
    int Points,
    int Max,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Expected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Actual,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalizedText? Advice);

/// <summary>How a check stands.</summary>
[JsonConverter(typeof(CheckOutcomeJson))]
public enum CheckOutcome
{
    /// <summary>What it depends on has not passed.</summary>
    NotReached,

    /// <summary>It holds.</summary>
    Passed,

    /// <summary>It does not hold.</summary>
    Failed,

    /// <summary>The lab's own fault; never costs points.</summary>
    Broken,

    /// <summary>Waits for a human mark.</summary>
    Pending,
}

/// <summary>Writes outcomes as <c>notReached</c>, <c>passed</c> and so on.</summary>
public sealed class CheckOutcomeJson() : JsonStringEnumConverter<CheckOutcome>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);

/// <summary>Points taken off.</summary>
/// <param name="Reason">For example <c>hint</c> or <c>damage</c>.</param>
/// <param name="Id">Of the hint or the event.</param>
/// <param name="Points">A positive number.</param>
public sealed record DeductionView(string Reason, string Id, int Points);

/// <summary>The end of the evidence chain.</summary>
public sealed record EvidenceHead(long Records, string Head);

/// <summary>One evidence record as the workspace lists it; the sealed part is never in it.</summary>
/// <param name="Index">Its place in the chain, from 1.</param>
/// <param name="PlantTime">Plant time.</param>
/// <param name="WallTime">Wall time, UTC.</param>
/// <param name="Actor">Who, as a name; null for the plant itself.</param>
/// <param name="Protocol">opcua, mqtt, http, toolbox, answer, grading and so on.</param>
/// <param name="Operation">The protocol's own word: Write, CreateSubscription, PUBLISH.</param>
/// <param name="Target">What it was done to.</param>
/// <param name="Outcome">The protocol's own status.</param>
public sealed record EvidenceEntry(
    long Index, DateTimeOffset PlantTime, DateTimeOffset WallTime, string? Actor, string Protocol, string Operation, string? Target, string? Outcome);
