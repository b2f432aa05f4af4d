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

    /// <summary>The mistake behind what the parser complains about.</summary>
    /// <param name="source">The file.</param>
    /// <param name="at">Where the parser stopped.</param>
    /// <param name="message">What it said.</param>
    public static Mistake Explain(SourceFile source, SourceSpan at, string message)
    {
        var span = at with { Line = Math.Max(1, at.Line), Column = Math.Max(1, at.Column) };

        // Something that stays open swallows the following lines, so the parser complains far below. Where it opens is what the author
        // wants to see.
        if (OpenQuote(source, span.Line) is { } quote)
        {
            return new Mistake(quote, MistakeCodes.UnclosedQuote,
                new LocalizedText("a quote opens here and does not close in this line", "此处的引号在本行没有闭合"),
                new LocalizedText("add the closing quote", "请补上右引号"));
        }

        if (OpenBracket(source, span.Line) is var (bracket, character))
        {
            var closing = character == '{' ? '}' : ']';
            return new Mistake(bracket, MistakeCodes.Syntax,
                new LocalizedText($"a '{character}' opens here and does not close, or a ',' is missing in it", $"此处的“{character}”没有闭合，或其中缺少“,”"),
                new LocalizedText($"close it with '{closing}' and separate what is in it with ','", $"请用“{closing}”闭合，并以“,”分隔各项"));
        }

        foreach (var known in s_known)
        {
            if (message.Contains(known.Contains, StringComparison.OrdinalIgnoreCase))
            {
                return new Mistake(span, known.Code, new LocalizedText(known.En, known.Zh), new LocalizedText(known.RemedyEn, known.RemedyZh));
            }
        }

        return new Mistake(span, MistakeCodes.Syntax,
            new LocalizedText($"this is not YAML: {message}", $"YAML 语法错误：{message}"),
            new LocalizedText("check indentation, colons and quotes here and in the line above", "请检查本行及上一行的缩进、冒号和引号"));
    }

    // The first line whose value starts with a quote and never closes it.
    private static SourceSpan? OpenQuote(SourceFile source, int upTo)
    {
        var number = 0;
        foreach (var line in source.Text.AsSpan().EnumerateLines())
        {
            if (++number > upTo)
            {
                break;
            }

            if (Scan(line, [], number) is var column and > 0)
            {
                return new SourceSpan(source.Path, number, column);
            }
        }

        return null;
    }

    // The innermost bracket that is open where the parser stopped.
    private static (SourceSpan Span, char Character)? OpenBracket(SourceFile source, int upTo)
    {
        var open = new Stack<(int Line, int Column, char Character)>();
        var number = 0;
        foreach (var line in source.Text.AsSpan().EnumerateLines())
        {
            if (++number > upTo)
            {
                break;
            }

            Scan(line, open, number);
        }

        return open.TryPeek(out var last) ? (new SourceSpan(source.Path, last.Line, last.Column), last.Character) : null;
    }

    // Follows quotes and brackets through a line; returns the column of a quote that stays open, or 0.
    private static int Scan(ReadOnlySpan<char> line, Stack<(int Line, int Column, char Character)> open, int number)
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
                return 0;
            }
            else if (c is '"' or '\'' && StartsValue(line[..i]))
            {
                (quote, opened) = (c, i + 1);
            }
            else if (c is '{' or '[' && (open.Count > 0 || StartsValue(line[..i])))
            {
                open.Push((number, i + 1, c));
            }
            else if (c is '}' or ']' && open.Count > 0)
            {
                open.Pop();
            }
        }

        return quote == '\0' ? 0 : opened;
    }

    private static bool StartsValue(ReadOnlySpan<char> before)
    {
        var text = before.TrimEnd(' ');
        return text.IsEmpty || text[^1] is '[' or '{' or ',' || (text.Length < before.Length && text[^1] is ':' or '-');
    }
}
