using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>Answers a client's write. Returns Good (or an uncertain status) to have the value stored and pushed, a bad status to refuse it.</summary>
/// <param name="node">The variable.</param>
/// <param name="value">The value, already of the variable's data type.</param>
/// <param name="caller">Who writes.</param>
/// <param name="cancellationToken">Cancelled when the connection ends.</param>
public delegate ValueTask<StatusCode> WriteHandler(VariableNode node, DataValue value, OpcUaCaller caller, CancellationToken cancellationToken);

/// <summary>A variable: a value with type, rank and access (OPC 10000-3, 5.6). Its owner pushes values; reads and subscriptions see the last one.</summary>
public class VariableNode : Node
{
    public VariableNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : base(id, browseName, displayName)
    {
    }

    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.Variable;

    /// <summary>The data type's node id.</summary>
    public NodeId DataType { get; set; }

    /// <summary>-1 scalar (default), 0 any array, 1 one dimension and so on, -2 any, -3 scalar or one dimension.</summary>
    public int ValueRank { get; set; } = -1;

    /// <summary>Lengths per dimension, 0 where open; null when not said.</summary>
    public uint[]? ArrayDimensions { get; set; }

    /// <summary>What may be done with the value; reading by default.</summary>
    public AccessLevels AccessLevel { get; set; } = AccessLevels.CurrentRead;

    /// <summary>How fast the value can change, in milliseconds; 0 means that changes are reported as they come.</summary>
    public double MinimumSamplingInterval { get; set; }

    /// <summary>Whether history is being collected.</summary>
    public bool Historizing { get; set; }

    /// <summary>Asked before a client's write is stored; null means that any value of the right type is stored. Matters only with <see cref="AccessLevels.CurrentWrite"/>.</summary>
    public WriteHandler? OnWrite { get; set; }

    /// <summary>The limits for percent deadbands and for people; null when the variable has no EURange.</summary>
    public UaRange? Range { get; internal set; }

    /// <summary>The value as a client sees it now, a fault included.</summary>
    public DataValue Value => throw new NotSupportedException();

    /// <summary>A fault: while it is set, clients see this status instead of the value, and are notified when it is set and removed.</summary>
    public StatusCode? FaultStatus { get; set; }

    /// <summary>Pushes a value: reads see it from now on and monitored items are notified. Without a source time the host's time is taken.</summary>
    public void SetValue(in DataValue value) => throw new NotSupportedException();

    /// <summary>Pushes a good value at the host's time.</summary>
    public void SetValue(Variant value) => SetValue(new DataValue(value));
}
