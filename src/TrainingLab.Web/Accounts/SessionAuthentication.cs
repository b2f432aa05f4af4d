using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Security;

namespace TrainingLab.Web.Accounts;

/// <summary>Who made a request: found by <see cref="SessionAuthentication"/>, read by everything else.</summary>
/// <param name="Account">The account.</param>
/// <param name="Session">Its session.</param>
/// <param name="Token">The session's token, from which form tokens derive.</param>
public sealed record SignedIn(Account Account, AccountSession Session, string Token);

/// <summary>A request that carries an attempt's own token: good for that attempt, as its owner, and for nothing else.</summary>
/// <param name="Owner">The attempt's owner.</param>
public sealed record SignedInByAttempt(Account Owner);

/// <summary>Signs in by the session cookie, by a bearer token, or, below one attempt of the API, by that attempt's token.</summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SessionStore sessions, AccountStore accounts,
    IAttemptService attempts, SignedInAddresses addresses)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Scheme_ = "session";
    public const string Cookie = "tl-session";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var bearer = Request.Headers.Authorization.ToString();
        var token = bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? bearer[7..].Trim() : Request.Cookies[Cookie];
        if (string.IsNullOrEmpty(token) || token.Length > 128)
            return AuthenticateResult.NoResult();

        var address = AddressOf(Context);
        var found = await sessions.FindAsync(token, address.ToString(), Context.RequestAborted);
        if (found is not { } signedIn)
            return await OwnerOfAsync(token) is { } owner ? ByAttempt(owner) : AuthenticateResult.Fail("The session has ended.");

        addresses.Note(signedIn.Session.TokenHash, signedIn.Account.Id, address, signedIn.Session.LastSeenAt);
        Context.Features.Set(new SignedIn(signedIn.Account, signedIn.Session, token));
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.NameIdentifier, signedIn.Account.Id),
                new Claim(ClaimTypes.Name, signedIn.Account.Name),
                new Claim(ClaimTypes.Role, signedIn.Account.Kind.ToString()),
            ],
            Scheme_);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme_));
    }

    // The route's own attempt is the only one that is asked, so the token opens no other.
    private async Task<Account?> OwnerOfAsync(string token) =>
        Request.Path.StartsWithSegments("/api/v1/attempts", StringComparison.Ordinal) && Request.RouteValues["id"] is string id &&
        await attempts.FindAsync(id, Context.RequestAborted) is { } attempt && attempt.IsToken(token)
            ? await accounts.FindAsync(attempt.Summary.Members[0], Context.RequestAborted)
            : null;

    private AuthenticateResult ByAttempt(Account owner)
    {
        Context.Features.Set(new SignedInByAttempt(owner));
        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, owner.Id), new Claim(ClaimTypes.Name, owner.Name)], Scheme_);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme_));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (Surface.IsMachine(Request.Path))
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers.WWWAuthenticate = "Bearer";
            return Task.CompletedTask;
        }

        if (Surface.IsFragment(Request))
        {
            Response.StatusCode = StatusCodes.Status401Unauthorized;
            Response.Headers["HX-Redirect"] = SignIn(Uri.TryCreate(Request.Headers["HX-Current-URL"], UriKind.Absolute, out var page) ? page.PathAndQuery : "/");
            return Task.CompletedTask;
        }

        Response.Redirect(SignIn(HttpMethods.IsGet(Request.Method) ? Request.Path + Request.QueryString : "/"));
        return Task.CompletedTask;
    }

    private static string SignIn(string next) => "/sign-in?next=" + Uri.EscapeDataString(next);

    /// <summary>Writes the session cookie. Plain http works; over https the cookie stays there.</summary>
    public static void SetCookie(HttpContext context, string token) => context.Response.Cookies.Append(Cookie, token, new CookieOptions
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/", MaxAge = SessionStore.Lifetime, IsEssential = true,
    });

    /// <summary>Where a request comes from; IPv4 seen through an IPv6 socket is IPv4.</summary>
    public static IPAddress AddressOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }
}
