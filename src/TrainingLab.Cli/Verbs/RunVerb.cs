using System.CommandLine;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Grading;

namespace TrainingLab.Cli.Verbs;

/// <summary><c>lab run LAB --submission NAME|FILE</c>: plays a submission against a fresh factory and grades it.</summary>
internal static class RunVerb
{
    public static Command Create()
    {
        var lab = new Argument<string>("LAB") { Description = "Lab id, such as network/vlan-segmentation." };
        var submission = new Option<string>("--submission") { Description = "Name of a submission of the lab, or a file.", Required = true };
        var seed = new Option<long>("--seed") { Description = "Draws the variant and decides all chance.", DefaultValueFactory = _ => 1 };
        var evidence = new Option<string?>("--evidence") { Description = "Where the evidence goes; a temporary file by default." };
        var command = new Command("run", "Plays a submission against a fresh factory, headless, and grades it.") { lab, submission, seed, evidence };
        command.SetAction(async (parsed, _) =>
        {
            await using var environment = await LabsEnvironment.StartAsync(CommandLineHost.ContentRoot(parsed), dataFolder: null);
            var source = LabChoice.Find(environment.Catalog, parsed.GetValue(lab)!);
            var chosen = FindSubmission(source, parsed.GetValue(submission)!);
            using var file = EvidencePath.Choose(parsed.GetValue(evidence));
            var result = await SubmissionRunner.RunAsync(environment, source, chosen, parsed.GetValue(seed), file.Path);
            if (parsed.GetValue(CommandLineHost.Json))
                Console.Out.WriteLine(ScorecardJson.Write(result.Card));
            else
                ScorecardTable.Write(result.Card);
            foreach (var mistake in result.Mistakes)
                await Console.Error.WriteLineAsync(mistake);
            return result.Card.Passed && result.Mistakes.Count == 0 ? ExitCodes.Good : ExitCodes.NotGood;
        });
        return command;
    }

    private static SubmissionSource FindSubmission(LabSource source, string name)
    {
        if (source.Submission(name) is { } known)
            return known;
        if (!File.Exists(name))
            throw new CannotRunException($"{source.Id} has no submission {name}, and there is no such file; it has {string.Join(", ", source.Submissions.Select(s => s.Id))}");
        var mistakes = new Mistakes();
        return SourceFile.FromBytes(name, File.ReadAllBytes(name), mistakes) is { } file
            ? SubmissionSource.FromFile(file, LabsEnvironment.Format)
            : throw new DefinitionException(mistakes.All);
    }
}
