using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace TrainingLab.Labs.Records;

/// <summary>The records of an installation: who there is, and which attempts they made. Evidence itself is in files of its own.</summary>
public sealed class RecordsContext(DbContextOptions<RecordsContext> options) : DbContext(options)
{
    /// <summary>Instructors, students and guests.</summary>
    public DbSet<Account> Accounts => Set<Account>();

    /// <summary>Cohorts.</summary>
    public DbSet<Cohort> Cohorts => Set<Cohort>();

    /// <summary>Signed-in browsers and API tokens.</summary>
    public DbSet<AccountSession> Sessions => Set<AccountSession>();

    /// <summary>One-time links.</summary>
    public DbSet<SignInLink> SignInLinks => Set<SignInLink>();

    /// <summary>The index of attempts.</summary>
    public DbSet<AttemptRecord> Attempts => Set<AttemptRecord>();

    /// <summary>Who takes part in which attempt.</summary>
    public DbSet<AttemptMember> AttemptMembers => Set<AttemptMember>();

    internal DbSet<SchemaVersion> SchemaVersions => Set<SchemaVersion>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        // SQLite orders text; milliseconds since 1970 order as time does.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        modelBuilder.Entity<Account>(account =>
        {
            account.HasIndex(a => new { a.CohortId, a.Login }).IsUnique();
            account.HasIndex(a => a.Login);
        });
        modelBuilder.Entity<Cohort>().HasIndex(c => c.JoinCode).IsUnique();
        modelBuilder.Entity<AccountSession>(session =>
        {
            session.HasKey(s => s.TokenHash);
            session.HasIndex(s => s.AccountId);
        });
        modelBuilder.Entity<SignInLink>().HasKey(l => l.TokenHash);
        modelBuilder.Entity<AttemptRecord>(attempt =>
        {
            attempt.HasIndex(a => a.StartedAt);
            attempt.HasMany(a => a.Members).WithOne().HasForeignKey(m => m.AttemptId);
        });
        modelBuilder.Entity<AttemptMember>(member =>
        {
            member.HasKey(m => new { m.AttemptId, m.AccountId });
            member.HasIndex(m => m.AccountId);
        });
        modelBuilder.Entity<SchemaVersion>().Property(v => v.Id).ValueGeneratedNever();
    }

    private sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
        time => time.ToUnixTimeMilliseconds(), value => DateTimeOffset.FromUnixTimeMilliseconds(value));
}
