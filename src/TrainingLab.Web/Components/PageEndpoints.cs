using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Attempts;
using TrainingLab.Web.Components.Pages;
using TrainingLab.Web.Components.Shared;

namespace TrainingLab.Web.Components;

/// <summary>Which address shows which page. State changes answer with a redirect, so that reloading repeats nothing.</summary>
internal static class PageEndpoints
{
    public static void MapPages(this IEndpointRouteBuilder routes)
    {
        // Antiforgery is FormTokens' work, for htmx and plain forms alike.
        var pages = routes.MapGroup("").ExcludeFromDescription().DisableAntiforgery();
        pages.MapGet("/", (Visit visit) => visit.Account is { } account ? Results.Redirect(Visit.HomeOf(account)) : Page<HomePage>());
        pages.MapAccountPages();

        var signedIn = pages.MapGroup("").RequireAuthorization();
        signedIn.MapGet("/labs", (string? track, string? level, string? position) => Page<LabsPage>(new { Track = track, Level = Number(level), Position = Number(position) }));
        signedIn.MapGet("/labs/{**id}", (string id, ILabCatalogue labs) => labs.Find(id) is { } lab ? Page<LabPage>(new { Lab = lab }) : Results.NotFound());
        signedIn.MapWorkspace();

        var instructor = pages.MapGroup("/classes").RequireAuthorization(nameof(AccountKind.Instructor));
        instructor.MapGet("", () => Page<ClassesPage>());
        instructor.MapPost("", CreateClassAsync);
        instructor.MapGet("/{id}", (string id, AttemptAccess access, CancellationToken ct) => ClassAsync(access, id, cohort => Page<ClassPage>(new { Cohort = cohort }), ct));
        instructor.MapGet("/{id}/attempts", (string id, AttemptAccess access, CancellationToken ct) => ClassAsync(access, id, cohort => Page<ClassAttempts>(new { Cohort = cohort }), ct));
        instructor.MapGet("/{id}/students", (string id, AttemptAccess access, CancellationToken ct) => ClassAsync(access, id, cohort => Page<ClassStudents>(new { Cohort = cohort }), ct));
        instructor.MapPost("/{id}/students/{student}/reset-pin", async (string id, string student, AttemptAccess access, Accounts.PinReset reset, CancellationToken ct) =>
            await access.FindCohortAsync(id, ct) is not null && await reset.ResetAsync(id, student, ct) ? Results.Redirect("/classes/" + id) : Results.NotFound());
    }

    /// <summary>Renders a component as the whole answer: a page, or a fragment of one.</summary>
    public static IResult Page<T>(object? parameters = null, int? status = null)
        where T : IComponent =>
        parameters is null ? new RazorComponentResult<T> { StatusCode = status } : new RazorComponentResult<T>(parameters) { StatusCode = status };

    private static int? Number(string? text) => int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task<IResult> ClassAsync(AttemptAccess access, string id, Func<Cohort, IResult> show, CancellationToken cancellationToken) =>
        await access.FindCohortAsync(id, cancellationToken) is { } cohort ? show(cohort) : Results.NotFound();

    private static async Task<IResult> CreateClassAsync(IFormCollection form, CohortStore cohorts, Visit visit, CancellationToken cancellationToken)
    {
        var name = form["name"].ToString().Trim();
        if (name.Length is 0 or > AccountStore.MaxTextLength)
            return Page<ClassesPage>(new { Message = visit[Localisation.Texts.CohortNameInvalid] }, StatusCodes.Status400BadRequest);
        var cohort = await cohorts.CreateAsync(visit.Account!.Id, name, cancellationToken);
        return Results.Redirect("/classes/" + cohort.Id);
    }
}
