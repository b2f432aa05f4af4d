using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;

namespace TrainingLab.Web.Api;

/// <summary>What a supervisor asks.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Ok(new { status = "live" })).WithTags("Health").WithSummary("The process answers.");
        routes.MapGet("/health/ready", ReadyAsync).WithTags("Health").WithSummary("Records can be read and labs are there.");
    }

    private static async Task<IResult> ReadyAsync(IDbContextFactory<RecordsContext> records, ILabCatalogue labs, CancellationToken cancellationToken)
    {
        await using var context = await records.CreateDbContextAsync(cancellationToken);
        var ready = await context.Database.CanConnectAsync(cancellationToken);
        return ready
            ? TypedResults.Ok(new { status = "ready", labs = labs.List().Count })
            : TypedResults.Problem("The records cannot be read.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
