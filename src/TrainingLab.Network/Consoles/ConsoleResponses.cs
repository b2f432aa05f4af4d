using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Network.Configuration;

namespace TrainingLab.Network.Consoles;

/// <summary>The shapes of a console's answers. Errors are problem details (RFC 9457) with a <c>field</c>.</summary>
internal static class ConsoleResponses
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ConsoleResponse Json(int status, JsonNode body) =>
        new(status, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(body.ToJsonString(Readable) + "\n"));

    public static ConsoleResponse Html(int status, string body) => new(status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(body));

    public static ConsoleResponse Problem(int status, CommandError error, string language) => Problem(status, error.Field, error.Describe(language));

    public static ConsoleResponse Problem(int status, string field, string detail) => Json(status, new JsonObject
    {
        ["type"] = "about:blank",
        ["title"] = status switch
        {
            400 => "Bad Request",
            404 => "Not Found",
            405 => "Method Not Allowed",
            409 => "Conflict",
            413 => "Content Too Large",
            503 => "Service Unavailable",
            _ => "Error",
        },
        ["status"] = status,
        ["detail"] = detail,
        ["field"] = field,
    }) with
    { ContentType = "application/problem+json; charset=utf-8" };
}
