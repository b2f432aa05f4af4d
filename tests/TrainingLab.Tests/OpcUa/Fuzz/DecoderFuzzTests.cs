using TrainingLab.Tests.Fuzz;

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
    public void As_many_inputs_as_wanted() => FuzzCampaign.Run(Targets, "opcua-fuzz.txt");
}
