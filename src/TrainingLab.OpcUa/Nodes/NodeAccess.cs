using System.Numerics;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>
/// What each role may do with a node, and how a channel must be protected (OPC 10000-3, 5.2.9 and 5.2.11). It never changes, so that one is shared by all nodes with the same rules.
/// </summary>
public sealed class NodeAccess
{
    private readonly Permissions[] _byRole = new Permissions[WellKnownRoles.All.Count];

    /// <summary>Rules of a node.</summary>
    /// <param name="rolePermissions">What each role may do, a role that is not named nothing; null (not said) leaves it to the default of the node's namespace.</param>
    /// <param name="restrictions">What the channel must have; null (the default) leaves it to the default of the node's namespace.</param>
    public NodeAccess(IReadOnlyList<RolePermission>? rolePermissions, AccessRestrictions? restrictions = null)
    {
        RolePermissions = rolePermissions;
        Restrictions = restrictions;
        foreach (var permission in rolePermissions ?? [])
        {
            if (WellKnownRoles.Of(permission.RoleId) is var role and not Roles.None)
            {
                _byRole[BitOperations.Log2((uint)role)] |= (Permissions)permission.Permissions;
            }
        }
    }

    /// <summary>Rules from roles and what they may do.</summary>
    public static NodeAccess ForRoles(IReadOnlyDictionary<Roles, Permissions> permissions, AccessRestrictions? restrictions = null) =>
        new([.. permissions.OrderBy(static p => p.Key).Select(static p => new RolePermission(WellKnownRoles.IdOf(p.Key), (uint)p.Value))], restrictions);

    /// <summary>What each role may do; null where it is not said.</summary>
    public IReadOnlyList<RolePermission>? RolePermissions { get; }

    /// <summary>What the channel must have; null where it is not said.</summary>
    public AccessRestrictions? Restrictions { get; }

    /// <summary>What a session with these roles may do: what any of them may.</summary>
    internal Permissions Of(Roles roles)
    {
        var held = Permissions.None;
        for (var left = (uint)roles; left != 0; left &= left - 1)
        {
            held |= _byRole[BitOperations.TrailingZeroCount(left)];
        }

        return held;
    }

    /// <summary>The part of the rules that is about the roles of a session.</summary>
    internal IEnumerable<RolePermission> PartOf(Roles roles) => (RolePermissions ?? []).Where(p => (WellKnownRoles.Of(p.RoleId) & roles) != 0);
}

/// <summary>What decides about access besides the node: the roles of a session and the protection of its channel.</summary>
internal readonly record struct AccessRights(Roles Roles, MessageSecurityMode Mode)
{
    /// <summary>The restrictions that the channel does not meet.</summary>
    public AccessRestrictions Unmet => Mode switch
    {
        MessageSecurityMode.SignAndEncrypt => AccessRestrictions.None,
        MessageSecurityMode.Sign => AccessRestrictions.EncryptionRequired,
        _ => AccessRestrictions.EncryptionRequired | AccessRestrictions.SigningRequired,
    };
}
