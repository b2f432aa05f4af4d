using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions;

/// <summary>A graded predicate.</summary>
[Description("A graded predicate: exactly one of the check kinds stands among its keys.")]
public sealed record CheckDefinition : DefinitionRecord
{
    /// <summary>Unique in the lab.</summary>
    [Description("Unique in the lab."), Form(TextForm.Id)]
    public required string Id { get; init; }

    /// <summary>What is reached when it passes.</summary>
    [Description("What is reached when it passes.")]
    public required LocalizedText Title { get; init; }

    /// <summary>Points when it passes.</summary>
    [Description("Points when it passes."), Range(0, 100)]
    public required int Points { get; init; }

    /// <summary>What it gives evidence of; empty means the lab's competencies.</summary>
    [Description("What it gives evidence of, as domain/activity; without it, the lab's.")]
    public IReadOnlyList<Competency> Competencies { get; init; } = [];

    /// <summary>Ids of checks that must have passed first; until then it is not reached.</summary>
    [Description("Ids of checks that must have passed first.")]
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>How long the predicate must hold, in plant time; default zero.</summary>
    [Description("How long it must hold, in plant time."), DurationRange("0s", "8h")]
    public TimeSpan HoldFor { get; init; }

    /// <summary>What to try when it has not passed. Says nothing that gives the answer away.</summary>
    [Description("What to try when it has not passed.")]
    public required LocalizedText Advice { get; init; }

    /// <summary>It expects that something is impossible; then <see cref="Pair"/> is required.</summary>
    [Description("It expects that something is impossible; then 'pair' is required.")]
    public bool Negative { get; init; }

    /// <summary>Id of the positive check that proves that the target lives; a negative check passes only while it holds.</summary>
    [Description("Id of the positive check without which 'blocked' proves nothing."), Form(TextForm.Id)]
    public string? Pair { get; init; }

    /// <summary>It grades an event that cannot be undone: once passed, it stays passed.</summary>
    [Description("It grades an event that cannot be undone: once passed, it stays passed.")]
    public bool Once { get; init; }

    /// <summary>What must hold.</summary>
    [Description("What must hold."), OneOfKind]
    public required CheckPredicate Predicate { get; init; }
}

/// <summary>
/// What a check or a deduction looks at. The kinds live in Grading, one record each, registered with
/// <c>kinds.Add&lt;CheckPredicate, ProbeCheck&gt;("probe")</c>; their properties are keys in YAML by the binder's rules.
/// </summary>
[Description("What must hold: exactly one of the check kinds.")]
public abstract record CheckPredicate : DefinitionRecord
{
    /// <summary>Whether it expects that something does not work. A check with such a predicate must name its positive pair.</summary>
    public virtual bool ExpectsBlocked => false;

    /// <summary>The predicates inside this one (all, any, sequence); none by default.</summary>
    public virtual IEnumerable<CheckPredicate> Parts => [];

    /// <summary>Ids of the questions that it reads; none by default. A question that no check reads is a mistake.</summary>
    public virtual IEnumerable<string> Questions => [];

    /// <summary>Expressions over <c>variant.name</c> and <c>truth.name</c> inside it, whose names are checked, with their places; none by default.</summary>
    public virtual IEnumerable<(string Expression, SourceSpan Span)> Expressions => [];

    /// <summary>Adds the mistakes that only the whole lab shows: names of nodes, tags, questions, variants. Does not visit <see cref="Parts"/>.</summary>
    public virtual void Validate(LabContext context, Mistakes mistakes)
    {
    }

    /// <summary>This predicate and all inside it.</summary>
    public IEnumerable<CheckPredicate> Flatten() => Parts.SelectMany(p => p.Flatten()).Prepend(this);
}

/// <summary>Points that an action costs.</summary>
[Description("Points that an action costs: exactly one of the check kinds stands among its keys.")]
public sealed record DeductionDefinition : DefinitionRecord
{
    /// <summary>Unique in the lab.</summary>
    [Description("Unique in the lab."), Form(TextForm.Id)]
    public required string Id { get; init; }

    /// <summary>Why points are lost.</summary>
    [Description("Why points are lost.")]
    public required LocalizedText Reason { get; init; }

    /// <summary>Points lost each time.</summary>
    [Description("Points lost each time."), Range(1, 100)]
    public required int Points { get; init; }

    /// <summary>Most points that it can cost; default <see cref="Points"/>, that is, once.</summary>
    [Description("Most points that it can cost; without it, it costs once."), Range(1, 100)]
    public int? AtMost { get; init; }

    /// <summary>What costs the points; usually an event.</summary>
    [Description("What costs the points."), OneOfKind]
    public required CheckPredicate Predicate { get; init; }
}
