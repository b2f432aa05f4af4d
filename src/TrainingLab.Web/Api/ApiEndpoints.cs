using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace TrainingLab.Web.Api;

/// <summary>The HTTP API, version 1.</summary>
internal static class ApiEndpoints
{
    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1");
        api.MapTokens();
        api.MapLabs();
        api.MapAttempts();
        api.MapWorkbench();
        api.MapCohorts();
    }
}
