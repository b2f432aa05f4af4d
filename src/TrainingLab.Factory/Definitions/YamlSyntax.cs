using YamlDotNet.Core;

namespace TrainingLab.Factory.Definitions;

/// <summary>Turns what the YAML parser says into a mistake with a place and a remedy, in both languages.</summary>
internal static class YamlSyntax
{
    // What the parser's message contains -> what to tell the author. First match wins.
    private static readonly (string Contains, string Code, string En, string Zh, string RemedyEn, string RemedyZh)[] s_known =
    [
        ("quoted scalar", MistakeCodes.UnclosedQuote, "a quote opens here and never closes", "此处的引号没有闭合",
            "add the closing quote", "请补上右引号"),
        ("mapping values are not allowed", MistakeCodes.Syntax, "a ': ' stands where no key is expected", "此处不应出现“: ”",
            "quote a text that contains ': ', or check the indentation of this line", "含有“: ”的文本请加引号，或检查本行缩进"),
        ("flow mapping", MistakeCodes.Syntax, "a '{' is not closed, or a ',' is missing", "“{”没有闭合，或缺少“,”",
            "close it with '}' and separate entries with ','", "请用“}”闭合，并以“,”分隔各项"),
        ("flow sequence", MistakeCodes.Syntax, "a '[' is not closed, or a ',' is missing", "“[”没有闭合，或缺少“,”",
            "close it with ']' and separate items with ','", "请用“]”闭合，并以“,”分隔各项"),
        ("block mapping", MistakeCodes.Syntax, "this line does not fit the map around it", "本行与所在的映射不匹配",
            "write 'key: value' with the same indentation as the other keys", "请写成“键: 值”，并与其他键对齐"),
        ("block collection", MistakeCodes.Syntax, "this line does not fit the list around it", "本行与所在的列表不匹配",
            "start items with '- ' in one column", "各项以“- ”开头并对齐"),
        ("simple key", MistakeCodes.Syntax, "a line is neither 'key: value' nor an item", "本行既不是“键: 值”也不是列表项",
            "write 'key: value', with a space after the colon", "请写成“键: 值”，冒号后留一个空格"),
        ("cannot start any token", MistakeCodes.Syntax, "a value starts with a character that YAML reserves", "值以 YAML 保留字符开头",
            "put the value in quotes", "请给该值加引号"),
        ("escape", MistakeCodes.Syntax, "the text in double quotes has an unknown escape", "双引号文本中有未知的转义",
            "write \\\\ for a backslash, or use single quotes", "反斜杠请写 \\\\，或改用单引号"),
        ("anchor", MistakeCodes.Alias, "an anchor or alias is not well formed", "锚点或别名格式不正确",
            "write &name and *name with letters and digits", "请写 &name 与 *name，仅用字母和数字"),
        ("alias", MistakeCodes.Alias, "an anchor or alias is not well formed", "锚点或别名格式不正确",
            "write &name and *name with letters and digits", "请写 &name 与 *name，仅用字母和数字"),
    ];

    public static Mistake Explain(SourceFile source, YamlException e)
    {
        var span = new SourceSpan(source.Path, Math.Max(1, int.CreateSaturating(e.Start.Line)), Math.Max(1, int.CreateSaturating(e.Start.Column)));
        var quote = UnbalancedQuote(source, span.Line);
        if (quote is { } open)
        {
            return new Mistake(open, MistakeCodes.UnclosedQuote,
                new LocalizedText("a quote opens here and does not close in this line", "此处的引号在本行没有闭合"),
                new LocalizedText("add the closing quote", "请补上右引号"));
        }

        foreach (var known in s_known)
        {
            if (e.Message.Contains(known.Contains, StringComparison.OrdinalIgnoreCase))
            {
                return new Mistake(span, known.Code, new LocalizedText(known.En, known.Zh), new LocalizedText(known.RemedyEn, known.RemedyZh));
            }
        }

        return new Mistake(span, MistakeCodes.Syntax,
            new LocalizedText($"this is not YAML: {e.Message}", $"YAML 语法错误：{e.Message}"),
            new LocalizedText("check indentation, colons and quotes here and in the line above", "请检查本行及上一行的缩进、冒号和引号"));
    }

    // A quote that stays open swallows the following lines, so the parser complains far below. The first line at or above the
    // complaint whose value starts with a quote and never closes it is what the author wants to see.
    private static SourceSpan? UnbalancedQuote(SourceFile source, int upTo)
    {
        var number = 0;
        foreach (var line in source.Text.AsSpan().EnumerateLines())
        {
            if (++number > upTo)
            {
                return null;
            }

            if (OpenQuoteColumn(line) is { } column)
            {
                return new SourceSpan(source.Path, number, column);
            }
        }

        return null;
    }

    private static int? OpenQuoteColumn(ReadOnlySpan<char> line)
    {
        var quote = '\0';
        var opened = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (quote == '"' && c == '\\')
            {
                i++;
            }
            else if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
            }
            else if (c == '#' && (i == 0 || line[i - 1] == ' '))
            {
                return null;
            }
            else if (c is '"' or '\'' && StartsValue(line[..i]))
            {
                (quote, opened) = (c, i + 1);
            }
        }

        return quote == '\0' ? null : opened;
    }

    private static bool StartsValue(ReadOnlySpan<char> before)
    {
        var text = before.TrimEnd(' ');
        return text.IsEmpty || text[^1] is '[' or '{' or ',' || (text.Length < before.Length && text[^1] is ':' or '-');
    }
}
