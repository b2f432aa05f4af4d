using Microsoft.EntityFrameworkCore;

namespace TrainingLab.Labs.Records;

/// <summary>How a join or sign-in ended.</summary>
public enum SignInOutcome
{
    /// <summary>The account is signed in.</summary>
    SignedIn,

    /// <summary>No cohort has this join code.</summary>
    UnknownCode,

    /// <summary>The number is taken and the PIN is not its own.</summary>
    NumberTaken,

    /// <summary>A field is empty or too long, or the PIN too short.</summary>
    Invalid,

    /// <summary>No such number, or not its PIN.</summary>
    WrongPin,

    /// <summary>Too many wrong PINs; wait.</summary>
    Throttled,

    /// <summary>The number exists in several cohorts; the student must say which.</summary>
    Ambiguous,
}

/// <summary>How a join or sign-in ended, and what the page needs to go on.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Account">Only when signed in.</param>
/// <param name="RetryAfter">Only when throttled.</param>
/// <param name="Cohorts">Only when ambiguous.</param>
public sealed record SignInResult(
    SignInOutcome Outcome, Account? Account = null, TimeSpan RetryAfter = default, IReadOnlyList<Cohort>? Cohorts = null);

/// <summary>What a student types to join a cohort.</summary>
public sealed record JoinRequest(string JoinCode, string Name, string Number, string Pin);

/// <summary>Accounts: joining, signing in, links. Thread safe.</summary>
public sealed class AccountStore(IDbContextFactory<RecordsContext> records, TimeProvider time)
{
    /// <summary>Longest name or number, in characters.</summary>
    public const int MaxTextLength = 64;

    /// <summary>Wrong PINs without a delay; each further one doubles it.</summary>
    public const int FreeFailures = 3;

    /// <summary>Longest delay between two PINs.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(5);

    /// <summary>How long a one-time link can be used.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromDays(7);

    /// <summary>On an installation that nobody has signed in to as instructor: a new one-time token for the first one; null otherwise.</summary>
    public async Task<string?> CreateFirstInstructorLinkAsync(CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var instructor = await context.Accounts.Where(a => a.Kind == AccountKind.Instructor).OrderBy(a => a.CreatedAt).FirstOrDefaultAsync(cancellationToken);
        if (instructor is { Pin: not null })
            return null;
        if (instructor is null)
        {
            instructor = new Account { Id = Secrets.NewId(), Name = "Instructor", Kind = AccountKind.Instructor, CreatedAt = time.GetUtcNow() };
            context.Accounts.Add(instructor);
        }

        // An earlier start's link that nobody used is void.
        context.SignInLinks.RemoveRange(context.SignInLinks.Where(l => l.AccountId == instructor.Id));
        var token = Secrets.NewToken();
        context.SignInLinks.Add(new SignInLink { TokenHash = Secrets.HashToken(token), AccountId = instructor.Id, ExpiresAt = time.GetUtcNow() + LinkLifetime });
        await context.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>Whether a link could be redeemed now, without using it up: mail and chat programs fetch links ahead of their reader.</summary>
    public async Task<bool> IsLinkValidAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Secrets.HashToken(token);
        var now = time.GetUtcNow();
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        return await context.SignInLinks.AnyAsync(l => l.TokenHash == hash && l.ExpiresAt > now, cancellationToken);
    }

    /// <summary>Uses a one-time link up, and sets the instructor's name, user name and password. Null when the link is not valid.</summary>
    public async Task<Account?> RedeemLinkAsync(string token, string name, string login, string password, CancellationToken cancellationToken)
    {
        var hash = Secrets.HashToken(token);
        var now = time.GetUtcNow();
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var link = await context.SignInLinks.SingleOrDefaultAsync(l => l.TokenHash == hash && l.ExpiresAt > now, cancellationToken);
        if (link is null || await context.SignInLinks.Where(l => l.TokenHash == hash).ExecuteDeleteAsync(cancellationToken) == 0)
            return null;
        var account = await context.Accounts.SingleAsync(a => a.Id == link.AccountId, cancellationToken);
        account.Name = name.Trim();
        account.Login = login.Trim();
        account.Pin = PinHash.Create(password);
        context.Entry(link).State = EntityState.Detached;
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return account;
    }

