using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Grading;

/// <summary>Whose doing counts: <c>student</c>, <c>anyone</c>, or the name of an account in the plant that a student must have used.</summary>
[Description("student, anyone, or the name of an account that the student must have used")]
public sealed record ByWhom : IParsable<ByWhom>
{
    private ByWhom(string text) => Text = text;

    /// <summary>A student of the attempt, by whatever account. The default wherever something is done.</summary>
    public static ByWhom Student { get; } = new("student");

    /// <summary>Anybody, or nobody.</summary>
    public static ByWhom Anyone { get; } = new("anyone");

    /// <summary>As it is written.</summary>
    public string Text { get; }

    /// <summary>Whether somebody's doing counts.</summary>
    public bool Counts(Actor? actor) => this == Anyone || (actor?.Student is not null && (this == Student || actor.Account == Text));

    /// <inheritdoc/>
    public static ByWhom Parse(string s, IFormatProvider? provider) => TryParse(s, provider, out var result) ? result : throw new FormatException();

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ByWhom result)
    {
        result = string.IsNullOrWhiteSpace(s) ? null : new ByWhom(s.Trim());
        return result is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
