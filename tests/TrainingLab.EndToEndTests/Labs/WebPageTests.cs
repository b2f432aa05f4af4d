using System.Text.Json.Nodes;
using Microsoft.Playwright;
using TrainingLab.EndToEndTests.Browser;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using static Microsoft.Playwright.Assertions;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>Labs solved through the web page alone, against the real program. Set <c>TRAININGLAB_SCREENSHOTS</c> to a folder for pictures.</summary>
public sealed class WebPageTests
{
    [Fact]
    public async Task Vlan_segmentation_passes_with_the_forms_of_the_page()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.PersonAsync(server.Address);
        var page = await TryLabAsync(person, "network/vlan-segmentation");
        var lab = BindLab(server, page);
        var (cell, office, parking) = (lab.Variant.All["cellVlan"].Text, lab.Variant.All["officeVlan"].Text, lab.Variant.All["parkingVlan"].Text);

        await page.ClickAsync("#for-tab-switches");
        await SetAccessAsync(page, "office-pc", office);
        await SetAccessAsync(page, "office-server", office);
        await Expect(page.Locator("#checks-segment")).ToContainTextAsync("30/30", new() { Timeout = 30_000 });
        await SetTrunkAsync(page, "sw-1", "sw-2", parking, $"99,{cell},{office}");
        await SetTrunkAsync(page, "sw-2", "sw-1", parking, $"99,{cell},{office}");
        await ScreenshotAsync(page, "switches");
        await SaveAsync(page, "sw-1");
        await SaveAsync(page, "sw-2");

        await Expect(page.Locator("#score strong")).ToHaveTextAsync("100", new() { Timeout = 60_000 });
        await HandInAsync(page);
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData("identifiers/resolve")]
    [InlineData("interoperability/browse-and-subscribe")]
    [InlineData("data/oee")]
    public async Task Other_labs_pass_with_the_toolbox_and_the_answer_forms_of_the_page(string id)
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.PersonAsync(server.Address);
        var page = await TryLabAsync(person, id);
        var lab = BindLab(server, page);
        var replies = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        await page.ClickAsync("#for-tab-toolbox");
        foreach (var step in lab.Source.Submission("solution")!.Bind(lab.Variant).Steps)
        {
            switch (step.ToAction(name => SubmissionReplies.Find(replies, name)))
            {
                case CommandStep command:
                    var reply = await TypeAsync(page, command.Line);
                    if (step.As is { } name)
                        replies[name] = reply["json"];
                    break;
                case AnswerStep answer:
                    await AnswerAsync(page, answer);
                    break;
                case WaitStep wait:
                    await page.WaitForTimeoutAsync((float)wait.Duration.TotalMilliseconds);
                    break;
            }
        }

        await Expect(page.Locator("#score strong")).ToHaveTextAsync("100", new() { Timeout = 60_000 });
        await ScreenshotAsync(page, id.Replace('/', '-'));
        await HandInAsync(page);
        Assert.Empty(browser.Complaints);
    }

    private static async Task<IPage> TryLabAsync(IBrowserContext person, string lab)
    {
        var page = await person.NewPageAsync();
        await page.GotoAsync("/");
        await page.ClickAsync("form[action='/try'] button");
        await page.GotoAsync("/labs/" + lab);
        await page.ClickAsync("button.big");
        await page.WaitForSelectorAsync("#workspace");
        return page;
    }

    /// <summary>What the attempt on the page was drawn with; only the server's own evidence says it.</summary>
    private static BoundLab BindLab(ServerProcess server, IPage page)
    {
        var attempt = new Uri(page.Url).Segments[^1];
        var begun = EvidenceReader.Read(Path.Combine(server.Folder, "attempts", attempt, "evidence.jsonl")).First().Body;
        return BoundLab.Restore((AttemptBegun)begun);
    }

    private static async Task<JsonNode> TypeAsync(IPage page, string line)
    {
        await page.FillAsync("#command", line);
        var response = await page.RunAndWaitForResponseAsync(
            () => page.PressAsync("#command", "Enter"), r => r.Url.EndsWith("/exec", StringComparison.Ordinal), new() { Timeout = 120_000 });
        return JsonNode.Parse(await response.TextAsync())!;
    }

    private static async Task AnswerAsync(IPage page, AnswerStep answer)
    {
        var field = page.Locator($"#answer-{answer.Question}");
        if (await field.EvaluateAsync<string>("e => e.tagName") == "SELECT")
            await field.SelectOptionAsync(answer.Value);
        else
            await field.FillAsync(answer.Value);
        await page.Locator($"form:has(#answer-{answer.Question}) button").ClickAsync();
        await Expect(page.Locator($"#given-{answer.Question}")).ToContainTextAsync(answer.Value.Length > 12 ? answer.Value[..12] : answer.Value);
    }

    private static async Task HandInAsync(IPage page)
    {
        await page.ClickAsync("form[action$='/hand-in'] button");
        await page.ClickAsync("#confirm button[value=confirm]");
        await Expect(page.Locator("body")).ToContainTextAsync("100", new() { Timeout = 60_000 });
    }

    private static async Task ScreenshotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("TRAININGLAB_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    private static async Task SetAccessAsync(IPage page, string node, string vlan)
    {
        var row = page.Locator($"#switches li:has-text('{node}')").First;
        await row.Locator("[name=access-vlan]").FillAsync(vlan);
        await ApplyAsync(page, row);
    }

    private static async Task SetTrunkAsync(IPage page, string device, string far, string native, string allowed)
    {
        var row = page.Locator($"#switch-{device} li:has-text('{far}')").First;
        await row.Locator("[name=native-vlan]").FillAsync(native);
        await row.Locator("[name=trunk-vlans]").FillAsync(allowed);
        await ApplyAsync(page, row);
    }

    private static Task SaveAsync(IPage page, string device) => SubmitAsync(page, page.Locator($"#switch-{device} form.save button"));

    private static Task ApplyAsync(IPage page, ILocator row) => SubmitAsync(page, row.Locator("button").First);

    /// <summary>Sends a form of the switches and waits until the page shows the answer; a refresh that another change brought does not count.</summary>
    private static async Task SubmitAsync(IPage page, ILocator button)
    {
        var settled = page.EvaluateAsync("() => new Promise(done => document.querySelector('#switches').addEventListener('htmx:afterSettle', " +
            "e => { if (e.detail.requestConfig?.verb === 'post') done(); }))");
        await button.ClickAsync();
        await settled;
    }
}
