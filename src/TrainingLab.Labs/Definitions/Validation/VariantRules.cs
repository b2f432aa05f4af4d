using System.Text.RegularExpressions;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>Values that a seed draws: possible, used, and hidden ones out of sight.</summary>
internal static partial class VariantRules
{
    /// <summary>Whether every value can be drawn; adds the mistakes of those that cannot.</summary>
    public static bool CheckDraws(LabDefinition outline, Mistakes mistakes)
    {
        var count = mistakes.Count;
        var before = new List<string>();
        foreach (var (name, draw) in outline.Variant)
        {
            for (var i = 0; i < draw.Not.Count; i++)
            {
                if (!before.Contains(draw.Not[i], StringComparer.Ordinal))
                {
                    mistakes.UnknownReference(draw.Origin.Of(nameof(draw.Not), i), "value drawn before it", "在其之前抽取的值", draw.Not[i], before);
                }
            }

            if (draw.Draw.Count <= draw.Not.Count)
            {
                mistakes.Add(draw.Draw.Origin.Span, LabMistakeCodes.ImpossibleDraw,
                    draw.Draw.Count < 1 ? $"'{name}' has nothing to be drawn from" : $"'{name}' has {draw.Draw.Count} values and must differ from {draw.Not.Count}",
                    draw.Draw.Count < 1 ? $"“{name}”没有可抽取的值" : $"“{name}”有 {draw.Draw.Count} 个值，却须不同于 {draw.Not.Count} 个",
                    "write a wider range: 'to' not below 'from'", "请写更宽的范围：to 不小于 from");
            }

            before.Add(name);
        }

        return mistakes.Count == count;
    }

    public static void CheckUse(LabUnderValidation v)
    {
        var used = v.Source.OwnFiles.SelectMany(f => ParameterText.NamesIn(f.Text).Concat(VariantReference().Matches(f.Text).Select(m => m.Groups["name"].Value)))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var name in v.Outline.Variant.Keys.Where(n => !used.Contains(n)))
        {
            v.Mistakes.Add(v.Outline.Origin.OfKey(nameof(v.Outline.Variant), name), LabMistakeCodes.UnusedDraw,
                $"nothing uses the value '{name}'", $"没有任何地方使用值“{name}”",
                $"write ${{{name}}} where it matters, or remove it", $"请在需要处写 ${{{name}}}，或删除它");
        }

        foreach (var (span, text) in TextRules.TextsOf(v.Outline))
        {
            CheckNames(v, span, ParameterText.NamesIn(text.En).Concat(ParameterText.NamesIn(text.Zh)), v.Variant.Hidden);
        }

        // The list of labs shows title and summary before there is a seed.
        foreach (var (span, text) in TextRules.HeadTextsOf(v.Outline))
        {
            CheckNames(v, span, ParameterText.NamesIn(text.En).Concat(ParameterText.NamesIn(text.Zh)), v.Variant.All.Keys.ToHashSet(StringComparer.Ordinal));
        }
    }

    public static void CheckNames(LabUnderValidation v, SourceSpan span, IEnumerable<string> names, IReadOnlySet<string> forbidden)
    {
        foreach (var name in names.Where(forbidden.Contains))
        {
            v.Mistakes.Add(span, LabMistakeCodes.ValueInText,
                $"the value '{name}' must not stand in this text", $"此文本中不得出现值“{name}”",
                v.Variant.Hidden.Contains(name) ? "remove it: it is hidden from students" : "remove it: this text is shown before a seed is known",
                v.Variant.Hidden.Contains(name) ? "请删除：它对学生不可见" : "请删除：该文本在抽取种子之前显示");
        }
    }

    [GeneratedRegex(@"\bvariant\.(?<name>[a-z][A-Za-z0-9]*)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex VariantReference();
}
