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
    [Mqtt5("3.4.2-1")]
    public void PUBACK_says_why_a_message_was_not_taken() => BrokerEnvironment.Run(OnlyOpen, async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.PublishAsync("secret", "x", MqttQoS.AtLeastOnce, 1);
        await client.PublishAsync("$SYS/x", "x", MqttQoS.AtLeastOnce, 2);
        await client.PublishAsync("open/x", "x", MqttQoS.AtLeastOnce, 3);
        Assert.Equal(["PUBACK 1 NotAuthorized", "PUBACK 2 TopicNameInvalid", "PUBACK 3 NoMatchingSubscribers"], client.Take());
    });

    [Fact]
    [Mqtt5("3.5.2-1", "4.3.3-9")]
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
    [Mqtt5("3.8.4-5", "3.8.4-6", "3.8.4-7", "3.9.3-1", "3.9.3-2")]
    public void SUBACK_says_why_a_filter_was_not_granted() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Authorize = OnlyOpen.Authorize, Limits = new MqttLimits { MaxSubscriptionsPerSession = 1, MaxTopicLevels = 3 } }, async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.SubscribeAsync(1, ("secret", MqttQoS.AtMostOnce), ("open/1", MqttQoS.ExactlyOnce), ("open/2", MqttQoS.AtMostOnce), ("open/a/b/c", MqttQoS.AtMostOnce));
        Assert.Equal(["SUBACK 1 NotAuthorized,2,QuotaExceeded,TopicFilterInvalid"], client.Take());
    });

    [Fact]
    [Mqtt5("3.10.4-4", "3.10.4-5", "3.10.4-6", "3.11.3-1", "3.11.3-2")]
    public void UNSUBACK_says_whether_there_was_a_subscription() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.SubscriberV5Async("a", new SubscribeFilter("t", MqttQoS.AtMostOnce));
        await client.UnsubscribeAsync(2, "t", "u");
        Assert.Equal(["UNSUBACK 2 Success,NoSubscriptionExisted"], client.Take());
    });

    [Fact]
    [Mqtt5("3.6.2-1", "3.7.2-1")]
    public void PUBREL_and_PUBREC_for_unknown_identifiers_are_answered_as_such() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.PubRelAsync(9);
        await client.PubRecAsync(8);
        Assert.Equal(["PUBCOMP 9 PacketIdentifierNotFound", "PUBREL 8 PacketIdentifierNotFound"], client.Take());
    });

    [Theory]
    [InlineData("F0 00", "ProtocolError")] // AUTH without a method, [MQTT-4.12.0-7]
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
    [InlineData("30 84 00 0001 74 00", "MalformedPacket")] // a remaining length not in the fewest bytes, [MQTT-1.5.5-1]
    [InlineData("C0 80 80 00", "MalformedPacket")] // the same of PINGREQ
    [InlineData("10 0D 00044D515454 05 02 0000 00 0000", "ProtocolError")] // a second CONNECT, [MQTT-3.1.0-2], [MQTT-3.2.0-2]
    [InlineData("60 02 0001", "MalformedPacket")] // flags, [MQTT-3.6.1-1]
    [InlineData("A0 06 0001 00 0001 74", "MalformedPacket")] // flags, [MQTT-3.10.1-1]
    [InlineData("F1 00", "MalformedPacket")] // flags, [MQTT-3.15.1-1]
    [InlineData("30 05 0002 C328 00", "MalformedPacket")] // a topic that is not UTF-8, [MQTT-1.5.4-1], [MQTT-3.3.2-1]
    [InlineData("30 06 0003 EDA080 00", "MalformedPacket")] // a surrogate, [MQTT-1.5.4-1]
    [InlineData("30 06 0003 610062 00", "MalformedPacket")] // NUL, [MQTT-1.5.4-2], [MQTT-4.7.3-2]
    [InlineData("30 0C 0001 74 08 26 0002 C328 0001 61", "MalformedPacket")] // the name of a user property, [MQTT-1.5.7-1]
    [InlineData("30 0C 0001 74 08 26 0001 61 0002 C328", "MalformedPacket")] // its value, [MQTT-1.5.7-1]
    [InlineData("30 09 0001 74 05 08 0002 C328", "MalformedPacket")] // a response topic that is not UTF-8, [MQTT-3.3.2-13]
    [InlineData("30 09 0001 74 05 03 0002 C328", "MalformedPacket")] // a content type that is not UTF-8, [MQTT-3.3.2-19]
    [InlineData("82 08 0001 00 0002 C328 00", "MalformedPacket")] // a filter that is not UTF-8, [MQTT-3.8.3-1]
    [InlineData("A2 07 0001 00 0002 C328", "MalformedPacket")] // [MQTT-3.10.3-1]
    [InlineData("82 0B 0001 00 0005 612F232F62 00", "TopicFilterInvalid")] // a/#/b, [MQTT-4.7.1-1]
    [InlineData("82 08 0001 00 0002 612B 00", "TopicFilterInvalid")] // a+, [MQTT-4.7.1-2]
    [InlineData("82 06 0001 00 0000 00", "TopicFilterInvalid")] // an empty filter, [MQTT-4.7.3-1]
    [InlineData("E0 02 01 00", "MalformedPacket")] // no such reason, [MQTT-3.14.2-1]
    [Mqtt5(
        "1.5.4-1", "1.5.4-2", "1.5.5-1", "1.5.7-1", "2.1.3-1", "3.1.0-2", "3.2.0-2", "3.3.1-2", "3.3.1-4", "3.3.2-1", "3.3.2-2", "3.3.2-13", "3.3.2-14", "3.3.2-19",
        "3.6.1-1", "3.8.1-1", "3.8.3-1", "3.8.3-2", "3.10.1-1", "3.10.3-1", "3.10.3-2", "3.14.1-1", "3.14.2-1", "3.14.4-2", "3.15.1-1", "4.7.0-1", "4.7.1-1", "4.7.1-2",
        "4.7.3-1", "4.7.3-2", "4.12.0-7", "4.13.1-1", "4.13.2-1")]
    public void DISCONNECT_says_what_was_wrong(string hex, string reason) => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        await client.SendHexAsync(hex);
        Assert.StartsWith($"DISCONNECT {reason} {{reason:", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.True(client.HasClosed());
    });

    [Theory]
    [InlineData("10 8D 00 00044D515454 05 02 0000 00 0000", "MalformedPacket")] // a remaining length not in the fewest bytes, [MQTT-1.5.5-1]
    [InlineData("10 0D 00044D515454 05 03 0000 00 0000", "MalformedPacket")] // reserved flag, [MQTT-3.1.2-3]
    [InlineData("10 10 00044D515454 05 02 0000 03 210000 0000", "ProtocolError")] // receive maximum 0
    [InlineData("10 12 00044D515454 05 02 0000 05 2700000000 0000", "ProtocolError")] // packet size 0
    [InlineData("10 11 00044D515454 05 02 0000 04 16000101 0000", "ProtocolError")] // data without a method
    [InlineData("10 0E 00044D515454 05 06 0000 00 0001 61", "MalformedPacket")] // will flag without a will, [MQTT-3.1.2-9]
    [InlineData("10 0D 00044D515454 05 0A 0000 00 0000", "MalformedPacket")] // will QoS without a will, [MQTT-3.1.2-11]
    [InlineData("10 0D 00044D515454 05 1E 0000 00 0000", "MalformedPacket")] // will QoS 3, [MQTT-3.1.2-12]
    [InlineData("10 0D 00044D515454 05 22 0000 00 0000", "MalformedPacket")] // will retain without a will, [MQTT-3.1.2-13]
    [InlineData("10 11 00044D515454 05 02 0000 00 0001 61 0001 62", "MalformedPacket")] // user name without its flag, [MQTT-3.1.2-16]
    [InlineData("10 0E 00044D515454 05 82 0000 00 0001 61", "MalformedPacket")] // user name flag without a user name, [MQTT-3.1.2-17]
    [InlineData("10 14 00044D515454 05 82 0000 00 0001 61 0001 62 0001 63", "MalformedPacket")] // password without its flag, [MQTT-3.1.2-18]
    [InlineData("10 0E 00044D515454 05 42 0000 00 0001 61", "MalformedPacket")] // password flag without a password, [MQTT-3.1.2-19]
    [InlineData("10 0B 00044D515454 05 02 0000 00", "MalformedPacket")] // no client identifier, [MQTT-3.1.3-3]
    [InlineData("10 0F 00044D515454 05 02 0000 00 0002 C328", "MalformedPacket")] // client identifier that is not UTF-8, [MQTT-3.1.3-4]
    [InlineData("10 15 00044D515454 05 06 0000 00 0000 00 0002 C328 0001 62", "MalformedPacket")] // will topic, [MQTT-3.1.3-11]
    [InlineData("10 11 00044D515454 05 82 0000 00 0000 0002 C328", "MalformedPacket")] // user name, [MQTT-3.1.3-12]
    [Mqtt5(
        "3.1.2-3", "3.1.2-9", "3.1.2-11", "3.1.2-12", "3.1.2-13", "3.1.2-16", "3.1.2-17", "3.1.2-18", "3.1.2-19", "3.1.3-3", "3.1.3-4", "3.1.3-11", "3.1.3-12", "3.1.4-1",
        "3.2.2-6", "3.2.2-7", "3.2.2-8", "4.13.1-1", "4.13.2-1")]
    public void CONNACK_says_what_was_wrong_with_CONNECT(string hex, string reason) => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.SendHexAsync(hex);
        Assert.StartsWith($"CONNACK {reason} {{reason:", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt5("3.1.2-2")]
    public void A_later_protocol_level_is_answered_in_the_form_of_version_5() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.SendHexAsync("10 0D 00044D515454 06 02 0000 00 0000");
        Assert.Equal(["CONNACK UnsupportedProtocolVersion"], client.Take());
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt5("3.1.2-22")]
    public void Silence_is_named() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", keepAlive: 10);
        client.Take();
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(16));
        Assert.Equal(["DISCONNECT KeepAliveTimeout"], client.Take());
    });

    [Fact]
    [Mqtt5("3.1.2-29")]
    public void A_client_that_wants_no_words_gets_none() => BrokerEnvironment.Run(async env =>
    {
        // DISCONNECT may carry them; acknowledgements of this broker carry no words at all
        var client = await env.ConnectV5Async("a", properties: new MqttProperties { RequestProblemInformation = false });
        await client.PublishAsync("$x", "x", MqttQoS.AtLeastOnce, 1);
        Assert.Equal(["PUBACK 1 TopicNameInvalid"], client.Take());
    });
}
