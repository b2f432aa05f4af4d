using System.Net.Sockets;
using System.Text.Json.Nodes;
using TrainingLab.Cli;

namespace TrainingLab.Tests.Cli;

/// <summary><c>start</c>, <c>simulate</c> and <c>exec</c> with real ports on loopback.</summary>
public sealed class RunningFactoryTests
{
    [Fact]
    public async Task An_attempt_is_reached_by_its_ports_and_by_exec_until_it_is_handed_in()
    {
        using var folder = new TemporaryFolder();
        await using var start = Started.Begin("start", "network/vlan-segmentation", "--seed", "7", "--port-base", "0", "--evidence", folder.File("a.evidence"), "--json");
        var line = await start.FirstLineAsync();
        var id = (string)line["attempt"]!;

        Assert.Equal("network/vlan-segmentation", (string?)line["lab"]);
        Assert.Equal(7, (int)line["seed"]!);
        Assert.True((long)line["startedInMs"]! >= 0);
        Assert.Equal(["opcua", "mqtt", "http", "socks5"], line["endpoints"]!.AsArray().Select(e => (string)e!["protocol"]!).Distinct());
        Assert.All(line["endpoints"]!.AsArray(), e => Assert.All(["name", "url", "node", "address"], key => Assert.NotEmpty((string)e![key]!)));
        await AllAcceptAsync(line);
        Assert.Contains("<h1>sw-1</h1>", await GetAsync($"{line["http"]}/a/{id}/sw-1/"), StringComparison.Ordinal);

        var status = await Lab.RunAsync("exec", id, "--json", "--", "status");
        var wrong = await Lab.RunAsync("exec", id, "--", "frobnicate");
        var handedIn = await Lab.RunAsync("exec", id, "--json", "--", "hand-in");

        Assert.Equal(0, status.ExitCode);
        Assert.Equal("network/vlan-segmentation", (string?)status.Json["lab"]);
        Assert.Equal(2, wrong.ExitCode);
        Assert.NotEmpty(wrong.Errors);
        Assert.Equal(ExitCodes.NotGood, handedIn.ExitCode);
        Assert.Equal(ExitCodes.NotGood, await start.EndAsync());
        var graded = await Lab.RunAsync("grade", folder.File("a.evidence"), "--json");
        Assert.Equal(handedIn.Json.ToJsonString(), graded.Json.ToJsonString());
        Assert.Equal(ExitCodes.CouldNotRun, (await Lab.RunAsync("exec", id, "--", "help")).ExitCode);
    }

    [Fact]
    public async Task A_simulation_serves_until_it_is_stopped()
    {
        await using var start = Started.Begin("simulate", "bottling-line", "--port-base", "0", "--json");
        var line = await start.FirstLineAsync();

        Assert.Null(line["attempt"]);
        Assert.Null(line["lab"]);
        Assert.Equal("bottling-line", (string?)line["scenario"]);
        await AllAcceptAsync(line);
        var connected = await Lab.RunAsync("exec", (string)line["simulation"]!, "--json", "--", "connect", "broker", "1883");
        Assert.Equal("Connected", (string?)connected.Json["status"]);
        await start.CancelAsync();

        Assert.Equal(ExitCodes.Good, await start.EndAsync());
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var lab = await Lab.RunAsync("start", "network/vlan-segmentation", "--port-base", $"{port}", "--evidence", folder.File("a.evidence"));

        Assert.Equal(ExitCodes.CouldNotRun, lab.ExitCode);
        Assert.Contains("--port-base", lab.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("a.evidence")));
    }

    private static async Task AllAcceptAsync(JsonNode line)
    {
        foreach (var endpoint in line["endpoints"]!.AsArray())
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", new Uri((string)endpoint!["url"]!).Port, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string> GetAsync(string url)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken);
    }

    /// <summary>A verb that runs on, in this process.</summary>
    private sealed class Started : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        private readonly LineWriter output = new();
        private readonly StringWriter errors = new();
        private Task<int> running = Task.FromResult(0);

        public static Started Begin(params string[] words)
        {
            var started = new Started();
            started.running = CommandLineHost.InvokeAsync(LabCommand.Create(), words, started.output, started.errors, started.stop.Token);
            return started;
        }

        public async Task<JsonNode> FirstLineAsync()
        {
            await Task.WhenAny(output.FirstLine, running);
            Assert.True(output.FirstLine.IsCompleted, errors.ToString());
            return JsonNode.Parse(await output.FirstLine)!;
        }

        public Task CancelAsync() => stop.CancelAsync();

        public Task<int> EndAsync() => running;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running;
            stop.Dispose();
            await output.DisposeAsync();
            await errors.DisposeAsync();
        }
    }

    /// <summary>Tells the first line that is written.</summary>
    private sealed class LineWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> FirstLine => first.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            first.TrySetResult(value ?? "");
        }
    }
}
