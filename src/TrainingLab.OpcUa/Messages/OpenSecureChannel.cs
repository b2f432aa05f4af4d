using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Opens a channel or renews its token (OPC 10000-4, 5.6.2).</summary>
/// <remarks><code>client protocol version: 4 | request type: 4 | security mode: 4 | client nonce: bytes | requested lifetime: 4</code></remarks>
public sealed record OpenSecureChannelRequest(
    uint ClientProtocolVersion, SecurityTokenRequestType RequestType, MessageSecurityMode SecurityMode, byte[]? ClientNonce, uint RequestedLifetime)
    : IServiceMessage<OpenSecureChannelRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 446;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ClientProtocolVersion);
        writer.WriteInt32((int)RequestType);
        writer.WriteInt32((int)SecurityMode);
        writer.WriteByteString(ClientNonce);
        writer.WriteUInt32(RequestedLifetime);
    }

    public static OpenSecureChannelRequest Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), (SecurityTokenRequestType)reader.ReadInt32(), (MessageSecurityMode)reader.ReadInt32(), reader.ReadByteString(), reader.ReadUInt32());
}

/// <summary>The answer to <see cref="OpenSecureChannelRequest"/>.</summary>
/// <remarks><code>server protocol version: 4 | security token: ChannelSecurityToken | server nonce: bytes</code></remarks>
public sealed record OpenSecureChannelResponse(
    uint ServerProtocolVersion, ChannelSecurityToken SecurityToken, byte[]? ServerNonce)
    : IServiceMessage<OpenSecureChannelResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 449;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ServerProtocolVersion);
        SecurityToken.Write(writer);
        writer.WriteByteString(ServerNonce);
    }

    public static OpenSecureChannelResponse Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), ChannelSecurityToken.Read(ref reader), reader.ReadByteString());
}

/// <summary>Whether a channel is opened or its token renewed.</summary>
public enum SecurityTokenRequestType
{
    Issue = 0,
    Renew = 1,
}

/// <summary>A token of a channel; its lifetime is in milliseconds.</summary>
/// <remarks><code>channel id: 4 | token id: 4 | created at: 8 | revised lifetime: 4</code></remarks>
public readonly record struct ChannelSecurityToken(
    uint ChannelId, uint TokenId, DateTime CreatedAt, uint RevisedLifetime)
    : IStructureBody<ChannelSecurityToken>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ChannelId);
        writer.WriteUInt32(TokenId);
        writer.WriteDateTime(CreatedAt);
        writer.WriteUInt32(RevisedLifetime);
    }

    public static ChannelSecurityToken Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadDateTime(), reader.ReadUInt32());
}
