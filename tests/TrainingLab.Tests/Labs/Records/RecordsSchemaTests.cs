using Microsoft.EntityFrameworkCore;

namespace TrainingLab.Tests.Labs.Records;

public sealed class RecordsSchemaTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Opening_again_keeps_what_is_there()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        var account = await records.Accounts.CreateGuestAsync(Ct);
        await records.EnsureAsync(Ct);
        Assert.NotNull(await records.Accounts.FindAsync(account.Id, Ct));
    }

    [Fact]
    public async Task Records_of_a_newer_program_are_left_alone()
    {
        await using var records = await RecordsFixture.OpenAsync(Ct);
        await using (var context = await records.Contexts.CreateDbContextAsync(Ct))
            await context.Database.ExecuteSqlRawAsync("UPDATE SchemaVersions SET Version = 1000", Ct);
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => records.EnsureAsync(Ct));
        Assert.Contains("newer program", error.Message, StringComparison.Ordinal);
    }
}
