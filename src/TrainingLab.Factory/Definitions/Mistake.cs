using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Factory.Definitions;

/// <summary>One mistake in a definition: where, what, and what to write instead.</summary>
/// <param name="Span">Where it is.</param>
/// <param name="Code">A stable code of <see cref="MistakeCodes"/> (or of the room that found it), in kebab-case.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record Mistake(SourceSpan Span, string Code, LocalizedText Message, LocalizedText Remedy)
{
    /// <summary>The line that <c>lab validate</c> prints: <c>file:line:column: code: message; remedy</c>.</summary>
    public string ToString(string language) => $"{Span}: {Code}: {Text(language)}";

    /// <summary>Message and remedy as one sentence, without the place.</summary>
    public string Text(string language)
    {
        var separator = language.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? "；" : "; ";
        return Message.In(language) + separator + Remedy.In(language);
    }

    /// <inheritdoc />
    public override string ToString() => ToString("en");
}

/// <summary>Collects mistakes while a definition is read, bound and validated. The same mistake at the same place is kept once.</summary>
public sealed class Mistakes
{
    private readonly List<Mistake> _found = [];
    private readonly HashSet<(SourceSpan, string, string)> _seen = [];

    /// <summary>Whether nothing is wrong so far.</summary>
    public bool None => _found.Count == 0;

    /// <summary>How many mistakes there are.</summary>
    public int Count => _found.Count;

    /// <summary>All mistakes, in order of file, line and column.</summary>
    public IReadOnlyList<Mistake> All => [.. _found.OrderBy(m => m.Span)];

    /// <summary>Adds a mistake.</summary>
    public void Add(Mistake mistake)
    {
        if (_seen.Add((mistake.Span, mistake.Code, mistake.Message.En)))
        {
            _found.Add(mistake);
        }
    }

    /// <summary>Adds a mistake from its texts.</summary>
    public void Add(SourceSpan span, string code, string en, string zh, string remedyEn, string remedyZh) =>
        Add(new Mistake(span, code, new LocalizedText(en, zh), new LocalizedText(remedyEn, remedyZh)));

    /// <summary>Adds a mistake in the parameters of a kind, whose texts are sentences, as one of a definition.</summary>
    public void Add(SourceSpan span, ParameterMistake mistake)
    {
        ArgumentNullException.ThrowIfNull(mistake);
        Add(span, MistakeCodes.OutOfRange, Within(mistake.Message.En), Within(mistake.Message.Zh), Within(mistake.Remedy.En), Within(mistake.Remedy.Zh));

        static string Within(string sentence) => sentence.TrimEnd('.', '。') is var text && text is [_, var second, ..] && !char.IsUpper(second) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>Adds mistakes that another part found.</summary>
    public void AddRange(IEnumerable<Mistake> mistakes)
    {
        foreach (var mistake in mistakes)
        {
            Add(mistake);
        }
    }

    /// <summary>Adds <see cref="MistakeCodes.UnknownReference"/> with the nearest known name.</summary>
    /// <param name="span">Where the reference stands.</param>
    /// <param name="whatEn">What it should name, in English: "node", "check".</param>
    /// <param name="whatZh">The same in Chinese.</param>
    /// <param name="name">The name that is written there.</param>
    /// <param name="known">The names that exist.</param>
    public void UnknownReference(SourceSpan span, string whatEn, string whatZh, string name, IEnumerable<string> known)
    {
        var (en, zh) = Nearest.Suggest(name, known);
        Add(span, MistakeCodes.UnknownReference, $"there is no {whatEn} '{name}'", $"不存在{whatZh}“{name}”", en, zh);
    }
}
