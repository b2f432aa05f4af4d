using System.Text.RegularExpressions;
using Microsoft.Playwright;
using TrainingLab.EndToEndTests.Serve;
using static Microsoft.Playwright.Assertions;

namespace TrainingLab.EndToEndTests.Browser;

/// <summary>The switches' own pages, as they come sandboxed through the application's address.</summary>
public sealed partial class SwitchConsoleTests
{
    [Fact]
    public async Task Forms_of_a_switch_work_below_the_attempt()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        using var student = new StudentAtWork();
        student.MoveTo(server.Address);
        await student.Visitor.TryAsync();
        var id = await student.Visitor.StartAttemptAsync("network/vlan-segmentation");
        var endpoints = await student.GetAsync($"/api/v1/attempts/{id}/endpoints");
        var token = Socks().Match(endpoints.ToJsonString()).Groups[1].Value;
        await using var person = await browser.PersonAsync(server.Address);
        var page = await person.NewPageAsync();

        await page.GotoAsync($"http://student:{token}@{server.Address.Authority}/a/{id}/sw-2/");
        await page.FillAsync("[name=vlan][form=p6]", "123");
        await page.ClickAsync("#p6 button");

        await Expect(page.Locator("[name=vlan][form=p6]")).ToHaveValueAsync("123");
        var switches = await student.GetAsync($"/api/v1/attempts/{id}/switches");
        var port6 = switches.AsArray().First(s => (string)s!["name"]! == "sw-2")!["ports"]!.AsArray().First(p => (string)p!["name"]! == "6")!;
        Assert.Equal(123, (int)port6["settings"]!["accessVlan"]!);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task The_list_of_endpoints_opens_them_without_the_applications_cookies()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var server = await ServerProcess.StartAsync();
        await using var person = await browser.PersonAsync(server.Address);
        var page = await person.NewPageAsync();
        await page.GotoAsync("/");
        await page.ClickAsync("form[action='/try'] button");
        await page.GotoAsync("/labs/network/vlan-segmentation");
        await page.ClickAsync("button.big");
        await page.ClickAsync("#for-tab-endpoints");
        var console = await page.RunAndWaitForPopupAsync(() => page.ClickAsync("#tab-endpoints a[href$='/sw-2/']"));
        await Expect(console.Locator("[name=vlan][form=p6]")).ToBeVisibleAsync();
        // An opaque origin: no cookies of the application, and no way to its pages.
        Assert.Equal("null", await console.EvaluateAsync<string>("() => self.origin"));
        await console.ClickAsync("#p6 button");
        await Expect(console.Locator("[name=vlan][form=p6]")).ToBeVisibleAsync();
        await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
        Assert.Empty(browser.Complaints);
    }

    [GeneratedRegex("socks5h://[^:]+:([^@]+)@")]
    private static partial Regex Socks();
}
