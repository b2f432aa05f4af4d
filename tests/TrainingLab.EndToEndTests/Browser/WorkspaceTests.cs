using Microsoft.Playwright;
using TrainingLab.Tests.House;
using TrainingLab.Tests.Web.Fakes;
using static Microsoft.Playwright.Assertions;

namespace TrainingLab.EndToEndTests.Browser;

public sealed class WorkspaceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Three_tabs_of_a_student_stay_live_together()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(Ct);
        await using var person = await browser.PersonAsync(host.Address);
        var first = await TryAsync(person);
        var attempt = host.Attempts.All.Single();
        var second = await person.NewPageAsync();
        await second.GotoAsync(first.Url);
        var third = await person.NewPageAsync();
        await third.GotoAsync(first.Url);
        foreach (var page in new[] { first, second, third })
            await Expect(page.Locator("#plant-time")).ToHaveTextAsync("2026-03-02 08:01:00");

        // Somebody types in the second tab; what the first does may not disturb that.
        await second.FillAsync("#answer-loss", "12");
        await first.ClickAsync("#for-tab-switches");
        await first.FillAsync("li:has-text('office-pc') [name=access-vlan]", "20");
        await first.ClickAsync("li:has-text('office-pc') button");
        foreach (var page in new[] { first, second, third })
        {
            await Expect(page.Locator("#checks-segment .passed").First).ToContainTextAsync("The office cannot reach the filler");
            await Expect(page.Locator("#score")).ToContainTextAsync("70");
        }

        await Expect(second.Locator("#answer-loss")).ToHaveValueAsync("12");
        await third.ClickAsync("#for-tab-switches");
        await Expect(third.Locator("li:has-text('office-pc') [name=access-vlan]")).ToHaveValueAsync("20");
        await Expect(third.Locator("#switches")).ToContainTextAsync("not saved");
        attempt.Tick();
        foreach (var page in new[] { first, second, third })
            await Expect(page.Locator("svg.along [data-tag='filler-1/Count']")).ToHaveTextAsync("1321");
        Assert.Equal(1, attempt.Listening);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task What_is_typed_into_one_form_stays_when_the_answer_to_another_shows_both_anew()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(Ct);
        await using var person = await browser.PersonAsync(host.Address);
        var page = await TryAsync(person);
        var answerMayCome = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/switches/*/ports/*", async route =>
        {
            await answerMayCome.Task;
            await route.ContinueAsync();
        });
        await page.ClickAsync("#for-tab-switches");
        await page.FillAsync("li:has-text('office-pc') [name=access-vlan]", "20");
        await page.ClickAsync("li:has-text('office-pc') button");

        var other = page.Locator("li:has-text('filler-1') [name=access-vlan]");
        await other.PressSequentiallyAsync("7");
        var typed = await other.InputValueAsync();
        answerMayCome.SetResult();
        await Expect(page.Locator("#switches")).ToContainTextAsync("not saved");
        await Expect(page.Locator("li:has-text('office-pc') [name=access-vlan]")).ToHaveValueAsync("20");
        await Expect(other).ToHaveValueAsync(typed);
        await Expect(other).ToBeFocusedAsync();
        Assert.NotEqual("10", typed);
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Copy_buttons_work_on_plain_http_under_a_name_that_is_not_loopback()
    {
        await using var browser = await BrowserSession.StartAsync("--host-resolver-rules=MAP lab.school.example 127.0.0.1");
        await using var host = await WebHost.StartAsync(Ct);
        using (var instructor = host.Visitor())
        {
            await instructor.BecomeInstructorAsync(host);
            var (_, code) = await instructor.CreateClassAsync();
            using var student = host.Visitor();
            await student.JoinAsync(code, "2026001");
        }

        await using var person = await browser.PersonAsync(new UriBuilder(host.Address) { Host = "lab.school.example" }.Uri);
        var page = await person.NewPageAsync();
        await page.GotoAsync("/");
        Assert.False(await page.EvaluateAsync<bool>("() => window.isSecureContext"));
        Assert.Equal(0, await page.Locator("form[action='/try']").CountAsync());
        await page.FillAsync("[name=login]", "2026001");
        await page.FillAsync("form[action='/sign-in'] [name=pin]", "2468");
        await page.ClickAsync("form[action='/sign-in'] button");
        await page.GotoAsync("/labs/" + FakeCatalogue.Vlan);
        await page.ClickAsync("button.big");
        await page.ClickAsync("#for-tab-endpoints");
        await page.ClickAsync("[data-copy^='mosquitto_sub']");
        await Expect(page.Locator("[data-copy^='mosquitto_sub']")).ToHaveTextAsync("Copied");
        await page.ClickAsync("#for-tab-toolbox");
        await page.FocusAsync("#command");
        await page.Keyboard.PressAsync("Control+V");
        await Expect(page.Locator("#command")).ToHaveValueAsync("mosquitto_sub -h lab.local -p 20002 -t '#' -v");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task An_open_page_survives_a_restart_of_the_server()
    {
        await using var browser = await BrowserSession.StartAsync();
        var folder = Directory.CreateTempSubdirectory("traininglab-restart-").FullName;
        var attempts = new FakeAttempts();
        var address = new Uri($"http://127.0.0.1:{TestPorts.Take(1)}");
        IBrowserContext person;
        IPage page;
        await using (await WebHost.StartAsync(Ct, folder, listen: address.ToString(), attempts: attempts))
        {
            person = await browser.PersonAsync(address);
            page = await TryAsync(person);
        }

        await Expect(page.Locator("#connection")).ToHaveTextAsync("Reconnecting…");
        attempts.All.Single().Tick();
        await using (await WebHost.StartAsync(Ct, folder, listen: address.ToString(), attempts: attempts))
        {
            await Expect(page.Locator("#connection")).ToHaveTextAsync("Live");
            await Expect(page.Locator("svg.along [data-tag='filler-1/Count']")).ToHaveTextAsync("1321");
            // The form of the page from before is still good.
            await page.FillAsync("#answer-loss", "0");
            await page.ClickAsync(".answer-form button >> nth=0");
            await Expect(page.Locator("#given-loss")).ToHaveTextAsync("Answer given: 0");
            await person.CloseAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_page_that_nobody_looks_at_gives_its_stream_back_and_catches_up_later()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(Ct);
        await using var person = await browser.PersonAsync(host.Address);
        await person.Clock.InstallAsync();
        var page = await TryAsync(person);
        var attempt = host.Attempts.All.Single();
        var streams = 1;
        page.Request += (_, request) => streams += request.Url.Contains("/events", StringComparison.Ordinal) ? 1 : 0;
        var closed = new TaskCompletionSource();
        page.RequestFailed += (_, request) => Done(request);
        page.RequestFinished += (_, request) => Done(request);

        await page.EvaluateAsync(Show, true);
        await page.Clock.FastForwardAsync(11_000);
        await closed.Task.WaitAsync(Ct);
        attempt.Tick();
        await Expect(page.Locator("svg.along [data-tag='filler-1/Count']")).Not.ToHaveTextAsync("1321");
        await page.EvaluateAsync(Show, false);
        await Expect(page.Locator("svg.along [data-tag='filler-1/Count']")).ToHaveTextAsync("1321");
        Assert.Equal(2, streams);
        Assert.Empty(browser.Complaints);

        void Done(IRequest request)
        {
            if (request.Url.Contains("/events", StringComparison.Ordinal))
                closed.TrySetResult();
        }
    }

    [Fact]
    public async Task A_page_whose_session_has_ended_leads_to_sign_in_and_back()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (cohort, code) = await instructor.CreateClassAsync();
        await using var person = await browser.PersonAsync(host.Address);
        var page = await person.NewPageAsync();
        await page.GotoAsync("/join?code=" + code);
        await Expect(page.Locator("[name=code]")).ToHaveValueAsync(code);
        await page.FillAsync("[name=name]", "Wang Fang");
        await page.FillAsync("[name=number]", "1");
        await page.FillAsync("[name=pin]", "2468");
        await page.ClickAsync("main button");
        await page.GotoAsync("/labs/" + FakeCatalogue.Vlan);
        await page.ClickAsync("button.big");
        await Expect(page.Locator("#connection.passed")).ToBeVisibleAsync();
        var workspace = page.Url;

        // The instructor takes the PIN away, and with it the session; the next form of the page meets a stranger.
        var list = await instructor.GetAsync($"/classes/{cohort}/students");
        var reset = list[list.IndexOf("/classes/", StringComparison.Ordinal)..];
        await instructor.SubmitAsync(reset[..reset.IndexOf('"', StringComparison.Ordinal)], page: "/classes/" + cohort);
        var leading = page.WaitForURLAsync("**/sign-in?next=*", new PageWaitForURLOptions { Timeout = 90_000 });
        await Task.WhenAny(leading, AnswerAsync());
        await leading;
        Assert.Equal(new Uri(workspace).AbsolutePath, await page.InputValueAsync("[name=next]"));

        async Task AnswerAsync()
        {
            try
            {
                await page.FillAsync("#answer-loss", "1");
                await page.ClickAsync(".answer-form button >> nth=0");
            }
            catch (Exception e) when (e is TimeoutException or PlaywrightException)
            {
                // The page has found out before, by something that it fetched.
            }
        }
    }

    [Fact]
    public async Task A_class_page_fills_by_itself()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(Ct);
        await using var person = await browser.PersonAsync(host.Address);
        var page = await person.NewPageAsync();
        await page.GotoAsync(host.FirstSignIn!);
        await page.FillAsync("[name=name]", "Li Wei");
        await page.FillAsync("[name=login]", "liwei");
        await page.FillAsync("[name=password]", "a long password");
        await page.ClickAsync("main button");
        await page.FillAsync("[name=name]", "Class 1");
        await page.ClickAsync("main form button");
        await Expect(page.Locator("#connection.passed")).ToBeVisibleAsync();
        var code = await page.Locator("[data-copy]").First.GetAttributeAsync("data-copy");
        using var student = host.Visitor();
        await student.JoinAsync(code!, "2026001", "Wang Fang");
        await Expect(page.Locator("#class-students")).ToContainTextAsync("Wang Fang");
        await student.StartAttemptAsync();
        await Expect(page.Locator("#class-attempts")).ToContainTextAsync("VLAN segmentation");
        await page.ClickAsync("#class-students button");
        await page.ClickAsync("#confirm button[value=confirm]");
        await Expect(page.Locator("#class-students")).ToContainTextAsync("has to join again");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task The_workspace_is_worked_by_keyboard_alone()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(Ct);
        await using var person = await browser.PersonAsync(host.Address);
        var page = await TryAsync(person);

        await page.FocusAsync("#command");
        await page.Keyboard.TypeAsync("he");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("#command")).ToHaveValueAsync("help ");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".terminal-output")).ToContainTextAsync("switch show");
        await page.Keyboard.TypeAsync("nonsense");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".terminal-output")).ToContainTextAsync("exit code 2");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.Locator("#command")).ToHaveValueAsync("help");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("#command")).ToHaveValueAsync("");
        // An empty line lets go of Tab.
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".terminal-line button")).ToBeFocusedAsync();

        await page.FocusAsync("#for-tab-toolbox");
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Locator("#for-tab-endpoints")).ToBeFocusedAsync();
        await Expect(page.Locator("#tab-endpoints")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator("#tab-evidence")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-evidence] tr")).ToHaveCountAsync(2);

        // Escape is no: nothing is handed in.
        await page.FocusAsync("form[action$='/hand-in'] button");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("dialog")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("dialog")).ToBeHiddenAsync();
        Assert.DoesNotContain(host.Attempts.All.Single().Log, line => line.Contains("HandIn", StringComparison.Ordinal));
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/scorecard");
        Assert.Empty(browser.Complaints);
    }

    [Fact]
    public async Task Every_control_has_a_name_and_text_stands_out_enough()
    {
        await using var browser = await BrowserSession.StartAsync();
        await using var host = await WebHost.StartAsync(Ct);
        await using var person = await browser.PersonAsync(host.Address);
        var page = await TryAsync(person);
        foreach (var path in new[] { page.Url, "/labs", "/labs/" + FakeCatalogue.Vlan, "/account", page.Url + "/scorecard" })
        {
            await page.GotoAsync(path);
            Assert.Empty(await page.EvaluateAsync<string[]>(Nameless));
            Assert.Empty(await page.EvaluateAsync<string[]>(LowContrast));
        }
    }

    // What a browser does when its reader turns to another tab, or back.
    private const string Show = "hidden => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }";

    // Buttons, links and fields without an accessible name.
    private const string Nameless =
        """
        () => [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea')]
          .filter(e => !(e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length || e.getAttribute('aria-labelledby')))
          .map(e => e.outerHTML)
        """;

    // WCAG 2.2, 1.4.3: 4.5 to 1 for text, against the nearest opaque background.
    private const string LowContrast =
        """
        () => {
          const parse = c => (c.match(/[\d.]+/g) ?? []).map(Number);
          const light = ([r, g, b]) => { const f = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
          const behind = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
          return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg, .visually-hidden') && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => {
            const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
            return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e];
          }).filter(([ratio]) => ratio < 4.5).map(([ratio, e]) => `${ratio.toFixed(2)} ${e.outerHTML.slice(0, 120)}`);
        }
        """;

    private static async Task<IPage> TryAsync(IBrowserContext person)
    {
        var page = await person.NewPageAsync();
        await page.GotoAsync("/");
        await page.ClickAsync("form[action='/try'] button");
        await page.ClickAsync("text=VLAN segmentation");
        await page.ClickAsync("button.big");
        await page.WaitForURLAsync("**/attempts/*");
        await Expect(page.Locator("#connection.passed")).ToBeVisibleAsync();
        return page;
    }
}
