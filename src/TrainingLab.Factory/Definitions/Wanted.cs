namespace TrainingLab.Factory.Definitions;

/// <summary>What a place in a definition wants, as a message says it.</summary>
internal sealed record Wanted(string En, string Zh, string RemedyEn, string RemedyZh)
{
    public static Wanted Map { get; } = new("a map", "映射", "write 'key: value' lines below it", "请在其下写“键: 值”");

    public static Wanted List { get; } = new("a list", "列表", "write [a, b], or lines that start with '- '", "请写 [a, b]，或以“- ”开头的多行");

    public static Wanted Text { get; } = new("a text", "文本", "write one text", "请写一个文本");

    public static Wanted Integer { get; } = new("a whole number", "整数", "write digits only, such as 10", "请只写数字，例如 10");

    public static Wanted Number { get; } = new("a number", "数字", "write a number such as 2.5", "请写数字，例如 2.5");

    public static Wanted Boolean { get; } = new("true or false", "true 或 false", "write true or false", "请写 true 或 false");

    public static Wanted Time { get; } = new("a duration", "时长", $"write a number and a unit: {Duration.Form}", $"请写数字和单位：{Duration.Form}");

    public static Wanted Scalar { get; } = new("one value", "单个值", "write a text, a number, or true or false", "请写文本、数字、true 或 false");

    /// <summary>The mistake of another thing standing there.</summary>
    public Mistake Mistake(DefinitionNode found)
    {
        var (en, zh) = found switch
        {
            MapNode => ("a map", "映射"),
            ListNode => ("a list", "列表"),
            ScalarNode { IsNull: true } => ("nothing", "空值"),
            ScalarNode { Text.Length: > 40 } scalar => ($"'{scalar.Text[..40]}…'", $"“{scalar.Text[..40]}…”"),
            ScalarNode scalar => ($"'{scalar.Text}'", $"“{scalar.Text}”"),
            _ => ("something else", "其他内容"),
        };
        return new Mistake(found.Span, MistakeCodes.WrongType,
            new LocalizedText($"{En} is wanted here, not {en}", $"此处需要{Zh}，而不是{zh}"), new LocalizedText(RemedyEn, RemedyZh));
    }

    /// <summary>An example of a value for a key, as a remedy shows it.</summary>
    public static string Example(PropertyShape property, KindRegistry kinds)
    {
        var type = property.Type;
        return type == typeof(LocalizedText) ? "{ en: …, zh: … }"
            : type == typeof(bool) ? "true"
            : type == typeof(TimeSpan) ? "10s"
            : type == typeof(int) || type == typeof(long) ? property.Range?.Minimum.ToString() ?? "1"
            : type == typeof(double) || type == typeof(decimal) ? property.Range?.Minimum.ToString() ?? "0.5"
            : type.IsEnum ? string.Join('|', Enum.GetNames(type).Select(KeyNames.Of))
            : DefinitionBinder.ItemType(type) is not null ? "[ … ]"
            : DefinitionBinder.EntryTypes(type) is not null ? "{ … }"
            : kinds.Of(type) is { Count: > 0 } known ? $"{{ {string.Join('|', known.Keys)}: … }}"
            : ScalarBinder.Handles(type) ? "…"
            : "{ … }";
    }
}
