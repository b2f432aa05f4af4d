using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Encodings.Web;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Identifiers.Http;

/// <summary>An HTTP request to a node, without the transport.</summary>
/// <param name="Method">GET and so on.</param>
/// <param name="Path">Decoded path, starting with a slash.</param>
/// <param name="Query">Query parameters; a name may come more than once.</param>
/// <param name="Peer">Who asks.</param>
public sealed record IdentifierRequest(string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Query, IdentifierPeer Peer);

/// <summary>An HTTP answer of a node.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Body">The body, UTF-8.</param>
/// <param name="Location">Where a referral leads.</param>
public sealed record IdentifierResponse(int Status, string ContentType, byte[] Body, string? Location = null);

/// <summary>The HTTP interface of a node: <c>GET /api/handles/{handle}?index=&amp;type=&amp;auth=&amp;publicOnly=&amp;trace=</c>, <c>GET /api/node</c>, <c>GET /api/log</c>.</summary>
public static class IdentifierHttp
{
    private const string Json = "application/json;charset=utf-8";
    private const string HandlesPath = "/api/handles/";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a request. Never throws for what the client sent.</summary>
    public static async ValueTask<IdentifierResponse> HandleAsync(IdentifierNode node, IdentifierRequest request, CancellationToken cancellationToken = default)
    {
        var isRead = request.Method is "GET" or "HEAD";
        if (request.Path.StartsWith(HandlesPath, StringComparison.Ordinal) && request.Path.Length > HandlesPath.Length)
        {
            var text = request.Path[HandlesPath.Length..];
            return isRead
                ? await ResolveAsync(node, text, request, cancellationToken)
                : Refuse(ResponseCode.OperationNotSupported, text, "this node answers resolutions only; use GET");
        }

        return (isRead, request.Path) switch
        {
            (false, _) => Refuse(ResponseCode.OperationNotSupported, null, "use GET"),
            (_, "/" or "/api/node") => Write(200, Describe(node)),
            (_, "/api/log") => Write(200, WriteLog(node)),
            _ => Write(404, new JsonObject { ["message"] = $"nothing at {request.Path}; ask {HandlesPath}<prefix>/<suffix>" }),
        };
    }

    private static async ValueTask<IdentifierResponse> ResolveAsync(IdentifierNode node, string text, IdentifierRequest request, CancellationToken cancellationToken)
    {
        if (!Handle.TryParse(text, out var handle))
            return Refuse(ResponseCode.InvalidHandle, text, "a handle is prefix/suffix, such as 88.104/item-1");
        var indexes = new List<int>();
        var types = new List<string>();
        var authoritative = false;
        var publicOnly = false;
        var trace = false;
        foreach (var (name, value) in request.Query)
        {
            switch (name)
            {
                case "index" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index > 0:
                    indexes.Add(index);
                    break;
                case "index":
                    return Refuse(ResponseCode.ProtocolError, text, $"index is a whole number above 0, not '{value}'");
                case "type" when value.Length > 0:
                    types.Add(value);
                    break;
                case "auth":
                    authoritative = IsTrue(value);
                    break;
                case "publicOnly":
                    publicOnly = IsTrue(value);
                    break;
                case "trace":
                    trace = IsTrue(value);
                    break;
            }
        }

        var question = new ResolutionRequest(handle, indexes, types, authoritative, publicOnly, trace);
        var answer = await node.ResolveAsync(question, request.Peer, cancellationToken);
        var location = answer.Referral is { } site ? $"http://{site}{PathOf(question)}" : null;
        return Write(answer.Code.HttpStatus(), HandleJson.Write(answer, trace)) with { Location = location };
    }

    /// <summary>The path by which one node asks another for a handle, with its query; no node but the first is asked for steps.</summary>
    public static string PathOf(ResolutionRequest request)
    {
        var path = new StringBuilder(HandlesPath).Append(EscapePath(request.Handle));
        var separator = '?';
        void Add(string name, string value)
        {
            path.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        foreach (var index in request.Indexes)
            Add("index", index.ToString(CultureInfo.InvariantCulture));
        foreach (var type in request.Types)
            Add("type", type);
        if (request.Authoritative)
            Add("auth", "true");
        if (request.PublicOnly)
            Add("publicOnly", "true");
        return path.ToString();
    }

    private static string EscapePath(Handle handle) => $"{Uri.EscapeDataString(handle.Prefix)}/{Uri.EscapeDataString(handle.Suffix)}";

    private static bool IsTrue(string value) => value is "" or "true" or "1";

    private static JsonObject Describe(IdentifierNode node)
    {
        var json = new JsonObject { ["node"] = node.Name, ["role"] = JsonNamingPolicy.CamelCase.ConvertName(node.Role.ToString()), ["answered"] = node.Log.Count };
        if (node is AuthoritativeNode authoritative)
        {
            json["prefixes"] = new JsonArray([.. authoritative.Homed.Select(p => (JsonNode)JsonValue.Create(p)!)]);
            json["handles"] = authoritative.Count;
        }

        return json;
    }

    private static JsonObject WriteLog(IdentifierNode node) => new()
    {
        ["node"] = node.Name,
        ["answered"] = node.Log.Count,
        ["entries"] = new JsonArray([.. node.Log.Entries.Select(e => (JsonNode)new JsonObject
        {
            ["number"] = e.Number,
            ["time"] = e.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["from"] = e.From,
            ["handle"] = e.Handle,
            ["responseCode"] = (int)e.Code,
            ["steps"] = e.Steps,
            ["cached"] = e.FromCache,
        })]),
    };

    private static IdentifierResponse Refuse(ResponseCode code, string? handle, string message)
    {
        var json = new JsonObject { ["responseCode"] = (int)code };
        if (handle is not null)
            json["handle"] = handle;
        json["message"] = message;
        return Write(code.HttpStatus(), json);
    }

    private static IdentifierResponse Write(int status, JsonObject json) => new(status, Json, Encoding.UTF8.GetBytes(json.ToJsonString(Relaxed)));
}
