using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Web;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab serve</c>: the whole application.</summary>
internal static class ServeVerb
{
    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "Address to listen on; http://0.0.0.0:8080 for a class on the network.",
        DefaultValueFactory = _ => "http://127.0.0.1:8080",
    };

    private static readonly Option<string?> Data = new("--data") { Description = "Folder for accounts, evidence and keys; in the user's profile by default." };

    private static readonly Option<string?> PublicHost = new("--public-host") { Description = "Host name or address that students use; found by itself by default." };

    private static readonly Option<string> Ports = new("--ports") { Description = "Range of TCP ports for factories.", DefaultValueFactory = _ => "20000-29999" };

    public static Command Create()
    {
        var command = new Command("serve", "Starts the whole application.") { Urls, Data, PublicHost, Ports };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var url = ReadUrl(parsed.GetValue(Urls)!);
        var (firstPort, lastPort) = ReadPorts(parsed.GetValue(Ports)!);
        // The rest runs off the parser's stack: what ends a verb cannot end its synchronous part in order.
        await Task.Yield();
        var data = Path.GetFullPath(parsed.GetValue(Data) ?? DefaultData());
        using var held = await DataFolder.HoldAsync(data, cancellationToken);
        var isLocal = IsLoopback(url.Host);
        var publicHost = parsed.GetValue(PublicHost) ?? (isLocal ? "127.0.0.1" : LanAddress());
        await using var environment = await LabsEnvironment.StartAsync(CommandLineHost.ContentRoot(parsed), data);
        await using var app = Build(environment, url, new AttemptOptions
        {
            DataFolder = data,
            PublicHost = publicHost,
            ListenAddress = isLocal ? IPAddress.Loopback : IPAddress.Any,
            FirstPort = firstPort,
            LastPort = lastPort,
            WebAddress = string.Create(CultureInfo.InvariantCulture, $"http://{publicHost}:{url.Port}"),
        });
        var signIn = await app.OpenRecordsAsync(cancellationToken);
        app.MapTrainingLabWeb();
        await StartAsync(app, url, cancellationToken);
        Announce(VerbOutput.Of(parsed), app, publicHost, signIn);
        var warming = environment.WarmUpAsync();
        await app.WaitForShutdownAsync(cancellationToken);
        await warming;
        // Before the container: attempts that end write into records that it still has to open.
        await app.Services.GetRequiredService<AttemptService>().DisposeAsync();
        return ExitCodes.Good;
    }

    private static WebApplication Build(LabsEnvironment environment, Uri url, AttemptOptions attempts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning)
            // A start that fails is told once, by its message and exit code.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        // Standard output has the address and nothing else.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 8 * 1024 * 1024;
        }).UseUrls(url.GetLeftPart(UriPartial.Authority));
        builder.Services.AddSingleton<ILabCatalogue>(new LabCatalogue(environment.Catalog));
        builder.Services.AddSingleton(environment);
        builder.Services.AddSingleton(attempts);
        builder.Services.AddSingleton<AttemptService>();
        builder.Services.AddSingleton<IAttemptService>(services => services.GetRequiredService<AttemptService>());
        builder.AddTrainingLabWeb(new TrainingLabWebOptions { DataFolder = attempts.DataFolder, PublicHost = attempts.PublicHost });
        return builder.Build();
    }

    private static async Task StartAsync(WebApplication app, Uri url, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            var reason = (e.InnerException ?? e).Message;
            throw new CannotRunException(Language.Say(
                $"{url.GetLeftPart(UriPartial.Authority)} cannot be opened: {reason}; another address is taken by --urls http://HOST:PORT",
                $"无法打开 {url.GetLeftPart(UriPartial.Authority)}：{reason}；请用 --urls http://主机:端口 换一个地址"));
        }
    }

    private static void Announce(VerbOutput output, WebApplication app, string publicHost, string? signIn)
    {
        var port = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;
        var address = string.Create(CultureInfo.InvariantCulture, $"http://{publicHost}:{port}");
        if (output.IsJson)
        {
            output.Json(new JsonObject { ["url"] = address, ["instructorSignIn"] = signIn is null ? null : address + signIn });
            return;
        }

        output.Line(Language.Say($"TrainingLab is ready: {address}", $"TrainingLab 已就绪：{address}"));
        if (signIn is not null)
            output.Line(Language.Say($"First instructor, once: {address}{signIn}", $"首位教师登录（一次有效）：{address}{signIn}"));
        output.Line(Language.Say("Ctrl-C stops it; attempts go on where they stood.", "Ctrl-C 停止；下次启动后作答从原处继续。"));
    }

    private static Uri ReadUrl(string text) =>
        Uri.TryCreate(text.Replace("*", "0.0.0.0", StringComparison.Ordinal).Replace("+", "0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out var url) && url.Scheme == "http"
            ? url
            : throw new WrongUsageException(Language.Say($"--urls {text} is not understood; write one address, http://HOST:PORT", $"无法理解 --urls {text}；请写一个地址：http://主机:端口"));

    private static (int First, int Last) ReadPorts(string text)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash > 0 && int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            && int.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) && first is > 0 && last <= 65535 && last >= first
            ? (first, last)
            : throw new WrongUsageException(Language.Say($"--ports {text} is not understood; write FIRST-LAST, such as 20000-29999", $"无法理解 --ports {text}；请写 起始-结束，例如 20000-29999"));
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string DefaultData() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "TrainingLab");

    private static string LanAddress() =>
        System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == System.Net.NetworkInformation.OperationalStatus.Up)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address)
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a))?.ToString() ?? "127.0.0.1";
}
