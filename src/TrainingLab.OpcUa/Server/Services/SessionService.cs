using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Sessions (OPC 10000-4, 5.7).</summary>
internal static class SessionService
{
    private const int MinNonceLength = 32;
    private const int MaxDiscoveryUrls = 16;
    private const int MaxLocales = 32;

    // Of a name that is refused for its length.
    private const int MaxToldLength = 256;

    public static async ValueTask<CreateSessionResponse> CreateAsync(RequestContext context, CreateSessionRequest request)
    {
        var server = context.Server;
        Session session;
        try
        {
            CheckNames(server.Limits, request);
            CheckClient(context, request);
            session = server.CreateSession(context.Connection, request);
        }
        catch (OpcUaException e)
        {
            var caller = new OpcUaCaller(context.Connection.Peer, default, Shortened(request.SessionName), null, Shortened(request.ClientDescription.ApplicationUri)) { AuditEntryId = context.Header.AuditEntryId };
            await server.Audit.CreatedAsync(context.Connection, session: null, caller, e.Status);
            throw;
        }

        context.Connection.Work += context.Connection.Channel.Asymmetric is null ? 0 : Operations.OfPrivateKey;
        await server.Audit.CreatedAsync(context.Connection, session, session.Caller with { AuditEntryId = context.Header.AuditEntryId }, StatusCodes.Good);
        var asymmetric = context.Connection.Channel.Asymmetric;
        return new CreateSessionResponse(
            session.Id,
            session.AuthenticationToken,
            session.Timeout.TotalMilliseconds,
            session.RenewNonce(),
            (asymmetric?.Own ?? server.Security?.Certificate)?.RawData,
            DiscoveryService.Endpoints(context, request.EndpointUrl),
            ServerSoftwareCertificates: [],
            asymmetric is null ? default : SessionSignatures.Sign(asymmetric, request.ClientCertificate!, request.ClientNonce!),
            MaxRequestMessageSize: (uint)server.Limits.MaxMessageSize);
    }

    public static async ValueTask<ActivateSessionResponse> ActivateAsync(RequestContext context, ActivateSessionRequest request)
    {
        var session = Find(context);
        try
        {
            CheckApplication(context.Connection, session, request);
        }
        catch (OpcUaException e)
        {
            context.Server.Audit.Activation(context.Connection, request.UserIdentityToken, session.Caller with { UserName = null, Roles = Roles.None, AuditEntryId = context.Header.AuditEntryId }, e.Status);
            throw;
        }

        var sentNonce = session.ServerNonce;
        var (status, user) = await UserSignIn.CheckAsync(context, session, request);
        if (session.IsClosed)
        {
            status = StatusCodes.BadSessionClosed;
        }
        else if (!ReferenceEquals(sentNonce, session.ServerNonce))
        {
            // Another activation came in between.
            status = StatusCodes.BadNonceInvalid;
        }
        else if (status.IsGood && session.IsActivated && !ReferenceEquals(session.Connection, context.Connection) && session.User != user)
        {
            // A session moves to another channel with the user that it has (5.7.3.1).
            status = StatusCodes.BadIdentityChangeNotSupported;
        }
        else if (status.IsGood && !context.Server.HasPlaceFor(session, user))
        {
            status = StatusCodes.BadTooManySessions;
        }

        var caller = session.Caller with
        {
            Peer = context.Connection.Peer, UserName = user.UserName, Roles = status.IsBad ? Roles.None : session.RolesOf(user), AuditEntryId = context.Header.AuditEntryId,
        };
        await context.Server.Audit.ActivatedAsync(context.Connection, request.UserIdentityToken, caller, status);
        if (status.IsBad)
        {
            throw new OpcUaException(status);
        }

        if (request.LocaleIds is { } locales)
        {
            session.LocaleIds = [.. locales.Where(locale => locale?.Length <= context.Server.Limits.MaxNameLength).Take(MaxLocales)];
        }

        session.Activate(context.Connection, user);
        session.Touch();
        return new ActivateSessionResponse(session.RenewNonce(), []);
    }

    public static async ValueTask<CloseSessionResponse> CloseAsync(RequestContext context, CloseSessionRequest request)
    {
        var session = Find(context);
        CheckChannel(context, session);
        session.KeepsSubscriptions = !request.DeleteSubscriptions;
        await context.Server.CloseSessionAsync(session, StatusCodes.Good);
        return new CloseSessionResponse();
    }

