using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.TimeSeries.Http;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Tests.TimeSeries.Http;

/// <summary>The HTTP face; that status codes, headers and bytes are InfluxDB's is shown by the interop tests.</summary>
public sealed class Http_Tests
{
    private static readonly HistorianPeer Peer = new("workstation", "10.0.0.5");

    [Fact]
    public async Task Write_and_query_go_round()
    {
        HistorianServer server = Server(out _);
        Assert.Equal(204, (await Send(server, "POST", "/write", "db=lab&precision=s", "m,a=b v=1.5 1700000000")).Status);
        HistorianResponse answer = await Send(server, "GET", "/query", "db=lab&epoch=ms&q=SELECT+v+FROM+m");
        Assert.Equal("""{"results":[{"statement_id":0,"series":[{"name":"m","columns":["time","v"],"values":[[1700000000000,1.5]]}]}]}""" + "\n", Text(answer));
        Assert.Equal("application/json", answer.ContentType);
        HistorianResponse form = await Send(server, "POST", "/query", "db=lab", "q=SELECT+v+FROM+m+WHERE+a+%3D+%27b%27&epoch=s", ("Content-Type", "application/x-www-form-urlencoded"));
        Assert.Contains("[1700000000,1.5]", Text(form), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_lines_are_listed_with_their_numbers()
    {
        HistorianServer server = Server(out _);
        HistorianResponse answer = await Send(server, "POST", "/write", "db=lab", "m v=1 1\nbad\nm v=2 2\nm v=\"x\" 3");
        Assert.Equal(400, answer.Status);
        JsonNode body = JsonNode.Parse(Text(answer))!;
        Assert.Equal("partial write: field type conflict: input field \"v\" on measurement \"m\" is type string, already exists as type float dropped=1", body["error"]!.GetValue<string>());
        Assert.Equal([2, 4], body["lines"]!.AsArray().Select(line => line!["line"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Gzip_is_expanded_up_to_the_limit()
    {
        HistorianServer server = Server(out _, new HistorianServerOptions { MaxBodySize = 100 });
        Assert.Equal(204, (await Send(server, "POST", "/write", "db=lab", Gzip("m v=1 1"), ("Content-Encoding", "gzip"))).Status);
        Assert.Equal(413, (await Send(server, "POST", "/write", "db=lab", Gzip("m v=1 1" + new string('\n', 1000)), ("Content-Encoding", "gzip"))).Status);
        Assert.Equal(400, (await Send(server, "POST", "/write", "db=lab", "m v=1 1", ("Content-Encoding", "gzip"))).Status);
        Assert.Equal(413, (await Send(server, "POST", "/write", "db=lab", new string('\n', 101))).Status);
        Assert.Equal(413, (await Send(server, "POST", "/query", "db=lab", "q=" + new string('x', 101), ("Content-Type", "application/x-www-form-urlencoded"))).Status);
    }

    [Fact]
    public async Task Parameters_stand_for_values_and_never_for_syntax()
    {
        HistorianServer server = Server(out _);
        await Send(server, "POST", "/write", "db=lab", "m,a=it's v=1 1\nm,a=b v=2 2");
        string query = "db=lab&epoch=ns&q=" + Uri.EscapeDataString("SELECT v FROM m WHERE a = $name") + "&params=" + Uri.EscapeDataString("""{"name":"it's"}""");
        Assert.Contains("\"values\":[[1,1]]", Text(await Send(server, "GET", "/query", query)), StringComparison.Ordinal);
        Assert.Equal(400, (await Send(server, "GET", "/query", "db=lab&q=SELECT+v+FROM+m&params=%7Bx")).Status);
    }

    [Theory]
    [InlineData("u=eva&p=secret", null, 200, null)]
    [InlineData("", "Basic ZXZhOnNlY3JldA==", 200, null)]
    [InlineData("u=eva&p=wrong", null, 401, "eva")]
    [InlineData("", "Basic ZXZhOndyb25n", 401, "eva")]
    [InlineData("", "Basic %%%", 401, "")]
    [InlineData("", null, 401, "")]
    public async Task Sign_in_is_asked_for(string credentials, string? header, int status, string? failedUser)
    {
        Recorder recorder = new();
        HistorianServer server = Server(out _, new HistorianServerOptions { Authenticate = (user, password) => user == "eva" && password == "secret" }, recorder);
        HistorianResponse answer = await Send(server, "GET", "/query", "q=SHOW+DATABASES&" + credentials, "", header is null ? [] : [("authorization", header)]);
        Assert.Equal(status, answer.Status);
        Assert.Equal(failedUser is null ? [] : [$"login failed {failedUser}"], recorder.Told.Where(line => line.StartsWith("login", StringComparison.Ordinal)));
        Assert.Equal(status == 401, answer.Headers.Any(pair => pair.Key == "WWW-Authenticate"));
        if (status == 200)
            Assert.Contains("query eva SHOW DATABASES 200", recorder.Told);
        Assert.Equal(204, (await Send(server, "GET", "/ping", "")).Status);
    }

    [Fact]
    public async Task The_observer_is_told_who_did_what_before_the_answer_leaves()
    {
        Recorder recorder = new();
        HistorianServer server = Server(out TimeSeriesStore store, observer: recorder);
        await Send(server, "POST", "/write", "db=lab", "m v=1 1\nbad");
        await Send(server, "POST", "/write", "db=none", "m v=1 1");
        await Send(server, "POST", "/query", "db=lab&q=DROP+MEASUREMENT+m%3B+DELETE+FROM+m+WHERE+v+%3E+1%3B+CREATE+DATABASE+next");
        await Send(server, "GET", "/query", "db=lab&q=SELEC");
        Assert.Equal(
            [
                "write workstation lab 1 1 400 partial write: unable to parse 'bad': missing fields dropped=0",
                "write workstation none 0 0 404 database not found: \"none\"",
                "change DROP MEASUREMENT m ",
                "change DELETE FROM m WHERE v > 1 ",
                "change CREATE DATABASE next ",
                "query - DROP MEASUREMENT m; DELETE FROM m WHERE v > 1; CREATE DATABASE next 200",
                "query - SELEC 400",
            ],
            recorder.Told);
        Assert.Equal(["lab", "next"], store.DatabaseNames);

        TaskCompletionSource gate = new();
        recorder.Gate = gate.Task;
        ValueTask<HistorianResponse> pending = Send(server, "POST", "/write", "db=lab", "m v=1 1");
        Assert.False(pending.IsCompleted);
        gate.SetResult();
        Assert.Equal(204, (await pending).Status);
    }

    [Fact]
    public async Task A_change_by_get_works_with_a_warning()
    {
        HistorianServer server = Server(out TimeSeriesStore store);
        string answer = Text(await Send(server, "GET", "/query", "q=create+database+more"));
        Assert.Equal("""{"results":[{"statement_id":0,"messages":[{"level":"warning","text":"deprecated use of 'CREATE DATABASE more' in a read only context, please use a POST request instead"}]}]}""" + "\n", answer);
        Assert.Equal(["lab", "more"], store.DatabaseNames);
    }

    [Fact]
    public async Task The_same_requests_get_the_same_answers()
    {
        List<string> runs = [];
        for (int run = 0; run < 2; run++)
        {
            HistorianServer server = Server(out _);
            List<HistorianResponse> answers = [await Send(server, "POST", "/write", "db=lab", "m v=1"), await Send(server, "GET", "/query", "db=lab&q=SELECT+*+FROM+m")];
            runs.Add(string.Join('\n', answers.Select(answer => string.Join(';', answer.Headers) + Text(answer))));
        }

        Assert.Equal(runs[0], runs[1]);
    }

    private static HistorianServer Server(out TimeSeriesStore store, HistorianServerOptions? options = null, IHistorianObserver? observer = null)
    {
        store = new TimeSeriesStore(FixedTime.AfterData);
        store.CreateDatabase("lab");
        return new HistorianServer(store, FixedTime.AfterData, options, observer);
    }

    private static ValueTask<HistorianResponse> Send(HistorianServer server, string method, string path, string query, string body = "", params (string Name, string Value)[] headers) =>
        Send(server, method, path, query, Encoding.UTF8.GetBytes(body), headers);

    private static ValueTask<HistorianResponse> Send(HistorianServer server, string method, string path, string query, byte[] body, params (string Name, string Value)[] headers) =>
        server.HandleAsync(new HistorianRequest(method, path, query, headers.ToDictionary(pair => pair.Name, pair => pair.Value), body, Peer), TestContext.Current.CancellationToken);

    private static string Text(HistorianResponse response) => Encoding.UTF8.GetString(response.Body.Span);

    private static byte[] Gzip(string text)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private sealed class Recorder : IHistorianObserver
    {
        public List<string> Told { get; } = [];

        public Task Gate { get; set; } = Task.CompletedTask;

        public async ValueTask WriteAsync(HistorianWrite write, CancellationToken cancellationToken)
        {
            await Gate;
            Told.Add($"write {write.Peer.Node} {write.Database} {write.Accepted} {write.Rejected} {write.Status} {write.Error}");
        }

        public ValueTask ChangeAsync(HistorianChange change, CancellationToken cancellationToken)
        {
            Told.Add($"change {change.Statement} {change.Error}");
            return default;
        }

        public ValueTask LoginFailedAsync(HistorianLoginFailure failure, CancellationToken cancellationToken)
        {
            Told.Add($"login failed {failure.User}");
            return default;
        }

        public void Query(HistorianQuery query) => Told.Add($"query {query.Peer.Account ?? "-"} {query.Text} {query.Status}");
    }
}
