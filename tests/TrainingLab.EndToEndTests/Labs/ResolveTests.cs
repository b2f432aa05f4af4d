using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Labs.Grading;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>Lab 4 by curl alone, node by node and by following redirects, and by toolbox lines alone. Only what a student sees is known here; the rest is read.</summary>
public sealed class ResolveTests
{
    private const string Lab = "identifiers/resolve";

    [Fact]
    public async Task Curl_on_the_nodes_earns_full_marks()
    {
        await using var lab = await LiveLab.StartAsync(Lab, seed: 21);
        var batch = $"{lab.Variant("enterprisePrefix")}/{lab.Variant("batch")}";
        async Task<JsonNode> GetAsync(string node, string handle, string query = "") =>
            JsonNode.Parse(await LiveLab.RunAsync("curl", "-sS", lab.Url(node, $"/api/handles/{handle}{query}")))!;

        await AnswerAsync(lab, "product", DataOf(await GetAsync("id-recursive", batch, "?type=PRODUCT.CODE")));
        await AnswerAsync(lab, "report", DataOf(await GetAsync("id-recursive", batch, "?index=" + lab.Variant("reportIndex"))));

        var (node, site) = ("id-root", "");
        var answer = await GetAsync(node, batch);
        while ((int)answer["responseCode"]! == 303)
        {
            site = DataOf(answer);
            node = site[..site.IndexOf(':', StringComparison.Ordinal)];
            answer = await GetAsync(node, batch);
        }

        Assert.Equal(1, (int)answer["responseCode"]!);
        await AnswerAsync(lab, "site", site);
        await AnswerPalletsAsync(async n => (int)(await GetAsync("id-recursive", $"{batch}-P{n}", "?type=LOGISTICS.DESTINATION"))["responseCode"]!, (q, v) => AnswerAsync(lab, q, v));

        Assert.Equal(100, (await lab.HandInAsync()).Score);
    }

    [Fact]
    public async Task Curl_follows_the_referrals_through_the_plant_by_itself()
    {
        await using var lab = await LiveLab.StartAsync(Lab, seed: 22);
        var handle = $"{lab.Variant("enterprisePrefix")}/{lab.Variant("batch")}";

        var trail = await LiveLab.RunAsync(
            "curl", "-sSL", "-x", $"socks5h://{LiveLab.Student}:{LiveLab.Token}@127.0.0.1:{lab.Port("socks5")}", "-w", "\n%{num_redirects} %{url_effective}",
            $"http://id-root:8000/api/handles/{handle}?type=PRODUCT.CODE");

        var last = trail[(trail.LastIndexOf('\n') + 1)..].Split(' ');
        Assert.Equal("3", last[0]);
        Assert.EndsWith($"/api/handles/{handle}?type=PRODUCT.CODE", last[1], StringComparison.Ordinal);
        Assert.StartsWith("http://id-enterprise:", last[1], StringComparison.Ordinal);
        await lab.WaitForAsync("followed", CheckOutcome.Passed);
        await AnswerAsync(lab, "site", new Uri(last[1]).Authority);
        await lab.WaitForAsync("site-named", CheckOutcome.Passed);
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    public async Task Toolbox_lines_earn_full_marks(long seed, bool traced)
    {
        await using var lab = await SteppedLab.StartAsync(Lab, seed);
        var batch = $"{lab.Variant("enterprisePrefix")}/{lab.Variant("batch")}";
        async Task<JsonNode> ResolveAsync(string rest) => (await lab.TryAsync($"resolve {rest}")).Json!;
        async Task TellAsync(string question, string value) => await lab.ExecAsync($"answer {question} {value}");

        await TellAsync("product", DataOf(await ResolveAsync($"{batch} --type product.code")));
        await TellAsync("report", DataOf(await ResolveAsync($"{batch} --index {lab.Variant("reportIndex")}")));
        if (traced)
        {
            // The cache has the answer, so that the first attempt shows nothing.
            Assert.Empty((await ResolveAsync($"{batch} --trace"))["steps"]!.AsArray());
            Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("followed"));
            var steps = (await ResolveAsync($"{batch} --auth --trace"))["steps"]!.AsArray();
            await TellAsync("site", (string)steps[2]!["referredTo"]!);
        }
        else
        {
            var (answer, site) = (await ResolveAsync($"{batch.ToLowerInvariant()} --node id-root"), "");
            while ((int)answer["responseCode"]! == 303)
            {
                site = DataOf(answer);
                answer = await ResolveAsync($"{batch} --node {site[..site.IndexOf(':', StringComparison.Ordinal)]}");
            }

            await TellAsync("site", site);
        }

        await AnswerPalletsAsync(async n => (int)(await ResolveAsync($"{batch}-P{n} --type LOGISTICS.DESTINATION"))["responseCode"]!, TellAsync);

        Assert.Equal(100, (await lab.HandInAsync()).Score);
    }

    [Fact]
    public async Task Answers_of_another_seed_earn_nothing_and_the_card_does_not_say_whose_they_are()
    {
        await using var neighbour = await SteppedLab.StartAsync(Lab, seed: 25);
        await using var lab = await SteppedLab.StartAsync(Lab, seed: 26);
        foreach (var one in new[] { neighbour, lab })
        {
            var batch = $"{one.Variant("enterprisePrefix")}/{one.Variant("batch")}";
            await one.ExecAsync($"resolve {batch} --type PRODUCT.CODE");
            await one.ExecAsync($"resolve {batch} --index {one.Variant("reportIndex")}");
            await one.ExecAsync("answer product " + neighbour.Variant("product"));
            await one.ExecAsync("answer report " + neighbour.Variant("report"));
        }

        Assert.Equal(CheckOutcome.Passed, await neighbour.OutcomeAsync("by-type"));
        Assert.Equal(CheckOutcome.Passed, await neighbour.OutcomeAsync("by-index"));
        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("by-type"));
        Assert.Equal(CheckOutcome.Failed, await lab.OutcomeAsync("by-index"));
        Assert.Equal(0, (await lab.HandInAsync()).Score);
    }

    private static string DataOf(JsonNode answer) => (string)Assert.Single(answer["values"]!.AsArray())!["data"]!["value"]!;

    private static async Task AnswerAsync(LiveLab lab, string question, string value) =>
        Assert.True((await lab.Run.AnswerAsync(LiveLab.Student, question, value)).Done, $"{question} = {value}");

    private static async Task AnswerPalletsAsync(Func<int, Task<int>> codeOf, Func<string, string, Task> answer)
    {
        var codes = new List<int>();
        for (var pallet = 1; pallet <= 5; pallet++)
            codes.Add(await codeOf(pallet));
        Assert.Equal([1, 1, 1, 100, 200], codes.Order());
        await answer("unregistered", (codes.IndexOf(100) + 1).ToString(CultureInfo.InvariantCulture));
        await answer("incomplete", (codes.IndexOf(200) + 1).ToString(CultureInfo.InvariantCulture));
    }
}
