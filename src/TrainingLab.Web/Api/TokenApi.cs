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

/// <summary>A bearer token.</summary>
/// <param name="Token">For <c>Authorization: Bearer</c> and <c>lab exec --token</c>; not shown again.</param>
/// <param name="ExpiresAt">Moves on with every use.</param>
internal sealed record TokenView(string Token, DateTimeOffset ExpiresAt);

/// <summary>Who a token belongs to.</summary>
internal sealed record AccountView(string Id, string Name, AccountKind Kind, string? Cohort);

/// <summary>Tokens for programs.</summary>
internal static class TokenApi
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        api.MapPost("/tokens", CreateAsync).WithTags("Accounts").WithSummary("Sign in with number and PIN; answers a bearer token.")
            .Produces<TokenView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status429TooManyRequests);
        api.MapDelete("/tokens/current", EndAsync).RequireAuthorization().WithTags("Accounts").WithSummary("End the session of this request.");
        api.MapGet("/me", (Visit visit) => TypedResults.Ok(new AccountView(visit.Account!.Id, visit.Account.Name, visit.Account.Kind, visit.Account.CohortId)))
            .RequireAuthorization().WithTags("Accounts").WithSummary("Who is signed in.");
    }

    private static async Task<IResult> CreateAsync(
        TokenRequest request, HttpContext context, SignInService signIn, SessionStore sessions, Visit visit, TimeProvider time)
    {
        var result = await signIn.SignInAsync(request.Login, request.Pin, request.Cohort, visit.Address, context.RequestAborted);
        if (result.Outcome == SignInOutcome.SignedIn)
        {
            var token = await sessions.CreateAsync(result.Account!.Id, bearer: true, visit.Address.ToString(), context.RequestAborted);
            return TypedResults.Created((string?)null, new TokenView(token, time.GetUtcNow() + SessionStore.Lifetime));
        }

        var status = SignInService.StatusOf(result.Outcome);
        if (result.Outcome == SignInOutcome.Throttled)
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(result.RetryAfter.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var extensions = result.Cohorts is { } cohorts
            ? new Dictionary<string, object?>(StringComparer.Ordinal) { ["cohorts"] = cohorts.Select(c => new { c.Id, c.Name }) }
            : null;
        return TypedResults.Problem(SignInService.Explain(visit, result), statusCode: status, extensions: extensions);
    }

    private static async Task<IResult> EndAsync(HttpContext context, SignInService signIn)
    {
        await signIn.EndAsync(context.Features.Get<SignedIn>()!, context.RequestAborted);
        return TypedResults.NoContent();
    }
}
