using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Web.Api;

/// <summary>The labs.</summary>
internal static class LabApi
{
    public static void MapLabs(this IEndpointRouteBuilder api)
    {
        api.MapGet("/labs", (ILabCatalogue labs, string? track) => TypedResults.Ok(labs.List().Where(l => track is null || l.Track == track).ToList()))
            .RequireAuthorization().WithTags("Labs").WithSummary("All labs, or those of a track.");
        api.MapGet("/labs/{**id}", (ILabCatalogue labs, Visit visit, string id) => labs.Find(id) is { } lab ? TypedResults.Ok(lab) : Problems.NotFound(visit))
            .RequireAuthorization().WithTags("Labs").WithSummary("A lab with guide and tasks.").Produces<LabDetail>();
    }
}
