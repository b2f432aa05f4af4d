using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using TrainingLab.Web.Accounts;

namespace TrainingLab.Web.Api;

/// <summary>What <c>/openapi/v1.json</c> says beyond the endpoints' own words: who may call, by which name, and how errors look.</summary>
internal static class OpenApiDescription
{
    private const string Bearer = "bearer";
    private const string Session = "session";
    private const string ProblemSchema = "Problem";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "TrainingLab",
                Version = "1",
                Description = "Everything that the pages can do. Errors are problem details (RFC 9457); their detail is in the language that Accept-Language asks for.",
            };
            // Where it was fetched from is not where everybody reaches it.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A token of the account (POST /api/v1/tokens), or below one attempt that attempt's own token.",
            });
            document.AddComponent<IOpenApiSecurityScheme>(Session, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Cookie, Name = SessionAuthentication.Cookie,
                Description = "A browser's session. Whatever changes something then also carries the page's form token in the header X-Form-Token.",
            });
            document.AddComponent<IOpenApiSchema>(ProblemSchema, new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
                {
                    ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
                    ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                    ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.OperationId ??= NameOf(context.Description.HttpMethod ?? "", context.Description.RelativePath ?? "");
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "An error.",
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, context.Document) },
                },
            };
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IAuthorizeData>().Any())
            {
                operation.Security =
                [
                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
                    new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Session, context.Document)] = [] },
                ];
            }

            return Task.CompletedTask;
        });
    }

    // GET api/v1/attempts/{id}/recent-values: getAttemptsRecentValues; with a parameter at the end: getAttemptsById.
    private static string NameOf(string method, string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).SkipWhile(s => s is "api" or "v1").ToList();
        var words = segments.Where((s, i) => !s.StartsWith('{') || i == segments.Count - 1)
            .Select(s => s.StartsWith('{') ? "By " + s.Trim('{', '}', '*') : s)
            .SelectMany(s => s.Split('-', '.', ' '))
            .Select(w => char.ToUpper(w[0], CultureInfo.InvariantCulture) + w[1..]);
        return method.ToLowerInvariant() + string.Concat(words);
    }
}
