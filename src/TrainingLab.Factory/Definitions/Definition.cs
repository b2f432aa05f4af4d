namespace TrainingLab.Factory.Definitions;

/// <summary>What reading a definition gave: the record as far as it could be bound, and every mistake.</summary>
/// <typeparam name="T">The record.</typeparam>
public sealed class Definition<T>
    where T : class
{
    /// <summary>A result of reading.</summary>
    public Definition(T? value, IReadOnlyList<Mistake> mistakes)
    {
        Value = value;
        Mistakes = mistakes;
    }

    /// <summary>The record as far as it could be bound (placeholders where a value was wrong), for further validation; null when not even that.</summary>
    public T? Value { get; }

    /// <summary>Every mistake, in order of place.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; }

    /// <summary>Whether there are no mistakes.</summary>
    public bool IsValid => Mistakes.Count == 0 && Value is not null;

    /// <summary>The record; throws <see cref="DefinitionException"/> with every mistake when there are any.</summary>
    public T Model => IsValid ? Value! : throw new DefinitionException(Mistakes);
}

/// <summary>A definition that had to be valid is not.</summary>
public sealed class DefinitionException(IReadOnlyList<Mistake> mistakes)
    : Exception(string.Join('\n', mistakes.Select(m => m.ToString())))
{
    /// <summary>Every mistake.</summary>
    public IReadOnlyList<Mistake> Mistakes { get; } = mistakes;
}
