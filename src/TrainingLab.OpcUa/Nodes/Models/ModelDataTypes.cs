namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>The data types among nodes.</summary>
internal sealed class ModelDataTypes(Func<NodeId, Node?> find) : IDataTypes
{
    private const uint HasEncoding = 38;

    public DataTypeDescription? Find(NodeId dataType) => find(dataType) is DataTypeNode node ? Describe(node) : null;

    public DataTypeDescription? FindByEncoding(NodeId encoding) => find(encoding) is { } node && TypeOf(node) is { } type ? Describe(type) : null;

    /// <summary>The data type whose encoding a node is, or null.</summary>
    public static DataTypeNode? TypeOf(Node encoding)
    {
        foreach (var reference in encoding.OwnReferences)
        {
            if (!reference.IsForward && reference.Type.Id.IsStandard(HasEncoding))
            {
                return reference.Target as DataTypeNode;
            }
        }

        return null;
    }

    private static DataTypeDescription Describe(DataTypeNode node) => new(node.Id, node.BrowseName.Name ?? "", node.Supertype?.Id ?? default, node.IsAbstract, node.Definition);
}
