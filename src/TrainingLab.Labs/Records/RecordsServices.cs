using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace TrainingLab.Labs.Records;

/// <summary>Wires the records.</summary>
public static class RecordsServices
{
    /// <summary>Adds the records in <c>records.db</c> of <paramref name="dataFolder"/>. Call <see cref="RecordsSchema.EnsureAsync"/> before use.</summary>
    public static IServiceCollection AddTrainingLabRecords(this IServiceCollection services, string dataFolder)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddDbContextFactory<RecordsContext>(options => options.UseSqlite($"Data Source={Path.Combine(dataFolder, "records.db")}"));
        services.AddSingleton<AccountStore>();
        services.AddSingleton<CohortStore>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<AttemptIndex>();
        return services;
    }
}
