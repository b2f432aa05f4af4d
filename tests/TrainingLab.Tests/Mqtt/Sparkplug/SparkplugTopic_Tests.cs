using System.Text;
using TrainingLab.Mqtt.Sparkplug;

namespace TrainingLab.Tests.Mqtt.Sparkplug;

/// <summary>The topics of Sparkplug (§4.1) and the payload of STATE (§4.2.3).</summary>
public class SparkplugTopic_Tests
{
    [Theory]
    [InlineData("spBv1.0/G/NBIRTH/E", SparkplugMessageType.NBirth, "G", "E", null)]
    [InlineData("spBv1.0/G/NDEATH/E", SparkplugMessageType.NDeath, "G", "E", null)]
    [InlineData("spBv1.0/G/DBIRTH/E/D", SparkplugMessageType.DBirth, "G", "E", "D")]
    [InlineData("spBv1.0/G/DDEATH/E/D", SparkplugMessageType.DDeath, "G", "E", "D")]
    [InlineData("spBv1.0/G/NDATA/E", SparkplugMessageType.NData, "G", "E", null)]
    [InlineData("spBv1.0/G/DDATA/E/D", SparkplugMessageType.DData, "G", "E", "D")]
    [InlineData("spBv1.0/G/NCMD/E", SparkplugMessageType.NCmd, "G", "E", null)]
    [InlineData("spBv1.0/G/DCMD/E/D", SparkplugMessageType.DCmd, "G", "E", "D")]
    [InlineData("spBv1.0/STATE/scada", SparkplugMessageType.State, "", "scada", null)]
    [InlineData("spBv1.0/Sparkplug B Devices/DBIRTH/树莓派/Pibrella", SparkplugMessageType.DBirth, "Sparkplug B Devices", "树莓派", "Pibrella")]
    public void A_topic_is_taken_apart_and_put_together(string text, SparkplugMessageType type, string group, string node, string? device)
    {
        Assert.True(SparkplugTopic.TryParse(text, out var topic));
        Assert.Equal((type, group, node, device), (topic.Type, topic.Group, topic.Node, topic.Device));
        Assert.Equal(text, topic.ToString());
        Assert.Equal(topic, type == SparkplugMessageType.State ? SparkplugTopic.State(node) : SparkplugTopic.Of(type, group, node, device));
    }

    [Theory]
    [InlineData("spAv1.0/G/NBIRTH/E")]
    [InlineData("spbv1.0/G/NBIRTH/E")]
    [InlineData("spBv1.0/G/NBIRTH")]
    [InlineData("spBv1.0/G/NBIRTH/E/D")]
    [InlineData("spBv1.0/G/DBIRTH/E")]
    [InlineData("spBv1.0/G/DBIRTH/E/D/x")]
    [InlineData("spBv1.0/G/nbirth/E")]
    [InlineData("spBv1.0/G/NREBIRTH/E")]
    [InlineData("spBv1.0//NBIRTH/E")]
    [InlineData("spBv1.0/G/NBIRTH/")]
    [InlineData("spBv1.0/STATE")]
    [InlineData("spBv1.0/STATE/")]
    [InlineData("spBv1.0/STATE/NBIRTH/E")]
    [InlineData("STATE/scada")]
    [InlineData("")]
    public void Anything_else_is_no_Sparkplug_topic(string text) => Assert.False(SparkplugTopic.TryParse(text, out _));

    [Fact]
    public void Identifiers_have_no_wildcards_and_no_slashes()
    {
        foreach (var id in new[] { "", "a/b", "a+", "#", "a\0b" })
        {
            Assert.Throws<ArgumentException>(() => SparkplugTopic.Of(SparkplugMessageType.NData, id, "E"));
            Assert.Throws<ArgumentException>(() => SparkplugTopic.Of(SparkplugMessageType.NData, "G", id));
            Assert.Throws<ArgumentException>(() => SparkplugTopic.Of(SparkplugMessageType.DData, "G", "E", id));
            Assert.Throws<ArgumentException>(() => SparkplugTopic.State(id));
        }
        Assert.Throws<ArgumentException>(() => SparkplugTopic.Of(SparkplugMessageType.NData, "STATE", "E"));
        Assert.Throws<ArgumentException>(() => SparkplugTopic.Of(SparkplugMessageType.NData, "G", "E", "D"));
        Assert.Throws<ArgumentException>(() => SparkplugTopic.Of(SparkplugMessageType.DData, "G", "E"));
        Assert.Throws<ArgumentException>(() => SparkplugTopic.Of(SparkplugMessageType.State, "G", "E"));
    }

    [Fact]
    public void The_state_of_a_host_is_JSON()
    {
        Assert.Equal("""{"online":true,"timestamp":1668114759262}""", Encoding.UTF8.GetString(new SparkplugHostState(true, 1668114759262).ToBytes()));
        Assert.True(SparkplugHostState.TryRead("""{ "timestamp" : 5, "online" : false, "more": [] }"""u8, out var state));
        Assert.Equal(new SparkplugHostState(false, 5), state);
    }

    [Theory]
    [InlineData("ONLINE")]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"online":"true","timestamp":1}""")]
    [InlineData("""{"online":true}""")]
    [InlineData("""{"online":true,"timestamp":"1"}""")]
    [InlineData("""{"online":true,"timestamp":-1}""")]
    [InlineData("""{"online":true,"timestamp":1.5}""")]
    [InlineData("""{"online":true,"timestamp":1} x""")]
    public void Anything_else_is_no_state(string payload) => Assert.False(SparkplugHostState.TryRead(Encoding.UTF8.GetBytes(payload), out _));
}
