using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Attempts;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Web.Api;

/// <summary>Asks for an attempt.</summary>
/// <param name="Lab">Lab id.</param>
/// <param name="Seed">Instructors only.</param>
/// <param name="Members">Student numbers of up to three others in the same cohort.</param>
internal sealed record CreateAttempt(string Lab, long? Seed = null, IReadOnlyList<string>? Members = null);

/// <summary>An answer.</summary>
internal sealed record AnswerRequest(string Value);

/// <summary>Attempts: their life, scorecards, evidence and captures.</summary>
internal static class AttemptApi
{
    public static void MapAttempts(this IEndpointRouteBuilder api)
    {
        var group = api.MapGroup("/attempts").RequireAuthorization().WithTags("Attempts");
        group.MapPost("", CreateAsync).WithSummary("Start an attempt.").Produces<AttemptSummary>(StatusCodes.Status201Created);
        group.MapGet("", ListAsync).WithSummary("Own attempts, or with cohort those of a cohort one teaches.").Produces<IReadOnlyList<AttemptSummary>>();
        Get<AttemptSummary>("/{id}", "One attempt.", (attempt, _, _) => Task.FromResult(attempt.Summary));
        // For members only: commands carry the attempt's token, and who uses it acts as a member.
        group.MapGet("/{id}/endpoints", async (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
            await access.FindOwnAsync(id, ct) is { } attempt ? TypedResults.Ok(await attempt.GetEndpointsAsync(ct)) : Problems.NotFound(visit))
            .WithSummary("Where tools connect.").Produces<IReadOnlyList<AttemptEndpoint>>();
        Get<ScorecardView>("/{id}/scorecard", "The graded checks.", (attempt, visit, ct) => attempt.GetScorecardAsync(visit.Role, visit.Language, ct));
        Get<ValuesSnapshot>("/{id}/values", "All shown tags now.", (attempt, _, ct) => attempt.GetValuesAsync(ct));
        Get<IReadOnlyList<TagInfo>>("/{id}/tags", "Tags that can be shown.", (attempt, _, ct) => attempt.GetTagsAsync(ct));
        Get<PlantPicture>("/{id}/picture", "The drawing of the line.", (attempt, _, ct) => attempt.GetPictureAsync(ct));
        Get<IReadOnlyList<HintView>>("/{id}/hints", "Hints, with the text of those taken.", (attempt, _, ct) => attempt.GetHintsAsync(ct));
        Get<IReadOnlyList<AnswerView>>("/{id}/answers", "Questions with the answers given last.", (attempt, _, ct) => attempt.GetAnswersAsync(ct));
        group.MapGet("/{id}/recent-values", RecentAsync).WithSummary("Values of the last seconds of plant time, at most 3600.").Produces<IReadOnlyList<ValuesSnapshot>>();
        group.MapGet("/{id}/evidence", EvidenceAsync).WithSummary("Public parts of records after an index, at most 500.").Produces<IReadOnlyList<EvidenceEntry>>();
        group.MapGet("/{id}/evidence/file", EvidenceFileAsync).WithSummary("The evidence file; a student's copy is redacted and still verifies.")
            .Produces<Stream>(StatusCodes.Status200OK, "application/x-ndjson");
        group.MapGet("/{id}/capture", CaptureAsync).WithSummary("Traffic at the workstation or another captured node, as .pcapng.")
            .Produces<Stream>(StatusCodes.Status200OK, "application/x-pcapng");

        Act("/{id}/answers/{question}", HttpMethods.Put, "Give an answer.",
            async (IAttempt attempt, Visit visit, string question, AnswerRequest body, CancellationToken ct) => await attempt.AnswerAsync(visit.Actor, question, body.Value, ct));
        group.MapPost("/{id}/hints/{hint}", (string id, string hint, AttemptAccess access, Visit visit, CancellationToken ct) =>
            ActAsync(id, access, visit, attempt => attempt.TakeHintAsync(visit.Actor, hint, ct), ct)).WithSummary("Take a hint at its price.").Produces<ActionOutcome>();
        group.MapPost("/{id}/start-over", (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
            ActAsync(id, access, visit, attempt => attempt.StartOverAsync(visit.Actor, ct), ct)).WithSummary("Put the factory back to its first state.").Produces<ActionOutcome>();
        group.MapPost("/{id}/submit", (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
            ActAsync(id, access, visit, attempt => attempt.HandInAsync(visit.Actor, ct), ct)).WithSummary("Hand in: ends the attempt and seals its evidence.").Produces<ActionOutcome>();

        void Get<T>(string path, string summary, Func<IAttempt, Visit, CancellationToken, Task<T>> read) =>
            group.MapGet(path, async (string id, AttemptAccess access, Visit visit, CancellationToken ct) =>
                await access.FindAsync(id, ct) is { } attempt ? TypedResults.Ok(await read(attempt, visit, ct)) : Problems.NotFound(visit))
                .WithSummary(summary).Produces<T>();

        void Act(string path, string method, string summary, Func<IAttempt, Visit, string, AnswerRequest, CancellationToken, Task<ActionOutcome>> act) =>
            group.MapMethods(path, [method], (string id, string question, AnswerRequest body, AttemptAccess access, Visit visit, CancellationToken ct) =>
                ActAsync(id, access, visit, attempt => act(attempt, visit, question, body, ct), ct)).WithSummary(summary).Produces<ActionOutcome>();
    }

    internal static async Task<IResult> ActAsync(
        string id, AttemptAccess access, Visit visit, Func<IAttempt, Task<ActionOutcome>> act, CancellationToken cancellationToken) =>
        await access.FindOwnAsync(id, cancellationToken) is { } attempt ? Problems.From(visit, await act(attempt)) : Problems.NotFound(visit);

    private static async Task<IResult> CreateAsync(
        CreateAttempt request, AttemptStarter starter, Visit visit, CancellationToken cancellationToken)
    {
        if (request.Seed is not null && !visit.IsInstructor)
            return Problems.Problem(visit, StatusCodes.Status403Forbidden, Texts.SeedForInstructors);
        var (attempt, refusal) = await starter.StartAsync(request.Lab, request.Members ?? [], request.Seed, cancellationToken);
        return attempt is null
            ? Problems.Problem(visit, ReferenceEquals(refusal, Texts.NotFoundText) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, refusal!)
            : TypedResults.Created($"/api/v1/attempts/{attempt.Id}", attempt.Summary);
    }

    private static async Task<IResult> ListAsync(
        string? lab, string? cohort, AttemptAccess access, IAttemptService attempts, CohortStore cohorts, Visit visit, CancellationToken cancellationToken)
    {
        if (cohort is null)
            return TypedResults.Ok(await access.ListOwnAsync(lab, cancellationToken));
        if (await access.FindCohortAsync(cohort, cancellationToken) is null)
            return Problems.NotFound(visit);
        var students = await cohorts.ListStudentsAsync(cohort, cancellationToken);
        return TypedResults.Ok(await attempts.ListAsync(new AttemptFilter([.. students.Select(s => s.Id)], lab), cancellationToken));
    }

    private static async Task<IResult> RecentAsync(string id, AttemptAccess access, Visit visit, CancellationToken cancellationToken, int seconds = 300) =>
        await access.FindAsync(id, cancellationToken) is { } attempt
            ? TypedResults.Ok(await attempt.GetRecentValuesAsync(TimeSpan.FromSeconds(Math.Clamp(seconds, 1, 3600)), cancellationToken))
            : Problems.NotFound(visit);

    private static async Task<IResult> EvidenceAsync(string id, AttemptAccess access, Visit visit, CancellationToken cancellationToken, long after = 0, int limit = 100) =>
        await access.FindAsync(id, cancellationToken) is { } attempt
            ? TypedResults.Ok(await attempt.GetEvidenceAsync(after, Math.Clamp(limit, 1, 500), cancellationToken))
            : Problems.NotFound(visit);

    private static async Task<IResult> EvidenceFileAsync(string id, AttemptAccess access, Visit visit, CancellationToken cancellationToken) =>
        await access.FindAsync(id, cancellationToken) is { } attempt
            ? TypedResults.Stream(stream => attempt.WriteEvidenceAsync(stream, visit.Role, cancellationToken), "application/x-ndjson", $"{attempt.Id}.evidence")
            : Problems.NotFound(visit);

    private static async Task<IResult> CaptureAsync(string id, AttemptAccess access, Visit visit, CancellationToken cancellationToken, string? node = null) =>
        await access.FindAsync(id, cancellationToken) is { } attempt
            ? TypedResults.Stream(stream => attempt.WriteCaptureAsync(stream, node, cancellationToken), "application/x-pcapng", $"{attempt.Id}.pcapng")
            : Problems.NotFound(visit);
}
