using System.ComponentModel;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>What each role may do with one part of a machine; a role that is not named may do nothing with it.</summary>
[Description("What each role may do with this part; a role that is not named may do nothing. Everybody is anonymous, every user authenticatedUser, besides the roles they are given.")]
public sealed record OpcUaAccessDefinition : DefinitionRecord
{
    [Description("Everybody, with or without a user.")]
    public IReadOnlyList<OpcUaPermission> Anonymous { get; init; } = [];

    [Description("Every user.")]
    public IReadOnlyList<OpcUaPermission> AuthenticatedUser { get; init; } = [];

    [Description("Every application on a protected channel.")]
    public IReadOnlyList<OpcUaPermission> TrustedApplication { get; init; } = [];

    [Description("Who looks on.")]
    public IReadOnlyList<OpcUaPermission> Observer { get; init; } = [];

    [Description("Who runs the machine.")]
    public IReadOnlyList<OpcUaPermission> Operator { get; init; } = [];

    [Description("Who sets the machine up.")]
    public IReadOnlyList<OpcUaPermission> Engineer { get; init; } = [];

    [Description("Who answers for the shift.")]
    public IReadOnlyList<OpcUaPermission> Supervisor { get; init; } = [];

    [Description("Who may change settings that have nothing to do with security.")]
    public IReadOnlyList<OpcUaPermission> ConfigureAdmin { get; init; } = [];

    [Description("Who may manage certificates and roles.")]
    public IReadOnlyList<OpcUaPermission> SecurityAdmin { get; init; } = [];

    /// <summary>The permissions of each role, by the names of their properties.</summary>
    [NotAKey]
    public IEnumerable<(string Role, IReadOnlyList<OpcUaPermission> Permissions)> ByRole =>
    [
        (nameof(Anonymous), Anonymous), (nameof(AuthenticatedUser), AuthenticatedUser), (nameof(TrustedApplication), TrustedApplication),
        (nameof(Observer), Observer), (nameof(Operator), Operator), (nameof(Engineer), Engineer),
        (nameof(Supervisor), Supervisor), (nameof(ConfigureAdmin), ConfigureAdmin), (nameof(SecurityAdmin), SecurityAdmin),
    ];
}

/// <summary>What may be done with a part of a machine.</summary>
public enum OpcUaPermission
{
    /// <summary>See it, and its attributes but the value.</summary>
    Browse,

    /// <summary>Read values.</summary>
    Read,

    /// <summary>Write values.</summary>
    Write,

    /// <summary>Read the past.</summary>
    History,

    /// <summary>Call methods.</summary>
    Call,

    /// <summary>Receive events.</summary>
    Events,

    /// <summary>Read which role may do what.</summary>
    Permissions,
}
