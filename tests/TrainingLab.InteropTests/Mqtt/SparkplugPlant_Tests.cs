using TrainingLab.InteropTests.OpcUa;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>The bottling line's gateway as a Sparkplug edge node, for foreign clients over loopback.</summary>
public sealed class SparkplugPlant_Tests
{
    [Fact]
    public async Task A_host_application_of_MQTT_js_follows_the_line_and_writes_a_set_speed()
    {
        await using var line = await FactoryLoopback.StartAsync(static profile => profile, with: [("sparkplug", "true")]);
        using var host = ForeignProgram.StartNode("mqtt", "sparkplug-host.js", $"{line.PortOf("broker")}");
        var (exitCode, lines) = await host.WaitAsync();
        // The command names its data type, which the specification only recommends against: no rule is broken.
        Assert.Equal(
            [
                """{"step":"devices","result":["capper-1","conveyor-1","conveyor-2","energy-1","filler-1","labeller-1"]}""",
                """{"step":"speed","result":120}""",
                """{"step":"written","result":95.5}""",
                """{"step":"wrong","result":[]}""",
            ],
            lines);
        Assert.Equal(0, exitCode);
        Assert.Equal("95.5", await line.ReadAsync("device/filler-1/tags/MachSpeed"));
        Assert.Contains("\"broken\":[]", await line.ReadAsync("broker/broker/sparkplug/STATE/js"), StringComparison.Ordinal);
        Assert.Empty(line.Failures);
    }

    [Fact]
    public async Task Mosquitto_sub_gets_births_that_are_not_retained()
    {
        await using var line = await FactoryLoopback.StartAsync(static profile => profile, with: [("climateProfile", "climate-node")]);
        using var subscriber = ForeignProgram.Start("mosquitto_sub", "-h", "127.0.0.1", "-p", $"{line.PortOf("broker")}", "-t", "spBv1.0/bottling/NDATA/climate-1", "-t", "spBv1.0/bottling/NBIRTH/climate-1", "-C", "1", "-F", "%t %q %r %X");
        var (exitCode, lines) = await subscriber.WaitAsync();
        Assert.Equal(0, exitCode);
        var words = Assert.Single(lines).Split(' ');
        Assert.Equal(("0", "0"), (words[1], words[2]));
        Assert.Contains(SparkplugPayload.Read(Convert.FromHexString(words[3])).Metrics, m => m.Alias is 1 or 2);
        Assert.Empty(line.Failures);
    }
}
