using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>What a rule looks at (IdentityCriteriaType, OPC 10000-18, 4.4.2).</summary>
public enum IdentityCriteria
{
    UserName = 1,

    /// <summary>The thumbprint of the person's certificate, hexadecimal.</summary>
    Thumbprint = 2,

    /// <summary>A role in an access token; not supported here.</summary>
    Role = 3,

    /// <summary>A group of an access token; not supported here.</summary>
    GroupId = 4,
    Anonymous = 5,
    AuthenticatedUser = 6,

    /// <summary>The application URI of a certificate.</summary>
    Application = 7,

    /// <summary>The subject of the person's certificate; not supported here.</summary>
    X509Subject = 8,
    TrustedApplication = 9,
}

/// <summary>A rule that gives a role to whom it fits (IdentityMappingRuleType, OPC 10000-18, 4.4.3).</summary>
/// <param name="CriteriaType">What it looks at.</param>
/// <param name="Criteria">What must be found there; null or empty where the type says all.</param>
/// <remarks><code>criteria type: 4 | criteria: string</code></remarks>
public sealed record IdentityMappingRule(IdentityCriteria CriteriaType, string? Criteria = null) : IStructure, IStructureBody<IdentityMappingRule>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 15736;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteInt32((int)CriteriaType);
        writer.WriteString(Criteria);
    }

    public static IdentityMappingRule Read(ref UaReader reader) => new((IdentityCriteria)reader.ReadInt32(), reader.ReadString());
}
