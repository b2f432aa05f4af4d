using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Cli.Readiness;
using TrainingLab.Cli.Running;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab doctor</c>: what a class needs before it starts.</summary>
internal static class DoctorVerb
{
    private const int DefaultStudents = 40;

    private const int DefaultWebPort = 8080;

    private static readonly Option<int> Students = VerbOptions.Number("--students", "How many students work at the same time.", DefaultStudents, 1, 10_000);

    private static readonly Option<int> Port = VerbOptions.Number("--port", "Port that the web application will have.", DefaultWebPort, 1, IPEndPoint.MaxPort);

    private static readonly Option<string> Ports = new("--ports") { Description = "Range of TCP ports for factories.", DefaultValueFactory = _ => $"{LocalPorts.First}-{LocalPorts.Last}" };

    private static readonly Option<string?> Data = new("--data") { Description = "Folder for accounts and evidence; in the user's profile by default." };

    public static Command Create()
    {
        var command = new Command("doctor", "Says what a class needs before it starts: addresses, ports, firewall, disk, clock, memory.") { Students, Port, Ports, Data };
        command.SetAction(async (parsed, _) =>
        {
            var output = VerbOutput.Of(parsed);
            var students = parsed.GetValue(Students);
            if (!PortRange.TryParse(parsed.GetValue(Ports)!, out var range))
                throw new WrongUsageException(Language.Say($"--ports {parsed.GetValue(Ports)} is not understood; write FIRST-LAST, such as 20000-29999", $"无法理解 --ports {parsed.GetValue(Ports)}；请写 起始-结束，例如 20000-29999"));
            var root = CommandLineHost.ContentRoot(parsed);
            var addresses = HostAddresses.ToHandOut();
            var findings = await output.WhileAsync("looking", async tell =>
            {
                tell("running some factories");
                var size = await FactorySize.MeasureAsync(root);
                tell($"trying {range.Count} ports");
                return LookAt(addresses, parsed.GetValue(Port), range, Path.GetFullPath(parsed.GetValue(Data) ?? DefaultData()), students, size);
            });
            if (output.IsJson)
                output.Json(ToJson(addresses, parsed.GetValue(Port), findings));
            else
                Write(output, findings, addresses, parsed.GetValue(Port));
            return findings.Any(f => f.State == FindingState.Bad) ? ExitCodes.NotGood : ExitCodes.Good;
        });
        return command;
    }

    private static List<Finding> LookAt(IReadOnlyList<IPAddress> addresses, int webPort, PortRange range, string data, int students, FactorySize size)
    {
        Finding?[] all =
        [
            HostAddresses.Check(addresses),
            PortChecks.CheckWebPort(webPort),
            PortChecks.CheckRange(range, PortChecks.Unusable(range), students, size.Ports),
            PortChecks.CheckEphemeral(range),
            PortChecks.CheckFirewall(webPort, range),
            MachineChecks.CheckDisk(data, students),
            MachineChecks.CheckClock(TimeProvider.System),
            size.Check(students),
            MachineChecks.CheckProcessors(students),
            MachineChecks.CheckOpenFiles(students),
        ];
        return [.. all.OfType<Finding>()];
    }

    private static void Write(VerbOutput output, List<Finding> findings, IReadOnlyList<IPAddress> addresses, int webPort)
    {
        foreach (var finding in findings)
        {
            var mark = finding.State switch { FindingState.Good => Language.Say("[green]good[/]   ", "[green]良好[/]"), FindingState.Warning => Language.Say("[yellow]look at[/]", "[yellow]留意[/]"), _ => Language.Say("[red]bad[/]    ", "[red]不足[/]") };
            output.Text.MarkupLine($"{mark} {Markup.Escape(finding.Id)}: {Markup.Escape(finding.Text)}");
            if (finding.Remedy is { } remedy)
                output.Line("        " + remedy);
        }

        foreach (var url in UrlsOf(addresses, webPort))
            output.Line(Language.Say("hand out ", "发给学生 ") + url);
    }

    private static JsonObject ToJson(IReadOnlyList<IPAddress> addresses, int webPort, List<Finding> findings) => new()
    {
        ["addresses"] = new JsonArray([.. UrlsOf(addresses, webPort).Select(u => (JsonNode)u)]),
        ["findings"] = new JsonArray([.. findings.Select(f => (JsonNode)new JsonObject
        {
            ["id"] = f.Id,
            ["state"] = KeyNames.Of(f.State.ToString()),
            ["text"] = f.Text,
            ["remedy"] = f.Remedy,
        })]),
        ["ready"] = findings.All(f => f.State != FindingState.Bad),
    };

    private static IEnumerable<string> UrlsOf(IReadOnlyList<IPAddress> addresses, int webPort) =>
        addresses.Select(a => a.AddressFamily == AddressFamily.InterNetworkV6 ? $"http://[{a}]:{webPort}" : $"http://{a}:{webPort}");

    private static string DefaultData() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "TrainingLab");
}
