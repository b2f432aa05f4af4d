using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Accounts;
using TrainingLab.Web.Components.Pages;
using TrainingLab.Web.Localisation;
using static TrainingLab.Web.Components.PageEndpoints;

namespace TrainingLab.Web.Components;

/// <summary>Signing in, joining, trying, the first instructor's link, language and tokens.</summary>
internal static class AccountPages
{
    public static void MapAccountPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/sign-in", (string? next) => Page<SignInPage>(new { Next = next }));
        pages.MapPost("/sign-in", SignInAsync);
        pages.MapGet("/join", (string? code) => Page<JoinPage>(new { Code = code }));
        pages.MapPost("/join", JoinAsync);
        pages.MapPost("/try", TryAsync);
        pages.MapGet("/start/{token}", async (string token, AccountStore accounts, CancellationToken ct) => Page<StartPage>(new { IsValid = await accounts.IsLinkValidAsync(token, ct) }));
        pages.MapPost("/start/{token}", StartAsync);
        pages.MapPost("/language", SetLanguage);
        pages.MapPost("/sign-out", SignOutAsync).RequireAuthorization();
        pages.MapGet("/account", () => Page<AccountPage>()).RequireAuthorization();
        pages.MapPost("/account/token", CreateTokenAsync).RequireAuthorization();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, IFormCollection form, SignInService signIn, Visit visit)
    {
        var (login, next) = (form["login"].ToString(), form["next"].ToString());
        var result = await signIn.SignInAsync(login, form["pin"], form["cohort"], visit.Address, context.RequestAborted);
        if (result.Outcome != SignInOutcome.SignedIn)
        {
            var parameters = new { Login = login, Next = next, Message = SignInService.Explain(visit, result), result.Cohorts };
            return Page<SignInPage>(parameters, SignInService.StatusOf(result.Outcome));
        }

        await signIn.StartAsync(context, result.Account!);
        return Results.Redirect(Local(next, Visit.HomeOf(result.Account!)));
    }

    private static async Task<IResult> JoinAsync(HttpContext context, IFormCollection form, SignInService signIn, Visit visit)
    {
        var request = new JoinRequest(form["code"].ToString(), form["name"].ToString(), form["number"].ToString(), form["pin"].ToString());
        var result = await signIn.JoinAsync(request, visit.Address, context.RequestAborted);
        if (result.Outcome != SignInOutcome.SignedIn)
        {
            var parameters = new { Code = request.JoinCode, request.Name, request.Number, Message = SignInService.Explain(visit, result) };
            return Page<JoinPage>(parameters, SignInService.StatusOf(result.Outcome));
        }

        await signIn.StartAsync(context, result.Account!);
        return Results.Redirect("/labs");
    }

    private static async Task<IResult> TryAsync(HttpContext context, AccountStore accounts, SignInService signIn, Visit visit)
    {
        if (!visit.MayTry)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        await signIn.StartAsync(context, await accounts.CreateGuestAsync(context.RequestAborted));
        return Results.Redirect("/labs");
    }

    private static async Task<IResult> StartAsync(HttpContext context, string token, IFormCollection form, AccountStore accounts, SignInService signIn, Visit visit)
    {
        var (name, login, password) = (form["name"].ToString().Trim(), form["login"].ToString().Trim(), form["password"].ToString());
        if (!SignInService.IsInstructor(name, login, password))
        {
            var parameters = new { IsValid = true, Name = name, Login = login, Message = visit.Format(Texts.InstructorInvalid, PinHash.MinInstructorLength) };
            return Page<StartPage>(parameters, StatusCodes.Status400BadRequest);
        }

        var account = await accounts.RedeemLinkAsync(token, name, login, password, context.RequestAborted);
        if (account is null)
            return Page<StartPage>(new { IsValid = false }, StatusCodes.Status400BadRequest);
        await signIn.StartAsync(context, account);
        return Results.Redirect("/classes");
    }

    private static IResult SetLanguage(HttpContext context, IFormCollection form)
    {
        var language = form["language"].ToString() == Languages.Chinese ? Languages.Chinese : Languages.English;
        context.Response.Cookies.Append(Languages.Cookie, language, new CookieOptions
        {
            HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, Path = "/", MaxAge = TimeSpan.FromDays(365), IsEssential = true,
        });
        return Results.Redirect(Local(form["return"].ToString(), "/"));
    }

    private static async Task<IResult> SignOutAsync(HttpContext context, SignInService signIn)
    {
        await signIn.EndAsync(context.Features.Get<SignedIn>()!, context.RequestAborted);
        context.Response.Cookies.Delete(SessionAuthentication.Cookie);
        return Results.Redirect("/");
    }

    private static async Task<IResult> CreateTokenAsync(SessionStore sessions, Visit visit, CancellationToken cancellationToken) =>
        Page<AccountPage>(new { Token = await sessions.CreateAsync(visit.Account!.Id, bearer: true, visit.Address.ToString(), cancellationToken) });

    // Only a path on this server: never a way to another site.
    private static string Local(string? path, string otherwise) =>
        path is ['/', ..] && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Contains('\r', StringComparison.Ordinal) && !path.Contains('\n', StringComparison.Ordinal) ? path : otherwise;
}
