using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using TrainingLab.Web.Accounts;

namespace TrainingLab.Web.Security;

/// <summary>
/// Protects every state change that a cookie could authorise. The token is derived from the session's secret (or, before sign-in, from a
/// cookie of this browser), so nothing is stored and it still fits after a restart of the server. A request with a bearer token needs none,
/// because no browser adds that by itself.
/// </summary>
internal static class FormTokens
{
    public const string Field = "form-token";
    public const string Header = "X-Form-Token";
    private const string VisitorCookie = "tl-visitor";

    /// <summary>The token for the forms of this page.</summary>
    public static string For(HttpContext context)
    {
        if (context.Features.Get<SignedIn>() is { } signedIn)
            return Derive(signedIn.Token);
        var visitor = context.Request.Cookies[VisitorCookie] ?? context.Items[VisitorCookie] as string;
        if (string.IsNullOrEmpty(visitor))
        {
            visitor = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            context.Items[VisitorCookie] = visitor;
            context.Response.Cookies.Append(VisitorCookie, visitor, new CookieOptions
            {
                HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/", IsEssential = true,
            });
        }

        return Derive(visitor);
    }

    /// <summary>Refuses cross-site and token-less state changes with 400 before any endpoint sees them.</summary>
    public static IApplicationBuilder UseFormTokens(this IApplicationBuilder app) => app.Use(static async (context, next) =>
    {
        if (!await IsAllowedAsync(context))
        {
            // A page whose session has ended carries the token of that session; its reader has to sign in again, not to hear of tokens.
            if (HasEnded(context))
            {
                await context.ChallengeAsync();
                return;
            }

            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Items[nameof(FormTokens)] = true;
            return;
        }

        await next(context);
    });

    /// <summary>Whether the refusal of this request came from here, for the error page's words.</summary>
    public static bool Refused(HttpContext context) => context.Items.ContainsKey(nameof(FormTokens));

    private static bool HasEnded(HttpContext context) =>
        context.Features.Get<SignedIn>() is null && context.Request.Cookies.ContainsKey(SessionAuthentication.Cookie) &&
        (Surface.IsFragment(context.Request) || Surface.IsMachine(context.Request.Path));

    private static async ValueTask<bool> IsAllowedAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method) || Surface.IsFactoryService(request.Path))
            return true;
        if (request.Headers.Authorization.ToString().StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return true;
        if (request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site")
            return false;

        var signedIn = context.Features.Get<SignedIn>();
        var secret = signedIn?.Token ?? request.Cookies[VisitorCookie];
        if (string.IsNullOrEmpty(secret))
            return Surface.IsMachine(request.Path); // No cookie, so nothing that a foreign page could abuse: the API's sign-in.
        var sent = request.Headers[Header].ToString();
        if (sent.Length == 0 && request.HasFormContentType)
        {
            try
            {
                sent = (await request.ReadFormAsync(context.RequestAborted))[Field].ToString();
            }
            catch (InvalidDataException)
            {
                return false; // No form at all, or one with too many fields.
            }
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(sent), Encoding.ASCII.GetBytes(Derive(secret)));
    }

    private static string Derive(string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), "traininglab form token 1"u8))[..32];
}
