using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Web;

namespace TrainingLab.Tests.Web.Fakes;

/// <summary>The web application on a port of its own with scripted attempts and its records in a folder of its own.</summary>
public sealed class WebHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private WebHost(WebApplication app, string folder, bool ownsFolder, string? firstSignIn)
    {
        _app = app;
        Folder = folder;
        _ownsFolder = ownsFolder;
        FirstSignIn = firstSignIn;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public string Folder { get; }

    /// <summary>Path of the instructor's link.</summary>
    public string? FirstSignIn { get; }

    public FakeAttempts Attempts => (FakeAttempts)_app.Services.GetRequiredService<IAttemptService>();

    public IServiceProvider Services => _app.Services;

    public static async Task<WebHost> StartAsync(CancellationToken cancellationToken, string? folder = null, TimeProvider? time = null, string listen = "http://127.0.0.1:0", FakeAttempts? attempts = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(listen);
        builder.Services.AddRoutingCore();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        builder.Services.AddSingleton<ILabCatalogue, FakeCatalogue>();
        builder.Services.AddSingleton<IAttemptService>(attempts ?? new FakeAttempts());
        if (time is not null)
            builder.Services.AddSingleton(time);
        var ownsFolder = folder is null;
        folder ??= Directory.CreateTempSubdirectory("traininglab-web-").FullName;
        builder.AddTrainingLabWeb(new TrainingLabWebOptions { DataFolder = folder });
        var app = builder.Build();
        var firstSignIn = await app.OpenRecordsAsync(cancellationToken);
        app.MapTrainingLabWeb();
        await app.StartAsync(cancellationToken);
        return new WebHost(app, folder, ownsFolder, firstSignIn);
    }

    /// <summary>A browser without scripts.</summary>
    public Visitor Visitor(string? language = null) => new(Address, language);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        if (_ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>Visits pages with a cookie jar and sends their forms with the token that they carry.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly SocketsHttpHandler _handler;

    /// <param name="address">The application.</param>
    /// <param name="language">What the browser asks for; null for nothing.</param>
    /// <param name="from">The computer's own address, such as 127.0.0.2; null lets the system choose.</param>
    public Visitor(Uri address, string? language, IPAddress? from = null)
    {
        _handler = new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false };
        if (from is not null)
        {
            _handler.ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            };
        }

        Client = new HttpClient(_handler) { BaseAddress = address };
        if (language is not null)
            Client.DefaultRequestHeaders.Add("Accept-Language", language);
    }

    public HttpClient Client { get; }

    public CookieContainer Cookies => _handler.CookieContainer;

    /// <summary>The page's text; follows redirects.</summary>
    public async Task<string> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await FollowAsync(await Client.GetAsync(path, TestContext.Current.CancellationToken));
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public async Task<string> FormTokenAsync(string page = "/") => TokenPattern().Match(await GetAsync(page)).Groups[1].Value;

    /// <summary>Sends a form as the page would; does not follow the redirect.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string>? fields = null, string page = "/", bool fragment = false, string? token = null)
    {
        fields = new Dictionary<string, string>(fields ?? [], StringComparer.Ordinal) { ["form-token"] = token ?? await FormTokenAsync(page) };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields) };
        if (fragment)
            request.Headers.Add("HX-Request", "true");
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<string> SubmitAsync(string path, Dictionary<string, string>? fields = null, string page = "/", HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await FollowAsync(await PostAsync(path, fields, page));
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public Task<string> TryAsync() => SubmitAsync("/try");

    public Task<string> BecomeInstructorAsync(WebHost host) => BecomeInstructorAsync(host.FirstSignIn!);

    /// <summary>Follows the instructor's one-time link.</summary>
    public Task<string> BecomeInstructorAsync(string link) => SubmitAsync(link, new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["name"] = "Li Wei", ["login"] = "liwei", ["password"] = "a long password",
    }, link);

    public Task<string> JoinAsync(string code, string number, string name = "Wang Fang", string pin = "2468", HttpStatusCode expected = HttpStatusCode.OK) =>
        SubmitAsync("/join", new Dictionary<string, string>(StringComparer.Ordinal) { ["code"] = code, ["name"] = name, ["number"] = number, ["pin"] = pin }, "/join", expected);

    public Task<string> SignInAsync(string login, string pin, HttpStatusCode expected = HttpStatusCode.OK) =>
        SubmitAsync("/sign-in", new Dictionary<string, string>(StringComparer.Ordinal) { ["login"] = login, ["pin"] = pin }, "/sign-in", expected);

    /// <summary>Makes a class and returns its id and join code.</summary>
    public async Task<(string Id, string Code)> CreateClassAsync(string name = "Class 1")
    {
        using var response = await PostAsync("/classes", new Dictionary<string, string>(StringComparer.Ordinal) { ["name"] = name }, "/classes");
        var id = response.Headers.Location!.OriginalString.Split('/')[^1];
        return (id, CodePattern().Match(await GetAsync("/classes/" + id)).Groups[1].Value);
    }

    /// <summary>Starts an attempt and returns its id.</summary>
    public async Task<string> StartAttemptAsync(string lab = FakeCatalogue.Vlan)
    {
        using var response = await PostAsync("/attempts", new Dictionary<string, string>(StringComparer.Ordinal) { ["lab"] = lab }, "/labs");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return response.Headers.Location!.OriginalString.Split('/')[^1];
    }

    public void Dispose() => Client.Dispose();

    private async Task<HttpResponseMessage> FollowAsync(HttpResponseMessage response)
    {
        while (response.StatusCode == HttpStatusCode.Redirect)
        {
            var next = response.Headers.Location!;
            response.Dispose();
            response = await Client.GetAsync(next, TestContext.Current.CancellationToken);
        }

        return response;
    }

    [GeneratedRegex("name=\"form-token\" value=\"(?<token>[0-9a-f]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TokenPattern();

    [GeneratedRegex("data-copy=\"(?<code>[0-9A-Z]{8})\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex CodePattern();
}
