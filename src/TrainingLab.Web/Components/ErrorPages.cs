using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Components.Pages;
using TrainingLab.Web.Localisation;
using TrainingLab.Web.Security;

namespace TrainingLab.Web.Components;

/// <summary>Turns a bare status code or an exception into a page for people or problem details for programs.</summary>
internal static class ErrorPages
{
    public static async Task WriteAsync(HttpContext context)
    {
        SecurityHeaders.Apply(context);
        if (StorageFaults.IsDiskFull(context.Features.Get<IExceptionHandlerFeature>()?.Error))
            context.Response.StatusCode = StatusCodes.Status507InsufficientStorage;
        var status = context.Response.StatusCode;
        var (title, text) = Words(context, status);
        if (Surface.IsMachine(context.Request.Path))
        {
            var visit = context.RequestServices.GetRequiredService<Visit>();
            await TypedResults.Problem(visit[text], statusCode: status).ExecuteAsync(context);
            return;
        }

        await new RazorComponentResult<ErrorPage>(new { Title = title, Text = text }) { StatusCode = status }.ExecuteAsync(context);
    }

    private static (LocalizedText Title, LocalizedText Text) Words(HttpContext context, int status) => status switch
    {
        StatusCodes.Status404NotFound => (Texts.NotFoundTitle, Texts.NotFoundText),
        StatusCodes.Status405MethodNotAllowed => (Texts.MethodTitle, Texts.MethodText),
        StatusCodes.Status413PayloadTooLarge => (Texts.TooLargeTitle, Texts.TooLargeText),
        StatusCodes.Status415UnsupportedMediaType => (Texts.RequestRefusedTitle, Texts.MediaTypeText),
        StatusCodes.Status401Unauthorized => (Texts.SignIn, Texts.SignInFirst),
        StatusCodes.Status403Forbidden => (Texts.ForbiddenTitle, Texts.ForbiddenText),
        StatusCodes.Status400BadRequest when FormTokens.Refused(context) => (Texts.StaleTitle, Texts.StaleText),
        StatusCodes.Status507InsufficientStorage => (Texts.DiskFullTitle, Texts.DiskFullText),
        >= 500 => (Texts.ErrorTitle, Texts.ErrorText),
        _ => (Texts.RequestRefusedTitle, Texts.RequestRefusedText),
    };
}
