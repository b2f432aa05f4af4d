using Microsoft.AspNetCore.Http;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Web.Localisation;

namespace TrainingLab.Web.Api;

/// <summary>Errors of the HTTP API: RFC 9457 problem details, their detail in the language that the client asks for.</summary>
internal static class Problems
{
    public static IResult NotFound(Visit visit) => Problem(visit, StatusCodes.Status404NotFound, Texts.NotFoundText);

    public static IResult Invalid(Visit visit, LocalizedText detail) => Problem(visit, StatusCodes.Status400BadRequest, detail);

    public static IResult Problem(Visit visit, int status, LocalizedText detail) => TypedResults.Problem(visit[detail], statusCode: status);

    /// <summary>200 with the message when it was done, 409 with the reason when it was refused.</summary>
    public static IResult From(Visit visit, ActionOutcome outcome) =>
        outcome.Done ? TypedResults.Ok(outcome) : Problem(visit, StatusCodes.Status409Conflict, outcome.Message);
}
