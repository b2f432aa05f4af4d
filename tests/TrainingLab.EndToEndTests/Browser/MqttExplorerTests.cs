using Microsoft.Playwright;
using TrainingLab.EndToEndTests.Serve;
using TrainingLab.Tests.House;
using static Microsoft.Playwright.Assertions;

namespace TrainingLab.EndToEndTests.Browser;

/// <summary>The topic explorer of a real attempt.</summary>
public sealed class MqttExplorerTests
{
    /// <summary>Milliseconds for what goes through the plant, on a busy computer.</summary>
    private const int Patience = 30_000;

    [Theory]
    [InlineData("en", "The payload is a Sparkplug B payload in protobuf.")]
    [InlineData("zh-CN", "载荷是 protobuf 编码的 Sparkplug B 载荷。")]
    public async Task Topics_come_live_and_broken_rules_are_named_in_the_readers_language(string locale, string rule)
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.PersonAsync(server.Address, locale);
        var page = await person.NewPageAsync();
        await page.GotoAsync("/");
        await page.ClickAsync("form[action='/try'] button");
        await page.GotoAsync("/labs/data/oee");
        await page.ClickAsync("button.big");
        await page.ClickAsync("#for-tab-mqtt");

        await page.FillAsync("#topic-filter", "plant/#");
        await page.ClickAsync(".topic-form button");
        var filler = page.Locator(".topic[title='plant/filler-1']");
        await Expect(filler).ToBeVisibleAsync(new() { Timeout = Patience });
        await filler.ClickAsync();
        await Expect(page.Locator("#topic pre")).ToContainTextAsync("\"device\":\"filler-1\"", new() { Timeout = Patience });

        await page.FillAsync("#topic-filter", "spBv1.0/#");
        await page.ClickAsync(".topic-form button");
        await Expect(page.Locator(".filters li")).ToHaveCountAsync(2, new() { Timeout = Patience });
        await page.ClickAsync("#for-tab-toolbox");
        await page.FillAsync("#command", "mqtt pub spBv1.0/bottling/NDATA/rogue xyz --retain");
        await page.PressAsync("#command", "Enter");
        await page.ClickAsync("#for-tab-mqtt");
        var rogue = page.Locator(".topic[title='spBv1.0/bottling/NDATA/rogue']");
        await Expect(rogue).ToBeVisibleAsync(new() { Timeout = Patience });
        await rogue.ClickAsync();
        await Expect(page.Locator("#topic .alert")).ToContainTextAsync("Truncated", new() { Timeout = Patience });
        await Expect(page.Locator("#topic .findings")).ToContainTextAsync("section-6.4.1", new() { Timeout = Patience });
        await Expect(page.Locator("#topic .findings")).ToContainTextAsync(rule, new() { Timeout = Patience });
        await Expect(page.Locator("#topics .findings")).ToContainTextAsync("tck-id-payloads-ndata-retain", new() { Timeout = Patience });
        Assert.Empty(browser.Complaints);
    }

    [Theory]
    [InlineData("en", "the broker does not let you in (NotAuthorized)", "Logged in as mes.")]
    [InlineData("zh-CN", "消息服务器拒绝登录（NotAuthorized）", "已登录为 mes。")]
    public async Task A_broker_that_asks_who_it_is_is_read_with_a_login_and_not_without(string locale, string refused, string loggedIn)
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var server = await ServerProcess.StartAsync(content: Path.Combine(Repository.Root, "docs", "examples", "plant-broker"));
        await using var person = await browser.PersonAsync(server.Address, locale);
        var page = await person.NewPageAsync();
        await page.GotoAsync("/");
        await page.ClickAsync("form[action='/try'] button");
        await page.GotoAsync("/labs/security/broker-access");
        await page.ClickAsync("button.big");
        await page.ClickAsync("#for-tab-mqtt");

        await page.FillAsync("#topic-filter", "spBv1.0/packing/#");
        await page.ClickAsync(".topic-form > button");
        await Expect(page.Locator("#topics .alert")).ToContainTextAsync(refused, new() { Timeout = Patience });
        await Expect(page.Locator(".topic")).ToHaveCountAsync(0);
        await PictureAsync(page, $"mqtt-refused-{locale}");

        await page.ClickAsync(".login summary");
        await page.FillAsync(".login input[name='user']", "mes");
        await page.FillAsync(".login input[name='password']", "m3s-2026");
        await page.CheckAsync(".login input[name='tls']");
        await page.ClickAsync(".topic-form > button");
        await Expect(page.Locator("#topics")).ToContainTextAsync(loggedIn, new() { Timeout = Patience });
        // Its branch of the tree is still closed.
        await Expect(page.Locator(".topic[title='spBv1.0/packing/DDATA/gateway/filler-1']")).ToHaveCountAsync(1, new() { Timeout = Patience });
        await PictureAsync(page, $"mqtt-login-{locale}");
        Assert.Empty(browser.Complaints);
    }

    /// <summary>A picture for whoever wants to look, where the environment names a folder for them.</summary>
    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("TRAININGLAB_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}.png"), FullPage = true });
    }
}
