using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>Texts that users read: really in both languages.</summary>
internal static class TextRules
{
    // Shorter texts may be names that are the same in both languages.
    private const int LongestName = 24;

    public static void Check(LabUnderValidation v)
    {
        foreach (var (span, text) in HeadTextsOf(v.Outline).Concat(TextsOf(v.Outline)))
        {
            if (text.Zh.Length > LongestName && !text.Zh.Any(IsChinese))
            {
                v.Mistakes.Add(span, LabMistakeCodes.Untranslated,
                    "the text in 'zh' has no Chinese character", "“zh”文本中没有汉字",
                    "translate it", "请翻译成中文");
            }
        }
    }

    public static bool IsChinese(char c) => c is >= '\u4E00' and <= '\u9FFF';

    /// <summary>Title and summary, with their places.</summary>
    public static IEnumerable<(SourceSpan Span, LocalizedText Text)> HeadTextsOf(LabDefinition lab) =>
        [(lab.Origin.Of(nameof(lab.Title)), lab.Title), (lab.Origin.Of(nameof(lab.Summary)), lab.Summary)];

    /// <summary>Every other text of the lab file that a student reads, with its place.</summary>
    public static IEnumerable<(SourceSpan Span, LocalizedText Text)> TextsOf(LabDefinition lab)
    {
        foreach (var task in lab.Tasks)
        {
            yield return (task.Origin.Of(nameof(task.Title)), task.Title);
            yield return (task.Origin.Of(nameof(task.Text)), task.Text);
        }

        foreach (var hint in lab.Hints)
        {
            yield return (hint.Origin.Of(nameof(hint.Text)), hint.Text);
        }

        foreach (var question in lab.Questions)
        {
            yield return (question.Origin.Of(nameof(question.Text)), question.Text);
            foreach (var choice in question.Choices)
            {
                yield return (choice.Origin.Of(nameof(choice.Text)), choice.Text);
            }
        }

        foreach (var check in lab.Checks)
        {
            yield return (check.Origin.Of(nameof(check.Title)), check.Title);
            yield return (check.Origin.Of(nameof(check.Advice)), check.Advice);
        }

        foreach (var deduction in lab.Deductions)
        {
            yield return (deduction.Origin.Of(nameof(deduction.Reason)), deduction.Reason);
        }

        foreach (var stop in lab.StopPoints)
        {
            yield return (stop.Origin.Of(nameof(stop.Text)), stop.Text);
        }
    }
}