    private static string? Shortened(string? name) => name?.Length > MaxToldLength ? name[..MaxToldLength] : name;

    /// <summary>What a client calls itself is kept as long as its session: it is a name, not a load.</summary>
    /// <exception cref="OpcUaException">BadEncodingLimitsExceeded.</exception>
    private static void CheckNames(OpcUaLimits limits, CreateSessionRequest request)
    {
        var client = request.ClientDescription;
        string?[] names =
        [
            request.SessionName, client.ApplicationUri, client.ProductUri, client.ApplicationName.Text, client.ApplicationName.Locale, client.GatewayServerUri, client.DiscoveryProfileUri,
            .. client.DiscoveryUrls?.Take(MaxDiscoveryUrls + 1) ?? [],
        ];
        if (client.DiscoveryUrls is { Count: > MaxDiscoveryUrls } || Array.Exists(names, name => name?.Length > limits.MaxNameLength))
        {
            throw new OpcUaException(StatusCodes.BadEncodingLimitsExceeded, $"names of a client and of its session have at most {limits.MaxNameLength} characters");
        }
    }

    /// <summary>The session of a request; it must be signed in, and on this channel.</summary>
    public static Session FindActivated(in RequestContext context)
    {
        var session = Find(context);
        if (!session.IsActivated)
        {
            // The standard closes a session that is used before it is activated.
            context.Server.RemoveSession(session);
            throw new OpcUaException(StatusCodes.BadSessionNotActivated);
        }

        CheckChannel(context, session);
        return session;
    }

    private static Session Find(in RequestContext context) =>
        context.Server.FindSession(context.Header.AuthenticationToken) ?? throw new OpcUaException(StatusCodes.BadSessionIdInvalid);

    private static void CheckChannel(in RequestContext context, Session session)
    {
        if (!ReferenceEquals(session.Connection, context.Connection))
        {
            throw new OpcUaException(StatusCodes.BadSecureChannelIdInvalid);
        }
    }

    /// <summary>On a protected channel the client says once more who it is, and it must be the same (5.7.2.2).</summary>
    private static void CheckClient(in RequestContext context, CreateSessionRequest request)
    {
        if (context.Connection.Channel.Asymmetric is not { } asymmetric)
        {
            return;
        }

        if (request.ClientCertificate is null || !request.ClientCertificate.AsSpan().StartsWith(asymmetric.Peer.RawData))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "the session's certificate is not the channel's");
        }

        if (request.ClientNonce is not { Length: >= MinNonceLength })
        {
            throw new OpcUaException(StatusCodes.BadNonceInvalid, $"a session's nonce has at least {MinNonceLength} bytes");
        }

        var names = CertificateNames.Of(asymmetric.Peer.Certificate);
        if (names.ApplicationUri != request.ClientDescription.ApplicationUri)
        {
            context.Server.Audit.Certificate(context.Connection.Peer, asymmetric.Peer.RawData, StatusCodes.BadCertificateUriInvalid, request.ClientDescription.ApplicationUri);
            context.Server.Observer.ConnectionFailed(
                context.Connection.Peer, StatusCodes.BadCertificateUriInvalid, $"the certificate is for {names.ApplicationUri}, the client calls itself {request.ClientDescription.ApplicationUri}");
            throw new OpcUaException(StatusCodes.BadCertificateUriInvalid);
        }
    }

    /// <summary>The application that activates a session must be the one that created it, and prove it (5.7.3.1).</summary>
    private static void CheckApplication(ServerConnection connection, Session session, ActivateSessionRequest request)
    {
        if (!session.IsActivated && !ReferenceEquals(session.Connection, connection))
        {
            throw new OpcUaException(StatusCodes.BadSecureChannelIdInvalid, "a session is activated first on the channel that it was created on");
        }

        var asymmetric = connection.Channel.Asymmetric;
        if (connection.Channel.Policy != session.Policy || connection.Channel.Mode != session.Mode
            || (session.ClientCertificate is not null && !session.ClientCertificate.AsSpan().SequenceEqual(asymmetric?.Peer.RawData)))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "the session belongs to another application, or to a channel with another security");
        }

        if (asymmetric is not null && !SessionSignatures.Verify(asymmetric.Policy, asymmetric.Peer.PublicKey, request.ClientSignature, asymmetric.Own.RawData, session.ServerNonce))
        {
            throw new OpcUaException(StatusCodes.BadApplicationSignatureInvalid);
        }
    }
}
