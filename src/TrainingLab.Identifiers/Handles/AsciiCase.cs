using System.Diagnostics.CodeAnalysis;

namespace TrainingLab.Identifiers.Handles;

/// <summary>Compares identifiers, prefixes and types: ASCII letters without case, everything else exactly (RFC 3651, section 2).</summary>
public sealed class AsciiCase : IEqualityComparer<string>, IComparer<string>
{
    private AsciiCase()
    {
    }

    /// <summary>The comparison.</summary>
    public static AsciiCase Comparer { get; } = new();

    /// <summary>Whether two texts are the same but for the case of ASCII letters.</summary>
    public static bool Equal(ReadOnlySpan<char> a, ReadOnlySpan<char> b) => a.Length == b.Length && StartsWith(a, b);

    /// <summary>Whether a text begins with another, but for the case of ASCII letters.</summary>
    public static bool StartsWith(ReadOnlySpan<char> text, ReadOnlySpan<char> start)
    {
        if (start.Length > text.Length)
            return false;
        for (var i = 0; i < start.Length; i++)
        {
            if (Upper(text[i]) != Upper(start[i]))
                return false;
        }

        return true;
    }

    /// <summary>The text with ASCII letters in capitals: one spelling for all that are equal.</summary>
    public static string ToCapitals(string text) => string.Create(text.Length, text, static (capitals, from) =>
    {
        for (var i = 0; i < capitals.Length; i++)
            capitals[i] = Upper(from[i]);
    });

    /// <inheritdoc/>
    public bool Equals(string? x, string? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Equal(x, y));

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] string obj)
    {
        var hash = default(HashCode);
        foreach (var c in obj)
            hash.Add(Upper(c));
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            var difference = Upper(x[i]) - Upper(y[i]);
            if (difference != 0)
                return difference;
        }

        return x.Length - y.Length;
    }

    private static char Upper(char c) => char.IsAsciiLetterLower(c) ? (char)(c - ('a' - 'A')) : c;
}
