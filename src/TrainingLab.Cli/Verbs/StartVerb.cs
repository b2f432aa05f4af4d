using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Spectre.Console;
using TrainingLab.Cli.Running;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab start LAB</c>: one attempt at the command line.</summary>
internal static class StartVerb
{
    private static readonly Argument<string> Lab = new("LAB") { Description = "Lab id, such as network/vlan-segmentation; its last part is enough." };

    private static readonly Option<long> Seed = VerbOptions.Seed();

    private static readonly Option<double> Speed = VerbOptions.Speed();

    private static readonly Option<int?> PortBase = VerbOptions.PortBase();

    private static readonly Option<TimeSpan?> For = VerbOptions.For();

    private static readonly Option<string?> Evidence = new("--evidence") { Description = "Where the evidence goes; LAB-SEED.evidence in the current folder by default." };

    public static Command Create()
    {
        var command = new Command(
            "start",
            "One attempt at the command line: prints where tools connect, shows outcomes live, and hands in on Ctrl-C, after --for, or on 'lab exec ID -- hand-in'; then prints the scorecard and keeps the evidence.")
        {
            Lab, Seed, Speed, PortBase, For, Evidence,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var output = VerbOutput.Of(parsed);
        // System.CommandLine waits for an action on Ctrl-C only after the action has given back its task.
        await Task.Yield();
        await using var environment = await LabsEnvironment.StartAsync(CommandLineHost.ContentRoot(parsed), dataFolder: null);
        var source = LabChoice.Find(environment.Catalog, parsed.GetValue(Lab)!);
        var seed = parsed.GetValue(Seed);
        using var file = EvidencePath.ForAttempt(parsed.GetValue(Evidence), source.Id, seed);
        using var place = await LocalRuns.ClaimAsync("a");
        var begun = Stopwatch.GetTimestamp();
        var plan = new AttemptPlan(place.Id, source, seed, [new AttemptStudent(LocalAttempt.Student)], IsLive: true, parsed.GetValue(Speed));
        await using var run = await AttemptRun.BeginAsync(plan, environment, file.Path);
        var attempt = new LocalAttempt(place.Id, run);
        await using var ports = await LocalPorts.OpenAsync(attempt, place.Token, parsed.GetValue(PortBase), cancellationToken);
        await run.Factory.Pacing.SetSpeedAsync(parsed.GetValue(Speed));
        file.Keep();
        place.Publish(ports.HttpUrl);
        Announce(output, attempt, ports, source.Id, seed, Stopwatch.GetElapsedTime(begun));

        await using (output.IsJson ? null : new OutcomeWatch(run, output.Text))
            await Waiting.UntilAsync(attempt.HandInAsked, parsed.GetValue(For), cancellationToken);
        await ports.CloseEndpointsAsync();
        var card = await output.WhileAsync(Language.Say("handing in", "正在交卷"), _ => attempt.FinishAsync());
        if (!output.IsJson)
            ScorecardTable.Write(output, card);
        foreach (var failure in run.Failures)
            await output.Errors.WriteLineAsync($"defect: {failure.GetType().Name}: {failure.Message}");
        await output.Errors.WriteLineAsync(Language.Say($"evidence: {file.Path}", $"证据：{file.Path}"));
        return card.Passed && run.Failures.Count == 0 ? ExitCodes.Good : ExitCodes.NotGood;
    }

    private static void Announce(VerbOutput output, LocalAttempt attempt, LocalPorts ports, string lab, long seed, TimeSpan took)
    {
        if (output.IsJson)
        {
            output.Json(new JsonObject
            {
                ["attempt"] = attempt.Id,
                ["lab"] = lab,
                ["seed"] = seed,
                ["startedInMs"] = (long)took.TotalMilliseconds,
                ["endpoints"] = EndpointReport.ToJson(attempt, ports),
                ["http"] = ports.HttpUrl,
            });
            return;
        }

        EndpointReport.Write(output, attempt, ports);
        output.Text.MarkupLine(FormattableString.Invariant(
            Language.IsChinese
                ? (FormattableString)$"{Markup.Escape(lab)}，种子 {seed}，作答编号 [bold]{attempt.Id}[/]（{took.TotalMilliseconds:0} 毫秒启动）。[bold]lab exec {attempt.Id} -- help[/] 列出工具箱；Ctrl-C 或 [bold]lab exec {attempt.Id} -- hand-in[/] 交卷。"
                : $"{Markup.Escape(lab)}, seed {seed}, runs as attempt [bold]{attempt.Id}[/] (started in {took.TotalMilliseconds:0} ms). [bold]lab exec {attempt.Id} -- help[/] lists the toolbox; Ctrl-C or [bold]lab exec {attempt.Id} -- hand-in[/] hands in."));
    }

    /// <summary>Shows each change of an outcome.</summary>
    private sealed class OutcomeWatch : IAsyncDisposable
    {
        private readonly AttemptRun run;
        private readonly Channel<string> lines = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        private readonly Task printing;
        private Dictionary<string, CheckOutcome> outcomes = new(StringComparer.Ordinal);

        public OutcomeWatch(AttemptRun run, IAnsiConsole console)
        {
            this.run = run;
            printing = PrintAsync(console);
            run.Recorded += OnRecorded;
        }

        public async ValueTask DisposeAsync()
        {
            run.Recorded -= OnRecorded;
            lines.Writer.TryComplete();
            await printing;
        }

        private async Task PrintAsync(IAnsiConsole console)
        {
            await foreach (var line in lines.Reader.ReadAllAsync())
                console.MarkupLine(line);
        }

        // Runs on the factory's scheduler: it only looks, and hands lines over.
        private void OnRecorded(EvidenceRecord record)
        {
            if (record.Body is ReadsObserved)
                return;
            var card = run.ScorecardNow();
            foreach (var check in card.Checks)
            {
                if (outcomes.TryGetValue(check.Id, out var before) && before != check.Outcome)
                {
                    lines.Writer.TryWrite(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{record.Plant:HH:mm:ss} {Markup.Escape(check.Id)} {ScorecardTable.Outcome(check.Outcome)} {check.Points:0.##}/{check.Max:0.##}   [bold]{card.Score:0.##} of {card.Max:0.##}[/]"));
                }
            }

            outcomes = card.Checks.ToDictionary(c => c.Id, c => c.Outcome, StringComparer.Ordinal);
        }
    }
}
