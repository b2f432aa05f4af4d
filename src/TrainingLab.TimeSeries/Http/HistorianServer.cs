using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.LineProtocol;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.Http;

/// <summary>How a historian shows itself over HTTP.</summary>
public sealed record HistorianServerOptions
{
    /// <summary>The version it claims in <c>X-Influxdb-Version</c>; clients choose dialects by it.</summary>
    public string Version { get; init; } = "1.6.7";

    /// <summary>Says whether this user name and password may come in; null (default) lets everybody in.</summary>
    public Func<string, string, bool>? Authenticate { get; init; }

    /// <summary>Bytes of a body, after decompression, at most. Default 25,000,000, as in InfluxDB.</summary>
    public int MaxBodySize { get; init; } = 25_000_000;

    /// <summary>What one query may cost.</summary>
    public QueryLimits QueryLimits { get; init; } = new();
}

/// <summary>
/// The HTTP face of the historian as InfluxDB 1.x has it: <c>/ping</c>, <c>/write</c> and <c>/query</c>. It answers requests; a host carries them.
/// </summary>
public sealed class HistorianServer
{
    private const int DefaultChunkSize = 10_000;

    private readonly TimeSeriesStore store;
    private readonly TimeProvider time;
    private readonly HistorianServerOptions options;
    private readonly IHistorianObserver? observer;
    private readonly InfluxQlEngine engine;
    private ulong requests;

    /// <summary>A face of a store.</summary>
    /// <param name="store">What is written and queried.</param>
    /// <param name="time">Host time.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="observer">Told of what is done; null for nobody.</param>
    public HistorianServer(TimeSeriesStore store, TimeProvider time, HistorianServerOptions? options = null, IHistorianObserver? observer = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        this.store = store;
        this.time = time;
        this.options = options ?? new HistorianServerOptions();
        this.observer = observer;
        engine = new InfluxQlEngine(store, time, this.options.QueryLimits);
    }

    /// <summary>Answers one request; a client's mistake is an answer, never an exception.</summary>
    public async ValueTask<HistorianResponse> HandleAsync(HistorianRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        string path = request.Path.TrimEnd('/');
        string? allowed = path switch
        {
            "/ping" or "/status" => "GET, HEAD",
            "/write" => "OPTIONS, POST",
            "/query" => "OPTIONS, GET, POST",
            _ => null,
        };
        if (allowed is null)
            return Text(404, "404 page not found\n");
        if (!allowed.Split(", ").Contains(request.Method, StringComparer.OrdinalIgnoreCase))
            return Text(405, "Method Not Allowed\n", KeyValuePair.Create("Allow", allowed));
        if (string.Equals(request.Method, "OPTIONS", StringComparison.OrdinalIgnoreCase))
            return new HistorianResponse(200, Common(null), null, default);
        if (path is "/ping" or "/status")
            return new HistorianResponse(204, Common(null), "application/json", default);

        RequestParameters parameters = new();
        if (path == "/query" && Header(request, "Content-Type").StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            if (request.Body.Length > options.MaxBodySize)
                return Error(request, 413, "Request Entity Too Large", parameters);
            parameters.Add(request.Body.Span);
        }

        parameters.Add(request.Query);
        (string? user, string? refusal) = SignIn(request, parameters);
        if (refusal is not null)
        {
            if (observer is not null)
                await observer.LoginFailedAsync(new HistorianLoginFailure(request.Peer, user ?? "", 401), cancellationToken);
            return Error(request, 401, refusal, parameters, KeyValuePair.Create("WWW-Authenticate", "Basic realm=\"InfluxDB\""));
        }

        HistorianPeer peer = user is null ? request.Peer : request.Peer with { Account = user };
        return path == "/write"
            ? await WriteAsync(request, parameters, peer, cancellationToken)
            : await QueryAsync(request, parameters, peer, cancellationToken);
    }

