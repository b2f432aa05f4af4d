using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.InteropTests.Peers;
using TrainingLab.Labs.Grading;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>Lab 10 on its real ports: with node-opcua alone, and with lines of the toolbox alone.</summary>
public sealed class BrowseAndSubscribeTests
{
    private const string Lab = "interoperability/browse-and-subscribe";

    private static readonly string[] Machines = ["filler-1", "capper-1", "labeller-1"];

    [Fact]
    public async Task Node_opcua_alone_earns_full_marks()
    {
        PeerRequirement.NodePackage("node-opcua");
        await using var lab = await LiveLab.StartAsync(Lab, seed: 23);
        var task = new JsonObject
        {
            ["machine"] = lab.Variant("machine"),
            ["unitTag"] = lab.Variant("unitTag"),
            ["watch"] = lab.Variant("watch"),
            ["deadband"] = double.Parse(lab.Variant("deadband"), CultureInfo.InvariantCulture),
            ["interval"] = double.Parse(lab.Variant("interval"), CultureInfo.InvariantCulture),
            ["urls"] = new JsonObject(Machines.Select(m => KeyValuePair.Create(m, (JsonNode?)JsonValue.Create($"opc.tcp://127.0.0.1:{lab.Port(m)}")))),
        };

        var found = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("labs", "browse-and-subscribe.js"), TestContext.Current.CancellationToken, task.ToJsonString());

        Assert.NotEqual((int)found["index"]!, (int)found["indexAfter"]!);
        Assert.Equal("BadNodeIdUnknown", (string?)found["oldNode"]);
        Assert.NotEmpty(found["first"]!["values"]!.AsArray());
        Assert.Equal(1, found["setSpeeds"]!.AsObject().Count(s => (string?)s.Value!["status"] == "Good"));
        await AnswerAsync(lab, ("serial", found["serial"]), ("unit", found["unit"]), ("high", found["high"]), ("set-speed", found["setSpeed"]));
        await lab.WaitForAsync("resubscribed", CheckOutcome.Passed);

        Assert.Equal(100, (await lab.HandInAsync()).Score);
    }

    [Fact]
    public async Task Lines_of_the_toolbox_alone_earn_full_marks()
    {
        await using var lab = await LiveLab.StartAsync(Lab, seed: 24);
        var machine = lab.Variant("machine");
        var tags = $"nsu=urn:traininglab:{machine}:process;s={machine}";
        var subscribe = $"opcua subscribe {machine} {tags}.{lab.Variant("watch")} --interval {lab.Variant("interval")} --deadband {lab.Variant("deadband")}";

        var objects = await lab.ExecAsync($"opcua browse {machine}");
        var inside = await lab.ExecAsync($"opcua browse {machine} {objects.Json![machine]}");
        var plate = await lab.ExecAsync($"opcua browse {machine} {inside.Json!["Identification"]}");
        var serial = (await lab.ExecAsync($"opcua read {machine} {plate.Json!["SerialNumber"]}")).Json![0]!["value"];
        var scale = (await lab.ExecAsync($"opcua read {machine} {tags}.{lab.Variant("unitTag")} {tags}.CurMachSpeed")).Json!;
        await lab.ExecAsync($"{subscribe} --for 12s");
        await lab.ExecAsync($"opcua call {machine} {objects.Json[machine]} {inside.Json["Restart"]}");
        await lab.Run.WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        await lab.ExecAsync($"{subscribe} --for 7s");
        JsonNode? speed = null;
        foreach (var name in Machines)
        {
            var read = await lab.Run.ExecAsync(LiveLab.Student, $"opcua read {name} nsu=urn:traininglab:{name}:process;s={name}.MachSpeed", TestContext.Current.CancellationToken);
            if ((string?)read.Json![0]!["status"] == "Good")
                speed = read.Json[0]!["value"];
        }

        await AnswerAsync(lab, ("serial", serial), ("unit", scale[0]!["unit"]), ("high", scale[1]!["high"]), ("set-speed", speed));
        Assert.Equal(100, (await lab.HandInAsync()).Score);
    }

    /// <summary>Several items in one request and an item that is set right afterwards are as good; an item that reports nothing is no subscription.</summary>
    [Theory]
    [InlineData("many", CheckOutcome.Passed)]
    [InlineData("modified", CheckOutcome.Passed)]
    [InlineData("disabled", CheckOutcome.Failed)]
    [InlineData("sampling", CheckOutcome.Failed)]
    public async Task Clients_subscribe_in_their_own_ways(string how, CheckOutcome outcome)
    {
        PeerRequirement.NodePackage("node-opcua");
        await using var lab = await LiveLab.StartAsync(Lab, seed: 26);
        var machine = lab.Variant("machine");
        var task = new JsonObject
        {
            ["url"] = $"opc.tcp://127.0.0.1:{lab.Port(machine)}",
            ["machine"] = machine,
            ["watch"] = lab.Variant("watch"),
            ["deadband"] = double.Parse(lab.Variant("deadband"), CultureInfo.InvariantCulture),
            ["interval"] = double.Parse(lab.Variant("interval"), CultureInfo.InvariantCulture),
            ["how"] = how,
        };

        var found = await PeerProcess.RunNodeAsync("node-opcua", Path.Combine("labs", "subscribe-otherwise.js"), TestContext.Current.CancellationToken, task.ToJsonString());

        Assert.DoesNotContain("Bad", (string)found["status"]!, StringComparison.Ordinal);
        var card = await lab.HandInAsync();
        Assert.Equal(outcome, card.Checks.First(c => c.Id == "deadband").Outcome);
        Assert.Equal(outcome == CheckOutcome.Passed ? outcome : CheckOutcome.NotReached, card.Checks.First(c => c.Id == "kept").Outcome);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("zh")]
    public async Task What_the_guide_prints_works(string language)
    {
        var node = PeerRequirement.NodePackage("node-opcua");
        await using var lab = await LiveLab.StartAsync(Lab, seed: 25);
        var guide = lab.Run.Bound.Source.Guide(language, lab.Run.Bound.Variant);
        foreach (var line in Blocks(guide, "toolbox").SelectMany(b => b.Split('\n', StringSplitOptions.RemoveEmptyEntries)))
            await lab.ExecAsync(line);

        var program = Assert.Single(Blocks(guide, "javascript")).Replace("HOST:PORT", $"127.0.0.1:{lab.Port(lab.Variant("machine"))}", StringComparison.Ordinal);
        await using var peer = PeerProcess.Start(node, PeerRequirement.PeersFolder, "-e", program);
        var printed = new List<string>();
        while (await peer.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            printed.Add(line);
        Assert.True(printed.Exists(l => l.StartsWith("Good ", StringComparison.Ordinal)), string.Join('\n', printed) + peer.Errors);
    }

    /// <summary>The fenced blocks of one language.</summary>
    private static IEnumerable<string> Blocks(string markdown, string language) =>
        markdown.Split($"```{language}\n").Skip(1).Select(part => part[..part.IndexOf("```", StringComparison.Ordinal)]);

    private static async Task AnswerAsync(LiveLab lab, params IEnumerable<(string Question, JsonNode? Value)> answers)
    {
        foreach (var (question, value) in answers)
            await lab.ExecAsync($"answer {question} = \"{value}\"");
    }
}
