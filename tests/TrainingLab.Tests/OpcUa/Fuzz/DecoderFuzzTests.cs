using System.Globalization;
using TrainingLab.OpcUa;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>
/// Every decoder against changed inputs. A small number runs always. As many as wanted, with a report (see CONTRIBUTING.md):
/// <c>TRAININGLAB_FUZZ_INPUTS=10000000 TrainingLab.Tests -explicit only -method "*.DecoderFuzzTests.As_many_inputs_as_wanted"</c>
/// </summary>
public class DecoderFuzzTests
{
    private const int Seed = 20260105;
    private const int InputsAlways = 200;

    private static readonly FuzzTarget[] Targets = [.. WireTargets.All(), .. DynamicTargets.All(), .. ChannelTargets.All(), .. OtherTargets.All()];

    public static TheoryData<string> Names() => [.. Targets.Select(static t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Changed_inputs_break_no_promise(string decoder)
    {
        var target = Targets.Single(t => t.Name == decoder);
        var run = new FuzzRun(target, Seed);
        run.Go(Math.Max(20, InputsAlways * Math.Min(target.Share, 400) / 100));
        Assert.NotEmpty(run.Outcomes);
    }

    [Fact]
    public void Every_structure_that_is_read_is_among_the_decoders()
    {
        Assert.True(RandomStructures.All.Count > 100);
        Assert.All(RandomStructures.All, static type => Assert.Contains(Targets, t => t.Name == type.Name));
    }

    [Fact(Explicit = true)]
    public void As_many_inputs_as_wanted()
    {
        var wanted = long.Parse(Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_INPUTS") ?? "1000000", CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        var only = Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_ONLY") ?? "";
        var report = Environment.GetEnvironmentVariable("TRAININGLAB_FUZZ_REPORT") ?? Path.Combine(Path.GetTempPath(), "opcua-fuzz.txt");
        var chosen = Array.FindAll(Targets, t => t.Name.Contains(only, StringComparison.Ordinal));
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
