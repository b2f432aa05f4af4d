using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Takes back <see cref="RegisterNodesRequest"/> (OPC 10000-4, 5.9.6).</summary>
/// <remarks><code>nodes to unregister: node id[]</code></remarks>
public sealed record UnregisterNodesRequest(NodeId[] NodesToUnregister) : IServiceMessage<UnregisterNodesRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 566;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeIds(NodesToUnregister);
    }

    public static UnregisterNodesRequest Read(ref UaReader reader) => new(reader.ReadNodeIds());
}

/// <summary>The answer to <see cref="UnregisterNodesRequest"/>.</summary>
/// <remarks><code>no fields</code></remarks>
public sealed record UnregisterNodesResponse() : IServiceMessage<UnregisterNodesResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 569;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
    }

    public static UnregisterNodesResponse Read(ref UaReader reader) => new();
}
