using System.Security.Cryptography;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Channel;

/// <summary>A token of a channel with the keys of both directions (none without security).</summary>
internal sealed class ChannelToken(uint id, long expires, SymmetricSecurity? incoming, SymmetricSecurity? outgoing) : IDisposable
{
    public uint Id => id;

    /// <summary>A timestamp of the channel's clock from which on the token is refused.</summary>
    public long Expires => expires;

    public SymmetricSecurity? Incoming => incoming;

    public SymmetricSecurity? Outgoing => outgoing;

    public void Dispose()
    {
        incoming?.Dispose();
        outgoing?.Dispose();
    }
}

/// <summary>Decides about a peer that opens a channel, before anything of its message is believed: throws, or gives what protects the channel's OPN messages (null without security).</summary>
internal delegate AsymmetricSecurity? ChannelAdmission(SecurityPolicy policy, ReadOnlySpan<byte> senderCertificate, ReadOnlySpan<byte> receiverThumbprint);

/// <summary>
/// One side's view of a secure channel (OPC 10000-6, 6.7): its policy and mode, and the tokens in force. A renewed channel has two: the old one is good until the new
/// one has been used or the old one's time is over (OPC 10000-4, 5.6.2).
/// </summary>
internal sealed class SecureChannel(TimeProvider time, bool isServer) : IDisposable
{
    private ChannelToken? _current;
    private ChannelToken? _previous;
    private byte[]? _lastPeerNonce;

    /// <summary>0 until the channel is open.</summary>
    public uint Id { get; set; }

    /// <summary>Null until the first OPN message says it (server), or as the client wants it.</summary>
    public SecurityPolicy? Policy { get; set; }

    public MessageSecurityMode Mode { get; set; } = MessageSecurityMode.None;

    /// <summary>What protects OPN messages; null without security.</summary>
    public AsymmetricSecurity? Asymmetric { get; set; }

    /// <summary>Asked at the first OPN message of a server's channel.</summary>
    public ChannelAdmission? Admit { get; init; }

    /// <summary>What this side protects messages with: a server goes on with the old token until the client has used the new one.</summary>
    public ChannelToken? Sending => isServer && _previous is { } previous && time.GetTimestamp() < previous.Expires ? previous : _current;

    /// <summary>Whether <see cref="Sending"/> may change by itself.</summary>
    public bool IsRenewing => _previous is not null;

    /// <summary>Takes the protection off an OPN message (see <see cref="AsymmetricSecurity"/>): its sequence header and body.</summary>
    /// <exception cref="OpcUaException">The peer or the message is refused.</exception>
    public ReadOnlySpan<byte> OpenAsymmetric(ReadOnlySpan<byte> chunk, int headerEnd, string? policyUri, ReadOnlySpan<byte> senderCertificate, ReadOnlySpan<byte> thumbprint)
    {
        var policy = SecurityPolicy.Find(policyUri) ?? throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected, $"{policyUri} is not known here");
        if (Policy is null)
        {
            Asymmetric = Admit!(policy, senderCertificate, thumbprint);
            Policy = policy;
        }
        else if (policy != Policy)
        {
            throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected, $"{policy} on a channel of {Policy}");
        }

        if (Asymmetric is not { } asymmetric)
        {
            return chunk[headerEnd..];
        }

        if (!senderCertificate.StartsWith(asymmetric.Peer.RawData))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "another certificate than the one that the channel was opened with");
        }

        if (!thumbprint.SequenceEqual(asymmetric.Own.Thumbprint))
        {
            throw new OpcUaException(StatusCodes.BadCertificateInvalid, "the message is meant for another certificate");
        }

        return asymmetric.Open(chunk, headerEnd);
    }

    /// <summary>Begins a token; the one before is kept for messages on their way.</summary>
    /// <exception cref="OpcUaException">BadNonceInvalid: the peer's nonce has the wrong length, or is the one of the token before.</exception>
    public void Issue(uint tokenId, TimeSpan lifetime, byte[]? ownNonce, byte[]? peerNonce)
    {
        SymmetricSecurity? incoming = null;
        SymmetricSecurity? outgoing = null;
        if (Policy is { IsSecure: true } policy)
        {
            CheckNonce(policy, peerNonce);
            _lastPeerNonce = peerNonce;
            incoming = SymmetricSecurity.Derive(policy, Mode, secret: ownNonce, seed: peerNonce, sending: false);
            outgoing = SymmetricSecurity.Derive(policy, Mode, secret: peerNonce, seed: ownNonce, sending: true);
        }

        _previous?.Dispose();
        _previous = _current;
        _current = new ChannelToken(tokenId, time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency), incoming, outgoing);
    }

    /// <summary>A nonce for <see cref="Issue"/>.</summary>
    public byte[]? NewNonce() => Policy is { IsSecure: true } policy ? RandomNumberGenerator.GetBytes(policy.NonceLength) : null;

    /// <summary>Refuses a peer's nonce that is no good to make keys of.</summary>
    /// <exception cref="OpcUaException">BadNonceInvalid.</exception>
    public void CheckNonce(SecurityPolicy policy, byte[]? peerNonce)
    {
        if (policy.IsSecure && peerNonce?.Length != policy.NonceLength)
        {
            throw new OpcUaException(StatusCodes.BadNonceInvalid, $"a nonce of {peerNonce?.Length ?? 0} bytes; {policy} has {policy.NonceLength}");
        }

        if (policy.IsSecure && _lastPeerNonce is not null && _lastPeerNonce.AsSpan().SequenceEqual(peerNonce))
        {
            throw new OpcUaException(StatusCodes.BadNonceInvalid, "the nonce of the token before");
        }
    }

    /// <summary>The token of an incoming chunk.</summary>
    /// <exception cref="OpcUaException">The channel is not this one, or the token is none of its or expired.</exception>
    public ChannelToken Find(uint channelId, uint tokenId)
    {
        if (Id == 0 || channelId != Id)
        {
            throw new OpcUaException(StatusCodes.BadTcpSecureChannelUnknown, $"channel {channelId} is not open here");
        }

        var token = tokenId == _current?.Id ? _current : tokenId == _previous?.Id ? _previous : null;
        return token is not null && time.GetTimestamp() < token.Expires
            ? token
            : throw new OpcUaException(StatusCodes.BadSecureChannelTokenUnknown, token is null ? $"token {tokenId}" : $"token {tokenId} has expired");
    }

    /// <summary>A chunk under the token was right. At a server the first one under the new token ends the one before; a client keeps it, as the server may still send under it.</summary>
    public void Used(ChannelToken token)
    {
        if (isServer && _previous is not null && ReferenceEquals(token, _current))
        {
            _previous.Dispose();
            _previous = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _current?.Dispose();
        _previous?.Dispose();
        Asymmetric?.Peer.Dispose();
    }
}
