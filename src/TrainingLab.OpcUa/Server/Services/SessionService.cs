using System.Security.Cryptography;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Server.Services;

/// <summary>Sessions (OPC 10000-4, 5.7).</summary>
internal static class SessionService
{
    private const int NonceLength = 32;

    public static async ValueTask<CreateSessionResponse> CreateAsync(RequestContext context, CreateSessionRequest request)
    {
        var server = context.Server;
        if (!server.TryCreateSession(context.Connection, request, out var session))
        {
            var caller = new OpcUaCaller(context.Connection.Peer, default, request.SessionName, null, request.ClientDescription.ApplicationUri);
            await server.Observer.SessionCreatedAsync(caller, StatusCodes.BadTooManySessions);
            throw new OpcUaException(StatusCodes.BadTooManySessions);
        }

        await server.Observer.SessionCreatedAsync(session.Caller, StatusCodes.Good);
        return new CreateSessionResponse(
            session.Id,
            session.AuthenticationToken,
            session.Timeout.TotalMilliseconds,
            RandomNumberGenerator.GetBytes(NonceLength),
            ServerCertificate: null,
            DiscoveryService.Endpoints(context, request.EndpointUrl),
            ServerSoftwareCertificates: [],
            ServerSignature: default,
            MaxRequestMessageSize: 0);
    }

    public static async ValueTask<ActivateSessionResponse> ActivateAsync(RequestContext context, ActivateSessionRequest request)
    {
        var session = Find(context);
        var (status, userName) = await CheckUserAsync(context, request.UserIdentityToken);
        if (session.IsClosed)
        {
            status = StatusCodes.BadSessionClosed;
        }

        await context.Server.Observer.SessionActivatedAsync(session.Caller with { Peer = context.Connection.Peer, UserName = userName }, status);
        if (status.IsBad)
        {
            throw new OpcUaException(status);
        }

        session.Activate(context.Connection, userName);
        session.Touch();
        return new ActivateSessionResponse(RandomNumberGenerator.GetBytes(NonceLength), []);
    }

    public static async ValueTask<CloseSessionResponse> CloseAsync(RequestContext context, CloseSessionRequest request)
    {
        var session = Find(context);
        CheckChannel(context, session);
        session.KeepsSubscriptions = !request.DeleteSubscriptions;
        await context.Server.CloseSessionAsync(session, StatusCodes.Good);
        return new CloseSessionResponse();
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

    private static async ValueTask<(StatusCode Status, string? UserName)> CheckUserAsync(RequestContext context, ExtensionObject? token)
    {
        var options = context.Server.Options;
        switch (token?.Structure)
        {
            case null when token is null:
            case AnonymousIdentityToken:
                return (options.AllowAnonymous ? StatusCodes.Good : StatusCodes.BadIdentityTokenRejected, null);
            case UserNameIdentityToken { EncryptionAlgorithm: null or "" } user when options.Users is { } users:
                var name = user.UserName ?? "";
                if (!TryReadPassword(user.Password, out var password))
                {
                    return (StatusCodes.BadIdentityTokenInvalid, name);
                }

                return (await users(name, password, context.Connection.Peer, context.Connection.Closed), name);
            case UserNameIdentityToken { EncryptionAlgorithm: null or "" } user:
                return (StatusCodes.BadIdentityTokenRejected, user.UserName);
            default:
                return (StatusCodes.BadIdentityTokenInvalid, null);
        }
    }

    private static bool TryReadPassword(byte[]? bytes, out string password)
    {
        password = "";
        if (bytes is null)
        {
            return true;
        }

        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return false;
        }

        password = System.Text.Encoding.UTF8.GetString(bytes);
        return true;
    }
}
