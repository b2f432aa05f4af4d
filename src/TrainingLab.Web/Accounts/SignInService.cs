using System.Net;
using Microsoft.AspNetCore.Http;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Events;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Web.Accounts;

/// <summary>Signing in and joining, for pages and API alike, with both throttles.</summary>
internal sealed class SignInService(AccountStore accounts, SessionStore sessions, SignedInAddresses addresses, AddressThrottle throttle, CohortNews news)
{
    private static readonly TimeSpan AddressDelay = TimeSpan.FromMinutes(1);

    public Task<SignInResult> SignInAsync(string? login, string? pin, string? cohort, IPAddress address, CancellationToken cancellationToken) =>
        GuardAsync(address, () => accounts.SignInAsync(login ?? "", pin ?? "", string.IsNullOrEmpty(cohort) ? null : cohort, cancellationToken));

    public async Task<SignInResult> JoinAsync(JoinRequest request, IPAddress address, CancellationToken cancellationToken)
    {
        var result = await GuardAsync(address, () => accounts.JoinAsync(request, cancellationToken));
        if (result.Account?.CohortId is { } cohort)
            news.StudentsChanged(cohort);
        return result;
    }

    /// <summary>Whether an instructor may be called so and sign in like this.</summary>
    public static bool IsInstructor(string name, string login, string password) =>
        name.Trim().Length is > 0 and <= AccountStore.MaxTextLength && login.Trim().Length is > 0 and <= AccountStore.MaxTextLength &&
        AccountStore.IsPin(password, PinHash.MinInstructorLength);

    /// <summary>Starts a browser's session.</summary>
    public async Task StartAsync(HttpContext context, Account account)
    {
        if (context.Features.Get<SignedIn>() is { } previous)
            await EndAsync(previous, context.RequestAborted);
        var address = SessionAuthentication.AddressOf(context).ToString();
        SessionAuthentication.SetCookie(context, await sessions.CreateAsync(account.Id, bearer: false, address, context.RequestAborted));
    }

    public async Task EndAsync(SignedIn signedIn, CancellationToken cancellationToken)
    {
        await sessions.EndAsync(signedIn.Token, cancellationToken);
        addresses.Forget(signedIn.Session.TokenHash);
    }

    /// <summary>What to tell the reader.</summary>
    public static string Explain(Visit visit, SignInResult result) => result.Outcome switch
    {
        SignInOutcome.UnknownCode => visit[Texts.UnknownJoinCode],
        SignInOutcome.NumberTaken => visit[Texts.NumberTaken],
        SignInOutcome.Invalid => visit.Format(Texts.JoinInvalid, PinHash.MinStudentLength),
        SignInOutcome.Throttled => visit.Format(Texts.Throttled, (int)Math.Ceiling(result.RetryAfter.TotalSeconds)),
        SignInOutcome.Ambiguous => visit[Texts.AmbiguousNumber],
        _ => visit[Texts.WrongPin],
    };

    public static int StatusOf(SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.Throttled => StatusCodes.Status429TooManyRequests,
        SignInOutcome.Ambiguous => StatusCodes.Status409Conflict,
        SignInOutcome.WrongPin => StatusCodes.Status401Unauthorized,
        _ => StatusCodes.Status400BadRequest,
    };

    private async Task<SignInResult> GuardAsync(IPAddress address, Func<Task<SignInResult>> attempt)
    {
        if (throttle.IsExhausted(address))
            return new SignInResult(SignInOutcome.Throttled, RetryAfter: AddressDelay);
        var result = await attempt();
        if (result.Outcome is SignInOutcome.WrongPin or SignInOutcome.UnknownCode or SignInOutcome.NumberTaken)
            throttle.Count(address);
        return result;
    }
}
