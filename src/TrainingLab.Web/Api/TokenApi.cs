using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Accounts;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Web.Api;

/// <summary>Asks for a bearer token.</summary>
/// <param name="Login">Student number or user name.</param>
/// <param name="Pin">PIN or password.</param>
/// <param name="Cohort">Cohort id, where the number exists in several.</param>
internal sealed record TokenRequest(string Login, string Pin, string? Cohort = null);

/// <summary>Sets the first instructor's account up.</summary>
/// <param name="Link">What follows <c>/start/</c> in the one-time link that the server printed.</param>
/// <param name="Name">Shown to students.</param>
/// <param name="Login">User name from now on.</param>
/// <param name="Password">At least eight characters.</param>
internal sealed record FirstInstructorRequest(string Link, string Name, string Login, string Password);

/// <summary>A bearer token.</summary>
/// <param name="Token">For <c>Authorization: Bearer</c> and <c>lab exec --token</c>; not shown again.</param>
/// <param name="ExpiresAt">Moves on with every use.</param>
internal sealed record TokenView(string Token, DateTimeOffset ExpiresAt);

/// <summary>Who a token belongs to.</summary>
internal sealed record AccountView(string Id, string Name, AccountKind Kind, string? Cohort);

/// <summary>Tokens for programs: every way in that the pages have.</summary>
internal static class TokenApi
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        SignIn(api.MapPost("/tokens", CreateAsync), "Sign in with number and PIN; answers a bearer token.");
        SignIn(api.MapPost("/tokens/join", JoinAsync), "Join a cohort with its code; answers a bearer token. After a PIN reset this sets the new PIN.");
        SignIn(api.MapPost("/tokens/guest", TryAsync), "Try without an account, on the server itself only; answers a bearer token.");
        SignIn(api.MapPost("/tokens/first-instructor", StartAsync), "Use the one-time link of the first start; answers the instructor's bearer token.");
        SignIn(api.MapPost("/me/tokens", OwnAsync).RequireAuthorization(), "One more token for the account that is signed in.");
        api.MapDelete("/tokens/current", EndAsync).RequireAuthorization().WithTags("Accounts").WithSummary("End the session of this request.")
            .Produces(StatusCodes.Status204NoContent);
        api.MapGet("/me", (Visit visit) => TypedResults.Ok(new AccountView(visit.Account!.Id, visit.Account.Name, visit.Account.Kind, visit.Account.CohortId)))
            .RequireAuthorization().WithTags("Accounts").WithSummary("Who is signed in.");

        static void SignIn(RouteHandlerBuilder endpoint, string summary) =>
            endpoint.WithTags("Accounts").WithSummary(summary).Produces<TokenView>(StatusCodes.Status201Created);
    }

    private static async Task<IResult> CreateAsync(TokenRequest request, HttpContext context, SignInService signIn, Issuer issuer, Visit visit) =>
        await AnswerAsync(await signIn.SignInAsync(request.Login, request.Pin, request.Cohort, visit.Address, context.RequestAborted), context, issuer, visit);

    private static async Task<IResult> JoinAsync(JoinRequest request, HttpContext context, SignInService signIn, Issuer issuer, Visit visit) =>
        await AnswerAsync(await signIn.JoinAsync(request, visit.Address, context.RequestAborted), context, issuer, visit);

    private static async Task<IResult> TryAsync(AccountStore accounts, Issuer issuer, Visit visit, CancellationToken cancellationToken) =>
        visit.MayTry
            ? await issuer.IssueAsync(await accounts.CreateGuestAsync(cancellationToken), cancellationToken)
            : Problems.Problem(visit, StatusCodes.Status403Forbidden, Texts.GuestsElsewhere);

    private static async Task<IResult> StartAsync(FirstInstructorRequest request, AccountStore accounts, Issuer issuer, Visit visit, CancellationToken cancellationToken)
    {
        if (!SignInService.IsInstructor(request.Name, request.Login, request.Password))
            return TypedResults.Problem(visit.Format(Texts.InstructorInvalid, PinHash.MinInstructorLength), statusCode: StatusCodes.Status400BadRequest);
        return await accounts.RedeemLinkAsync(request.Link, request.Name, request.Login, request.Password, cancellationToken) is { } account
            ? await issuer.IssueAsync(account, cancellationToken)
            : Problems.Invalid(visit, Texts.LinkInvalid);
    }

    // A session only: what an attempt's token may do ends at its attempt.
    private static async Task<IResult> OwnAsync(HttpContext context, Issuer issuer, CancellationToken cancellationToken) =>
        await issuer.IssueAsync(context.Features.Get<SignedIn>()!.Account, cancellationToken);

    private static async Task<IResult> EndAsync(HttpContext context, SignInService signIn)
    {
        await signIn.EndAsync(context.Features.Get<SignedIn>()!, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> AnswerAsync(SignInResult result, HttpContext context, Issuer issuer, Visit visit)
    {
        if (result.Outcome == SignInOutcome.SignedIn)
            return await issuer.IssueAsync(result.Account!, context.RequestAborted);
        if (result.Outcome == SignInOutcome.Throttled)
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(result.RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        var extensions = result.Cohorts is { } cohorts
            ? new Dictionary<string, object?>(StringComparer.Ordinal) { ["cohorts"] = cohorts.Select(c => new { c.Id, c.Name }) }
            : null;
        return TypedResults.Problem(SignInService.Explain(visit, result), statusCode: SignInService.StatusOf(result.Outcome), extensions: extensions);
    }

    /// <summary>Makes bearer tokens.</summary>
    internal sealed class Issuer(SessionStore sessions, Visit visit, TimeProvider time)
    {
        public async Task<IResult> IssueAsync(Account account, CancellationToken cancellationToken)
        {
            var token = await sessions.CreateAsync(account.Id, bearer: true, visit.Address.ToString(), cancellationToken);
            return TypedResults.Created((string?)null, new TokenView(token, time.GetUtcNow() + SessionStore.Lifetime));
        }
    }
}
