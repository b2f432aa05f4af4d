using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Nodes;

/// <content>Who may do what with which node (OPC 10000-3, 4.9).</content>
public sealed partial class AddressSpace
{
    private const Permissions OfEverybody = Permissions.Browse | Permissions.Read | Permissions.ReceiveEvents | Permissions.Call;

    private readonly Dictionary<string, NodeAccess> _defaultsByUri = new(StringComparer.Ordinal);
    private NodeAccess?[] _defaults = [];

    /// <summary>Whether roles decide about access. Without (the default) everybody may do everything with every node, and no node tells of permissions.</summary>
    public bool EnforcesRoles { get; private set; }

    /// <summary>
    /// What holds for all nodes of one of the owner's namespaces that say nothing of their own; shown on the namespace's metadata. It counts only where the server has roles.
    /// </summary>
    /// <exception cref="KeyNotFoundException">It is not one of the owner's namespaces.</exception>
    public void SetDefaultAccess(string namespaceUri, NodeAccess access)
    {
        ArgumentNullException.ThrowIfNull(access);
        var index = IndexOf(namespaceUri);
        if (index < 2 || index >= 2 + _ownNamespaces)
        {
            throw new KeyNotFoundException($"{namespaceUri} is not a namespace of the owner's");
        }

        _defaultsByUri[namespaceUri] = access;
        PlaceDefaults();
        var metadata = MetadataOf(namespaceUri);
        AddAccessDefaults(metadata);
        ShowDefaults(metadata, access);
    }

    /// <summary>Lets rules hold for a node of the overlay with its components and properties. Whoever may see a method may read what its arguments are.</summary>
    public void SetAccess(Node node, NodeAccess access)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(access);
        var done = new HashSet<Node>(ReferenceEqualityComparer.Instance);
        Set(node, access);

        void Set(Node at, NodeAccess rules)
        {
            if (at.Model is not null || !done.Add(at))
            {
                return;
            }

            at.Access = rules;
            var below = at is MethodNode && rules.RolePermissions is { } permissions ? new NodeAccess([.. permissions.Select(WithRead)], rules.Restrictions) : rules;
            foreach (var reference in ReferencesOf(at).Where(static r => r.IsForward && (r.Type.IsOrIsSubtypeOf(Namespace0.HasComponent) || r.Type.IsOrIsSubtypeOf(Namespace0.HasProperty))))
            {
                Set(reference.Target, below);
            }
        }
    }

    /// <summary>From now on roles decide. Nodes of namespace 0 have the permissions that the standard publishes for them.</summary>
    internal void EnforceRoles()
    {
        EnforcesRoles = true;
        var published = NodeAccess.ForRoles(new Dictionary<Roles, Permissions> { [Roles.Anonymous] = OfEverybody, [Roles.SecurityAdmin] = OfEverybody | Permissions.ReadRolePermissions });
        _defaultsByUri[Namespace0.Uri] = published;
        PlaceDefaults();
        foreach (var property in new uint[] { 16134, 16135, 16136 })
        {
            OwnStandardVariable(property);
        }

        ShowDefaults(Find(new NodeId(0, 15957))!, published);
    }

    /// <summary>Whether a session may do something with a node: Good, BadUserAccessDenied or BadSecurityModeInsufficient.</summary>
    internal StatusCode Check(Node node, Permissions wanted, AccessRights rights) => EnforcesRoles ? CheckRoles(node, wanted, rights) : StatusCodes.Good;

    /// <summary>Whether a session sees a node at all.</summary>
    internal bool Shows(Node node, AccessRights rights) => !EnforcesRoles || CheckRoles(node, Permissions.Browse, rights).IsGood;

    /// <summary>What a session may do with a node.</summary>
    internal Permissions PermissionsOf(Node node, AccessRights rights)
    {
        if (!EnforcesRoles)
        {
            return Permissions.All;
        }

        var access = node.Access;
        if (access?.RolePermissions is null)
        {
            access = DefaultOf(node);
        }

        return access?.RolePermissions is null ? Permissions.All : access.Of(rights.Roles);
    }

    /// <summary>What holds for the nodes of a node's namespace; null where nothing is said.</summary>
    internal NodeAccess? DefaultOf(Node node) => node.Id.NamespaceIndex < _defaults.Length ? _defaults[node.Id.NamespaceIndex] : null;

    private StatusCode CheckRoles(Node node, Permissions wanted, AccessRights rights)
    {
        if ((PermissionsOf(node, rights) & wanted) != wanted)
        {
            return StatusCodes.BadUserAccessDenied;
        }

        var restrictions = node.Access?.Restrictions ?? DefaultOf(node)?.Restrictions ?? AccessRestrictions.None;
        return (restrictions & rights.Unmet) != 0 && (wanted != Permissions.Browse || (restrictions & AccessRestrictions.ApplyRestrictionsToBrowse) != 0)
            ? StatusCodes.BadSecurityModeInsufficient
            : StatusCodes.Good;
    }

    /// <summary>The defaults by the present indices of their namespaces.</summary>
    private void PlaceDefaults()
    {
        _defaults = new NodeAccess?[_namespaceUris.Count];
        foreach (var (uri, access) in _defaultsByUri)
        {
            _defaults[IndexOf(uri)] = access;
        }
    }

    private static RolePermission WithRead(RolePermission permission) =>
        ((Permissions)permission.Permissions & Permissions.Browse) == 0 ? permission : permission with { Permissions = permission.Permissions | (uint)Permissions.Read };

    private void ShowDefaults(Node metadata, NodeAccess access)
    {
        Show(metadata, "DefaultRolePermissions", ListOf(access.RolePermissions ?? []));
        Show(metadata, "DefaultAccessRestrictions", new Variant((ushort)(access.Restrictions ?? AccessRestrictions.None)));
        Show(metadata, "DefaultUserRolePermissions", ListOf(access.RolePermissions ?? [])).ComputedFor = rights => ListOf(access.PartOf(rights.Roles));
    }

    internal static Variant ListOf(IEnumerable<RolePermission> permissions) => Variant.From(permissions.Select(static p => new ExtensionObject(p)).ToArray());
}
