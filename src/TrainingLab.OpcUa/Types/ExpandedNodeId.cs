using System.Globalization;

namespace TrainingLab.OpcUa;

/// <summary>A node id that may name its namespace by URI and may belong to another server (OPC 10000-6, 5.2.2.10).</summary>
/// <param name="Node">The node id; its namespace index is 0 when <paramref name="NamespaceUri"/> is given.</param>
/// <param name="NamespaceUri">The namespace by URI instead of by index, or null.</param>
/// <param name="ServerIndex">The index into the server array; 0 is the server that answered.</param>
public readonly record struct ExpandedNodeId(NodeId Node, string? NamespaceUri = null, uint ServerIndex = 0)
{
    public static implicit operator ExpandedNodeId(NodeId node) => new(node);

    /// <summary>Whether the node lives on the server that answered and is named by index.</summary>
    public bool IsLocal => ServerIndex == 0 && NamespaceUri is null;

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = NamespaceUri is null ? Node.ToString() : $"nsu={NamespaceUri};{Node.InNamespace(0)}";
        return ServerIndex == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"svr={ServerIndex};{text}");
    }
}
