namespace TrainingLab.OpcUa.Nodes;

/// <summary>Namespace 0: the standard's nodes, loaded once per process, never changed afterwards, shared by all servers of the process.</summary>
public static class Namespace0
{
    /// <summary>Its URI.</summary>
    public const string Uri = "http://opcfoundation.org/UA/";

    private static readonly Dictionary<uint, Node> Nodes = Namespace0Table.Load();

    /// <summary>How many nodes it has.</summary>
    public static int Count => Nodes.Count;

    /// <summary>All its nodes.</summary>
    public static IReadOnlyCollection<Node> All => Nodes.Values;

    internal static readonly ReferenceTypeNode HasTypeDefinition = ReferenceType(40);
    internal static readonly ReferenceTypeNode HasSubtype = ReferenceType(45);
    internal static readonly ReferenceTypeNode HasEventSource = ReferenceType(36);
    internal static readonly ReferenceTypeNode HasProperty = ReferenceType(46);
    internal static readonly ReferenceTypeNode HasComponent = ReferenceType(47);
    internal static readonly ReferenceTypeNode Organizes = ReferenceType(35);
    internal static readonly ReferenceTypeNode HierarchicalReferences = ReferenceType(33);

    /// <summary>A node by its number, or null.</summary>
    public static Node? Find(uint id) => Nodes.GetValueOrDefault(id);

    private static ReferenceTypeNode ReferenceType(uint id) => (ReferenceTypeNode)Nodes[id];
}
