using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Who a session belongs to: the user token of ActivateSession (OPC 10000-4, 7.40).</summary>
internal static class UserSignIn
{
    /// <summary>The status, and the user as far as one is named.</summary>
    public static ValueTask<(StatusCode Status, UserIdentity User)> CheckAsync(RequestContext context, Session session, ActivateSessionRequest request)
    {
        var options = context.Server.Options;
        var offered = DiscoveryService.Tokens(context.Server, context.Connection.Channel.Policy ?? SecurityPolicy.None);
        switch (request.UserIdentityToken?.Structure)
        {
            case null when request.UserIdentityToken is null:
                return Done(options.AllowAnonymous ? StatusCodes.Good : StatusCodes.BadIdentityTokenRejected);
            case AnonymousIdentityToken anonymous:
                return Done(Check(offered, UserTokenType.Anonymous, anonymous.PolicyId));
            case UserNameIdentityToken user:
                var ofName = Check(offered, UserTokenType.UserName, user.PolicyId);
                return ofName.IsGood ? CheckPasswordAsync(context, session, user, options.Users!) : Done(ofName, user.UserName);
            case X509IdentityToken user:
                var ofCertificate = Check(offered, UserTokenType.Certificate, user.PolicyId);
                return ofCertificate.IsGood && context.Connection.Channel.Asymmetric is { } channel
                    ? CheckCertificateAsync(context, session, channel, user, request.UserTokenSignature, options.UserCertificates!)
                    : Done(ofCertificate.IsBad ? ofCertificate : StatusCodes.BadIdentityTokenRejected);
            default:
                return Done(StatusCodes.BadIdentityTokenInvalid);
        }
    }

    /// <summary>
    /// Whether the endpoint takes a token: BadIdentityTokenRejected where it takes none of its kind, BadIdentityTokenInvalid where it does, under another policy id. Who is nobody may leave the
    /// id out.
    /// </summary>
    private static StatusCode Check(List<UserTokenPolicy> offered, UserTokenType kind, string? policyId)
    {
        if (offered.Find(o => o.TokenType == kind) is not { PolicyId: not null } policy)
        {
            return StatusCodes.BadIdentityTokenRejected;
        }

        return policy.PolicyId == policyId || (kind == UserTokenType.Anonymous && (string.IsNullOrEmpty(policyId) || policyId.Equals(policy.PolicyId, StringComparison.OrdinalIgnoreCase)))
            ? StatusCodes.Good
            : StatusCodes.BadIdentityTokenInvalid;
    }

    private static ValueTask<(StatusCode Status, UserIdentity User)> Done(StatusCode status, string? userName = null) => ValueTask.FromResult((status, userName is null ? UserIdentity.Anonymous : new UserIdentity(userName)));

    private static async ValueTask<(StatusCode Status, UserIdentity User)> CheckPasswordAsync(RequestContext context, Session session, UserNameIdentityToken token, UserValidator users)
    {
        var connection = context.Connection;
        var time = connection.Peer.ConnectionTime;
        var throttle = context.Server.Throttle;
        var name = token.UserName ?? "";
        var host = connection.Peer.Node;
        switch (throttle.Reserve(host, name, time.GetUtcNow()))
        {
            case null:
                return (StatusCodes.BadUserAccessDenied, new UserIdentity(name));
            case { Ticks: > 0 } delay:
                await Task.Delay(delay, time, connection.Closed);
                break;
        }

        if (!TryReadPassword(context.Server, connection, session, token, out var password))
        {
            return (StatusCodes.BadIdentityTokenInvalid, new UserIdentity(name));
        }

        var status = await users(name, password, connection.Peer, connection.Closed);
        throttle.Note(host, name, status.IsGood, time.GetUtcNow());
        return (status, new UserIdentity(name));
    }

    private static bool TryReadPassword(OpcUaServer server, ServerConnection connection, Session session, UserNameIdentityToken token, out string password)
    {
        password = "";
        var policy = server.Security?.TokenPolicyOf(connection.Channel.Policy!) ?? SecurityPolicy.None;
        byte[]? bytes;
        if (policy.IsSecure)
        {
            var own = connection.Channel.Asymmetric?.Own ?? server.Security!.Certificate;
            connection.Work += Operations.OfPrivateKey;
            bytes = token.EncryptionAlgorithm == policy.EncryptionUri ? UserSecrets.TryDecrypt(policy, own.PrivateKey, token.Password, session.ServerNonce)
                : string.IsNullOrEmpty(token.EncryptionAlgorithm) ? RsaEncryptedSecret.TryDecrypt(policy, own, token.Password, session.ServerNonce)
                : null;
        }
        else
        {
            bytes = string.IsNullOrEmpty(token.EncryptionAlgorithm) ? token.Password ?? [] : null;
        }

        if (bytes is null || !System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return false;
        }

        password = System.Text.Encoding.UTF8.GetString(bytes);
        return true;
    }

    private static async ValueTask<(StatusCode Status, UserIdentity User)> CheckCertificateAsync(
        RequestContext context, Session session, AsymmetricSecurity channel, X509IdentityToken token, SignatureData signature, UserCertificateValidator validator)
    {
        PeerCertificate person;
        try
        {
            person = PeerCertificate.Read(token.CertificateData);
        }
        catch (OpcUaException)
        {
            return (StatusCodes.BadIdentityTokenInvalid, UserIdentity.Anonymous);
        }

        using (person)
        {
            if (!SessionSignatures.Verify(channel.Policy, person.PublicKey, signature, channel.Own.RawData, session.ServerNonce))
            {
                return (StatusCodes.BadUserSignatureInvalid, UserIdentity.Anonymous);
            }

            var (status, name) = await validator(person.Certificate, context.Connection.Peer, context.Connection.Closed);
            return (status, UserIdentity.Of(person.Certificate, name));
        }
    }
}