    /// <summary>Registers a student with a join code. Joining again with the same number and PIN signs in; after a reset it sets the PIN.</summary>
    public async Task<SignInResult> JoinAsync(JoinRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var number = request.Number.Normalize(System.Text.NormalizationForm.FormKC).Trim();
        var name = request.Name.Trim();
        if (name.Length is 0 or > MaxTextLength || number.Length is 0 or > MaxTextLength || !IsPin(request.Pin, PinHash.MinStudentLength))
            return new SignInResult(SignInOutcome.Invalid);

        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var code = Secrets.NormaliseJoinCode(request.JoinCode);
        var cohort = await context.Cohorts.SingleOrDefaultAsync(c => c.JoinCode == code, cancellationToken);
        if (cohort is null)
            return new SignInResult(SignInOutcome.UnknownCode);

        var account = await context.Accounts.SingleOrDefaultAsync(a => a.CohortId == cohort.Id && a.Login == number, cancellationToken);
        if (account?.Pin is not null)
        {
            var signIn = await SignInAsync(number, request.Pin, cohort.Id, cancellationToken);
            return signIn.Outcome == SignInOutcome.WrongPin ? new SignInResult(SignInOutcome.NumberTaken) : signIn;
        }

        if (account is null)
        {
            account = new Account { Id = Secrets.NewId(), Name = name, Kind = AccountKind.Student, Login = number, CohortId = cohort.Id, CreatedAt = time.GetUtcNow() };
            context.Accounts.Add(account);
        }

        account.Pin = PinHash.Create(request.Pin);
        account.Failures = 0;
        account.NotBefore = default;
        await context.SaveChangesAsync(cancellationToken);
        return new SignInResult(SignInOutcome.SignedIn, account);
    }

    /// <summary>Signs in with a student's number or an instructor's user name. Wrong PINs delay the next one, doubling from one second.</summary>
    /// <param name="login">Student number or user name.</param>
    /// <param name="pin">PIN or password.</param>
    /// <param name="cohortId">Needed only where the number exists in several cohorts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SignInResult> SignInAsync(string login, string pin, string? cohortId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(login);
        ArgumentNullException.ThrowIfNull(pin);
        if (pin.Length > PinHash.MaxLength)
            return new SignInResult(SignInOutcome.WrongPin);
        var number = login.Normalize(System.Text.NormalizationForm.FormKC).Trim();
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var found = await context.Accounts
            .Where(a => a.Login == number && (cohortId == null || a.CohortId == cohortId))
            .AsNoTracking().ToListAsync(cancellationToken);
        if (found.Count == 0)
        {
            PinHash.Verify(null, pin);
            return new SignInResult(SignInOutcome.WrongPin);
        }

        if (found.Count > 1)
        {
            var ids = found.Select(a => a.CohortId).ToList();
            return new SignInResult(SignInOutcome.Ambiguous, Cohorts: await context.Cohorts.Where(c => ids.Contains(c.Id)).ToListAsync(cancellationToken));
        }

        return await VerifyAsync(context, found[0], pin, cancellationToken);
    }

    /// <summary>A guest for "Try a lab".</summary>
    public async Task<Account> CreateGuestAsync(CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var account = new Account { Id = Secrets.NewId(), Name = "Guest", Kind = AccountKind.Guest, CreatedAt = time.GetUtcNow() };
        context.Accounts.Add(account);
        await context.SaveChangesAsync(cancellationToken);
        return account;
    }

    /// <summary>Null when there is none.</summary>
    public async Task<Account?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        return await context.Accounts.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
    }

    /// <summary>Whether a PIN or password may be chosen.</summary>
    public static bool IsPin(string pin, int minLength) => pin is not null && pin.Length >= minLength && pin.Length <= PinHash.MaxLength;

    private async Task<SignInResult> VerifyAsync(RecordsContext context, Account account, string pin, CancellationToken cancellationToken)
    {
        // Counted as wrong before it is looked at, in one statement, so that parallel guesses cannot share one delay.
        var now = time.GetUtcNow();
        var delay = DelayAfter(account.Failures + 1);
        var counted = await context.Accounts
            .Where(a => a.Id == account.Id && a.NotBefore <= now && a.Failures == account.Failures)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.Failures, account.Failures + 1).SetProperty(x => x.NotBefore, now + delay), cancellationToken);
        if (counted == 0)
        {
            var wait = account.NotBefore - now;
            return new SignInResult(SignInOutcome.Throttled, RetryAfter: wait > TimeSpan.FromSeconds(1) ? wait : TimeSpan.FromSeconds(1));
        }

        if (!PinHash.Verify(account.Pin, pin))
            return new SignInResult(SignInOutcome.WrongPin, RetryAfter: delay);
        await context.Accounts.Where(a => a.Id == account.Id)
            .ExecuteUpdateAsync(a => a.SetProperty(x => x.Failures, 0).SetProperty(x => x.NotBefore, default(DateTimeOffset)), cancellationToken);
        return new SignInResult(SignInOutcome.SignedIn, account);
    }

    private static TimeSpan DelayAfter(int failures)
    {
        if (failures < FreeFailures)
            return TimeSpan.Zero;
        var seconds = Math.Pow(2, Math.Min(failures - FreeFailures, 20));
        return seconds < MaxDelay.TotalSeconds ? TimeSpan.FromSeconds(seconds) : MaxDelay;
    }
}
