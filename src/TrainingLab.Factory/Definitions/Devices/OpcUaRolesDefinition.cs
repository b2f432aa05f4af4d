using System.ComponentModel;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>Who has which of the roles that OPC UA knows. Everybody is anonymous besides, and every user authenticatedUser.</summary>
[Description("Who has which role. A role that is left out nobody has; it can be given through the server's RoleSet.")]
public sealed record OpcUaRolesDefinition : DefinitionRecord
{
    [Description("Who looks on.")]
    public OpcUaRoleDefinition? Observer { get; init; }

    [Description("Who runs the machine.")]
    public OpcUaRoleDefinition? Operator { get; init; }

    [Description("Who sets the machine up.")]
    public OpcUaRoleDefinition? Engineer { get; init; }

    [Description("Who answers for the shift.")]
    public OpcUaRoleDefinition? Supervisor { get; init; }

    [Description("Who may change the server's settings that have nothing to do with security.")]
    public OpcUaRoleDefinition? ConfigureAdmin { get; init; }

    [Description("Who may manage certificates and roles, over signAndEncrypt only.")]
    public OpcUaRoleDefinition? SecurityAdmin { get; init; }

    /// <summary>The roles that are given, by the names of their properties.</summary>
    [NotAKey]
    public IEnumerable<(string Name, OpcUaRoleDefinition Role)> Given => new (string Name, OpcUaRoleDefinition? Role)[]
    {
        (nameof(Observer), Observer), (nameof(Operator), Operator), (nameof(Engineer), Engineer),
        (nameof(Supervisor), Supervisor), (nameof(ConfigureAdmin), ConfigureAdmin), (nameof(SecurityAdmin), SecurityAdmin),
    }.Where(r => r.Role is not null).Select(r => (r.Name, r.Role!));
}

/// <summary>Who has one role, with which applications and over which channels.</summary>
[Description("Who has the role; a list alone names users.")]
public sealed record OpcUaRoleDefinition : DefinitionRecord
{
    [Description("Names of users of the machine, or in the certificates of persons."), Shorthand]
    public IReadOnlyList<string> Users { get; init; } = [];

    [Description("Application URIs with which alone they have it, such as urn:traininglab:workstation:client; left out, any.")]
    public IReadOnlyList<string> Applications { get; init; } = [];

    [Description("Modes of the channel over which alone they have it: sign, signAndEncrypt; left out, any, also none.")]
    public IReadOnlyList<OpcUaMode> Modes { get; init; } = [];
}
