using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Spectre.Console;
using TrainingLab.Cli.Running;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab simulate SCENARIO|FILE</c>: a factory alone, as a device simulator for any client.</summary>
internal static class SimulateVerb
{
    private static readonly Argument<string> Scenario = new("SCENARIO") { Description = "Scenario id, such as bottling-line, or a scenario file." };

    private static readonly Option<long> Seed = VerbOptions.Seed();

    private static readonly Option<double> Speed = VerbOptions.Speed();

    private static readonly Option<int?> PortBase = VerbOptions.PortBase();

    private static readonly Option<TimeSpan?> For = VerbOptions.For();

    private static readonly Option<string?> Trust = new("--trust")
    {
        Description = "Which OPC UA client certificates protected servers trust: any, or a folder with trusted/certs, trusted/crl, issuers/certs, issuers/crl and rejected. Left out, as the scenario says.",
        HelpName = "any|DIR",
    };

    public static Command Create()
    {
        var command = new Command("simulate", "A factory alone, as a device simulator for any client; runs until --for is over or Ctrl-C.") { Scenario, Seed, Speed, PortBase, For, Trust };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = VerbOutput.Of(parsed);
        // System.CommandLine waits for an action on Ctrl-C only after the action has given back its task.
        await Task.Yield();
        await using var environment = await LabsEnvironment.StartAsync(CommandLineHost.ContentRoot(parsed), dataFolder: null);
        var scenario = Read(environment.Catalog, parsed.GetValue(Scenario)!);
        using var place = await LocalRuns.ClaimAsync("s");
        var begun = Stopwatch.GetTimestamp();
        var actions = Channel.CreateUnbounded<ActionEvent>(new UnboundedChannelOptions { SingleReader = true });
        var observer = new SimulationObserver(action => actions.Writer.TryWrite(action));
        await using var factory = await LocalSimulation.StartAsync(environment, scenario, parsed.GetValue(Seed), observer, TrustOf(parsed.GetValue(Trust)));
        var simulation = new LocalSimulation(place.Id, factory);
        await using var ports = await LocalPorts.OpenAsync(simulation, place.Token, parsed.GetValue(PortBase), cancellationToken);
        await factory.Pacing.SetSpeedAsync(parsed.GetValue(Speed));
        place.Publish(ports.HttpUrl);
        Announce(output, simulation, ports, scenario.Definition.Id, parsed.GetValue(Seed), Stopwatch.GetElapsedTime(begun));

        var showing = ShowAsync(output, actions.Reader);
        await Waiting.UntilAsync(simulation.EndAsked, parsed.GetValue(For), cancellationToken);
        await ports.CloseEndpointsAsync();
        actions.Writer.TryComplete();
        await showing;
        foreach (var failure in observer.Failures)
            await output.Errors.WriteLineAsync($"defect: {failure.GetType().Name}: {failure.Message}");
        return observer.Failures.Count == 0 ? ExitCodes.Good : ExitCodes.NotGood;
    }

    private static ICertificateStore? TrustOf(string? trust)
    {
        switch (trust)
        {
            case null:
                return null;
            case "any":
                return new AnyCertificate();
            default:
                var folder = new PkiFolder(Path.GetFullPath(trust));
                folder.Create();
                return folder;
        }
    }

    private static void Announce(VerbOutput output, LocalSimulation simulation, LocalPorts ports, string scenario, long seed, TimeSpan took)
    {
        if (output.IsJson)
        {
            output.Json(new JsonObject
            {
                ["simulation"] = simulation.Id,
                ["scenario"] = scenario,
                ["seed"] = seed,
                ["startedInMs"] = (long)took.TotalMilliseconds,
                ["endpoints"] = EndpointReport.ToJson(simulation, ports),
                ["http"] = ports.HttpUrl,
            });
            return;
        }

        EndpointReport.Write(output, simulation, ports);
        output.Text.MarkupLine(FormattableString.Invariant(
            Language.IsChinese
                ? (FormattableString)$"{Markup.Escape(scenario)}，种子 {seed}，编号 [bold]{simulation.Id}[/]（{took.TotalMilliseconds:0} 毫秒启动）。[bold]lab exec {simulation.Id} -- help[/] 列出工具箱；Ctrl-C 结束。客户端所做的改动："
                : $"{Markup.Escape(scenario)}, seed {seed}, runs as [bold]{simulation.Id}[/] (started in {took.TotalMilliseconds:0} ms). [bold]lab exec {simulation.Id} -- help[/] lists the toolbox; Ctrl-C ends it. Changes that clients make:"));
    }

    private static async Task ShowAsync(VerbOutput output, ChannelReader<ActionEvent> actions)
    {
        await foreach (var action in actions.ReadAllAsync())
        {
            if (!output.IsJson)
                output.Line($"{action.Protocol} {action.Operation} {action.Target}: {action.Outcome} {action.Arguments.ToJsonString(VerbOutput.JsonForm)}");
        }
    }

    /// <summary>A scenario of the content folder, or a file; the device profiles beside it, or in the <c>devices</c> folder of its content folder, count too.</summary>
    private static ScenarioModel Read(LabCatalog catalog, string name)
    {
        var devices = new Dictionary<string, SourceFile>(catalog.Devices, StringComparer.Ordinal);
        var mistakes = new Mistakes();
        if (!catalog.Scenarios.TryGetValue(name, out var file))
        {
            if (!File.Exists(name))
            {
                throw new CannotRunException(Language.Say(
                    $"there is no scenario {name}, and no such file; there are {string.Join(", ", catalog.Scenarios.Keys)}",
                    $"没有场景 {name}，也没有这个文件；现有：{string.Join("、", catalog.Scenarios.Keys)}"));
            }

            foreach (var (id, device) in DevicesFor(new FileInfo(name)))
                devices[id] = device;
            file = SourceFile.Read("", name, mistakes);
        }

        var with = new OrderedDictionary<string, ScalarValue>();
        return file is not null && ScenarioReader.Read(file, devices, with, mistakes) is { } model && mistakes.None && RequireProfiles(model, devices, mistakes)
            ? model
            : throw new DefinitionException(mistakes.All);
    }

    private static bool RequireProfiles(ScenarioModel model, Dictionary<string, SourceFile> devices, Mistakes mistakes)
    {
        foreach (var device in model.Definition.Devices.Where(d => !devices.ContainsKey(d.Profile)))
            mistakes.UnknownReference(device.Origin.Of(nameof(device.Profile)), "device profile", "设备模板", device.Profile, devices.Keys);
        return mistakes.None;
    }

    private static IEnumerable<KeyValuePair<string, SourceFile>> DevicesFor(FileInfo scenario)
    {
        const string suffix = ".device.yaml";
        var folder = scenario.Directory!;
        if (folder is { Name: "scenarios", Parent: { } root })
            return LabsEnvironment.LoadCatalog(root.FullName).Devices;
        return folder.EnumerateFiles("*" + suffix)
            .Select(f => (Id: f.Name[..^suffix.Length], File: SourceFile.Read("", Path.GetRelativePath(Directory.GetCurrentDirectory(), f.FullName), new Mistakes())))
            .Where(f => f.File is not null)
            .Select(f => KeyValuePair.Create(f.Id, f.File!.WithBeside(folder.FullName, new Mistakes())));
    }
}
