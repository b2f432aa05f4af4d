using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Creates a session (OPC 10000-4, 5.7.2).</summary>
/// <remarks><code>client description: ApplicationDescription | server uri: string | endpoint url: string | session name: string | client nonce: bytes | client certificate: bytes | requested session timeout: 8 | max response message size: 4</code></remarks>
public sealed record CreateSessionRequest(
    ApplicationDescription ClientDescription, string? ServerUri, string? EndpointUrl, string? SessionName, byte[]? ClientNonce, byte[]? ClientCertificate, double RequestedSessionTimeout, uint MaxResponseMessageSize)
    : IServiceMessage<CreateSessionRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 461;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        ClientDescription.Write(writer);
        writer.WriteString(ServerUri);
        writer.WriteString(EndpointUrl);
        writer.WriteString(SessionName);
        writer.WriteByteString(ClientNonce);
        writer.WriteByteString(ClientCertificate);
        writer.WriteDouble(RequestedSessionTimeout);
        writer.WriteUInt32(MaxResponseMessageSize);
    }

    public static CreateSessionRequest Read(ref UaReader reader) =>
        new(ApplicationDescription.Read(ref reader), reader.ReadString(), reader.ReadString(), reader.ReadString(), reader.ReadByteString(), reader.ReadByteString(), reader.ReadDouble(), reader.ReadUInt32());
}

/// <summary>The answer to <see cref="CreateSessionRequest"/>.</summary>
/// <remarks><code>session id: node id | authentication token: node id | revised session timeout: 8 | server nonce: bytes | server certificate: bytes | server endpoints: EndpointDescription[] | server software certificates: SignedSoftwareCertificate[] | server signature: SignatureData | max request message size: 4</code></remarks>
public sealed record CreateSessionResponse(
    NodeId SessionId, NodeId AuthenticationToken, double RevisedSessionTimeout, byte[]? ServerNonce, byte[]? ServerCertificate, EndpointDescription[] ServerEndpoints, SignedSoftwareCertificate[] ServerSoftwareCertificates, SignatureData ServerSignature, uint MaxRequestMessageSize)
    : IServiceMessage<CreateSessionResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 464;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(SessionId);
        writer.WriteNodeId(AuthenticationToken);
        writer.WriteDouble(RevisedSessionTimeout);
        writer.WriteByteString(ServerNonce);
        writer.WriteByteString(ServerCertificate);
        writer.WriteStructures(ServerEndpoints);
        writer.WriteStructures(ServerSoftwareCertificates);
        ServerSignature.Write(writer);
        writer.WriteUInt32(MaxRequestMessageSize);
    }

    public static CreateSessionResponse Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), reader.ReadNodeId(), reader.ReadDouble(), reader.ReadByteString(), reader.ReadByteString(), reader.ReadStructures<EndpointDescription>(minElementSize: 30), reader.ReadStructures<SignedSoftwareCertificate>(minElementSize: 8), SignatureData.Read(ref reader), reader.ReadUInt32());
}

/// <summary>A signature with its algorithm (OPC 10000-4, 7.37).</summary>
/// <remarks><code>algorithm: string | signature: bytes</code></remarks>
public readonly record struct SignatureData(string? Algorithm, byte[]? Signature) : IStructureBody<SignatureData>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(Algorithm);
        writer.WriteByteString(Signature);
    }

    public static SignatureData Read(ref UaReader reader) => new(reader.ReadString(), reader.ReadByteString());
}

/// <summary>A software certificate; none is ever sent (OPC 10000-4, 7.38).</summary>
/// <remarks><code>certificate data: bytes | signature: bytes</code></remarks>
public readonly record struct SignedSoftwareCertificate(byte[]? CertificateData, byte[]? Signature) : IStructureBody<SignedSoftwareCertificate>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteByteString(CertificateData);
        writer.WriteByteString(Signature);
    }

    public static SignedSoftwareCertificate Read(ref UaReader reader) => new(reader.ReadByteString(), reader.ReadByteString());
}
