namespace TrainingLab.OpcUa.Security;

/// <summary>The well-known roles (OPC 10000-3, 4.9.2); a session has a set of them.</summary>
[Flags]
public enum Roles : ushort
{
    None = 0,

    /// <summary>Every session has it, with or without a user.</summary>
    Anonymous = 1 << 0,

    /// <summary>Every session with a user has it.</summary>
    AuthenticatedUser = 1 << 1,

    /// <summary>Every session of a trusted application on a protected channel has it.</summary>
    TrustedApplication = 1 << 2,
    Observer = 1 << 3,
    Operator = 1 << 4,
    Engineer = 1 << 5,
    Supervisor = 1 << 6,
    ConfigureAdmin = 1 << 7,

    /// <summary>May manage certificates and roles.</summary>
    SecurityAdmin = 1 << 8,
}

/// <summary>The nodes of the well-known roles in namespace 0.</summary>
public static class WellKnownRoles
{
    private static readonly (Roles Role, uint Id)[] Ids =
    [
        (Roles.Anonymous, 15644), (Roles.AuthenticatedUser, 15656), (Roles.TrustedApplication, 18625), (Roles.Observer, 15668), (Roles.Operator, 15680),
        (Roles.Engineer, 16036), (Roles.Supervisor, 15692), (Roles.ConfigureAdmin, 15716), (Roles.SecurityAdmin, 15704),
    ];

    /// <summary>Each role alone.</summary>
    public static IReadOnlyList<Roles> All { get; } = [.. Ids.Select(static r => r.Role)];

    /// <summary>The roles that a server's owner may give to whom he likes; the others follow from how a session was opened.</summary>
    public static IReadOnlyList<Roles> Assignable { get; } = [.. All.Where(static r => r > Roles.TrustedApplication)];

    /// <summary>The node of one role.</summary>
    /// <exception cref="ArgumentException">Not exactly one role.</exception>
    public static NodeId IdOf(Roles role)
    {
        var place = Array.FindIndex(Ids, r => r.Role == role);
        return place >= 0 ? new NodeId(0, Ids[place].Id) : throw new ArgumentException($"{role} is not one role", nameof(role));
    }

    /// <summary>The role of a node; None where it is no well-known role.</summary>
    public static Roles Of(NodeId id) => id is { NamespaceIndex: 0, IdType: IdType.Numeric } ? Array.Find(Ids, r => r.Id == id.Numeric).Role : Roles.None;
}
