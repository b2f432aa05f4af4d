using Microsoft.EntityFrameworkCore;

namespace TrainingLab.Labs.Records;

/// <summary>Which version of the tables a database holds; always the one row 1.</summary>
internal sealed class SchemaVersion
{
    public int Id { get; init; } = 1;

    public int Version { get; set; }
}

/// <summary>Creates the tables of a new database and brings an older one up to date, one explicit step per version.</summary>
public static class RecordsSchema
{
    /// <summary>What this program writes.</summary>
    public const int Current = 1;

    // Step n turns version n+1 into n+2. A step is never edited once released; the model above always describes the newest version.
    private static readonly string[] Steps = [];

    /// <summary>Makes the database usable.</summary>
    /// <exception cref="InvalidOperationException">A newer program wrote it.</exception>
    public static async Task EnsureAsync(RecordsContext records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        if (await records.Database.EnsureCreatedAsync(cancellationToken))
        {
            records.SchemaVersions.Add(new SchemaVersion { Version = Current });
            await records.SaveChangesAsync(cancellationToken);
        }
        else
        {
            await UpgradeAsync(records, cancellationToken);
        }

        // Readers do not wait for the writer; a write is on disk when the next checkpoint is, which suffices for an index.
        await records.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
    }

    private static async Task UpgradeAsync(RecordsContext records, CancellationToken cancellationToken)
    {
        var stored = await records.SchemaVersions.SingleAsync(cancellationToken);
        if (stored.Version > Current)
            throw new InvalidOperationException(
                $"The records were written by a newer program (version {stored.Version}, this one knows {Current}). Start that program, or another data folder.");
        while (stored.Version < Current)
        {
            await using var transaction = await records.Database.BeginTransactionAsync(cancellationToken);
            await records.Database.ExecuteSqlRawAsync(Steps[stored.Version - 1], cancellationToken);
            stored.Version++;
            await records.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
    }
}
