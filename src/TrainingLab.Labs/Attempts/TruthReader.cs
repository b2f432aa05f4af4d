using System.Text.Json.Nodes;
using TrainingLab.Factory;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Devices;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Labs.Attempts;

/// <summary>Computes the values that only the simulation knows, from what is true in the plant and was true in its past.</summary>
internal static class TruthReader
{
    /// <summary>The tags whose true past a lab needs.</summary>
    public static TrueHistory HistoryFor(LabDefinition lab) =>
        new(lab.Truths.Values.Select(t => t.Source).OfType<TruthTag>().Where(t => t.Figure != TruthFigure.Now).Select(t => (t.Node, t.Tag)));

    /// <summary>Notes every truth whose value is not the one noted last, in the order of the lab.</summary>
    /// <remarks>
    /// A figure of the past cannot change: it is computed once. A resumed factory has no past to compute it from, and needs none, as the evidence has it.
    /// </remarks>
    public static async ValueTask NoteAsync(LabDefinition lab, RunningFactory factory, TrueHistory history, AttemptRecorder recorder)
    {
        foreach (var (name, truth) in lab.Truths)
        {
            var isNoted = recorder.Grader.Scope.TryTruth(name, out var before);
            // The past does not change; a factory that goes on from a snapshot does not even know it any more.
            if (isNoted && before is not null && truth.Source is TruthTag { Figure: not TruthFigure.Now })
                continue;
            var value = truth.Source switch
            {
                TruthTag { Figure: TruthFigure.Now } tag => factory.Read($"device/{tag.Node}/tags/{tag.Tag}"),
                TruthTag tag => Figure(tag, factory.Clock.Epoch, history.Changes(tag.Node, tag.Tag)),
                TruthPath path => factory.Read(path.Path),
                TruthExpression expression => GradingExpression.Evaluate(expression.Expression, recorder.Grader.Scope).Value,
                _ => null,
            };
            if (!isNoted || !JsonNode.DeepEquals(before, value))
                await recorder.AppendAsync(new TruthNoted(name, value?.DeepClone()));
        }
    }

    private static JsonNode? Figure(TruthTag tag, DateTimeOffset epoch, IReadOnlyList<(TimeSpan At, TagValue Value)> changes)
    {
        var from = tag.Begin is { } begin ? begin - epoch : -tag.From;
        var to = tag.End is { } end ? end - epoch : -tag.To;
        if (changes.Count == 0 || to < changes[0].At)
            return null;
        var first = ValueAt(changes, from < changes[0].At ? changes[0].At : from);
        var last = ValueAt(changes, to);
        return tag.Figure switch
        {
            TruthFigure.First => NodeOf(first),
            TruthFigure.Last => NodeOf(last),
            TruthFigure.Delta => JsonValue.Create(last.AsDouble - first.AsDouble),
            TruthFigure.Min => JsonValue.Create(Pieces(changes, from, to).Min(p => p.Value.AsDouble)),
            TruthFigure.Max => JsonValue.Create(Pieces(changes, from, to).Max(p => p.Value.AsDouble)),
            TruthFigure.Mean => JsonValue.Create(Pieces(changes, from, to).Sum(p => p.Value.AsDouble * p.Seconds) / (to - from).TotalSeconds),
            TruthFigure.Seconds => JsonValue.Create(Pieces(changes, from, to).Where(p => Is(p.Value, tag.Where)).Sum(p => p.Seconds)),
            TruthFigure.Count => JsonValue.Create(changes.Count(c => c.At > from && c.At <= to && Is(c.Value, tag.Where))),
            _ => null,
        };
    }

    private static TagValue ValueAt(IReadOnlyList<(TimeSpan At, TagValue Value)> changes, TimeSpan at)
    {
        var value = changes[0].Value;
        foreach (var change in changes)
        {
            if (change.At > at)
                break;
            value = change.Value;
        }

        return value;
    }

    /// <summary>The values of a period, each with the seconds for which it stood.</summary>
    private static IEnumerable<(TagValue Value, double Seconds)> Pieces(IReadOnlyList<(TimeSpan At, TagValue Value)> changes, TimeSpan from, TimeSpan to)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            var begin = changes[i].At > from ? changes[i].At : from;
            var end = i + 1 < changes.Count && changes[i + 1].At < to ? changes[i + 1].At : to;
            if (end > begin)
                yield return (changes[i].Value, (end - begin).TotalSeconds);
        }
    }

    private static bool Is(TagValue value, ScalarValue? wanted) => wanted is { } w && (value.Kind switch
    {
        TagKind.Boolean => (value.AsBoolean ? "true" : "false") == w.Text,
        TagKind.Text => value.AsText == w.Text,
        _ => w.IsNumber && value.AsDouble.Equals(w.Number),
    });

    private static JsonNode NodeOf(TagValue value) => value.Kind switch
    {
        TagKind.Boolean => JsonValue.Create(value.AsBoolean),
        TagKind.Integer => JsonValue.Create(value.AsInteger),
        TagKind.Double => JsonValue.Create(value.AsDouble),
        _ => JsonValue.Create(value.AsText),
    };
}
