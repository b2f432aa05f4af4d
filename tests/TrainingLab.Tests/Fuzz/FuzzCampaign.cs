using System.Globalization;

namespace TrainingLab.Tests.Fuzz;

/// <summary>As many inputs as the environment asks for over many decoders, with a report of inputs, outcomes and allocations (see CONTRIBUTING.md).</summary>
internal static class FuzzCampaign
{
    /// <summary>Runs. Reads <c>TRAININGLAB_FUZZ_INPUTS</c>, <c>_SEED</c>, <c>_ONLY</c> (part of a decoder's name) and <c>_REPORT</c>.</summary>
    /// <param name="targets">The decoders.</param>
    /// <param name="reportName">The report's file among the temporary ones, where the environment names none.</param>
    public static void Run(FuzzTarget[] targets, string reportName)
    {
        var wanted = long.Parse(Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_INPUTS") ?? "1000000", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        var only = Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_ONLY") ?? "";
        var report = Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_REPORT") ?? Path.Combine(Path.GetTempPath(), reportName);
        var chosen = Array.FindAll(targets, t => t.Name.Contains(only, StringComparison.Ordinal));
        var shares = chosen.Sum(static t => t.Share);
        File.WriteAllText(report, "decoder | inputs | outcomes | largest allocation, bytes | slowest, ms\n");
        var findings = new List<string>();
        foreach (var target in chosen)
        {
            var run = new FuzzRun(target, seed);
            using var watch = new Timer(
                _ => File.AppendAllText(report, $"{target.Name} has been at work for a minute, with {Convert.ToHexString(run.Current)}\n"), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
            try
            {
                run.Go((wanted * target.Share / shares) + 1);
            }
            catch (FuzzFinding e)
            {
                findings.Add(e.Message);
                File.AppendAllText(report, e + "\n");
            }

            File.AppendAllText(report, run + "\n");
        }

        Assert.Empty(findings);
    }
}
