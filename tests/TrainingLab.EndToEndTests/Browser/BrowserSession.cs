using Microsoft.Playwright;

namespace TrainingLab.EndToEndTests.Browser;

/// <summary>The system's Chromium, one per test. Notes everything that the console, the policy or a request complains about.</summary>
public sealed class BrowserSession : IAsyncDisposable
{
    private const string Executable = "/usr/bin/chromium";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private BrowserSession(IPlaywright playwright, IBrowser browser)
    {
        _playwright = playwright;
        _browser = browser;
    }

    /// <summary>What went wrong on any page; every test ends by looking at it.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Starts it; skips the test where there is none, unless the environment requires peers.</summary>
    public static async Task<BrowserSession> StartAsync(params string[] arguments)
    {
        if (!File.Exists(Executable) && Environment.GetEnvironmentVariable("TRAININGLAB_REQUIRE_PEERS") != "1")
            Assert.Skip($"There is no {Executable}; install the package chromium.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-quic", "--disable-component-update", "--disable-sync",
                .. arguments,
            ],
        });
        return new BrowserSession(playwright, browser);
    }

    /// <summary>A browser of another person: own cookies.</summary>
    public async Task<IBrowserContext> PersonAsync(Uri address, string locale = "en", int width = 1280, int height = 900)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(), Locale = locale, ViewportSize = new ViewportSize { Width = width, Height = height }, ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(20_000);
        context.Page += (_, page) =>
        {
            page.PageError += (_, error) => Complaints.Add("script: " + error);
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                    Complaints.Add($"console: {message.Text} ({message.Location})");
            };
            page.Request += (_, request) =>
            {
                var host = new Uri(request.Url).Host; // An address may carry an attempt's credentials before it.
                if (host != address.Host && !host.StartsWith("lab.", StringComparison.Ordinal))
                    Complaints.Add("foreign request: " + request.Url);
            };
        };
        return context;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }
}
