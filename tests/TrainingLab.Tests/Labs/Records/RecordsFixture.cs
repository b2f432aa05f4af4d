using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using TrainingLab.Labs.Records;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Labs.Records;

/// <summary>Records in a folder of their own, on a clock moved by hand.</summary>
public sealed class RecordsFixture : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private RecordsFixture(string folder)
    {
        Folder = folder;
        _services = new ServiceCollection().AddSingleton<TimeProvider>(Time).AddTrainingLabRecords(folder).BuildServiceProvider();
    }

    public string Folder { get; }

    public ManualTime Time { get; } = new();

    public AccountStore Accounts => _services.GetRequiredService<AccountStore>();

    public CohortStore Cohorts => _services.GetRequiredService<CohortStore>();

    public SessionStore Sessions => _services.GetRequiredService<SessionStore>();

    public AttemptIndex Attempts => _services.GetRequiredService<AttemptIndex>();

    public IDbContextFactory<RecordsContext> Contexts => _services.GetRequiredService<IDbContextFactory<RecordsContext>>();

    public static async Task<RecordsFixture> OpenAsync(CancellationToken cancellationToken)
    {
        var fixture = new RecordsFixture(Directory.CreateTempSubdirectory("traininglab-records-").FullName);
        await fixture.EnsureAsync(cancellationToken);
        return fixture;
    }

    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        await using var context = await Contexts.CreateDbContextAsync(cancellationToken);
        await RecordsSchema.EnsureAsync(context, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Folder, recursive: true);
    }
}
