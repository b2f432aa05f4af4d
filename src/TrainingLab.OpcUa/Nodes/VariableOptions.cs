namespace TrainingLab.OpcUa.Nodes;

/// <summary>How a variable is declared; everything has a default that suits a read-only scalar.</summary>
public sealed record VariableOptions
{
    /// <summary>The name for people; the browse name's text by default.</summary>
    public LocalizedText DisplayName { get; init; }

    /// <summary>What it is for.</summary>
    public LocalizedText Description { get; init; }

    /// <summary>A data type other than the built-in one, for example <c>i=294</c> UtcTime or an enumeration.</summary>
    public NodeId DataType { get; init; }

    /// <summary>-1 scalar (default), 1 a one-dimensional array.</summary>
    public int ValueRank { get; init; } = -1;

    /// <summary>The unit; adds the property EngineeringUnits.</summary>
    public EUInformation? Units { get; init; }

    /// <summary>The normal range; adds the property EURange and allows percent deadbands.</summary>
    public UaRange? Range { get; init; }

    /// <summary>The variable type; by default AnalogItemType with a range, AnalogUnitType with a unit only, else BaseDataVariableType.</summary>
    public NodeId TypeDefinition { get; init; }

    /// <summary>Whether clients may write; false by default.</summary>
    public bool Writable { get; init; }

    /// <summary>Takes a client's write, see <see cref="VariableNode.OnWrite"/>.</summary>
    public WriteHandler? OnWrite { get; init; }

    /// <summary>The first value; by default none, with status BadWaitingForInitialData.</summary>
    public Variant InitialValue { get; init; }

    /// <summary>The names of the numbers of a value that is a state (adds the property EnumStrings), in order from 0.</summary>
    public IReadOnlyList<LocalizedText>? EnumStrings { get; init; }
}