    private async ValueTask<HistorianResponse> WriteAsync(HistorianRequest request, RequestParameters parameters, HistorianPeer peer, CancellationToken cancellationToken)
    {
        string database = parameters["db"];
        ReadOnlyMemory<byte> body = request.Body;
        int status = 204;
        string? error = null;
        WriteResult? result = null;
        if (database.Length == 0)
            (status, error) = (400, "database is required");
        else if (store.Find(database) is null)
            (status, error) = (404, $"database not found: \"{database}\"");
        else if (parameters["rp"] is not ("" or "autogen"))
            (status, error) = (500, $"retention policy not found: {parameters["rp"]}");
        else if (!Expand(request, out body, out error))
            status = error is "Request Entity Too Large" ? 413 : 400;
        // InfluxDB takes an unknown precision for nanoseconds.
        Precision precision = PrecisionNames.TryParse(parameters["precision"], out Precision named) ? named : Precision.Nanoseconds;
        if (error is null)
        {
            result = store.Write(database, body.Span, precision);
            error = WriteError(result);
            status = error is null ? 204 : 400;
        }

        if (observer is not null)
            await observer.WriteAsync(new HistorianWrite(peer, database, result?.Accepted ?? 0, result?.Rejected ?? 0, body, status, error, precision), cancellationToken);
        return error is null
            ? new HistorianResponse(204, Common(null), "application/json", default)
            : new HistorianResponse(status, Common(error), "application/json", JsonAnswer.Error(error, Pretty(parameters), result?.Errors));
    }

    /// <summary>InfluxDB's sentence for a write of which something was refused: lines that do not read, or how many points were dropped and why the last was.</summary>
    private static string? WriteError(WriteResult result)
    {
        if (result.Rejected == 0)
            return null;
        if (result.Conflicts > 0)
            return $"partial write: {result.Errors.LastOrDefault(error => error.Conflict)?.Reason ?? "points refused"} dropped={result.Conflicts}";
        string reasons = string.Join('\n', result.Errors.Select(error => error.Reason));
        return result.Accepted > 0 ? $"partial write: {reasons} dropped=0" : reasons;
    }

