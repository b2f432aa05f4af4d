using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.EndToEndTests.Serve;

/// <summary>A student who works over the HTTP API with the cookies of a browser.</summary>
internal sealed partial class StudentAtWork(IPAddress? from = null) : IDisposable
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Visitor Visitor { get; private set; } = null!;

    /// <summary>Goes to a server.</summary>
    public void MoveTo(Uri address) => Visitor = new Visitor(address, "en", from);

    public async Task<JsonNode> GetAsync(string path) => JsonNode.Parse(await Visitor.GetAsync(path))!;

    public async Task<JsonNode> PostAsync(string path, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("X-Form-Token", await Visitor.FormTokenAsync("/labs"));
        using var response = await Visitor.Client.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Runs one line of the toolbox.</summary>
    public async Task<JsonNode> ExecAsync(string attempt, string line)
    {
        var result = await PostAsync($"/api/v1/attempts/{attempt}/exec", new { command = line });
        Assert.True((int)result["exitCode"]! == 0, $"{line}: {result.ToJsonString()}");
        return result;
    }

    /// <summary>The numbers of the VLAN lab, as the tasks on the page and the MAC table say them.</summary>
    public async Task<JsonObject> ReadVariantAsync(string attempt)
    {
        var page = Tags().Replace(await Visitor.GetAsync($"/attempts/{attempt}"), "");
        var table = await ExecAsync(attempt, "switch sw-1 show ports");
        var macs = await ExecAsync(attempt, "switch sw-1 show mac-table");
        var lines = macs["lines"]!.AsArray().Select(l => (string)l!["text"]!).Concat(table["lines"]!.AsArray().Select(l => (string)l!["text"]!));
        return new JsonObject
        {
            ["officeVlan"] = int.Parse(Office().Match(page).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
            ["cellVlan"] = int.Parse(Cell().Match(page).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
            ["parkingVlan"] = int.Parse(Parking().Match(page).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
            ["officePort"] = await OfficePortAsync(attempt),
            ["seen"] = string.Join('\n', lines),
        };
    }

    /// <summary>Waits until the score is there; what changes it comes within seconds.</summary>
    public async Task WaitForScoreAsync(string attempt, int score)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while ((int)(await GetAsync($"/api/v1/attempts/{attempt}/scorecard"))["score"]! != score)
            await timer.WaitForNextTickAsync(limit.Token);
    }

    public void Dispose() => Visitor?.Dispose();

    private async Task<int> OfficePortAsync(string attempt)
    {
        var switches = await GetAsync($"/api/v1/attempts/{attempt}/switches");
        var port = switches.AsArray().First(s => (string)s!["name"]! == "sw-1")!["ports"]!.AsArray().First(p => (string?)p!["connectedTo"] == "office-pc");
        return int.Parse((string)port!["name"]!, System.Globalization.CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex(@"into VLAN\s+(\d+)")]
    private static partial Regex Office();

    [GeneratedRegex(@"stay in VLAN\s+(\d+)")]
    private static partial Regex Cell();

    [GeneratedRegex(@"parking VLAN\s+(\d+)")]
    private static partial Regex Parking();
}
