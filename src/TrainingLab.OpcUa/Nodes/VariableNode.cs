using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>
/// Takes a client's write: sets the variable to what it accepts, which need not be what was written (a setpoint whose display is stuck), and returns Good or an
/// uncertain status; or refuses with a bad status.
/// </summary>
/// <param name="node">The variable.</param>
/// <param name="value">The value, already of the variable's data type.</param>
/// <param name="caller">Who writes.</param>
/// <param name="cancellationToken">Cancelled when the connection ends.</param>
public delegate ValueTask<StatusCode> WriteHandler(VariableNode node, DataValue value, OpcUaCaller caller, CancellationToken cancellationToken);

/// <summary>
/// A variable: a value with type, rank and access (OPC 10000-3, 5.6). Its owner pushes values; reads and subscriptions see the last one.
/// </summary>
public sealed class VariableNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    private DataValue _value;
    private StatusCode? _faultStatus;
    private List<IValueWatcher>? _watchers;

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

    /// <summary>Takes a client's write in place of the server; null means that any value of the right type is stored. Matters only with <see cref="AccessLevels.CurrentWrite"/>.</summary>
    public WriteHandler? OnWrite { get; set; }

    /// <summary>The limits for percent deadbands and for people; null when the variable has no EURange.</summary>
    public UaRange? Range { get; internal set; }

    /// <summary>The value as a client sees it now: computed, or the last one pushed; a fault covers it.</summary>
    public DataValue Value
    {
        get
        {
            var value = Computed is null ? _value : new DataValue(Computed(), StatusCodes.Good, Now, Now);
            return _faultStatus is { } fault ? value with { Value = fault.IsBad ? default : value.Value, Status = fault } : value;
        }
    }

    /// <summary>The last value pushed, whether or not a fault covers it.</summary>
    public DataValue PushedValue => _value;

    /// <summary>A fault: while it is set, clients see this status (and no value, when it is bad), and are notified when it is set and removed.</summary>
    public StatusCode? FaultStatus
    {
        get => _faultStatus;
        set
        {
            if (_faultStatus != value)
            {
                _faultStatus = value;
                Notify();
            }
        }
    }

    /// <summary>The space the variable belongs to; null for a shared one.</summary>
    internal AddressSpace? Space { get; set; }

    /// <summary>Where the value comes from when it is not pushed; such a variable is sampled by polling.</summary>
    internal Func<Variant>? Computed { get; set; }

    /// <summary>The value where it depends on who reads and roles decide; null for nearly all.</summary>
    internal Func<AccessRights, Variant>? ComputedFor { get; set; }

    /// <summary>What instances of a declaration grant; a shared node itself can only be read.</summary>
    internal AccessLevels DeclaredAccessLevel { get; init; } = AccessLevels.CurrentRead;

    private DateTime Now => Space?.Now ?? default;

    /// <summary>Pushes a value: reads see it from now on and monitored items are notified. Times that are not given are the host's now.</summary>
    public void SetValue(in DataValue value)
    {
        var now = Now;
        _value = value with
        {
            SourceTimestamp = value.SourceTimestamp == default ? now : value.SourceTimestamp,
            ServerTimestamp = value.ServerTimestamp == default ? now : value.ServerTimestamp,
        };
        if (_faultStatus is null)
        {
            Notify();
        }
    }

    /// <summary>Pushes a good value at the host's time.</summary>
    public void SetValue(Variant value) => SetValue(new DataValue(value));

    /// <summary>The value of a shared node, which no server has given another.</summary>
    internal void SetInitialValue(in DataValue value) => _value = value;

    internal void Watch(IValueWatcher watcher) => (_watchers ??= new List<IValueWatcher>(1)).Add(watcher);

    internal void Unwatch(IValueWatcher watcher) => _watchers?.Remove(watcher);

    private void Notify()
    {
        if (_watchers is not { } watchers)
        {
            return;
        }

        for (var i = 0; i < watchers.Count; i++)
        {
            watchers[i].ValueChanged();
        }
    }
}

/// <summary>Told by a variable that it has another value.</summary>
internal interface IValueWatcher
{
    void ValueChanged();
}

/// <summary>A variable type (OPC 10000-3, 5.6.5).</summary>
public sealed class VariableTypeNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.VariableType;

    /// <summary>Whether no instance may have exactly this type.</summary>
    public bool IsAbstract { get; set; }

    /// <summary>The data type of instances.</summary>
    public NodeId DataType { get; set; }

    /// <summary>The rank of instances, as for variables.</summary>
    public int ValueRank { get; set; } = -2;

    /// <summary>As for variables.</summary>
    public uint[]? ArrayDimensions { get; set; }

    /// <summary>The type it is a subtype of, null for BaseVariableType.</summary>
    public VariableTypeNode? Supertype { get; internal set; }
}
