using Microsoft.Playwright;
using TrainingLab.EndToEndTests.Browser;
using static Microsoft.Playwright.Assertions;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>Labs solved through the web page alone, against the real program.</summary>
public sealed class WebPageTests
{
    [Fact]
    public async Task Vlan_segmentation_passes_through_the_page_alone()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.PersonAsync(server.Address);
        var page = await TryLabAsync(person, "network/vlan-segmentation");
        var text = await page.InnerTextAsync("body");
        var office = Between(text, "into VLAN ", ".");
        var cell = Between(text, "stay in VLAN ", ".");
        var parking = Between(text, "parking VLAN ", " native");

        await page.ClickAsync("#for-tab-switches");
        await SetAccessAsync(page, "office-pc", office);
        await SetAccessAsync(page, "office-server", office);
        await ScreenshotAsync(page, "switches");
        await Expect(page.Locator("#checks-segment")).ToContainTextAsync("30/30", new() { Timeout = 30_000 });
        await RunAsync(page, $"switch sw-1 port 8 trunk native {parking} allowed {cell},{office},99");
        await RunAsync(page, $"switch sw-2 port 8 trunk native {parking} allowed {cell},{office},99");
        await RunAsync(page, "switch sw-1 save");
        await RunAsync(page, "switch sw-2 save");
        await Expect(page.Locator("#score strong")).ToHaveTextAsync("100", new() { Timeout = 60_000 });
        await ScreenshotAsync(page, "done");
        Assert.Empty(browser.Complaints);
    }

    internal static async Task<IPage> TryLabAsync(IBrowserContext person, string lab)
    {
        var page = await person.NewPageAsync();
        await page.GotoAsync("/");
        await page.ClickAsync("form[action='/try'] button");
        await page.GotoAsync("/labs/" + lab);
        await page.ClickAsync("button.big");
        await page.WaitForSelectorAsync("#workspace");
        return page;
    }

    internal static async Task RunAsync(IPage page, string line)
    {
        await page.ClickAsync("#for-tab-toolbox");
        await page.FillAsync("#command", line);
        await page.PressAsync("#command", "Enter");
        await Expect(page.Locator("#output, #toolbox-output, [role=log]").First).ToContainTextAsync(line);
    }

    /// <summary>Pictures for whoever wants to look: set <c>TRAININGLAB_SCREENSHOTS</c> to a folder.</summary>
    internal static async Task ScreenshotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("TRAININGLAB_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    private static async Task SetAccessAsync(IPage page, string node, string vlan)
    {
        var row = page.Locator($"li:has-text('{node}')").First;
        await row.Locator("[name=access-vlan]").FillAsync(vlan);
        await row.Locator("button").First.ClickAsync();
    }

    private static string Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return text[start..text.IndexOf(after, start, StringComparison.Ordinal)].Trim();
    }
}
