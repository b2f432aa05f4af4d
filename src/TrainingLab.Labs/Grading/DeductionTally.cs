using System.Collections.Immutable;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading;

/// <summary>What takes points away: hints, what the lab declares, and what a human or the runtime decides.</summary>
internal sealed class DeductionTally(GradedLab lab, GradingScope scope)
{
    private readonly ImmutableArray<(DeclaredDeduction Declared, PredicateState? State)> declared =
        [.. lab.Deductions.Select(d => (d, d.Predicate?.Start(scope, since: 0)))];

    private readonly Dictionary<string, decimal> spent = new(StringComparer.Ordinal);
    private readonly HashSet<string> holding = new(StringComparer.Ordinal);
    private readonly HashSet<string> opened = new(StringComparer.Ordinal);
    private readonly List<Deduction> charged = [];

    public ImmutableArray<Deduction> Charged() => [.. charged];

    public void Fold(EvidenceRecord record)
    {
        switch (record.Body)
        {
            case HintTaken hint when opened.Add(hint.Hint):
                var price = lab.Hints.FirstOrDefault(h => h.Id == hint.Hint)?.Price ?? hint.Price;
                Charge(Deduction.Hint, hint.Hint, price);
                break;
            case PointsDeducted deduction:
                var known = lab.Deductions.FirstOrDefault(d => d.Id == deduction.Id);
                if (known is null)
                    Charge(Deduction.Decided, deduction.Id, deduction.Points);
                else
                    Occur(known);
                break;
        }

        foreach (var (deduction, state) in declared)
        {
            if (state is null)
                continue;
            state.Fold(record);
            if (state.Current.Kind != FindingKind.Holds)
                holding.Remove(deduction.Id);
            else if (holding.Add(deduction.Id))
                Occur(deduction);
        }
    }

    private void Occur(DeclaredDeduction deduction)
    {
        var before = spent.GetValueOrDefault(deduction.Id);
        var points = Math.Min(deduction.Points, (deduction.AtMost ?? deduction.Points) - before);
        spent[deduction.Id] = before + points;
        Charge(Deduction.Declared, deduction.Id, points);
    }

    private void Charge(string reason, string id, decimal points)
    {
        if (points > 0)
            charged.Add(new Deduction(reason, id, points));
    }
}
