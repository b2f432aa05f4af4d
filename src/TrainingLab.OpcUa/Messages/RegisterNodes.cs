using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Announces nodes that will be used often (OPC 10000-4, 5.9.5).</summary>
/// <remarks><code>nodes to register: node id[]</code></remarks>
public sealed record RegisterNodesRequest(NodeId[] NodesToRegister) : IServiceMessage<RegisterNodesRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 560;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeIds(NodesToRegister);
    }

    public static RegisterNodesRequest Read(ref UaReader reader) => new(reader.ReadNodeIds());
}

/// <summary>The answer to <see cref="RegisterNodesRequest"/>.</summary>
/// <remarks><code>registered nodes: node id[]</code></remarks>
public sealed record RegisterNodesResponse(NodeId[] RegisteredNodes) : IServiceMessage<RegisterNodesResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 563;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeIds(RegisteredNodes);
    }

    public static RegisterNodesResponse Read(ref UaReader reader) => new(reader.ReadNodeIds());
}
