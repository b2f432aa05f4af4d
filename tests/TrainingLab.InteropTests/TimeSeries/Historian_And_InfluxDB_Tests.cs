using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.TimeSeries.Http;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.InteropTests.TimeSeries;

/// <summary>The same bodies and queries to a real InfluxDB 1.x and to ours: status, error texts and results must agree.</summary>
public sealed class Historian_And_InfluxDB_Tests : IClassFixture<InfluxPeer>
{
    private const string Data = """
        cpu,host=a,region=eu usage=10.5,count=1i,ok=true,state="run" 1700000000000000000
        cpu,host=b,region=us usage=20,count=2i,ok=false,state="stop" 1700000000000000000
        cpu,host=a,region=eu usage=12.5,count=3i,ok=true,state="run" 1700000010000000000
        cpu,host=b,region=us usage=22.25,count=5i 1700000015000000000
        cpu,host=a,region=eu usage=9 1700000020000000000
        cpu,host=a,region=eu count=7i,state="idle" 1700000030000000000
        cpu,host=b,region=us usage=31,count=8i,ok=true 1700000040000000000
        cpu,host=a,region=eu usage=15,count=9i,ok=false,state="run" 1700000050000000000
        cpu,host=c usage=1e3,count=-4i 1700000060000000000
        mem,host=a free=100i 1700000000000000000
        mem,host=b free=200i 1700000010000000000
        mem,host=a free=90i,used=5.5 1700000020000000000
        odd\ name,tag\,1=a\ b,π=ß f\ 1="say \"hi\", ok",g=t 1700000000123456789
        bottling,machine=filler good=100i,bad=2i,state="Execute",rate=1.25 1700000000000000000
        bottling,machine=filler good=160i,bad=3i,state="Execute",rate=1.5 1700000060000000000
        bottling,machine=filler good=160i,bad=3i,state="Held",rate=0 1700000120000000000
        bottling,machine=filler good=205i,bad=7i,state="Execute",rate=1.125 1700000180000000000
        bottling,machine=capper good=98i,bad=1i,state="Execute",rate=1.25 1700000000000000000
        bottling,machine=capper good=157i,bad=1i,state="Starved",rate=0.5 1700000060000000000
        bottling,machine=capper good=10i,bad=0i,state="Execute",rate=1.5 1700000180000000000
        """;

    private readonly InfluxPeer peer;

    public Historian_And_InfluxDB_Tests(InfluxPeer peer) => this.peer = peer;

    public static TheoryData<string> Queries => [.. QueryTable.Queries];

