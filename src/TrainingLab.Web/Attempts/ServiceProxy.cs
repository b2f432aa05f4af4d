using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Accounts;

namespace TrainingLab.Web.Attempts;

/// <summary>
/// HTTP services of a factory under <c>/a/{attempt}/{service}/…</c>, entering the plant at the student's workstation. The attempt's token
/// opens them (bearer, Basic password, or X-Attempt-Token where the service needs Authorization itself); the application's cookies never do
/// and are never passed on, and what comes back is sandboxed: a factory is the student's, and may serve anything.
/// </summary>
internal static class ServiceProxy
{
    private const string TokenHeader = "X-Attempt-Token";

    private static readonly HashSet<string> NotForwarded = new(StringComparer.OrdinalIgnoreCase)
    {
        HeaderNames.Cookie, HeaderNames.SetCookie, HeaderNames.Connection, HeaderNames.TransferEncoding, HeaderNames.KeepAlive, HeaderNames.Upgrade,
        HeaderNames.Host, HeaderNames.ContentLength, HeaderNames.TE, HeaderNames.Trailer, HeaderNames.ProxyAuthorization, HeaderNames.ProxyAuthenticate,
        HeaderNames.ContentSecurityPolicy, HeaderNames.StrictTransportSecurity, "Clear-Site-Data", "Service-Worker-Allowed", TokenHeader,
    };

    public static void MapFactoryServices(this IEndpointRouteBuilder routes)
    {
        routes.Map("/a/{id}/{service}/{**path}", ForwardAsync).ExcludeFromDescription();
        routes.Map("/a/{id}/{service}", ForwardAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> ForwardAsync(HttpContext context, string id, string service, IAttemptService attempts, AccountStore accounts)
    {
        var cancellationToken = context.RequestAborted;
        var (token, isAuthorization) = TokenOf(context.Request);
        var attempt = await attempts.FindAsync(id, cancellationToken);
        if (attempt is null || token is null || !attempt.IsToken(token))
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"attempt\", charset=\"UTF-8\"";
            return TypedResults.Problem("This attempt's token is needed: as the password of Basic, as a bearer token, or as X-Attempt-Token.", statusCode: StatusCodes.Status401Unauthorized);
        }

        if (await ReadBodyAsync(context.Request, cancellationToken) is not { } body)
            return TypedResults.Problem($"A body may have at most {ServiceRequest.MaxBody} bytes here.", statusCode: StatusCodes.Status413PayloadTooLarge);

        var owner = attempt.Summary.Members[0];
        var name = (await accounts.FindAsync(owner, cancellationToken))?.Name ?? owner;
        var actor = new AttemptActor(owner, name, ActorRole.Student, SessionAuthentication.AddressOf(context).ToString());
        var headers = context.Request.Headers
            .Where(h => !NotForwarded.Contains(h.Key) && !(isAuthorization && h.Key == HeaderNames.Authorization))
            .SelectMany(h => h.Value.Select(v => new KeyValuePair<string, string>(h.Key, v ?? ""))).ToList();
        var response = await attempt.ForwardAsync(actor, new ServiceRequest(service, context.Request.Method, RestOf(context.Request, id, service), headers, body), cancellationToken);
        if (response is null)
            return TypedResults.Problem($"This factory has no service '{service}'. It has: {string.Join(", ", await attempt.GetServicesAsync(cancellationToken))}.", statusCode: StatusCodes.Status404NotFound);

        context.Response.StatusCode = response.Status;
        foreach (var (header, value) in response.Headers)
        {
            if (!NotForwarded.Contains(header))
                context.Response.Headers.Append(header, value);
        }

        // An answer such as 204 must not even be given an empty body.
        if (response.Body.Length > 0)
            await context.Response.Body.WriteAsync(response.Body, cancellationToken);
        return Results.Empty;
    }

    // The path as sent: a decoded %2F would be another path to the service.
    private static string RestOf(HttpRequest request, string id, string service)
    {
        var raw = request.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget ?? "";
        var prefix = $"/a/{id}/{service}";
        if (raw.StartsWith(prefix, StringComparison.Ordinal))
            raw = raw[prefix.Length..];
        else
            raw = (request.Path.Value?[Math.Min(prefix.Length, request.Path.Value.Length)..] ?? "") + request.QueryString;
        return raw.StartsWith('/') ? raw : "/" + raw;
    }

    private static (string? Token, bool IsAuthorization) TokenOf(HttpRequest request)
    {
        if (request.Headers[TokenHeader].ToString() is { Length: > 0 } own)
            return (own, false);
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Parameter is not { } parameter)
            return (null, false);
        if (header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase))
            return (parameter, true);
        var buffer = new byte[parameter.Length];
        if (!header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !Convert.TryFromBase64String(parameter, buffer, out var length))
            return (null, false);
        var pair = Encoding.UTF8.GetString(buffer, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return (colon < 0 ? null : pair[(colon + 1)..], true);
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > ServiceRequest.MaxBody)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > ServiceRequest.MaxBody)
                return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
