using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>What a method call answers: a status and, when it is good, the output arguments in order.</summary>
public readonly record struct CallResult(StatusCode Status, IReadOnlyList<Variant>? Outputs = null)
{
    public static implicit operator CallResult(StatusCode status) => new(status);
}

/// <summary>Answers a call; the number and types of <paramref name="inputs"/> have been checked against the declared arguments.</summary>
public delegate ValueTask<CallResult> CallHandler(MethodNode method, NodeId objectId, IReadOnlyList<Variant> inputs, OpcUaCaller caller, CancellationToken cancellationToken);

/// <summary>A method (OPC 10000-3, 5.7).</summary>
public sealed class MethodNode(NodeId id, QualifiedName browseName, LocalizedText displayName) : Node(id, browseName, displayName)
{
    /// <inheritdoc/>
    public override NodeClass Class => NodeClass.Method;

    /// <summary>Whether it can be called now; true by default.</summary>
    public bool Executable { get; set; } = true;

    /// <summary>The declared inputs, in order.</summary>
    public IReadOnlyList<Argument> Inputs { get; internal set; } = [];

    /// <summary>The declared outputs, in order.</summary>
    public IReadOnlyList<Argument> Outputs { get; internal set; } = [];

    /// <summary>Answers calls; without one a call answers BadNotImplemented.</summary>
    public CallHandler? OnCall { get; set; }
}
