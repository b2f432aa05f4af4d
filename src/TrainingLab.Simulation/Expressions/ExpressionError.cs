using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Expressions;

/// <summary>A mistake in an expression.</summary>
/// <param name="Column">Where, counted from 1 in UTF-16 units.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ExpressionError(int Column, LocalText Message, LocalText Remedy)
{
    /// <inheritdoc/>
    public override string ToString() => $"column {Column}: {Message.En} {Remedy.En}";
}

/// <summary>What an expression or a part of it yields.</summary>
public enum ExpressionKind
{
    /// <summary>A number; integers and doubles are not told apart.</summary>
    Number,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A text.</summary>
    Text,
}
