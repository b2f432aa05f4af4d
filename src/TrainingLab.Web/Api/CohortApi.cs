using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Accounts;
using TrainingLab.Web.Attempts;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Web.Api;

/// <summary>Asks for a cohort.</summary>
internal sealed record CreateCohort(string Name);

/// <summary>A cohort.</summary>
internal sealed record CohortView(string Id, string Name, string JoinCode);

/// <summary>A student of a cohort.</summary>
internal sealed record StudentView(string Id, string Name, string Number, bool HasPin);

/// <summary>Cohorts, for instructors.</summary>
internal static class CohortApi
{
    public static void MapCohorts(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/cohorts").RequireAuthorization(nameof(AccountKind.Instructor)).WithTags("Cohorts");
        group.MapGet("", async (CohortStore cohorts, Visit visit, CancellationToken ct) =>
            TypedResults.Ok((await cohorts.ListAsync(visit.Account!.Id, ct)).Select(View).ToList())).WithSummary("Own cohorts.");
        group.MapPost("", CreateAsync).WithSummary("Make a cohort.").Produces<CohortView>(StatusCodes.Status201Created);
        group.MapGet("/{id}", async (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
            await access.FindCohortAsync(id, ct) is { } cohort ? TypedResults.Ok(View(cohort)) : Problems.NotFound(visit)).WithSummary("One cohort with its join code.").Produces<CohortView>();
        group.MapGet("/{id}/students", StudentsAsync).WithSummary("Students by number.").Produces<IReadOnlyList<StudentView>>();
        group.MapPost("/{id}/students/{student}/reset-pin", ResetAsync).WithSummary("Take a student's PIN away; joining again sets a new one.").Produces(StatusCodes.Status204NoContent);
        group.MapGet("/{id}/results.csv", ResultsAsync).WithSummary("Every attempt of the cohort as CSV, UTF-8 with a byte order mark.")
            .Produces<string>(StatusCodes.Status200OK, "text/csv");
    }

    private static CohortView View(Cohort cohort) => new(cohort.Id, cohort.Name, cohort.JoinCode);

    private static async Task<IResult> CreateAsync(CreateCohort request, CohortStore cohorts, Visit visit, CancellationToken cancellationToken)
    {
        if (request.Name?.Trim() is not { Length: > 0 and <= AccountStore.MaxTextLength } name)
            return Problems.Invalid(visit, Texts.CohortNameInvalid);
        var cohort = await cohorts.CreateAsync(visit.Account!.Id, name, cancellationToken);
        return TypedResults.Created($"/api/v1/cohorts/{cohort.Id}", View(cohort));
    }

    private static async Task<IResult> StudentsAsync(string id, AttemptAccess access, CohortStore cohorts, Visit visit, CancellationToken cancellationToken) =>
        await access.FindCohortAsync(id, cancellationToken) is null
            ? Problems.NotFound(visit)
            : TypedResults.Ok((await cohorts.ListStudentsAsync(id, cancellationToken)).Select(s => new StudentView(s.Id, s.Name, s.Login ?? "", s.Pin is not null)).ToList());

    private static async Task<IResult> ResetAsync(
        string id, string student, AttemptAccess access, PinReset reset, Visit visit, CancellationToken cancellationToken) =>
        await access.FindCohortAsync(id, cancellationToken) is not null && await reset.ResetAsync(id, student, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.NotFound(visit);

    private static async Task<IResult> ResultsAsync(
        string id, AttemptAccess access, CohortStore cohorts, IAttemptService attempts, Visit visit, CancellationToken cancellationToken)
    {
        if (await access.FindCohortAsync(id, cancellationToken) is null)
            return Problems.NotFound(visit);
        var students = (await cohorts.ListStudentsAsync(id, cancellationToken)).ToDictionary(s => s.Id, StringComparer.Ordinal);
        var csv = new StringBuilder("number,name,lab,attempt,state,score,max,passed,started,last_action\r\n");
        foreach (var attempt in await attempts.ListAsync(new AttemptFilter([.. students.Keys]), cancellationToken))
        {
            foreach (var student in attempt.Members.Where(students.ContainsKey).Select(m => students[m]))
            {
                csv.AppendJoin(',', new[]
                {
                    Cell(student.Login ?? ""), Cell(student.Name), Cell(attempt.Lab), Cell(attempt.Id), attempt.State.ToString(),
                    attempt.Score.ToString(CultureInfo.InvariantCulture), attempt.Max.ToString(CultureInfo.InvariantCulture), attempt.Passed ? "true" : "false",
                    attempt.StartedAt.ToString("O", CultureInfo.InvariantCulture), attempt.LastActionAt?.ToString("O", CultureInfo.InvariantCulture) ?? "",
                }).Append("\r\n");
            }
        }

        // Spreadsheet programs take UTF-8 for Chinese text only with the mark.
        return TypedResults.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv.ToString())], "text/csv; charset=utf-8", $"results-{id}.csv");
    }

    // RFC 4180; a leading character that a spreadsheet would run as a formula is defused.
    private static string Cell(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r')
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
