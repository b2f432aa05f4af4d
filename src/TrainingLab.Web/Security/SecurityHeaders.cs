using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace TrainingLab.Web.Security;

/// <summary>Headers on every answer of the application itself.</summary>
internal static class SecurityHeaders
{
    /// <summary>Nothing but this server, nothing inline.</summary>
    public const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; " +
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>What a student's factory serves may not act as the application: an opaque origin, no scripts; forms, as switches have them.</summary>
    public const string SandboxPolicy = "sandbox allow-forms; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        Apply(context);
        return next(context);
    });

    /// <summary>Sets them; again after an exception has cleared the answer.</summary>
    public static void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Surface.IsFactoryService(context.Request.Path) ? SandboxPolicy : Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (!context.Request.Path.StartsWithSegments("/assets"))
            headers.CacheControl = "no-store";
    }
}
