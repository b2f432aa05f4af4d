using System.Text;
using System.Text.Json.Nodes;
using TrainingLab.Identifiers.Handles;
using TrainingLab.Identifiers.Http;
using TrainingLab.Identifiers.Nodes;

namespace TrainingLab.Tests.Identifiers.Http;

public sealed class IdentifierHttpTests
{
    private const string Item = Hierarchy.Enterprise + "/item";

    private readonly Hierarchy plant = new();

    public IdentifierHttpTests()
    {
        plant.Put("item", 1, "URL", "http://x");
        plant.Put("item", 2, "PRODUCT.CODE", "W-500");
        plant.Put("item", 3, "PRODUCT.DATE", "2026-03-01");
        plant.Put("item", 9, "COST", "1", permissions: ValuePermissions.AdminRead);
    }

    [Theory]
    [InlineData("", 200, 1, "1,2,3")]
    [InlineData("index=2", 200, 1, "2")]
    [InlineData("index=2&index=1", 200, 1, "1,2")]
    [InlineData("type=PRODUCT.", 200, 1, "2,3")]
    [InlineData("type=URL&index=3", 200, 1, "1,3")]
    [InlineData("type=", 200, 1, "1,2,3")]
    [InlineData("type=NONE", 200, 200, "")]
    [InlineData("index=9", 401, 402, "")]
    [InlineData("index=9&publicOnly=true", 200, 200, "")]
    [InlineData("index=0", 400, 4, "")]
    [InlineData("index=-1", 400, 4, "")]
    [InlineData("index=one", 400, 4, "")]
    [InlineData("index=99999999999", 400, 4, "")]
    [InlineData("unknown=1", 200, 1, "1,2,3")]
    public async Task Parameters_choose_values(string query, int status, int code, string indexes)
    {
        var (answer, json) = await GetAsync(plant.Own, "/api/handles/" + Item, query);

        Assert.Equal(status, answer.Status);
        Assert.Equal(code, (int)json["responseCode"]!);
        Assert.Equal(indexes, string.Join(',', (json["values"] as JsonArray ?? []).Select(v => v!["index"]!.ToString())));
    }

    [Theory]
    [InlineData("/api/handles/" + Hierarchy.Enterprise + "/none", 404, 100)]
    [InlineData("/api/handles/99/x", 400, 301)]
    [InlineData("/api/handles/no-slash", 400, 102)]
    [InlineData("/api/handles/88..104/x", 400, 102)]
    [InlineData("/api/handles//x", 400, 102)]
    public async Task Codes_have_their_status(string path, int status, int code)
    {
        var (answer, json) = await GetAsync(plant.Own, path);

        Assert.Equal((status, code), (answer.Status, (int)json["responseCode"]!));
    }

    [Fact]
    public async Task A_referral_redirects_to_the_node_below()
    {
        var (answer, json) = await GetAsync(plant.Second, $"/api/handles/{Hierarchy.Enterprise}/a b?/c");

        Assert.Equal(307, answer.Status);
        Assert.Equal($"http://own:8000/api/handles/{Hierarchy.Enterprise}/a%20b%3F%2Fc", answer.Location);
        Assert.Equal(303, (int)json["responseCode"]!);
        Assert.Equal("HS_SITE", (string)json["values"]![0]!["type"]!);
    }

    [Fact]
    public async Task A_redirect_keeps_the_question()
    {
        var (answer, _) = await GetAsync(plant.Second, "/api/handles/" + Item, "type=PRODUCT.CODE&index=3&auth=true");

        Assert.Equal($"http://own:8000/api/handles/{Item}?index=3&type=PRODUCT.CODE&auth=true", answer.Location);
    }

    [Fact]
    public async Task A_traced_answer_shows_the_steps()
    {
        var (_, first) = await GetAsync(plant.Recursive, "/api/handles/" + Item, "trace=true");
        var (_, second) = await GetAsync(plant.Recursive, "/api/handles/" + Item, "trace");
        var (_, third) = await GetAsync(plant.Recursive, "/api/handles/" + Item, "trace=1&auth=1");

        Assert.Equal(["root", "national", "second", "own"], first["steps"]!.AsArray().Select(s => (string)s!["node"]!));
        Assert.True((bool)second["cached"]!);
        Assert.Empty(second["steps"]!.AsArray());
        Assert.Equal(4, third["steps"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("POST")]
    public async Task What_is_not_supported_says_so(string method)
    {
        var answer = await IdentifierHttp.HandleAsync(plant.Own, new IdentifierRequest(method, "/api/handles/" + Item, [], Hierarchy.Peer), TestContext.Current.CancellationToken);

        Assert.Equal(405, answer.Status);
        Assert.Equal(5, (int)JsonNode.Parse(answer.Body)!["responseCode"]!);
        Assert.Equal(4, plant.Own.Stored(Handle.Parse(Item)).Count);
    }

    [Fact]
    public async Task A_node_tells_what_it_is()
    {
        var (_, own) = await GetAsync(plant.Own, "/api/node");
        var (_, recursive) = await GetAsync(plant.Recursive, "/");

        Assert.Equal("""{"node":"own","role":"enterprise","answered":0,"prefixes":["88.104.1201"],"handles":1}""", own.ToJsonString());
        Assert.Equal("recursive", (string)recursive["role"]!);
    }

    [Fact]
    public async Task A_node_shows_its_last_questions()
    {
        await GetAsync(plant.Recursive, "/api/handles/" + Item);
        await GetAsync(plant.Recursive, "/api/handles/" + Item);

        var (_, log) = await GetAsync(plant.Recursive, "/api/log");

        Assert.Equal(2, (int)log["answered"]!);
        Assert.Equal(4, (int)log["entries"]![0]!["steps"]!);
        Assert.True((bool)log["entries"]![1]!["cached"]!);
        Assert.Equal("2026-03-02T06:00:00.000Z", (string)log["entries"]![0]!["time"]!);
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/handles/")]
    [InlineData("/favicon.ico")]
    public async Task Elsewhere_is_nothing(string path) => Assert.Equal(404, (await GetAsync(plant.Own, path)).Answer.Status);

    [Theory]
    [InlineData("88.104/x", "/api/handles/88.104/x")]
    [InlineData("88.104/a/b c%", "/api/handles/88.104/a%2Fb%20c%25")]
    [InlineData("88.104/瓶", "/api/handles/88.104/%E7%93%B6")]
    public void A_path_holds_any_handle(string handle, string path) => Assert.Equal(path, IdentifierHttp.PathOf(ResolutionRequest.All(Handle.Parse(handle))));

    private static async Task<(IdentifierResponse Answer, JsonNode Json)> GetAsync(IdentifierNode node, string path, string query = "")
    {
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p.Length > 1 ? p[1] : "")).ToList();
        var answer = await IdentifierHttp.HandleAsync(node, new IdentifierRequest("GET", path, pairs, Hierarchy.Peer), TestContext.Current.CancellationToken);
        Assert.Equal("application/json;charset=utf-8", answer.ContentType);
        return (answer, JsonNode.Parse(Encoding.UTF8.GetString(answer.Body))!);
    }
}
