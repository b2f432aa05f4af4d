using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading;

/// <summary>How far one check is: its predicate, how long it has held, what it once reached.</summary>
internal sealed class CheckProgress
{
    private readonly GradingScope scope;
    private readonly PredicateState state;
    private TimeSpan? holdsSince;
    private bool holdsLongEnough;
    private bool heldOnce;
    private bool isReached;
    private bool hasPassed;

    public CheckProgress(GradedCheck check, GradingScope scope)
    {
        Check = check;
        this.scope = scope;
        state = check.Predicate.Start(scope, since: 0);
    }

    public GradedCheck Check { get; }

    /// <summary>The positive check that must hold too; null for none.</summary>
    public CheckProgress? Pair { get; set; }

    /// <summary>The latest mark of a human; it decides over what the predicate finds.</summary>
    public MarkGiven? Mark { get; set; }

    /// <summary>Whether everything that it depends on has passed; once true, it stays true.</summary>
    public bool IsReached
    {
        get => isReached;
        set
        {
            isReached = value;
            NotePassing();
        }
    }

    /// <summary>Whether the lab's own fault keeps it from being decided.</summary>
    public bool IsBroken => Mark is null && Outcome == CheckOutcome.Broken;

    /// <summary>Passed at some time; or broken for good, since the lab's own fault must not cost the points of others.</summary>
    public bool LetsOthersBeReached => hasPassed || IsBroken || Mark is not null;

    /// <summary>Elapsed plant time at which a hold that has begun is complete; null when none has begun, or it is complete.</summary>
    public TimeSpan? HoldsUntil => holdsSince is { } since && !holdsLongEnough ? since + Check.HoldFor : null;

    /// <summary>Lets the predicate see the next record. All checks look before one decides.</summary>
    public void Look(EvidenceRecord record)
    {
        // It held until this record, so the time up to here still counts, whatever the record says.
        Settle();
        state.Fold(record);
    }

    /// <summary>Decides what the record changed.</summary>
    public void Decide()
    {
        if (!Holds)
            holdsSince = null;
        else if (holdsSince is null || scope.WasRestored)
            holdsSince = scope.Elapsed;
        Settle();
    }

    private bool Holds => state.Current.Kind == FindingKind.Holds && Pair is null or { state.Current.Kind: FindingKind.Holds };

    public CheckResult Result(GradedLab lab)
    {
        var outcome = OutcomeOf(lab);
        var finding = state.Current;
        var actual = Mark is not null ? GradingTexts.Marked(Mark.By)
            : holdsSince is { } since && !holdsLongEnough ? GradingTexts.Held(finding.Actual, scope.Elapsed - since, Check.HoldFor)
            : finding.Actual;
        return new CheckResult
        {
            Id = Check.Id,
            Task = Check.Task,
            Outcome = outcome,
            Points = PointsOf(outcome, lab),
            Max = Check.Points,
            Expected = Check.Expected ?? Check.Predicate.Describe(),
            Actual = actual,
            Advice = outcome == CheckOutcome.Passed ? null : GradingTexts.Advice(Check.Advice, finding.Advice),
            IsSealed = Check.Sealed ?? Check.Predicate.IsSecret,
            Comment = Mark?.Comment ?? "",
            Competencies = Check.Competencies,
        };
    }

    private CheckOutcome Outcome => !isReached ? CheckOutcome.NotReached
        : (Check.Once && heldOnce) || holdsLongEnough ? CheckOutcome.Passed
        : state.Current.Kind switch
        {
            FindingKind.Pending => CheckOutcome.Pending,
            FindingKind.Broken => CheckOutcome.Broken,
            FindingKind.Missing when scope.IsFinal => CheckOutcome.Broken,
            _ => CheckOutcome.Failed,
        };

    private CheckOutcome OutcomeOf(GradedLab lab)
    {
        if (Mark is null)
            return Outcome;
        return lab.IsPass(MarkedPoints, Check.Points) ? CheckOutcome.Passed : CheckOutcome.Failed;
    }

    private decimal MarkedPoints => Math.Clamp(Mark!.Points, 0, Check.Points);

    private decimal PointsOf(CheckOutcome outcome, GradedLab lab) => Mark is not null ? MarkedPoints : outcome switch
    {
        CheckOutcome.Passed => Check.Points,
        CheckOutcome.Broken when lab.Broken == BrokenPoints.Award => Check.Points,
        _ => 0,
    };

    private void Settle()
    {
        holdsLongEnough = holdsSince is { } since && scope.Elapsed - since >= Check.HoldFor;
        heldOnce |= holdsLongEnough;
        NotePassing();
    }

    private void NotePassing()
    {
        if (hasPassed || !isReached || !(holdsLongEnough || (Check.Once && heldOnce)))
            return;
        hasPassed = true;
        scope.NotePassed(Check.Id);
    }
}
