using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Definitions.Validation;

/// <summary>The guides: there in both languages, with the five parts that every guide has, and with values that exist.</summary>
internal static class GuideRules
{
    // Each part is a heading of the second level whose text contains one of these words.
    private static readonly (string[] En, string[] Zh)[] s_parts =
    [
        (["Goal"], ["目标"]),
        (["Background"], ["背景"]),
        (["Plant", "plant"], ["现场", "车间", "工厂", "产线"]),
        (["Task"], ["任务"]),
        (["Tool"], ["工具"]),
    ];

    public static void Check(LabUnderValidation v)
    {
        CheckGuide(v, "en");
        CheckGuide(v, "zh");
    }

    private static void CheckGuide(LabUnderValidation v, string language)
    {
        var path = $"{LabCatalog.LabsFolder}{v.Source.Id}/guide.{language}.md";
        if (v.Source.GuideFile(language) is not { } guide)
        {
            v.Mistakes.Add(new SourceSpan(path, 1, 1), LabMistakeCodes.Guide, "the guide is missing", "缺少指导书",
                "write it, with the headings that docs/authoring.md lists", "请编写，标题见 docs/authoring.md");
            return;
        }

        var lines = guide.Text.Split('\n');
        var headings = lines.Where(l => l.StartsWith("## ", StringComparison.Ordinal)).ToList();
        foreach (var (en, zh) in s_parts)
        {
            var words = language == "en" ? en : zh;
            if (!headings.Exists(h => Array.Exists(words, w => h.Contains(w, StringComparison.Ordinal))))
            {
                v.Mistakes.Add(new SourceSpan(path, 1, 1), LabMistakeCodes.Guide,
                    $"the guide has no part '{words[0]}'", $"指导书缺少“{words[0]}”部分",
                    $"add the heading '## {words[0]}' and the text below it", $"请添加标题“## {words[0]}”及其内容");
            }
        }

        if (language == "zh" && !guide.Text.Any(TextRules.IsChinese))
        {
            v.Mistakes.Add(new SourceSpan(path, 1, 1), LabMistakeCodes.Untranslated, "the guide has no Chinese character", "指导书中没有汉字",
                "translate it", "请翻译成中文");
        }

        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var name in ParameterText.NamesIn(lines[i]))
            {
                var column = lines[i].IndexOf("${" + name, StringComparison.Ordinal) + 1;
                var span = new SourceSpan(path, i + 1, column);
                VariantRules.CheckNames(v, span, [name], v.Variant.Hidden);
                if (!v.Variant.All.ContainsKey(name))
                {
                    var (suggestEn, suggestZh) = Nearest.Suggest(name, v.Variant.Visible.Select(p => p.Key));
                    v.Mistakes.Add(span, MistakeCodes.UnknownParameter, $"there is no parameter '{name}'", $"不存在参数“{name}”",
                        $"{suggestEn}; a literal is written $${{{name}}}", $"{suggestZh}；字面文本请写 $${{{name}}}");
                }
            }
        }
    }
}
