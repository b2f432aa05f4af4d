using System.CommandLine;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab run LAB --submission NAME|FILE</c>: plays a submission against a fresh factory and grades it.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var lab = new Argument<string>("LAB") { Description = "Lab id, such as network/vlan-segmentation; its last part is enough." };
        var submission = new Option<string>("--submission") { Description = "Name of a submission of the lab, such as solution or empty, or a file.", Required = true };
        var seed = VerbOptions.Seed();
        var evidence = new Option<string?>("--evidence") { Description = "Where the evidence goes; a temporary file by default." };
        var command = new Command("run", "Plays a submission against a fresh factory, headless, and grades it.") { lab, submission, seed, evidence };
        command.SetAction(async (parsed, _) =>
        {
            var output = VerbOutput.Of(parsed);
            // System.CommandLine waits for an action on Ctrl-C only after the action has given back its task.
            await Task.Yield();
            await using var environment = await LabsEnvironment.StartAsync(CommandLineHost.ContentRoot(parsed), dataFolder: null);
            var source = LabChoice.Find(environment.Catalog, parsed.GetValue(lab)!);
            var chosen = LabChoice.FindSubmission(source, parsed.GetValue(submission)!);
            using var file = EvidencePath.Choose(parsed.GetValue(evidence));
            var result = await output.WhileAsync(
                $"{source.Id}: {chosen.Id}", _ => SubmissionRunner.RunAsync(environment, source, chosen, parsed.GetValue(seed), file.Path));
            if (output.IsJson)
                output.Line(ScorecardJson.Write(result.Card));
            else
                ScorecardTable.Write(output, result.Card);
            foreach (var mistake in result.Mistakes)
                await output.Errors.WriteLineAsync(mistake);
            return result.Card.Passed && result.Mistakes.Count == 0 ? ExitCodes.Good : ExitCodes.NotGood;
        });
        return command;
    }
}
