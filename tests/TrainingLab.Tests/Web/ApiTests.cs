using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web;

public sealed class ApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lab_is_done_through_the_api_alone()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = await StudentAsync(host);
        Assert.Equal("interoperability/browse-subscribe", (await GetAsync(client, "/api/v1/labs?track=interoperability"))![0]!["id"]!.GetValue<string>());
        Assert.Equal(2, (await GetAsync(client, "/api/v1/labs/" + FakeCatalogue.Vlan))!["tasks"]!.AsArray().Count);
        var created = await SendAsync(client, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan }, HttpStatusCode.Created);
        var root = "/api/v1/attempts/" + created!["id"]!.GetValue<string>();
        Assert.Equal("running", created["state"]!.GetValue<string>());
        Assert.Equal("opcua", (await GetAsync(client, root + "/endpoints"))![0]!["protocol"]!.GetValue<string>());
        Assert.Equal("failed", Outcome(await GetAsync(client, root + "/scorecard"), "cell-isolated"));
        Assert.Equal("notReached", Outcome(await GetAsync(client, root + "/scorecard"), "answer-right"));

        await SendAsync(client, HttpMethod.Put, root + "/switches/sw-1/ports/p4", new { enabled = true, trunk = false, accessVlan = 20, nativeVlan = 1, trunkVlans = Array.Empty<int>() });
        await SendAsync(client, HttpMethod.Post, root + "/switches/sw-1/save", null);
        await SendAsync(client, HttpMethod.Put, root + "/answers/loss", new { value = "0" });
        await SendAsync(client, HttpMethod.Post, root + "/hints/h1", null);
        Assert.Equal("passed", Outcome(await GetAsync(client, root + "/scorecard"), "cell-isolated"));
        Assert.Equal(88, (await GetAsync(client, root + "/scorecard"))!["score"]!.GetValue<int>());
        Assert.Equal(0, (await SendAsync(client, HttpMethod.Post, root + "/exec", new { command = "switch show sw-1" }))!["exitCode"]!.GetValue<int>());
        Assert.Equal(3, (await SendAsync(client, HttpMethod.Post, root + "/complete", new { line = "switch", cursor = 6 }))!["candidates"]!.AsArray().Count);
        Assert.Equal("Good", (await GetAsync(client, root + "/opcua/filler-1/value?node=ns%3D2%3Bs%3DFiller.CurMachSpeed"))!["status"]!.GetValue<string>());
        var subscription = await SendAsync(client, HttpMethod.Post, root + "/opcua/filler-1/subscriptions", new { nodeId = "ns=2;s=x", publishingMs = 1000, samplingMs = 500, deadbandKind = "percent", deadband = 2 });
        Assert.Equal("1", subscription!["subscription"]!["id"]!.GetValue<string>());
        Assert.Single((await GetAsync(client, root + "/opcua/subscriptions"))!.AsArray());
        await SendAsync(client, HttpMethod.Delete, root + "/opcua/subscriptions/1", null);
        Assert.True((await SendAsync(client, HttpMethod.Post, root + "/mqtt/subscriptions", new { filter = "spBv1.0/#", qos = 1 }))!["done"]!.GetValue<bool>());
        var topics = (await GetAsync(client, root + "/mqtt/topics"))!;
        Assert.Equal("tck-id-payloads-ndata-seq-inc", topics["broken"]![0]!["rule"]!.GetValue<string>());
        Assert.Equal("Process/Temperature", (await GetAsync(client, root + "/mqtt/topic?name=spBv1.0%2Fbottling%2FNDATA%2Fgateway"))!["sparkplug"]!["metrics"]![0]!["name"]!.GetValue<string>());
        await SendAsync(client, HttpMethod.Delete, root + "/mqtt/subscriptions?filter=spBv1.0%2F%23", null);
        Assert.Single((await SendAsync(client, HttpMethod.Post, root + "/historian/query", new { query = "SHOW MEASUREMENTS" }))!["series"]!.AsArray());
        Assert.Equal("CreateMonitoredItems", (await GetAsync(client, root + "/evidence?after=5&limit=1"))![0]!["operation"]!.GetValue<string>());
        Assert.Equal([0x0A, 0x0D, 0x0D, 0x0A], await client.GetByteArrayAsync(root + "/capture", Ct));
        Assert.Contains("Student", await client.GetStringAsync(root + "/evidence/file", Ct), StringComparison.Ordinal);
        await SendAsync(client, HttpMethod.Post, root + "/start-over", null);
        await SendAsync(client, HttpMethod.Post, root + "/submit", null);
        var twice = await SendAsync(client, HttpMethod.Post, root + "/submit", null, HttpStatusCode.Conflict);
        Assert.Equal("It has been handed in already.", twice!["detail"]!.GetValue<string>());
        Assert.All(host.Attempts.All.Single().Log, line => Assert.StartsWith("Wang Fang: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET", "/api/v1/labs", HttpStatusCode.Unauthorized, false)]
    [InlineData("GET", "/events?attempt=a1", HttpStatusCode.Unauthorized, false)]
    [InlineData("GET", "/api/v1/nothing", HttpStatusCode.NotFound, false)]
    [InlineData("GET", "/api/v1/attempts/a9", HttpStatusCode.NotFound, true)]
    [InlineData("GET", "/api/v1/labs/no/such", HttpStatusCode.NotFound, true)]
    [InlineData("POST", "/api/v1/attempts", HttpStatusCode.BadRequest, true)]
    [InlineData("GET", "/api/v1/cohorts", HttpStatusCode.Forbidden, true)]
    [InlineData("DELETE", "/api/v1/labs", HttpStatusCode.MethodNotAllowed, true)]
    [InlineData("PATCH", "/health/live", HttpStatusCode.MethodNotAllowed, false)]
    public async Task Errors_are_problem_details(string method, string path, HttpStatusCode expected, bool signedIn)
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = signedIn ? await StudentAsync(host) : new HttpClient { BaseAddress = host.Address };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd("zh-CN");
        using var response = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Ct);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonNode>(Ct);
        Assert.Equal((int)expected, problem!["status"]!.GetValue<int>());
        Assert.Contains(problem["detail"]!.GetValue<string>(), c => c >= 0x4E00);
    }

    [Fact]
    public async Task A_fault_of_ours_tells_nothing_about_the_inside()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = await StudentAsync(host);
        await SendAsync(client, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan }, HttpStatusCode.Created);
        using var content = JsonContent.Create(new { command = "crash" });
        using var response = await client.PostAsync("/api/v1/attempts/a1/exec", content, Ct);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.True(response.Headers.Contains("Content-Security-Policy"));
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_malformed_body_is_a_client_error()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = await StudentAsync(host);
        foreach (var body in new[] { "{", "[]", "null", "{\"lab\":7}", "" })
        {
            using var content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
            using var response = await client.PostAsync("/api/v1/attempts", content, Ct);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }
    }

    [Theory]
    [InlineData("application/json", "{\"nonsense\":1}", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"command\":null}", HttpStatusCode.BadRequest)]
    [InlineData("text/plain", "help", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", "command=help", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_of_the_wrong_kind_is_a_problem_too(string type, string body, HttpStatusCode expected)
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = await StudentAsync(host);
        await SendAsync(client, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan }, HttpStatusCode.Created);
        using var content = new StringContent(body, MediaTypeHeaderValue.Parse(type));
        using var response = await client.PostAsync("/api/v1/attempts/a1/exec", content, Ct);
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_a_problem_too(bool declared)
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = await StudentAsync(host);
        await SendAsync(client, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan }, HttpStatusCode.Created);
        var bytes = Encoding.UTF8.GetBytes($"{{\"command\":\"{new string('x', 300_000)}\"}}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/attempts/a1/exec") { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        request.Headers.TransferEncodingChunked = !declared;
        using var response = await client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Empty(host.Attempts.All.Single().Log);
    }

    [Fact]
    public async Task Every_way_in_of_the_pages_is_there_for_programs()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = host.Address };
        var guest = await SendAsync(client, HttpMethod.Post, "/api/v1/tokens/guest", null, HttpStatusCode.Created);
        Assert.Equal("guest", (await AsAsync(guest!))["kind"]!.GetValue<string>());
        var link = host.FirstSignIn!.Split('/')[^1];
        await SendAsync(client, HttpMethod.Post, "/api/v1/tokens/first-instructor", new { link, name = "Li Wei", login = "liwei", password = "short" }, HttpStatusCode.BadRequest);
        var first = await SendAsync(client, HttpMethod.Post, "/api/v1/tokens/first-instructor", new { link, name = "Li Wei", login = "liwei", password = "a long password" }, HttpStatusCode.Created);
        Assert.Equal("instructor", (await AsAsync(first!))["kind"]!.GetValue<string>());
        await SendAsync(client, HttpMethod.Post, "/api/v1/tokens/first-instructor", new { link, name = "Li Wei", login = "liwei", password = "a long password" }, HttpStatusCode.BadRequest);
        using var instructor = WithToken(first!);
        var cohort = await SendAsync(instructor, HttpMethod.Post, "/api/v1/cohorts", new { name = "Class 1" }, HttpStatusCode.Created);
        var code = cohort!["joinCode"]!.GetValue<string>();
        Assert.Equal(code, (await GetAsync(instructor, "/api/v1/cohorts/" + cohort["id"]!.GetValue<string>()))!["joinCode"]!.GetValue<string>());
        await SendAsync(client, HttpMethod.Post, "/api/v1/tokens/join", new { joinCode = "WRONG", name = "Ann", number = "1", pin = "2468" }, HttpStatusCode.BadRequest);
        var student = await SendAsync(client, HttpMethod.Post, "/api/v1/tokens/join", new { joinCode = code, name = "Ann", number = "1", pin = "2468" }, HttpStatusCode.Created);
        using var ann = WithToken(student!);
        var another = await SendAsync(ann, HttpMethod.Post, "/api/v1/me/tokens", null, HttpStatusCode.Created);
        Assert.Equal("Ann", (await AsAsync(another!))["name"]!.GetValue<string>());

        HttpClient WithToken(JsonNode token)
        {
            var known = new HttpClient { BaseAddress = host.Address };
            known.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token["token"]!.GetValue<string>());
            return known;
        }

        async Task<JsonNode> AsAsync(JsonNode token)
        {
            using var known = WithToken(token);
            return (await GetAsync(known, "/api/v1/me"))!;
        }
    }

    [Fact]
    public async Task Groups_act_under_their_own_names()
    {
        await using var host = await WebHost.StartAsync(Ct);
        var code = await ClassAsync(host);
        using var ann = await StudentAsync(host, code, "1", "Ann");
        using var bob = await StudentAsync(host, code, "2", "Bob");
        var created = await SendAsync(ann, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan, members = new[] { "2" } }, HttpStatusCode.Created);
        var root = "/api/v1/attempts/" + created!["id"]!.GetValue<string>();
        await SendAsync(bob, HttpMethod.Post, root + "/exec", new { command = "help" });
        await SendAsync(ann, HttpMethod.Post, root + "/exec", new { command = "help" });
        Assert.Equal(["Bob: exec help", "Ann: exec help"], host.Attempts.All.Single().Log);
        foreach (var members in new[] { new[] { "9" }, ["1"], ["2", "2"], ["2", "3", "4", "5"] })
            await SendAsync(ann, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan, members }, HttpStatusCode.BadRequest);
        await SendAsync(ann, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan, seed = 5 }, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_instructor_gets_results_as_csv_that_no_spreadsheet_runs()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (cohort, code) = await instructor.CreateClassAsync();
        using var student = await StudentAsync(host, code, "007", "=1+1,\"x\"");
        await SendAsync(student, HttpMethod.Post, "/api/v1/attempts", new { lab = FakeCatalogue.Vlan }, HttpStatusCode.Created);
        var bytes = await instructor.Client.GetByteArrayAsync($"/api/v1/cohorts/{cohort}/results.csv", Ct);
        Assert.Equal(Encoding.UTF8.Preamble, bytes.AsSpan(0, 3));
        var csv = Encoding.UTF8.GetString(bytes);
        Assert.Contains("007,\"'=1+1,\"\"x\"\"\",network/vlan-segmentation,a1,Running,0,100,false", csv, StringComparison.Ordinal);
        Assert.Single((await GetAsync(instructor.Client, $"/api/v1/attempts?cohort={cohort}"))!.AsArray());
        Assert.Equal("007", (await GetAsync(instructor.Client, $"/api/v1/cohorts/{cohort}/students"))![0]!["number"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_description_names_every_operation()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = host.Address };
        var paths = (await GetAsync(client, "/openapi/v1.json"))!["paths"]!.AsObject().Select(p => p.Key).ToList();
        foreach (var path in new[] { "/api/v1/attempts", "/api/v1/attempts/{id}/exec", "/api/v1/attempts/{id}/capture", "/api/v1/attempts/{id}/submit", "/api/v1/cohorts/{id}/results.csv", "/events", "/health/ready" })
            Assert.Contains(path, paths);
        Assert.DoesNotContain("/labs", paths);
        var description = (await GetAsync(client, "/openapi/v1.json"))!;
        var operations = description["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()).Select(o => o.Value!).ToList();
        Assert.Equal(operations.Count, operations.Select(o => o["operationId"]!.GetValue<string>()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(operations, o => Assert.Equal("#/components/schemas/Problem", o["responses"]!["default"]!["content"]!["application/problem+json"]!["schema"]!["$ref"]!.GetValue<string>()));
        Assert.All(operations, o => Assert.False(string.IsNullOrEmpty(o["summary"]?.GetValue<string>())));
        Assert.All(operations, o => Assert.Contains(o["responses"]!.AsObject(), r => r.Key[0] == '2'));
        var open = operations.Where(o => o["security"] is null).Select(o => o["operationId"]!.GetValue<string>()).Order(StringComparer.Ordinal);
        Assert.Equal(["getHealthLive", "getHealthReady", "postTokens", "postTokensFirstInstructor", "postTokensGuest", "postTokensJoin"], open);
        Assert.Equal(["bearer", "session"], description["components"]!["securitySchemes"]!.AsObject().Select(s => s.Key));
        Assert.Equal("ready", (await GetAsync(client, "/health/ready"))!["status"]!.GetValue<string>());
    }

    private static string Outcome(JsonNode? scorecard, string check) =>
        scorecard!["checks"]!.AsArray().Single(c => c!["id"]!.GetValue<string>() == check)!["outcome"]!.GetValue<string>();

    private static async Task<string> ClassAsync(WebHost host)
    {
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        return (await instructor.CreateClassAsync()).Code;
    }

    private static async Task<HttpClient> StudentAsync(WebHost host, string? code = null, string number = "1", string name = "Wang Fang")
    {
        code ??= await ClassAsync(host);
        using var visitor = host.Visitor();
        await visitor.JoinAsync(code, number, name);
        var client = new HttpClient { BaseAddress = host.Address };
        var token = await SendAsync(client, HttpMethod.Post, "/api/v1/tokens", new { login = number, pin = "2468" }, HttpStatusCode.Created);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token!["token"]!.GetValue<string>());
        return client;
    }

    private static async Task<JsonNode?> GetAsync(HttpClient client, string path) => await client.GetFromJsonAsync<JsonNode>(path, Ct);

    private static async Task<JsonNode?> SendAsync(HttpClient client, HttpMethod method, string path, object? body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await client.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(expected == response.StatusCode, $"{method} {path}: {(int)response.StatusCode} {text}");
        return text.Length == 0 ? null : JsonSerializer.Deserialize<JsonNode>(text);
    }
}
