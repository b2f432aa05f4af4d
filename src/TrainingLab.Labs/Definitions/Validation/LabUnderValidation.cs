using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>A lab while its rules are checked: what they all read, and where their mistakes go.</summary>
internal sealed class LabUnderValidation
{
    /// <summary>The lab's files.</summary>
    public required LabSource Source { get; init; }

    /// <summary>The lab as written, <c>${name}</c> unresolved: for rules about texts.</summary>
    public required LabDefinition Outline { get; init; }

    /// <summary>The lab with the values of a seed: for rules about what it means.</summary>
    public required LabDefinition Lab { get; init; }

    /// <summary>The values of that seed.</summary>
    public required VariantValues Variant { get; init; }

    /// <summary>What checks may refer to.</summary>
    public required LabContext Context { get; init; }

    /// <summary>Where mistakes go.</summary>
    public required Mistakes Mistakes { get; init; }

    /// <summary>Adds a mistake for every id that a later thing of the same kind repeats.</summary>
    public void RequireUnique<T>(IEnumerable<T> things, Func<T, string> id, string en, string zh)
        where T : DefinitionRecord
    {
        var seen = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        foreach (var thing in things.Where(t => id(t).Length > 0))
        {
            var span = thing.Origin.Of("Id");
            if (!seen.TryAdd(id(thing), span))
            {
                Mistakes.Add(span, MistakeCodes.DuplicateId,
                    $"the {en} '{id(thing)}' stands twice, first in line {seen[id(thing)].Line}",
                    $"{zh}“{id(thing)}”重复，首次出现在第 {seen[id(thing)].Line} 行",
                    "give one of them another id", "请修改其中一个的 id");
            }
        }
    }

    /// <summary>Adds a mistake when a text is no expression, or names something that the lab does not have.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="span">Where it stands.</param>
    /// <param name="truths">The truths that it may name.</param>
    public void CheckExpression(string expression, SourceSpan span, IReadOnlyCollection<string> truths)
    {
        if (expression.Length == 0)
        {
            return;
        }

        if (!Simulation.Expressions.Expression.TryParse(expression, out var parsed, out var errors))
        {
            foreach (var error in errors)
            {
                Mistakes.Add(span, LabMistakeCodes.BadExpression,
                    $"in '{expression}', character {error.Column}: {Clause(error.Message.En)}",
                    $"“{expression}”第 {error.Column} 个字符：{Clause(error.Message.Zh)}",
                    Clause(error.Remedy.En), Clause(error.Remedy.Zh));
            }

            return;
        }

        foreach (var name in parsed.References)
        {
            if (name.StartsWith("variant.", StringComparison.Ordinal))
            {
                RequireName(name, "variant.", Outline.Variant.Keys, span);
            }
            else if (name.StartsWith("truth.", StringComparison.Ordinal))
            {
                RequireName(name, "truth.", truths, span);
            }
            else if (!name.StartsWith("state.", StringComparison.Ordinal))
            {
                Mistakes.Add(span, MistakeCodes.UnknownReference, $"an expression cannot read '{name}'", $"表达式不能读取“{name}”",
                    "write variant.NAME, truth.NAME or `state.PATH`; put texts in single quotes", "请写 variant.名称、truth.名称或 `state.路径`；文本请加单引号");
            }
        }
    }

    private void RequireName(string reference, string prefix, IEnumerable<string> known, SourceSpan span)
    {
        if (!known.Contains(reference[prefix.Length..], StringComparer.Ordinal))
        {
            Mistakes.UnknownReference(span, "value", "值", reference, known.Select(k => prefix + k));
        }
    }

    // Messages of expressions are sentences; in the line of a mistake they are clauses.
    private static string Clause(string sentence) => sentence.TrimEnd('.', '。');
}
