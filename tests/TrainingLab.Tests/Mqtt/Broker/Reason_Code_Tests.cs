using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>What MQTT 5 is told where MQTT 3.1.1 is told nothing (§2.4, §4.13).</summary>
public sealed class Reason_Code_Tests
{
    private static readonly MqttBrokerOptions OnlyOpen = new() { Authorize = (_, _, topic) => topic.StartsWith("open", StringComparison.Ordinal) };

    [Fact]
    public void PUBACK_says_why_a_message_was_not_taken() => BrokerEnvironment.Run(OnlyOpen, async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.PublishAsync("secret", "x", MqttQoS.AtLeastOnce, 1);
        await client.PublishAsync("$SYS/x", "x", MqttQoS.AtLeastOnce, 2);
        await client.PublishAsync("open/x", "x", MqttQoS.AtLeastOnce, 3);
        Assert.Equal(["PUBACK 1 NotAuthorized", "PUBACK 2 TopicNameInvalid", "PUBACK 3 NoMatchingSubscribers"], client.Take());
    });

    [Fact]
    public void PUBREC_with_a_failure_ends_the_delivery() => BrokerEnvironment.Run(OnlyOpen, async env =>
    {
        // §4.3.3: after a PUBREC of 0x80 or more the identifier is free
        var client = await env.ConnectV5Async("a");
        await client.PublishAsync("secret", "x", MqttQoS.ExactlyOnce, 1);
        await client.PublishAsync("open", "x", MqttQoS.ExactlyOnce, 1);
        await client.PubRelAsync(1);
        Assert.Equal(["PUBREC 1 NotAuthorized", "PUBREC 1 NoMatchingSubscribers", "PUBCOMP 1"], client.Take());
    });

    [Fact]
    public void SUBACK_says_why_a_filter_was_not_granted() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Authorize = OnlyOpen.Authorize, Limits = new MqttLimits { MaxSubscriptionsPerSession = 1, MaxTopicLevels = 3 } }, async env =>
    {
        // [MQTT-3.8.4-5], [MQTT-3.8.4-6], [MQTT-3.9.3-1], [MQTT-3.9.3-2]
        var client = await env.ConnectV5Async("a");
        await client.SubscribeAsync(1, ("secret", MqttQoS.AtMostOnce), ("open/1", MqttQoS.ExactlyOnce), ("open/2", MqttQoS.AtMostOnce), ("open/a/b/c", MqttQoS.AtMostOnce));
        Assert.Equal(["SUBACK 1 NotAuthorized,2,QuotaExceeded,TopicFilterInvalid"], client.Take());
    });

    [Fact]
    public void UNSUBACK_says_whether_there_was_a_subscription() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.10.4-4], [MQTT-3.10.4-5], [MQTT-3.11.3-1], [MQTT-3.11.3-2]
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtMostOnce));
        await client.UnsubscribeAsync(2, "t", "u");
        Assert.Equal(["UNSUBACK 2 Success,NoSubscriptionExisted"], client.Take());
    });

    [Fact]
    public void PUBREL_and_PUBREC_for_unknown_identifiers_are_answered_as_such() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.PubRelAsync(9);
        await client.PubRecAsync(8);
        Assert.Equal(["PUBCOMP 9 PacketIdentifierNotFound", "PUBREL 8 PacketIdentifierNotFound"], client.Take());
    });

    [Theory]
    [InlineData("F0 00", "ProtocolError")] // AUTH without a method, [MQTT-4.12.0-6]
    [InlineData("30 04 0001 2B 00", "TopicNameInvalid")] // [MQTT-3.3.2-2]
    [InlineData("36 06 0001 74 0001 00", "MalformedPacket")] // QoS 3, [MQTT-3.3.1-4]
    [InlineData("38 04 0001 74 00", "MalformedPacket")] // DUP at QoS 0, [MQTT-3.3.1-2]
    [InlineData("30 03 0000 00", "ProtocolError")] // no topic and no alias
    [InlineData("82 03 0001 00", "ProtocolError")] // no filter, [MQTT-3.8.3-2]
    [InlineData("A2 03 0001 00", "ProtocolError")] // [MQTT-3.10.3-2]
    [InlineData("80 07 0001 00 0001 74 00", "MalformedPacket")] // flags, [MQTT-3.8.1-1]
    [InlineData("E1 00", "MalformedPacket")] // flags, [MQTT-3.14.1-1]
    [InlineData("30 06 0001 74 02 1F00", "MalformedPacket")] // a property of another packet
    [InlineData("30 08 0001 74 04 0100 0100", "ProtocolError")] // a property twice
    [InlineData("30 06 0001 74 02 0102", "ProtocolError")] // payload format 2
    [InlineData("30 0A 0001 74 06 08 0003 612F23", "TopicNameInvalid")] // response topic with a wildcard, [MQTT-3.3.2-14]
    [InlineData("30 05 0001 74 85 00", "MalformedPacket")] // a property length not in the fewest bytes, [MQTT-1.5.5-1]
    public void DISCONNECT_says_what_was_wrong(string hex, string reason) => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-4.13.1-1], [MQTT-3.14.0-1]
        var client = await env.ConnectV5Async("a");
        await client.SendHexAsync(hex);
        Assert.StartsWith($"DISCONNECT {reason} {{reason:", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.True(client.HasClosed());
    });

    [Theory]
    [InlineData("10 0D 00044D515454 05 03 0000 00 0000", "MalformedPacket")] // reserved flag, [MQTT-3.1.2-3]
    [InlineData("10 10 00044D515454 05 02 0000 03 210000 0000", "ProtocolError")] // receive maximum 0
    [InlineData("10 12 00044D515454 05 02 0000 05 2700000000 0000", "ProtocolError")] // packet size 0
    [InlineData("10 11 00044D515454 05 02 0000 04 16000101 0000", "ProtocolError")] // data without a method
    public void CONNACK_says_what_was_wrong_with_CONNECT(string hex, string reason) => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.1.4-1], [MQTT-3.1.4-2]
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.SendHexAsync(hex);
        Assert.StartsWith($"CONNACK {reason} {{reason:", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.True(client.HasClosed());
    });

    [Fact]
    public void A_later_protocol_level_is_answered_in_the_form_of_version_5() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.1.2-2]
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.SendHexAsync("10 0D 00044D515454 06 02 0000 00 0000");
        Assert.Equal(["CONNACK UnsupportedProtocolVersion"], client.Take());
        Assert.True(client.HasClosed());
    });

    [Fact]
    public void Silence_is_named() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.1.2-22]
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", keepAlive: 10);
        client.Take();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(16));
        Assert.Equal(["DISCONNECT KeepAliveTimeout"], client.Take());
    });

    [Fact]
    public void A_client_that_wants_no_words_gets_none() => BrokerEnvironment.Run(async env =>
    {
        // [MQTT-3.1.2-29] leaves DISCONNECT free; acknowledgements of this broker carry no words at all
        var client = await env.ConnectV5Async("a", properties: new MqttProperties { RequestProblemInformation = false });
        await client.PublishAsync("$x", "x", MqttQoS.AtLeastOnce, 1);
        Assert.Equal(["PUBACK 1 TopicNameInvalid"], client.Take());
    });
}
