using System.Security.Cryptography;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Client;

/// <summary>The client's side of CreateSession and ActivateSession (OPC 10000-4, 5.7.2 and 5.7.3): each side proves that it owns its certificate, then the user signs in.</summary>
internal static class SessionOpening
{
    private const int NonceLength = 32;

    /// <summary>Opens a session on a channel and signs in; gives the session's timeout.</summary>
    /// <exception cref="OpcUaException">The server refuses, or does not prove who it is.</exception>
    public static async Task<TimeSpan> OpenAsync(ClientChannel channel, OpcUaClientOptions options, CancellationToken cancellationToken)
    {
        var asymmetric = channel.Channel.Asymmetric;
        var uri = options.Certificate is { } certificate ? CertificateNames.Of(certificate.Certificate).ApplicationUri ?? options.ApplicationUri : options.ApplicationUri;
        var nonce = RandomNumberGenerator.GetBytes(NonceLength);
        var session = await channel.SendAsync<CreateSessionRequest, CreateSessionResponse>(
            new CreateSessionRequest(
                new ApplicationDescription(uri, uri, options.ApplicationName, ApplicationType.Client),
                null, options.EndpointUrl, options.SessionName, nonce, asymmetric?.Own.RawData, options.SessionTimeout.TotalMilliseconds, 0),
            cancellationToken);
        if (asymmetric is not null)
        {
            CheckServer(asymmetric, session, nonce);
        }

        channel.AuthenticationToken = session.AuthenticationToken;
        var endpoint = options.Endpoint ?? ServerTrust.Choose(session.ServerEndpoints, options.Security);
        var (token, signature) = UserToken(options, endpoint, session, asymmetric, channel.Now);
        await channel.SendAsync<ActivateSessionRequest, ActivateSessionResponse>(
            new ActivateSessionRequest(
                asymmetric is null ? default : SessionSignatures.Sign(asymmetric, asymmetric.Peer.RawData, session.ServerNonce),
                [], null, new ExtensionObject(token), signature),
            cancellationToken);
        return TimeSpan.FromMilliseconds(Math.Max(1, session.RevisedSessionTimeout));
    }

    private static void CheckServer(AsymmetricSecurity security, CreateSessionResponse session, byte[] nonce)
    {
        if (!session.ServerCertificate.AsSpan().StartsWith(security.Peer.RawData))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "the session's certificate is not the channel's");
        }

        if (session.ServerNonce is not { Length: >= NonceLength })
        {
            throw new OpcUaException(StatusCodes.BadNonceInvalid, $"a session's nonce has at least {NonceLength} bytes");
        }

        if (!SessionSignatures.Verify(security.Policy, security.Peer.PublicKey, session.ServerSignature, security.Own.RawData, nonce))
        {
            throw new OpcUaException(StatusCodes.BadApplicationSignatureInvalid, "the server does not prove that its certificate is its own");
        }
    }

    private static (IStructure Token, SignatureData Signature) UserToken(OpcUaClientOptions options, EndpointDescription endpoint, CreateSessionResponse session, AsymmetricSecurity? channel, DateTime now)
    {
        var type = options.UserCertificate is not null ? UserTokenType.Certificate : options.UserName is not null ? UserTokenType.UserName : UserTokenType.Anonymous;
        var offered = endpoint.UserIdentityTokens.FirstOrDefault(t => t.TokenType == type && SecurityPolicy.Find(EffectiveUri(t, endpoint)) is not null)
            ?? throw new OpcUaException(StatusCodes.BadIdentityTokenRejected, $"the server takes no {type} sign-in with {options.Security.Policy} and {options.Security.Mode}");
        var policy = SecurityPolicy.Find(EffectiveUri(offered, endpoint))!;
        switch (type)
        {
            case UserTokenType.Certificate:
                var person = options.UserCertificate!;
                return (new X509IdentityToken(offered.PolicyId, person.RawData), SessionSignatures.Sign(policy, person.PrivateKey, session.ServerCertificate, session.ServerNonce));
            case UserTokenType.UserName:
                var password = System.Text.Encoding.UTF8.GetBytes(options.Password ?? "");
                var isSecret = options.UseEncryptedSecret && policy.IsSecure;
                return (new UserNameIdentityToken(offered.PolicyId, options.UserName, Protect(policy, password, endpoint, session, channel, isSecret ? now : null), isSecret ? null : policy.EncryptionUri), default);
            default:
                return (new AnonymousIdentityToken(offered.PolicyId), default);
        }
    }

    /// <summary>A token's own policy, or the endpoint's where it names none (OPC 10000-4, 7.41).</summary>
    private static string? EffectiveUri(UserTokenPolicy token, EndpointDescription endpoint) => string.IsNullOrEmpty(token.SecurityPolicyUri) ? endpoint.SecurityPolicyUri : token.SecurityPolicyUri;

    private static byte[] Protect(SecurityPolicy policy, byte[] password, EndpointDescription endpoint, CreateSessionResponse session, AsymmetricSecurity? channel, DateTime? signingTime)
    {
        if (!policy.IsSecure)
        {
            return password;
        }

        if (channel is not null)
        {
            return Protect(policy, password, channel.Peer, session.ServerNonce, signingTime);
        }

        using var server = PeerCertificate.Read(session.ServerCertificate ?? endpoint.ServerCertificate);
        return Protect(policy, password, server, session.ServerNonce, signingTime);
    }

    private static byte[] Protect(SecurityPolicy policy, byte[] password, PeerCertificate server, byte[]? nonce, DateTime? signingTime) => signingTime is { } time
        ? RsaEncryptedSecret.Encrypt(policy, server.PublicKey, server.Thumbprint, password, nonce, time)
        : UserSecrets.Encrypt(policy, server.PublicKey, password, nonce);
}