    private bool Expand(HistorianRequest request, out ReadOnlyMemory<byte> body, out string? error)
    {
        body = request.Body;
        error = null;
        if (string.Equals(Header(request, "Content-Encoding"), "gzip", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                using GZipStream gzip = new(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
                MemoryStream expanded = new();
                byte[] buffer = new byte[16 << 10];
                int read;
                while ((read = gzip.Read(buffer)) > 0 && expanded.Length <= options.MaxBodySize)
                    expanded.Write(buffer, 0, read);
                body = expanded.ToArray();
            }
            catch (InvalidDataException)
            {
                error = "gzip: invalid header";
            }
        }

        if (body.Length > options.MaxBodySize)
            error = "Request Entity Too Large";
        if (error is not null)
            body = default;
        return error is null;
    }

    private async ValueTask<HistorianResponse> QueryAsync(HistorianRequest request, RequestParameters parameters, HistorianPeer peer, CancellationToken cancellationToken)
    {
        string text = parameters["q"].Trim();
        string database = parameters["db"];
        if (text.Length == 0)
            return Error(request, 400, "missing required parameter \"q\"", parameters);
        IReadOnlyList<Statement> statements;
        try
        {
            statements = engine.Parse(text, Values(parameters["params"]));
        }
        catch (InfluxQlException error)
        {
            observer?.Query(new HistorianQuery(peer, database, text, 400, error.Message));
            return Error(request, 400, error.Message, parameters);
        }

        bool readOnly = !string.Equals(request.Method, "POST", StringComparison.OrdinalIgnoreCase);
        List<StatementResult> results = [];
        foreach (Statement statement in statements)
        {
            if (results.Count > 0 && results[^1].Error is not null)
            {
                results.Add(InfluxQlEngine.NotExecuted(results.Count));
                continue;
            }

            StatementResult result = engine.Run(statement, results.Count, database, readOnly);
            if (statement.Changes && observer is not null)
                await observer.ChangeAsync(new HistorianChange(peer, database, statement.ToString(), result.Error), cancellationToken);
            results.Add(result);
        }

        observer?.Query(new HistorianQuery(peer, database, text, 200, results.Find(result => result.Error is not null)?.Error));
        QueryResult all = new(results);
        Precision? epoch = parameters["epoch"].Length == 0 ? null : PrecisionNames.TryParse(parameters["epoch"], out Precision unit) ? unit : Precision.Nanoseconds;
        if (WantsCsv(request))
            return new HistorianResponse(200, Common(null), "text/csv", CsvAnswer.Whole(all, epoch));
        List<TimeZoneInfo?> zones = [.. statements.Select(statement => (statement as SelectStatement)?.Zone)];
        byte[] body;
        if (string.Equals(parameters["chunked"], "true", StringComparison.Ordinal))
        {
            bool sized = int.TryParse(parameters["chunk_size"], NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0;
            body = JsonAnswer.Chunked(all, epoch, Pretty(parameters), zones, sized ? size : DefaultChunkSize);
        }
        else
        {
            body = JsonAnswer.Whole(all, epoch, Pretty(parameters), zones);
        }

        return new HistorianResponse(200, Common(null), "application/json", body);
    }

    /// <summary>The parameter <c>params</c>: a JSON object of the values of <c>$name</c>.</summary>
    private static Dictionary<string, FieldValue>? Values(string json)
    {
        if (json.Length == 0)
            return null;
        try
        {
            Dictionary<string, FieldValue> values = new(StringComparer.Ordinal);
            foreach ((string name, JsonNode? node) in JsonNode.Parse(json)?.AsObject() ?? [])
            {
                values[name] = node?.GetValueKind() switch
                {
                    JsonValueKind.String => FieldValue.String(node.GetValue<string>()),
                    JsonValueKind.True => FieldValue.Boolean(true),
                    JsonValueKind.False => FieldValue.Boolean(false),
                    JsonValueKind.Number when node.AsValue().TryGetValue(out long integer) => FieldValue.Integer(integer),
                    JsonValueKind.Number => FieldValue.Float(node.GetValue<double>()),
                    _ => throw new InfluxQlException($"error parsing query parameters: the value of {name} is no number, string or bool"),
                };
            }

            return values;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new InfluxQlException("error parsing query parameters: " + error.Message);
        }
    }

    private (string? User, string? Refusal) SignIn(HistorianRequest request, RequestParameters parameters)
    {
        if (options.Authenticate is null)
            return (null, null);
        string user = parameters["u"];
        string password = parameters["p"];
        string header = Header(request, "Authorization");
        if (user.Length == 0 && header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            byte[] plain = new byte[header.Length];
            if (Convert.TryFromBase64String(header[6..].Trim(), plain, out int length))
            {
                string[] parts = Encoding.UTF8.GetString(plain, 0, length).Split(':', 2);
                (user, password) = (parts[0], parts.Length > 1 ? parts[1] : "");
            }
        }

        if (user.Length == 0)
            return (null, "unable to parse authentication credentials");
        return options.Authenticate(user, password) ? (user, null) : (user, "authorization failed");
    }

    private HistorianResponse Error(HistorianRequest request, int status, string error, RequestParameters parameters, params ReadOnlySpan<KeyValuePair<string, string>> more)
    {
        bool csv = WantsCsv(request);
        return new HistorianResponse(status, Common(error, more), csv ? "text/csv" : "application/json", csv ? CsvAnswer.Error(error) : JsonAnswer.Error(error, Pretty(parameters)));
    }

    private HistorianResponse Text(int status, string text, params ReadOnlySpan<KeyValuePair<string, string>> more) =>
        new(status, Common(null, [KeyValuePair.Create("X-Content-Type-Options", "nosniff"), .. more]), "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private List<KeyValuePair<string, string>> Common(string? error, params ReadOnlySpan<KeyValuePair<string, string>> more)
    {
        // The clock and a counter instead of a random number: the same requests get the same identifiers.
        string id = string.Create(CultureInfo.InvariantCulture, $"{(ulong)TimeText.Now(time):x16}-{++requests:x8}");
        List<KeyValuePair<string, string>> headers =
        [
            KeyValuePair.Create("Request-Id", id),
            KeyValuePair.Create("X-Influxdb-Build", "OSS"),
            KeyValuePair.Create("X-Influxdb-Version", options.Version),
            KeyValuePair.Create("X-Request-Id", id),
        ];
        if (error is not null)
            headers.Add(KeyValuePair.Create("X-Influxdb-Error", HeaderText(error)));
        headers.AddRange(more);
        return headers;
    }

    /// <summary>A header cannot hold line feeds or characters beyond ASCII, which a quoted line may.</summary>
    private static string HeaderText(string error)
    {
        ReadOnlySpan<char> start = error.AsSpan(0, Math.Min(error.Length, 1024));
        return string.Create(start.Length, error, (text, source) =>
        {
            for (int i = 0; i < text.Length; i++)
                text[i] = source[i] is >= ' ' and <= '~' ? source[i] : ' ';
        });
    }

    private static bool WantsCsv(HistorianRequest request) =>
        Header(request, "Accept").Split(',').Any(type => type.Split(';')[0].Trim() is "application/csv" or "text/csv");

    private static bool Pretty(RequestParameters parameters) => string.Equals(parameters["pretty"], "true", StringComparison.Ordinal);

    private static string Header(HistorianRequest request, string name)
    {
        foreach ((string key, string value) in request.Headers)
        {
            if (string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return "";
    }
}
