using TrainingLab.Labs.Records;

namespace TrainingLab.Tests.Labs.Records;

public sealed class SessionStoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_lives_while_it_is_used_and_its_token_is_not_stored()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var account = await records.Accounts.CreateGuestAsync(Ct);
        var token = await records.Sessions.CreateAsync(account.Id, bearer: false, "10.0.0.1", Ct);
        for (var i = 0; i < 3; i++)
        {
            records.Time.Advance(SessionStore.Lifetime - TimeSpan.FromSeconds(1));
            Assert.Equal(account.Id, (await records.Sessions.FindAsync(token, "10.0.0.2", Ct))!.Value.Account.Id);
        }

        var stored = Assert.Single(await records.Sessions.ListAsync(Ct));
        Assert.NotEqual(token, stored.TokenHash);
        Assert.Equal("10.0.0.2", stored.Address);
        records.Time.Advance(SessionStore.Lifetime);
        Assert.Null(await records.Sessions.FindAsync(token, "10.0.0.2", Ct));
    }

    [Fact]
    public async Task Ending_a_session_ends_that_one_only()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var account = await records.Accounts.CreateGuestAsync(Ct);
        var first = await records.Sessions.CreateAsync(account.Id, bearer: false, "10.0.0.1", Ct);
        var second = await records.Sessions.CreateAsync(account.Id, bearer: true, "10.0.0.1", Ct);
        await records.Sessions.EndAsync(first, Ct);
        Assert.Null(await records.Sessions.FindAsync(first, "10.0.0.1", Ct));
        Assert.NotNull(await records.Sessions.FindAsync(second, "10.0.0.1", Ct));
    }
}
