namespace TrainingLab.Factory.Definitions;

/// <summary>A place in a definition file. Lines and columns count from 1; columns count UTF-16 units.</summary>
public readonly record struct SourceSpan(string File, int Line, int Column) : IComparable<SourceSpan>
{
    /// <summary>The place of something that no file says, such as a default.</summary>
    public static SourceSpan None { get; } = new("-", 0, 0);

    /// <inheritdoc />
    public int CompareTo(SourceSpan other)
    {
        var byFile = string.CompareOrdinal(File, other.File);
        return byFile != 0 ? byFile : (Line, Column).CompareTo((other.Line, other.Column));
    }

    /// <summary><c>file:line:column</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{File}:{Line}:{Column}");

    public static bool operator <(SourceSpan a, SourceSpan b) => a.CompareTo(b) < 0;

    public static bool operator >(SourceSpan a, SourceSpan b) => a.CompareTo(b) > 0;

    public static bool operator <=(SourceSpan a, SourceSpan b) => a.CompareTo(b) <= 0;

    public static bool operator >=(SourceSpan a, SourceSpan b) => a.CompareTo(b) >= 0;
}
