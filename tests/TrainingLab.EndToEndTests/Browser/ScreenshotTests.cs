using Microsoft.Playwright;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.EndToEndTests.Browser;

/// <summary>
/// Every page in both languages, wide and narrow: nothing wider than the window, no console message, and a picture of each to look at
/// (in the folder that TRAININGLAB_SCREENSHOTS names, else a temporary one that is deleted).
/// </summary>
public sealed class ScreenshotTests
{
    [Theory]
    [InlineData("en", 1366)]
    [InlineData("en", 390)]
    [InlineData("zh-CN", 1366)]
    [InlineData("zh-CN", 390)]
    public async Task Pages_are_tidy(string locale, int width)
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(TestContext.Current.CancellationToken);
        var wanted = Environment.GetEnvironmentVariable("TRAININGLAB_SCREENSHOTS");
        var folder = wanted ?? Directory.CreateTempSubdirectory("traininglab-screenshots-").FullName;
        Directory.CreateDirectory(folder);

        await using var instructor = await browser.PersonAsync(host.Address, locale, width);
        var desk = await instructor.NewPageAsync();
        await desk.GotoAsync(host.FirstSignIn!);
        await ShootAsync(desk, "start");
        await desk.FillAsync("[name=name]", "李伟");
        await desk.FillAsync("[name=login]", "liwei");
        await desk.FillAsync("[name=password]", "a long password");
        await desk.ClickAsync("main button");
        await desk.FillAsync("[name=name]", "工业互联网 2026-1");
        await desk.ClickAsync("main form button:not([data-copy])");
        var code = await desk.Locator("[data-copy]").First.GetAttributeAsync("data-copy");

        await using var student = await browser.PersonAsync(host.Address, locale, width);
        var page = await student.NewPageAsync();
        await page.GotoAsync("/");
        await ShootAsync(page, "home");
        await page.GotoAsync("/sign-in");
        await page.FillAsync("[name=login]", "20260101");
        await page.FillAsync("[name=pin]", "9999");
        await page.ClickAsync("main button");
        await ShootAsync(page, "sign-in");
        await page.GotoAsync("/join");
        await ShootAsync(page, "join");
        await page.FillAsync("[name=code]", code!);
        await page.FillAsync("[name=name]", "王芳");
        await page.FillAsync("[name=number]", "20260101");
        await page.FillAsync("[name=pin]", "2468");
        await page.ClickAsync("main button");
        await ShootAsync(page, "labs");
        await page.GotoAsync("/labs/" + FakeCatalogue.Vlan);
        await ShootAsync(page, "lab");
        await page.ClickAsync("button.big");
        await page.WaitForURLAsync("**/attempts/*");

        var attempt = host.Attempts.All.Single();
        await Assertions.Expect(page.Locator("#plant-time")).Not.ToHaveTextAsync("–");
        attempt.Tick();
        await page.FillAsync("#command", "switch show sw-1");
        await page.PressAsync("#command", "Enter");
        await page.FillAsync("#command", "swi");
        await page.PressAsync("#command", "Tab");
        await Assertions.Expect(page.Locator(".completions")).ToContainTextAsync("switch set");
        await ShootAsync(page, "workspace-toolbox");
        await page.ClickAsync("#for-tab-mqtt");
        await page.ClickAsync(".topic-form button");
        await page.ClickAsync(".topic[title='spBv1.0/bottling/NDATA/gateway']");
        await Assertions.Expect(page.Locator("#topic .metrics")).ToContainTextAsync("Process/Temperature");
        await ShootAsync(page, "workspace-mqtt");
        foreach (var tab in new[] { "endpoints", "switches", "trend", "evidence" })
        {
            await page.ClickAsync($"#for-tab-{tab}");
            await ShootAsync(page, "workspace-" + tab);
        }

        await page.ClickAsync("#for-tab-opcua");
        await page.ClickAsync("#tab-opcua form button");
        await page.ClickAsync("#opcua-tree summary");
        await page.ClickAsync("#opcua-tree button.node");
        await page.SelectOptionAsync("[name=deadband-kind]", "percent");
        await page.FillAsync("[name=deadband]", "2.5");
        await page.ClickAsync("#opcua-node form button");
        await Assertions.Expect(page.Locator("[data-subscription]")).ToBeVisibleAsync();
        attempt.Tick();
        await Assertions.Expect(page.Locator("[data-subscription]")).ToContainTextAsync("1/min");
        await ShootAsync(page, "workspace-opcua");
        await page.ClickAsync("#for-tab-historian");
        await page.FillAsync("#query", "SELECT mean(value), last(value) FROM counts GROUP BY machine");
        await page.ClickAsync("#tab-historian button");
        await Assertions.Expect(page.Locator("#historian-result table")).ToBeVisibleAsync();
        await ShootAsync(page, "workspace-historian");
        await page.ClickAsync("#hints-segment button >> nth=0");
        await Assertions.Expect(page.Locator("dialog")).ToBeVisibleAsync();
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"workspace-confirm-{locale}-{width}.png") });
        await page.ClickAsync("dialog button[value=confirm]");
        await page.FillAsync("#answer-loss", "0");
        await page.ClickAsync("#tab-tasks .answer-form button >> nth=0");
        await ShootAsync(page, "workspace-tasks");
        await page.ClickAsync("#for-tab-guide");
        await ShootAsync(page, "workspace-guide");
        await page.GotoAsync($"/attempts/{attempt.Id}/scorecard");
        await ShootAsync(page, "scorecard");
        await page.GotoAsync("/account");
        await page.ClickAsync("form[action='/account/token'] button");
        await ShootAsync(page, "account");

        await desk.ReloadAsync();
        await ShootAsync(desk, "class");
        await desk.GotoAsync("/classes");
        await ShootAsync(desk, "classes");
        await desk.GotoAsync($"/attempts/{attempt.Id}");
        await ShootAsync(desk, "workspace-read-only");

        var complaints = browser.Complaints.Where(c => !c.Contains("401", StringComparison.Ordinal)).ToList();
        await page.GotoAsync("/nowhere");
        await ShootAsync(page, "not-found");
        Assert.Empty(complaints);
        if (wanted is null)
            Directory.Delete(folder, recursive: true);

        async Task ShootAsync(IPage shown, string name)
        {
            await shown.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{locale}-{width}.png"), FullPage = true });
            var overflow = await shown.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Assert.True(overflow <= 0, $"{name} in {locale} at {width} px is {overflow} px too wide.");
            Assert.Equal(locale == "en" ? "en" : "zh-CN", await shown.GetAttributeAsync("html", "lang"));
        }
    }
}
