using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Signs a user in to a session, or moves it to this channel (OPC 10000-4, 5.7.3).</summary>
/// <remarks><code>client signature: SignatureData | client software certificates: SignedSoftwareCertificate[] | locale ids: string[] | user identity token: extension object | user token signature: SignatureData</code></remarks>
public sealed record ActivateSessionRequest(
    SignatureData ClientSignature, SignedSoftwareCertificate[] ClientSoftwareCertificates, IReadOnlyList<string?>? LocaleIds, ExtensionObject? UserIdentityToken, SignatureData UserTokenSignature)
    : IServiceMessage<ActivateSessionRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 467;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        ClientSignature.Write(writer);
        writer.WriteStructures(ClientSoftwareCertificates);
        writer.WriteStringArray(LocaleIds);
        writer.WriteExtensionObject(UserIdentityToken);
        UserTokenSignature.Write(writer);
    }

    public static ActivateSessionRequest Read(ref UaReader reader) =>
        new(SignatureData.Read(ref reader), reader.ReadStructures<SignedSoftwareCertificate>(minElementSize: 8), reader.ReadStringArray(), reader.ReadExtensionObject(), SignatureData.Read(ref reader));
}

/// <summary>The answer to <see cref="ActivateSessionRequest"/>.</summary>
/// <remarks><code>server nonce: bytes | results: 4[] | diagnostic info[]</code></remarks>
public sealed record ActivateSessionResponse(byte[]? ServerNonce, StatusCode[] Results) : IServiceMessage<ActivateSessionResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 470;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteByteString(ServerNonce);
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static ActivateSessionResponse Read(ref UaReader reader)
    {
        ActivateSessionResponse message = new(reader.ReadByteString(), reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}
