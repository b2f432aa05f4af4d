using Microsoft.AspNetCore.Http;

namespace TrainingLab.Web.Security;

/// <summary>Which of the application's faces a request is for: pages for people, or endpoints for programs.</summary>
internal static class Surface
{
    private static readonly PathString[] Machine = ["/api", "/events", "/health", "/openapi", "/a"];

    /// <summary>Errors are problem details there, never pages.</summary>
    public static bool IsMachine(PathString path) => Array.Exists(Machine, prefix => path.StartsWithSegments(prefix, StringComparison.Ordinal));

    /// <summary>Services of a factory under the application's address; they have a policy of their own.</summary>
    public static bool IsFactoryService(PathString path) => path.StartsWithSegments("/a", StringComparison.Ordinal);

    /// <summary>Sent by htmx, which puts the answer into the page.</summary>
    public static bool IsFragment(HttpRequest request) => request.Headers.ContainsKey("HX-Request");
}
