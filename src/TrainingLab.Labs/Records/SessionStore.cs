using Microsoft.EntityFrameworkCore;

namespace TrainingLab.Labs.Records;

/// <summary>Signed-in browsers and API tokens; survives a restart of the server. Thread safe.</summary>
public sealed class SessionStore(IDbContextFactory<RecordsContext> records, TimeProvider time)
{
    /// <summary>How long a session lives after its last request.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    /// <summary>Requests within this time of the last one seen are not written down again.</summary>
    public static readonly TimeSpan SeenResolution = TimeSpan.FromMinutes(1);

    /// <summary>Starts a session and returns its token, which is not stored.</summary>
    public async Task<string> CreateAsync(string accountId, bool bearer, string address, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        await context.Sessions.Where(s => s.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        var token = Secrets.NewToken();
        context.Sessions.Add(new AccountSession
        {
            TokenHash = Secrets.HashToken(token), AccountId = accountId, Bearer = bearer, Address = address,
            CreatedAt = now, LastSeenAt = now, ExpiresAt = now + Lifetime,
        });
        await context.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>The session and account of a token, prolonged; null when it is not valid.</summary>
    public async Task<(AccountSession Session, Account Account)?> FindAsync(string token, string address, CancellationToken cancellationToken)
    {
        var hash = Secrets.HashToken(token);
        var now = time.GetUtcNow();
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var found = await (
            from s in context.Sessions.AsNoTracking()
            join a in context.Accounts.AsNoTracking() on s.AccountId equals a.Id
            where s.TokenHash == hash && s.ExpiresAt > now
            select new { Session = s, Account = a }).SingleOrDefaultAsync(cancellationToken);
        if (found is null)
            return null;
        if (now - found.Session.LastSeenAt >= SeenResolution || !string.Equals(found.Session.Address, address, StringComparison.Ordinal))
        {
            await context.Sessions.Where(s => s.TokenHash == hash).ExecuteUpdateAsync(
                s => s.SetProperty(x => x.LastSeenAt, now).SetProperty(x => x.Address, address).SetProperty(x => x.ExpiresAt, now + Lifetime),
                cancellationToken);
            found.Session.LastSeenAt = now;
            found.Session.Address = address;
        }

        return (found.Session, found.Account);
    }

    /// <summary>Ends a session.</summary>
    public async Task EndAsync(string token, CancellationToken cancellationToken)
    {
        var hash = Secrets.HashToken(token);
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        await context.Sessions.Where(s => s.TokenHash == hash).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Sessions that are valid now, for who is signed in where after a restart.</summary>
    public async Task<IReadOnlyList<AccountSession>> ListAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        return await context.Sessions.AsNoTracking().Where(s => s.ExpiresAt > now).ToListAsync(cancellationToken);
    }
}
