using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace TrainingLab.Labs.Toolbox;

/// <summary>The words after a command's name: positional ones, and options <c>--name value</c> or <c>--flag</c>.</summary>
public sealed class ToolboxArguments
{
    /// <summary>Longest command line, in characters.</summary>
    public const int MaxLength = 64 * 1024;

    private readonly Dictionary<string, List<string>> options = new(StringComparer.Ordinal);

    private ToolboxArguments(IReadOnlyList<string> words) => Words = words;

    /// <summary>All words in order, options included.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The words that belong to no option.</summary>
    public ImmutableArray<string> Positional { get; private set; } = [];

    /// <summary>Names of the options that were given.</summary>
    public IEnumerable<string> Options => options.Keys;

    /// <summary>Splits a line at spaces; single and double quotes keep a text together, a backslash inside double quotes and outside keeps a quote.</summary>
    /// <returns>The words, or null where a quote is not closed.</returns>
    public static IReadOnlyList<string>? Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var inWord = false;
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '\\' && quote != '\'' && i + 1 < line.Length && line[i + 1] is '"' or '\'' or '\\')
            {
                word.Append(line[++i]);
                inWord = true;
            }
            else if (quote != '\0')
            {
                if (c == quote)
                    quote = '\0';
                else
                    word.Append(c);
            }
            else if (c is '"' or '\'')
            {
                quote = c;
                inWord = true;
            }
            else if (char.IsWhiteSpace(c))
            {
                if (inWord)
                    words.Add(word.ToString());
                word.Clear();
                inWord = false;
            }
            else
            {
                word.Append(c);
                inWord = true;
            }
        }

        if (quote != '\0')
            return null;
        if (inWord)
            words.Add(word.ToString());
        return words;
    }

    /// <summary>Joins words so that <see cref="Split"/> gives them back.</summary>
    public static string Join(IEnumerable<string> words) => string.Join(' ', words.Select(w =>
        w.Length > 0 && !w.AsSpan().ContainsAny(" \t\"'\\") ? w : "\"" + w.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\""));

    /// <summary>Sorts words into positional ones and options.</summary>
    /// <param name="words">The words after the command's name.</param>
    /// <param name="flags">Options that take no value.</param>
    public static ToolboxArguments Parse(IReadOnlyList<string> words, params ReadOnlySpan<string> flags)
    {
        var arguments = new ToolboxArguments(words);
        var positional = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith("--", StringComparison.Ordinal) || words[i].Length == 2)
            {
                positional.Add(words[i]);
                continue;
            }

            var name = words[i][2..];
            if (!arguments.options.TryGetValue(name, out var values))
                arguments.options[name] = values = [];
            if (!flags.Contains(name) && i + 1 < words.Count)
                values.Add(words[++i]);
        }

        arguments.Positional = [.. positional];
        return arguments;
    }

    /// <summary>Whether an option was given.</summary>
    public bool Has(string option) => options.ContainsKey(option);

    /// <summary>The last value of an option; null where it was not given.</summary>
    public string? Option(string option) => options.TryGetValue(option, out var values) && values.Count > 0 ? values[^1] : null;

    /// <summary>All values of an option.</summary>
    public IReadOnlyList<string> All(string option) => options.TryGetValue(option, out var values) ? values : [];

    /// <summary>A number given by an option; the default where it was not given, null where it is no number.</summary>
    public double? Number(string option, double otherwise) => Option(option) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : null;

    /// <summary>A duration given by an option, such as <c>10s</c>; the default where it was not given, null where it is none.</summary>
    public TimeSpan? Span(string option, TimeSpan otherwise) => Option(option) is not { } text ? otherwise
        : Factory.Definitions.Duration.TryParse(text, out var span) ? span
        : null;
}
