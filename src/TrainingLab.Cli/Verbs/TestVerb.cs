using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab test [LAB…] --seeds K</c>: plays every submission on every seed and holds the result against what it declares.</summary>
internal static class TestVerb
{
    public static Command Create()
    {
        var labs = new Argument<string[]>("LAB") { Description = "Lab ids; all labs by default.", Arity = ArgumentArity.ZeroOrMore };
        var seeds = VerbOptions.Number("--seeds", "How many seeds, from 1 on.", 3, 1, 10_000);
        var command = new Command("test", "Plays every submission of every lab and holds its score against what it declares.") { labs, seeds };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = VerbOutput.Of(parsed);
            // System.CommandLine waits for an action on Ctrl-C only after the action has given back its task.
            await Task.Yield();
            await using var environment = await LabsEnvironment.StartAsync(CommandLineHost.ContentRoot(parsed), dataFolder: null);
            var chosen = parsed.GetValue(labs) is { Length: > 0 } names ? names.Select(n => LabChoice.Find(environment.Catalog, n)).ToList() : [.. environment.Catalog.Labs.Values];
            var plays = chosen.SelectMany(l => l.Submissions, (l, s) => (Lab: l, Submission: s)).ToList();
            var results = await output.WhileAsync($"{plays.Count} submissions", async tell =>
            {
                var tallies = new List<SubmissionTally>();
                foreach (var (lab, submission) in plays)
                {
                    tell($"{tallies.Count + 1} of {plays.Count}: {lab.Id} {submission.Id}");
                    tallies.Add(await PlayAsync(environment, lab, submission, parsed.GetValue(seeds), output, cancellationToken));
                }

                return tallies;
            });
            Report(results, output);
            return results.All(r => r.Differences.Count == 0) ? ExitCodes.Good : ExitCodes.NotGood;
        });
        return command;
    }

    private static async Task<SubmissionTally> PlayAsync(LabsEnvironment environment, LabSource lab, SubmissionSource submission, int seeds, VerbOutput output, CancellationToken cancellationToken)
    {
        var differences = new List<string>();
        var kind = submission.Outline?.Kind ?? SubmissionKind.Wrong;
        for (var seed = 1; seed <= seeds; seed++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var file = EvidencePath.Choose(null);
            var result = await SubmissionRunner.RunAsync(environment, lab, submission, seed, file.Path);
            differences.AddRange(result.Differences().Select(d => $"seed {seed}: {d}"));
        }

        if (!output.IsJson)
        {
            var verdict = differences.Count == 0 ? Language.Say("[green]as declared[/]", "[green]与声明一致[/]") : Language.Say("[red]different[/]", "[red]不一致[/]");
            output.Text.MarkupLine(Language.Say(
                $"{Markup.Escape(lab.Id)} {Markup.Escape(submission.Id)} on {Seeds(seeds)}: {verdict}", $"{Markup.Escape(lab.Id)} {Markup.Escape(submission.Id)}，{seeds} 个种子：{verdict}"));
            foreach (var difference in differences.Take(10))
                output.Text.MarkupLine("  " + Markup.Escape(difference));
        }

        return new SubmissionTally(lab.Id, submission.Id, kind, seeds, differences);
    }

    private static string Seeds(int seeds) => seeds == 1 ? "1 seed" : string.Create(CultureInfo.InvariantCulture, $"{seeds} seeds");

    private static void Report(List<SubmissionTally> results, VerbOutput output)
    {
        var wrong = results.Where(r => r.Kind == SubmissionKind.Wrong).ToList();
        var caught = wrong.Count(r => r.Differences.Count == 0);
        var failed = results.Count(r => r.Differences.Count > 0);
        if (output.IsJson)
        {
            output.Json(new JsonObject
            {
                ["submissions"] = new JsonArray([.. results.Select(r => (JsonNode)new JsonObject
                {
                    ["lab"] = r.Lab,
                    ["submission"] = r.Submission,
                    ["kind"] = r.Kind.ToString().ToLowerInvariant(),
                    ["seeds"] = r.Seeds,
                    ["differences"] = new JsonArray([.. r.Differences.Select(d => (JsonNode)JsonValue.Create(d)!)]),
                })]),
                ["wrongSubmissions"] = wrong.Count,
                ["wrongCaught"] = caught,
                ["failed"] = failed,
            });
            return;
        }

        var share = wrong.Count == 0 ? 1 : (double)caught / wrong.Count;
        output.Line(Language.Say(
            string.Create(CultureInfo.InvariantCulture, $"{results.Count} submissions, {failed} not as declared; {caught} of {wrong.Count} wrong ones caught ({share:P0})"),
            string.Create(CultureInfo.InvariantCulture, $"{results.Count} 份演练脚本，{failed} 份与声明不一致；{wrong.Count} 份错误脚本识别出 {caught} 份（{share:P0}）")));
    }

    private sealed record SubmissionTally(string Lab, string Submission, SubmissionKind Kind, int Seeds, IReadOnlyList<string> Differences);
}
