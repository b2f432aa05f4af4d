using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>No user (OPC 10000-4, 7.40.3).</summary>
/// <remarks><code>policy id: string</code></remarks>
public sealed record AnonymousIdentityToken(string? PolicyId) : IStructure, IStructureBody<AnonymousIdentityToken>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 321;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(PolicyId);
    }

    public static AnonymousIdentityToken Read(ref UaReader reader) => new(reader.ReadString());
}

/// <summary>A user name with a password, in clear text under policy None (OPC 10000-4, 7.40.4).</summary>
/// <remarks><code>policy id: string | user name: string | password: bytes | encryption algorithm: string</code></remarks>
public sealed record UserNameIdentityToken(
    string? PolicyId, string? UserName, byte[]? Password, string? EncryptionAlgorithm)
    : IStructure, IStructureBody<UserNameIdentityToken>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 324;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(PolicyId);
        writer.WriteString(UserName);
        writer.WriteByteString(Password);
        writer.WriteString(EncryptionAlgorithm);
    }

    public static UserNameIdentityToken Read(ref UaReader reader) =>
        new(reader.ReadString(), reader.ReadString(), reader.ReadByteString(), reader.ReadString());
}

/// <summary>A certificate (OPC 10000-4, 7.40.5).</summary>
/// <remarks><code>policy id: string | certificate data: bytes</code></remarks>
public sealed record X509IdentityToken(string? PolicyId, byte[]? CertificateData) : IStructure, IStructureBody<X509IdentityToken>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 327;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(PolicyId);
        writer.WriteByteString(CertificateData);
    }

    public static X509IdentityToken Read(ref UaReader reader) => new(reader.ReadString(), reader.ReadByteString());
}
