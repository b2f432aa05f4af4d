using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TrainingLab.Web.Security;

/// <summary>Bounds what a request may carry; the services of a factory have a bound of their own.</summary>
internal static class RequestLimits
{
    /// <summary>Most bytes in the body of a form or an API call; the longest query or answer needs a fraction of it.</summary>
    public const long MaxBody = 256 * 1024;

    public static IApplicationBuilder UseRequestLimits(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        if (Surface.IsFactoryService(context.Request.Path))
            return next(context);
        if (context.Request.ContentLength > MaxBody)
        {
            context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return Task.CompletedTask;
        }

        // A body without a declared length ends the request when it passes the bound.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MaxBody;
        return next(context);
    });
}