    public static TheoryData<string> Bodies => [.. QueryTable.Bodies];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_gets_the_same_answer(string query)
    {
        Assert.SkipWhen(peer.Missing is not null, peer.Missing ?? "");
        HistorianServer ours = Server();
        await Prepare(ours, "lab", Data);
        string parameters = "db=lab&q=" + Uri.EscapeDataString(query);
        (int status, string body) theirs = await Theirs(HttpMethod.Get, "/query?" + parameters, null);
        (int status, string body) mine = await Ours(ours, "GET", "/query", parameters, null);
        Assert.Equal(theirs.status, mine.status);
        AssertSame(JsonNode.Parse(theirs.body), JsonNode.Parse(mine.body), query + "\ntheirs: " + theirs.body + "\nours:   " + mine.body);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_write_gets_the_same_answer_and_leaves_the_same_points(string body)
    {
        Assert.SkipWhen(peer.Missing is not null, peer.Missing ?? "");
        HistorianServer ours = Server();
        string database = "w" + Guid.NewGuid().ToString("N");
        await Prepare(ours, database, "known k=1 1\n");
        (int status, string body) theirs = await Theirs(HttpMethod.Post, "/write?db=" + database, body);
        (int status, string body) mine = await Ours(ours, "POST", "/write", "db=" + database, body);
        Assert.Equal(theirs.status, mine.status);
        Assert.Equal(Error(theirs.body), Error(mine.body));
        foreach (string query in (string[])["SHOW SERIES", "SHOW FIELD KEYS", "SELECT * FROM known", "SELECT * FROM m, \"m x\", \"m,x=y\" WHERE time < 1000000000000000000"])
        {
            string parameters = "epoch=ns&db=" + database + "&q=" + Uri.EscapeDataString(query);
            string left = (await Theirs(HttpMethod.Get, "/query?" + parameters, null)).Body;
            string right = (await Ours(ours, "GET", "/query", parameters, null)).Body;
            AssertSame(JsonNode.Parse(left), JsonNode.Parse(right), query + "\ntheirs: " + left + "\nours:   " + right);
        }
    }

    [Theory]
    [InlineData("epoch=ns")]
    [InlineData("epoch=u")]
    [InlineData("epoch=ms")]
    [InlineData("epoch=s")]
    [InlineData("epoch=m")]
    [InlineData("epoch=h")]
    [InlineData("epoch=zz")]
    [InlineData("pretty=true")]
    [InlineData("chunked=true")]
    [InlineData("chunked=true&chunk_size=2")]
    [InlineData("pretty=true&epoch=s")]
    public async Task The_bytes_of_an_answer_are_the_same(string option)
    {
        Assert.SkipWhen(peer.Missing is not null, peer.Missing ?? "");
        HistorianServer ours = Server();
        await Prepare(ours, "lab", Data);
        string parameters = option + "&db=lab&q=" + Uri.EscapeDataString("SELECT usage, state FROM cpu GROUP BY host; SELECT max(usage) FROM cpu");
        Assert.Equal((await Theirs(HttpMethod.Get, "/query?" + parameters, null)).Body, (await Ours(ours, "GET", "/query", parameters, null)).Body);
    }

    [Fact]
    public async Task Csv_is_the_same()
    {
        Assert.SkipWhen(peer.Missing is not null, peer.Missing ?? "");
        HistorianServer ours = Server();
        await Prepare(ours, "lab", Data);
        string parameters = "db=lab&q=" + Uri.EscapeDataString("SELECT usage,state,ok,count FROM cpu GROUP BY host,region LIMIT 2; SELECT max(usage) FROM cpu; SHOW TAG KEYS");
        using HttpRequestMessage request = new(HttpMethod.Get, "/query?" + parameters) { Headers = { { "Accept", "application/csv" } } };
        using HttpResponseMessage response = await peer.Http.SendAsync(request, TestContext.Current.CancellationToken);
        string theirs = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        HistorianResponse mine = await ours.HandleAsync(
            new HistorianRequest("GET", "/query", parameters, new Dictionary<string, string> { ["accept"] = "application/csv" }, default, new HistorianPeer("t", "")), TestContext.Current.CancellationToken);
        Assert.Equal(response.Content.Headers.ContentType?.ToString(), mine.ContentType);
        Assert.Equal(theirs, Encoding.UTF8.GetString(mine.Body.Span));
    }

    [Theory]
    [InlineData("GET", "/ping", "")]
    [InlineData("HEAD", "/ping", "")]
    [InlineData("POST", "/ping", "")]
    [InlineData("GET", "/nothing", "")]
    [InlineData("GET", "/write", "db=lab")]
    [InlineData("POST", "/write", "")]
    [InlineData("POST", "/write", "db=nowhere")]
    [InlineData("POST", "/write", "db=lab&rp=nowhere")]
    [InlineData("GET", "/query", "")]
    [InlineData("GET", "/query", "db=lab&q=")]
    [InlineData("PUT", "/query", "db=lab&q=SHOW+DATABASES")]
    [InlineData("GET", "/query", "db=nowhere&q=SELECT+*+FROM+cpu")]
    [InlineData("GET", "/query", "q=SELECT+*+FROM+cpu")]
    [InlineData("GET", "/query", "db=lab&q=SELEC")]
    public async Task Status_type_body_and_headers_are_the_same(string method, string path, string query)
    {
        Assert.SkipWhen(peer.Missing is not null, peer.Missing ?? "");
        HistorianServer ours = Server();
        await Prepare(ours, "lab", Data);
        using HttpRequestMessage request = new(new HttpMethod(method), path + "?" + query);
        using HttpResponseMessage theirs = await peer.Http.SendAsync(request, TestContext.Current.CancellationToken);
        HistorianResponse mine = await ours.HandleAsync(new HistorianRequest(method, path, query, new Dictionary<string, string>(), default, new HistorianPeer("t", "")), TestContext.Current.CancellationToken);
        Assert.Equal((int)theirs.StatusCode, mine.Status);
        Assert.Equal(theirs.Content.Headers.ContentType?.ToString(), mine.ContentType);
        Assert.Equal(await theirs.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), Encoding.UTF8.GetString(mine.Body.Span));
        if (theirs.Headers.TryGetValues("X-Influxdb-Error", out IEnumerable<string>? error))
            Assert.Contains(KeyValuePair.Create("X-Influxdb-Error", error.Single()), mine.Headers);
        foreach (string name in theirs.Headers.Select(header => header.Key).Except(["Date", "X-Influxdb-Error", "Transfer-Encoding", "Request-Id", "X-Request-Id"]))
            Assert.True(mine.Headers.Any(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)), name);
    }

    private static HistorianServer Server()
    {
        TimeSeriesStore store = new(TimeProvider.System);
        return new HistorianServer(store, TimeProvider.System);
    }

    private async Task Prepare(HistorianServer ours, string database, string data)
    {
        string create = "q=CREATE+DATABASE+" + database;
        Assert.Equal(200, (await Theirs(HttpMethod.Post, "/query?" + create, "")).Status);
        Assert.Equal(200, (await Ours(ours, "POST", "/query", create, "")).Status);
        Assert.Equal(204, (await Theirs(HttpMethod.Post, "/write?db=" + database, data)).Status);
        Assert.Equal(204, (await Ours(ours, "POST", "/write", "db=" + database, data)).Status);
    }

    private async Task<(int Status, string Body)> Theirs(HttpMethod method, string address, string? body)
    {
        using HttpRequestMessage request = new(method, address);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        using HttpResponseMessage response = await peer.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(int Status, string Body)> Ours(HistorianServer server, string method, string path, string query, string? body)
    {
        HistorianRequest request = new(method, path, query, new Dictionary<string, string>(), Encoding.UTF8.GetBytes(body ?? ""), new HistorianPeer("test", "127.0.0.1"));
        HistorianResponse response = await server.HandleAsync(request, TestContext.Current.CancellationToken);
        return (response.Status, Encoding.UTF8.GetString(response.Body.Span));
    }

    private static string Error(string body) => body.Length == 0 ? "" : JsonNode.Parse(body)?["error"]?.GetValue<string>() ?? "";

    /// <summary>Equal as JSON; floats may differ in the last bits, because sums are taken in another order.</summary>
    private static void AssertSame(JsonNode? theirs, JsonNode? ours, string what)
    {
        switch (theirs, ours)
        {
            case (JsonObject left, JsonObject right):
                Assert.True(left.Select(pair => pair.Key).SequenceEqual(right.Select(pair => pair.Key), StringComparer.Ordinal), what);
                foreach ((string key, JsonNode? value) in left)
                    AssertSame(value, right[key], what);
                break;
            case (JsonArray left, JsonArray right):
                Assert.True(left.Count == right.Count, what);
                for (int i = 0; i < left.Count; i++)
                    AssertSame(left[i], right[i], what);
                break;
            case (JsonValue left, JsonValue right) when left.TryGetValue(out double x) && right.TryGetValue(out double y):
                Assert.True(Math.Abs(x - y) <= 1e-12 * Math.Max(Math.Abs(x), Math.Abs(y)), what);
                break;
            default:
                Assert.True(JsonNode.DeepEquals(theirs, ours), what);
                break;
        }
    }
}
