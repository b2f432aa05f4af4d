using TrainingLab.OpcUa.Nodes.Models;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>Namespace 0: the standard's nodes, loaded once per process, never changed afterwards, shared by all servers of the process.</summary>
public static class Namespace0
{
    /// <summary>Its URI.</summary>
    public const string Uri = "http://opcfoundation.org/UA/";

    /// <summary>Instances of the standard that this server does not offer: none of them is shown without values or handlers behind it.</summary>
    private static readonly uint[] Omitted =
    [
        11313, // RedundantServerArray: there is no redundancy
        12749, 12886, // SetSubscriptionDurable, RequestServerStateChange
        12885, 17634, // EstimatedReturnTime, LocalTime
        14443, 32637, 32754, // PublishSubscribe and its defaults
        19372, 23470, 24226, // ServerLog, Aliases, Resources
        24101, // ConformanceUnits
        14088, 14122, // DefaultHttpsGroup, DefaultUserTokenGroup
        15892, 25709, 32336, // ConfigurationFile, ResetToServerDefaults, TransactionDiagnostics
        17732, 18155, 24290, // AuthorizationServices, KeyCredentialConfiguration, UserManagement
        25565, 25584, 25603, // SecurityKeyServerAdmin, -Push and -Access: roles of PublishSubscribe
    ];

    /// <summary>All of it.</summary>
    public static NodeModel Model { get; } = Load();

    private static readonly Node?[] ByNumber = Index(Model);

    internal static readonly ReferenceTypeNode HasTypeDefinition = ReferenceType(40);
    internal static readonly ReferenceTypeNode HasSubtype = ReferenceType(45);
    internal static readonly ReferenceTypeNode HasEventSource = ReferenceType(36);
    internal static readonly ReferenceTypeNode HasProperty = ReferenceType(46);
    internal static readonly ReferenceTypeNode HasComponent = ReferenceType(47);
    internal static readonly ReferenceTypeNode Organizes = ReferenceType(35);
    internal static readonly ReferenceTypeNode HierarchicalReferences = ReferenceType(33);

    /// <summary>How many nodes it has.</summary>
    public static int Count => Model.Nodes.Count;

    /// <summary>All its nodes.</summary>
    public static IReadOnlyCollection<Node> All => Model.Nodes;

    /// <summary>A node by its number, or null.</summary>
    public static Node? Find(uint id) => id < (uint)ByNumber.Length ? ByNumber[id] : null;

    /// <summary>Whether a node of the published nodeset is left out here.</summary>
    internal static bool IsOmitted(NodeId id) => id is { NamespaceIndex: 0, IdType: IdType.Numeric } && Array.IndexOf(Omitted, id.Numeric) >= 0;

    private static ReferenceTypeNode ReferenceType(uint id) => (ReferenceTypeNode)Find(id)!;

    private static NodeModel Load()
    {
        using var stream = typeof(Namespace0).Assembly.GetManifestResourceStream("Namespace0.tsv")!;
        var drafts = ModelTable.Read(stream, [0]);
        var mistakes = new NodeSetMistakes();
        var model = NodeModelBuilder.Build(based: null, [(WithoutOmitted(drafts), mistakes)], [Uri], firstIndex: 0);
        return mistakes.Found.Count == 0 ? model : throw new InvalidDataException("The table of namespace 0 is wrong: " + string.Join("; ", mistakes.Found));
    }

    /// <summary>Takes out the omitted nodes, what they are made of, and the references to them.</summary>
    private static List<NodeDraft> WithoutOmitted(List<NodeDraft> drafts)
    {
        var byId = drafts.ToDictionary(static d => d.Id.Numeric);
        var gone = new HashSet<uint>();
        var open = new Stack<uint>(Omitted);
        while (open.TryPop(out var id))
        {
            if (gone.Add(id))
            {
                foreach (var reference in byId[id].References.Where(static r => r.IsForward && r.Type.Numeric is 35 or 46 or 47))
                {
                    open.Push(reference.Other.Numeric);
                }
            }
        }

        var left = new List<NodeDraft>(drafts.Count);
        foreach (var draft in drafts)
        {
            if (!gone.Contains(draft.Id.Numeric))
            {
                draft.References = [.. draft.References.Where(r => !gone.Contains(r.Other.Numeric))];
                left.Add(draft);
            }
        }

        return left;
    }

    private static Node?[] Index(NodeModel model)
    {
        var nodes = new Node?[model.Nodes.Max(static n => n.Id.Numeric) + 1];
        foreach (var node in model.Nodes)
        {
            nodes[node.Id.Numeric] = node;
        }

        return nodes;
    }
}
