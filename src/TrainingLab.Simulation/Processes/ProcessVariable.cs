using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Processes;

/// <summary>One quantity of a process that tags can be wired to. The process sets outputs at each step, and reads inputs.</summary>
/// <param name="definition">Name, kind, unit, range; writable means that it is an input.</param>
public sealed class ProcessVariable(TagDefinition definition)
{
    private TagValue value = TagValue.Zero(definition.Kind);

    /// <summary>Name, kind, unit, range. A tag wired to the variable takes from here what its profile leaves open.</summary>
    public TagDefinition Definition { get; } = definition;

    /// <summary>Short for the definition's name.</summary>
    public string Name => Definition.Name;

    /// <summary>Whether it is set from outside.</summary>
    public bool IsInput => Definition.Writable;

    /// <summary>The value now.</summary>
    /// <exception cref="ArgumentException">Set to another kind.</exception>
    public TagValue Value
    {
        get => value;
        set
        {
            if (value.Kind != Definition.Kind && !value.TryConvert(Definition.Kind, out value))
                throw new ArgumentException($"{Name} holds {Definition.Kind}, not {value.Kind}.", nameof(value));
            this.value = value;
        }
    }

    /// <summary>The value as a number.</summary>
    public double Number
    {
        get => value.AsDouble;
        set => Value = value;
    }

    /// <summary>The value as a boolean.</summary>
    public bool Flag
    {
        get => value.AsBoolean;
        set => Value = value;
    }

    /// <summary>The value as an integer.</summary>
    public long Count
    {
        get => value.AsInteger;
        set => Value = value;
    }
}
