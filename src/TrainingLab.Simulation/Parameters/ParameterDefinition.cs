using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Parameters;

/// <summary>What a parameter holds, as it is written in a definition file.</summary>
public enum ParameterKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A span: a number of seconds, or a text such as 500ms, 30s, 15min, 8h.</summary>
    Duration,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>A number, true or false, or a text.</summary>
    Value,
}

/// <summary>One parameter that a kind of process, signal or fault takes: enough to check a value, to document it and to make a schema of it.</summary>
/// <param name="Name">As written in definition files, camelCase.</param>
/// <param name="Kind">What it holds.</param>
public sealed record ParameterDefinition(string Name, ParameterKind Kind)
{
    /// <summary>The value when none is given, as written in a definition file; null with <see cref="Required"/> false means absent.</summary>
    public object? Default { get; init; }

    /// <summary>Whether a definition must give it.</summary>
    public bool Required { get; init; }

    /// <summary>Smallest number, or smallest span in seconds.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>Largest number, or largest span in seconds.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>UNECE code of the unit of a number; null when it has none.</summary>
    public string? Unit { get; init; }

    /// <summary>The texts allowed; null when any is.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>What is wrong with a text that is neither of the wrong kind nor no choice, and what to write instead; null from it, or no such check (the default): nothing.</summary>
    public Func<string, (LocalText Message, LocalText Remedy)?>? Form { get; init; }

    /// <summary>What it means.</summary>
    public LocalText Description { get; init; }
}

/// <summary>One mistake in the parameters that a definition gives.</summary>
/// <param name="Parameter">The name in question, so that the reader of the file can point at its line.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">What to write instead.</param>
public sealed record ParameterMistake(string Parameter, LocalText Message, LocalText Remedy);
