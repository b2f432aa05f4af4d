using System.Diagnostics.CodeAnalysis;

namespace TrainingLab.Identifiers.Handles;

/// <summary>An identifier <c>prefix/suffix</c>, such as <c>88.104.1201/B-2026-0001</c>. ASCII letters compare without case (RFC 3651, section 3).</summary>
/// <remarks>A prefix is dotted segments; the parent of <c>88.104.1201</c> is <c>88.104</c>. The handle that describes a prefix is <c>0.NA/prefix</c>.</remarks>
public readonly record struct Handle
{
    /// <summary>Longest handle that is read, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>Prefix of the handles that describe prefixes.</summary>
    public const string NamingAuthority = "0.NA";

    private Handle(string prefix, string suffix)
    {
        Prefix = prefix;
        Suffix = suffix;
    }

    /// <summary>Part before the first slash.</summary>
    public string Prefix { get; }

    /// <summary>Part after the first slash; it may contain slashes.</summary>
    public string Suffix { get; }

    /// <summary>The handle <c>0.NA/prefix</c> that describes a prefix.</summary>
    public static Handle OfPrefix(string prefix) => new(NamingAuthority, prefix);

    /// <summary>Reads a handle; false where there is no prefix, no suffix, an empty segment in the prefix, a control character or too great a length.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Handle handle)
    {
        handle = default;
        if (text is null || text.Length > MaxLength)
            return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1 || !IsPrefix(text.AsSpan(0, slash)))
            return false;
        foreach (var c in text)
        {
            if (char.IsControl(c))
                return false;
        }

        handle = new Handle(text[..slash], text[(slash + 1)..]);
        return true;
    }

    /// <summary>Reads a handle that the program itself wrote down.</summary>
    /// <exception cref="FormatException">The text is no handle.</exception>
    public static Handle Parse(string text) => TryParse(text, out var handle) ? handle : throw new FormatException($"'{text}' is not prefix/suffix.");

    /// <summary>Whether a text is a prefix: dotted, non-empty segments without spaces.</summary>
    public static bool IsPrefix(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.')
            return false;
        var dot = false;
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c) || char.IsControl(c) || (c == '.' && dot))
                return false;
            dot = c == '.';
        }

        return true;
    }

    /// <summary>Whether <paramref name="prefix"/> is <paramref name="ancestor"/> or lies below it.</summary>
    public static bool IsUnder(string prefix, string ancestor) =>
        AsciiCase.StartsWith(prefix, ancestor) && (prefix.Length == ancestor.Length || prefix[ancestor.Length] == '.');

    public bool Equals(Handle other) => AsciiCase.Comparer.Equals(Prefix, other.Prefix) && AsciiCase.Comparer.Equals(Suffix, other.Suffix);

    public override int GetHashCode() => HashCode.Combine(AsciiCase.Comparer.GetHashCode(Prefix ?? ""), AsciiCase.Comparer.GetHashCode(Suffix ?? ""));

    public override string ToString() => $"{Prefix}/{Suffix}";
}
