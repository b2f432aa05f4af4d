using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using TrainingLab.Cli.Brokers;
using TrainingLab.Cli.Running;
using TrainingLab.Factory.Definitions;
using TrainingLab.Mqtt.Authentication;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab broker [--port P] [--config FILE]</c>: the MQTT broker alone.</summary>
internal static class BrokerVerb
{
    /// <summary>An editor writes a file in several steps; the configuration is read when it has been quiet for this long.</summary>
    private static readonly TimeSpan QuietTime = TimeSpan.FromMilliseconds(200);

    private static readonly Option<int?> Port = new("--port") { Description = "Port of the plain listener; 1883 by default, 0 takes a free one." };

    private static readonly Option<FileInfo?> Config = new("--config") { Description = "YAML file with listeners, users, access rules and limits; read again when it changes and on SIGHUP. Without one: anybody, on loopback." };

    private static readonly Option<bool> HashPassword = new("--hash-password") { Description = "Reads a password from standard input and prints its hash for the configuration." };

    private static readonly Option<TimeSpan?> For = VerbOptions.For();

    public static Command Create()
    {
        var command = new Command("broker", "The MQTT broker alone (3.1.1 and 5); runs until --for is over or Ctrl-C.") { Port, Config, HashPassword, For };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Port) is < 0 or > 65535) result.AddError("--port is from 1 to 65535, or 0 for a free one");
        });
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = VerbOutput.Of(parsed);
        if (parsed.GetValue(HashPassword)) return await HashAsync(output);
        // A socket's work goes on where its readiness is seen, without a change of thread; read by the runtime at the first socket.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT", "1");
        await Task.Yield();

        var file = parsed.GetValue(Config);
        if (file is { Exists: false }) throw new CannotRunException($"there is no {file.FullName}");
        var port = parsed.GetValue(Port);
        var mistakes = new Mistakes();
        var setup = file is null ? BrokerSetup.OnLoopback(port ?? 1883) : BrokerConfigurationReader.Read(file.FullName, port, mistakes);
        if (setup is null)
        {
            foreach (var mistake in mistakes.All) await output.Errors.WriteLineAsync(mistake.ToString());
            return ExitCodes.NotGood;
        }

        await using var broker = await StartAsync(setup, (bridge, what) => output.Errors.WriteLine($"bridge {bridge}: {what}"), output.Errors.WriteLine);
        broker.StoreFailing = reason => output.Errors.WriteLine(reason is null ? "store: written again" : $"store: cannot be written: {reason}");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Whoever reads that the broker listens may send SIGHUP, which ends a program that does not expect it.
        var reloading = file is null ? Task.CompletedTask : ReloadAsync(broker, file, port, output, stop.Token);
        Announce(output, broker, setup);
        await Waiting.UntilAsync(new TaskCompletionSource().Task, parsed.GetValue(For), cancellationToken);
        await stop.CancelAsync();
        await reloading;
        return ExitCodes.Good;
    }

    private static async Task<int> HashAsync(VerbOutput output)
    {
        var password = await Console.In.ReadLineAsync();
        if (string.IsNullOrEmpty(password)) throw new CannotRunException("standard input holds no password");
        output.Line(ScramCredentials.Of(password, RandomNumberGenerator.GetBytes(16)).ToString());
        return ExitCodes.Good;
    }

    private static async Task<StandaloneBroker> StartAsync(BrokerSetup setup, Action<string, string> bridgeChanged, Action<string> refused)
    {
        try
        {
            return await StandaloneBroker.StartAsync(setup, bridgeChanged, refused);
        }
        catch (SocketException failure)
        {
            throw new CannotRunException($"cannot listen: {failure.Message}");
        }
    }

    private static async Task ReloadAsync(StandaloneBroker broker, FileInfo file, int? port, VerbOutput output, CancellationToken stop)
    {
        var asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = new FileSystemWatcher(file.DirectoryName!, file.Name);
        watcher.Changed += (_, _) => asked.Writer.TryWrite(true);
        watcher.Created += (_, _) => asked.Writer.TryWrite(true);
        watcher.Renamed += (_, _) => asked.Writer.TryWrite(true);
        watcher.EnableRaisingEvents = true;
        using var signal = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            asked.Writer.TryWrite(true);
        });
        try
        {
            while (await asked.Reader.WaitToReadAsync(stop))
            {
                while (asked.Reader.TryRead(out _)) await Task.Delay(QuietTime, stop);
                await ReloadOnceAsync(broker, file, port, output, stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The broker ends.
        }
    }

    private static async Task ReloadOnceAsync(StandaloneBroker broker, FileInfo file, int? port, VerbOutput output, CancellationToken stop)
    {
        var mistakes = new Mistakes();
        try
        {
            if (BrokerConfigurationReader.Read(file.FullName, port, mistakes) is { } setup)
            {
                await broker.ChangeAsync(setup, stop);
                await output.Errors.WriteLineAsync("configuration read again");
                return;
            }
            foreach (var mistake in mistakes.All) await output.Errors.WriteLineAsync(mistake.ToString());
            await output.Errors.WriteLineAsync("the configuration before it stays in force");
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await output.Errors.WriteLineAsync($"the new configuration is not in force: {failure.Message}");
        }
    }

    private static void Announce(VerbOutput output, StandaloneBroker broker, BrokerSetup setup)
    {
        var urls = broker.Endpoints.Select(e => (Name: e.Definition.Transport, Url: $"{SchemeOf(e.Definition.Transport)}://{e.Endpoint}")).ToList();
        if (output.IsJson)
        {
            output.Json(new JsonObject
            {
                ["endpoints"] = new JsonArray([.. urls.Select(u => (JsonNode)new JsonObject { ["protocol"] = "mqtt", ["transport"] = u.Name.ToString().ToLowerInvariant(), ["url"] = u.Url })]),
                ["anonymous"] = setup.Anonymous,
                ["bridges"] = new JsonArray([.. setup.Bridges.Select(b => (JsonNode)new JsonObject { ["name"] = b.Definition.Name, ["address"] = b.Definition.Address })]),
                ["store"] = setup.Store,
            });
            return;
        }
        foreach (var (_, url) in urls) output.Line($"listening on {url}");
        foreach (var bridge in setup.Bridges) output.Line($"bridge {bridge.Definition.Name} to {bridge.Definition.Address}");
        output.Line(setup.Anonymous ? "anybody may connect" : $"{setup.Users.Count} users");
        var first = broker.Endpoints[0];
        if (first.Definition.Transport == BrokerTransport.Tcp && setup.Anonymous)
            output.Line($"try: mosquitto_sub -h {first.Endpoint.Address} -p {first.Endpoint.Port} -V 5 -t '#' -v");
    }

    private static string SchemeOf(BrokerTransport transport) => transport switch
    {
        BrokerTransport.Tls => "mqtts",
        BrokerTransport.Ws => "ws",
        BrokerTransport.Wss => "wss",
        _ => "mqtt",
    };
}
