using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>How an OPC UA server protects itself. The settings that are called weak exist because labs need plants that are wrongly set up.</summary>
[Description("How an OPC UA server protects itself; left out, it offers an endpoint without protection only.")]
public sealed record OpcUaSecurityDefinition : DefinitionRecord
{
    [Description("Policies of the protected endpoints: basic256Sha256, aes128Sha256RsaOaep, aes256Sha256RsaPss. Left out, all of them.")]
    public IReadOnlyList<OpcUaPolicy> Policies { get; init; } = [OpcUaPolicy.Aes128Sha256RsaOaep, OpcUaPolicy.Basic256Sha256, OpcUaPolicy.Aes256Sha256RsaPss];

    [Description("Modes of the protected endpoints: sign, signAndEncrypt. Left out, both.")]
    public IReadOnlyList<OpcUaMode> Modes { get; init; } = [OpcUaMode.Sign, OpcUaMode.SignAndEncrypt];

    [Description("Weak: whether sessions without protection are served, too. Otherwise an unprotected channel serves discovery only.")]
    public bool None { get; init; }

    [Description("Weak: whether any client certificate is accepted, trusted or not.")]
    public bool AcceptAny { get; init; }

    [Description("Weak: whether passwords are taken in clear text where the channel is not protected.")]
    public bool PlainPasswords { get; init; }

    [Description("Whether authorities must have a revocation list in force.")]
    public bool RevocationLists { get; init; } = true;

    [Description("Hosts of the plant whose certificates the machine trusts at first; left out, the gateways that poll it.")]
    public IReadOnlyList<string>? Trusts { get; init; }

    [Description("Whether persons may sign in with a certificate that the machine trusts.")]
    public bool Certificates { get; init; }

    [Description("Who has which role; with this or with access, roles decide what a session may do.")]
    public OpcUaRolesDefinition? Roles { get; init; }

    [Description("Who may do what with which part: machine (everything that is not named), a folder, a tag, Restart, alarms, alarms/ID.")]
    public IReadOnlyDictionary<string, OpcUaAccessDefinition> Access { get; init; } = new Dictionary<string, OpcUaAccessDefinition>(StringComparer.Ordinal);

    [Description("Days for which the machine's certificate is valid.")]
    [Range(1, 36500)]
    public int CertificateDays { get; init; } = 1825;

    [Description("How many days before the start of the scenario the machine's certificate was made; more than certificateDays makes one that has expired.")]
    [Range(0, 36500)]
    public int CertificateAgeDays { get; init; } = 30;
}

/// <summary>Policies of protected endpoints.</summary>
public enum OpcUaPolicy
{
    Aes128Sha256RsaOaep,
    Basic256Sha256,
    Aes256Sha256RsaPss,
}

/// <summary>Modes of protected endpoints.</summary>
public enum OpcUaMode
{
    Sign,
    SignAndEncrypt,
}
