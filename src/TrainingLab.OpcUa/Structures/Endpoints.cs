using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>How messages on a channel are protected (OPC 10000-4, 7.20).</summary>
public enum MessageSecurityMode
{
    Invalid = 0,
    None = 1,
    Sign = 2,
    SignAndEncrypt = 3,
}

/// <summary>What an application is (OPC 10000-4, 7.4).</summary>
public enum ApplicationType
{
    Server = 0,
    Client = 1,
    ClientAndServer = 2,
    DiscoveryServer = 3,
}

/// <summary>How a user can prove who they are (OPC 10000-4, 7.42).</summary>
public enum UserTokenType
{
    Anonymous = 0,
    UserName = 1,
    Certificate = 2,
    IssuedToken = 3,
}

/// <summary>An application by its names (OPC 10000-4, 7.2).</summary>
public sealed record ApplicationDescription(
    string? ApplicationUri, string? ProductUri, LocalizedText ApplicationName, ApplicationType ApplicationType,
    string? GatewayServerUri = null, string? DiscoveryProfileUri = null, IReadOnlyList<string?>? DiscoveryUrls = null) : IStructureBody<ApplicationDescription>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(ApplicationUri);
        writer.WriteString(ProductUri);
        writer.WriteLocalizedText(ApplicationName);
        writer.WriteInt32((int)ApplicationType);
        writer.WriteString(GatewayServerUri);
        writer.WriteString(DiscoveryProfileUri);
        writer.WriteStringArray(DiscoveryUrls);
    }

    public static ApplicationDescription Read(ref UaReader reader) => new(
        reader.ReadString(), reader.ReadString(), reader.ReadLocalizedText(), (ApplicationType)reader.ReadInt32(),
        reader.ReadString(), reader.ReadString(), reader.ReadStringArray());
}

/// <summary>A kind of user token that an endpoint takes (OPC 10000-4, 7.41).</summary>
public sealed record UserTokenPolicy(
    string? PolicyId, UserTokenType TokenType, string? IssuedTokenType = null, string? IssuerEndpointUrl = null, string? SecurityPolicyUri = null)
    : IStructureBody<UserTokenPolicy>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(PolicyId);
        writer.WriteInt32((int)TokenType);
        writer.WriteString(IssuedTokenType);
        writer.WriteString(IssuerEndpointUrl);
        writer.WriteString(SecurityPolicyUri);
    }

    public static UserTokenPolicy Read(ref UaReader reader) =>
        new(reader.ReadString(), (UserTokenType)reader.ReadInt32(), reader.ReadString(), reader.ReadString(), reader.ReadString());
}

/// <summary>An endpoint: where, how protected, and who may sign in (OPC 10000-4, 7.14).</summary>
public sealed record EndpointDescription(
    string? EndpointUrl, ApplicationDescription Server, byte[]? ServerCertificate, MessageSecurityMode SecurityMode, string? SecurityPolicyUri,
    IReadOnlyList<UserTokenPolicy> UserIdentityTokens, string? TransportProfileUri, byte SecurityLevel) : IStructureBody<EndpointDescription>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(EndpointUrl);
        Server.Write(writer);
        writer.WriteByteString(ServerCertificate);
        writer.WriteInt32((int)SecurityMode);
        writer.WriteString(SecurityPolicyUri);
        writer.WriteStructures(UserIdentityTokens);
        writer.WriteString(TransportProfileUri);
        writer.WriteByte(SecurityLevel);
    }

    public static EndpointDescription Read(ref UaReader reader) => new(
        reader.ReadString(), ApplicationDescription.Read(ref reader), reader.ReadByteString(), (MessageSecurityMode)reader.ReadInt32(), reader.ReadString(),
        reader.ReadStructures<UserTokenPolicy>(minElementSize: 20), reader.ReadString(), reader.ReadByte());
}
