using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;

namespace TrainingLab.Tests.Labs.Records;

public sealed class AttemptIndexTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attempts_are_found_by_member_and_lab_newest_first()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        await AddAsync(records, "a1", "x/one", "ann");
        await AddAsync(records, "a2", "x/two", "ann", "bob");
        await AddAsync(records, "a3", "x/one", "cem");

        Assert.Equal(["a3", "a2", "a1"], Ids(await records.Attempts.ListAsync(new AttemptFilter(), Ct)));
        Assert.Equal(["a2", "a1"], Ids(await records.Attempts.ListAsync(new AttemptFilter(["ann"]), Ct)));
        Assert.Equal(["a2"], Ids(await records.Attempts.ListAsync(new AttemptFilter(["bob"]), Ct)));
        Assert.Equal(["a1"], Ids(await records.Attempts.ListAsync(new AttemptFilter(["ann", "bob"], "x/one"), Ct)));
        Assert.Empty(await records.Attempts.ListAsync(new AttemptFilter([]), Ct));
        Assert.Equal(["ann", "bob"], (await records.Attempts.FindAsync("a2", Ct))!.ToSummary().Members);
    }

    [Fact]
    public async Task Changes_are_written_and_an_unknown_attempt_is_said_so()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        await AddAsync(records, "a1", "x/one", "ann");
        Assert.True(await records.Attempts.UpdateAsync("a1", a => { a.State = AttemptState.HandedIn; a.Score = 55; }, Ct));
        Assert.False(await records.Attempts.UpdateAsync("a9", a => a.Score = 1, Ct));
        var found = await records.Attempts.FindAsync("a1", Ct);
        Assert.Equal((AttemptState.HandedIn, 55, long.MaxValue), (found!.State, found.Score, found.Seed));
    }

    private static async Task AddAsync(RecordsFixture records, string id, string lab, params string[] members)
    {
        records.Time.Advance(TimeSpan.FromMinutes(1));
        await records.Attempts.AddAsync(new AttemptRecord
        {
            Id = id, Lab = lab, Seed = long.MaxValue, State = AttemptState.Running, StartedAt = records.Time.GetUtcNow(),
            Members = [.. members.Select((m, i) => new AttemptMember { AttemptId = id, AccountId = m, Position = i })],
        }, Ct);
    }

    private static IEnumerable<string> Ids(IEnumerable<AttemptRecord> attempts) => attempts.Select(a => a.Id);
}
