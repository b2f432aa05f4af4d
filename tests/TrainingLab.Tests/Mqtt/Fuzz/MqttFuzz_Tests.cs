using TrainingLab.Tests.Fuzz;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>
/// Every decoder of MQTT and Sparkplug against changed inputs. A small number runs always. As many as wanted, with a report (see CONTRIBUTING.md):
/// <c>TRAININGLAB_FUZZ_INPUTS=10000000 TrainingLab.Tests -explicit only -method "*.MqttFuzz_Tests.As_many_inputs_as_wanted"</c>
/// </summary>
public class MqttFuzz_Tests
{
    private const int Seed = 20261126;
    private const int InputsAlways = 300;

    private static readonly FuzzTarget[] Targets = [.. PacketTargets.All(), .. ConnectionTargets.All(), .. TopicTargets.All(), .. SparkplugTargets.All(), .. SparkplugSessionTargets.All(), .. TransportTargets.All()];

    public static TheoryData<string> Names() => [.. Targets.Select(static t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Changed_inputs_break_no_promise(string decoder)
    {
        var target = Targets.Single(t => t.Name == decoder);
        var run = new FuzzRun(target, Seed);
        run.Go(Math.Max(20, InputsAlways * Math.Min(target.Share, 400) / 100));
        // What is changed must have been right before: else only the first check of a decoder is tried.
        Assert.True(run.Outcomes.Count > 1, run.ToString());
    }

    [Fact(Explicit = true)]
    public void As_many_inputs_as_wanted() => FuzzCampaign.Run(Targets, "mqtt-fuzz.txt");
}
