using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Clients that break the rules or try to use the broker up: closed or bounded, and nobody else is disturbed. 3.1.1 has no error packet beside CONNACK (§4.8).</summary>
public class Hostile_Tests
{
    /// <summary>What a connected client may send to be closed, and the reason that evidence names.</summary>
    public static TheoryData<string, string, string> Offences => new()
    {
        { "a remaining length of five bytes", "30FFFFFFFF7F", "MalformedPacket" },
        { "packet type 0", "0000", "MalformedPacket" },
        { "packet type 15", "F000", "MalformedPacket" },
        { "a CONNACK from a client", "20020000", "ProtocolError" },
        { "a SUBACK from a client", "9003000100", "ProtocolError" },
        { "a PINGRESP from a client", "D000", "ProtocolError" },
        { "a topic of length zero", "30020000", "TopicNameInvalid" },
        { "a NUL in a topic", "30050003610062", "MalformedPacket" },
        { "a topic that is not UTF-8", "30040002C328", "MalformedPacket" },
        { "a topic longer than its packet", "3004FFFF6161", "MalformedPacket" },
        { "a wildcard in a topic", "3003000123", "TopicNameInvalid" },
        { "QoS 3", "3605000161000A", "MalformedPacket" },
        { "a duplicate at QoS 0", "3803000161", "MalformedPacket" },
        { "a PUBREL with flags 0000", "60020001", "MalformedPacket" },
        { "a SUBSCRIBE with flags 0000", "8006000A00016100", "MalformedPacket" },
        { "an UNSUBSCRIBE with flags 0000", "A005000A000161", "MalformedPacket" },
        { "a DISCONNECT with flags", "E100", "MalformedPacket" },
        { "a SUBSCRIBE with reserved bits", "8206000A00016104", "MalformedPacket" },
        { "an UNSUBSCRIBE without a filter", "A202000A", "ProtocolError" },
        { "identifier 0", "32050001610000", "ProtocolError" },
        { "a SUBSCRIBE without a filter", "8202000A", "ProtocolError" },
        { "a filter with # in the middle", "8208000A0003612362 00", "TopicFilterInvalid" },
        { "a NUL in a filter", "8208000A0003610062 00", "MalformedPacket" },
        { "a packet beyond the limit", "30FFFFFF7F", "PacketTooLarge" },
    };

    [Theory]
    [MemberData(nameof(Offences))]
    [Mqtt311(
        "1.5.3-1", "1.5.3-2", "2.2.2-2", "2.3.1-1", "3.3.1-2", "3.3.1-4", "3.3.2-2", "3.6.1-1", "3.8.1-1", "3.8.3-3", "3.8.3-4", "3.10.1-1", "3.10.3-2", "3.14.1-1",
        "4.8.0-1")]
    public void An_offence_closes_that_connection_and_no_other(string what, string hex, string reason) => BrokerEnvironment.Run(async env =>
    {
        var bystander = await env.SubscriberAsync("bystander", "t");
        var offender = await env.ConnectAsync("offender");
        await offender.SendHexAsync(hex);
        Assert.True(offender.HasClosed(), what);
        Assert.True(offender.Served.IsCompletedSuccessfully, what);
        Assert.Empty(offender.Take());
        Assert.Equal($"disconnect offender ProtocolError {reason}", env.Observer.Lines[^1]);
        await bystander.PublishAsync("t", "alive");
        Assert.Equal(["PUBLISH t alive"], bystander.Take());
    });

    [Fact]
    public void What_came_before_the_offence_has_happened() => BrokerEnvironment.Run(async env =>
    {
        var subscriber = await env.SubscriberAsync("s", "t");
        var offender = await env.ConnectAsync("offender");
        await offender.SendHexAsync("3004 0001 74 31" + "F000" + "3004 0001 74 32");
        Assert.Equal(["PUBLISH t 1"], subscriber.Take());
    });

    [Theory]
    [InlineData("30FFFFFF7F")] // a large packet that is not CONNECT: closed on its first byte, not after 256 MB
    [InlineData("C000")]
    [InlineData("E000")]
    [InlineData("474554202F20485454502F312E31")] // GET / HTTP/1.1
    [InlineData("1603010200")] // a TLS ClientHello
    [InlineData("10FFFFFF7F")] // a CONNECT of 256 MB
    [InlineData("100C00044D5154540403 0000 0000")] // a CONNECT with the reserved flag
    [InlineData("100C00044D5154550402 0000 0000")] // another protocol name
    [InlineData("100D00044D5154550502 0000 00 0000")]
    [Mqtt311("3.1.0-1", "3.1.2-1", "3.1.2-3", "3.1.4-1"), Mqtt5("3.1.0-1", "3.1.2-1")]
    public void Anything_but_a_CONNECT_is_closed_unanswered(string hex) => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open();
        await client.SendHexAsync(hex);
        Assert.Empty(client.TakeHex());
        Assert.True(client.HasClosed());
        Assert.StartsWith("failed ProtocolError", Assert.Single(env.Observer.Lines), StringComparison.Ordinal);
    });

    [Fact]
    public void A_filter_of_65_000_slashes_fails_and_the_client_stays() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a");
        await client.SubscribeAsync(1, (new string('/', 65_000), MqttQoS.AtMostOnce), (new string('/', 200), MqttQoS.AtMostOnce), ("ok", MqttQoS.AtMostOnce));
        Assert.Equal(["SUBACK 1 128,128,0"], client.Take());
        Assert.False(client.HasClosed());
    });

    [Fact]
    [Mqtt311("3.2.2-6")]
    public void A_topic_beyond_the_limits_closes() => BrokerEnvironment.Run(async env =>
    {
        var deep = await env.ConnectAsync("deep");
        await deep.PublishAsync(new string('/', 200), "x");
        Assert.True(deep.HasClosed());
        var wide = await env.ConnectAsync("wide");
        await wide.PublishAsync(new string('x', 5000), "x");
        Assert.True(wide.HasClosed());
        Assert.Equal("disconnect wide ProtocolError TopicNameInvalid", env.Observer.Lines[^1]);
        var will = env.Open();
        await will.ConnectAsync("will", will: MqttMessage.FromText(new string('/', 200), "x"));
        Assert.True(will.HasClosed());
        Assert.Empty(will.Take());
    });

    [Fact]
    public void Subscriptions_of_a_session_are_bounded()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxSubscriptionsPerSession = 3 } };
        BrokerEnvironment.Run(options, async env =>
        {
            var client = await env.ConnectAsync("a");
            await client.SubscribeAsync(1, ("1", MqttQoS.AtMostOnce), ("2", MqttQoS.AtMostOnce), ("3", MqttQoS.AtMostOnce), ("4", MqttQoS.AtMostOnce));
            await client.SubscribeAsync(2, ("1", MqttQoS.AtLeastOnce), ("5", MqttQoS.AtMostOnce));
            Assert.Equal(["SUBACK 1 0,0,0,128", "SUBACK 2 1,128"], client.Take());
            await client.UnsubscribeAsync(3, "1");
            await client.SubscribeAsync(4, ("5", MqttQoS.AtMostOnce));
            Assert.Equal(["UNSUBACK 3", "SUBACK 4 0"], client.Take());
        });
    }

    [Fact]
    public void A_flood_of_wildcard_filters_is_bounded_and_matching_goes_on() => BrokerEnvironment.Run(async env =>
    {
        var flooder = await env.ConnectAsync("flooder");
        var filters = Enumerable.Range(0, 5000).Select(i => (string.Join('/', Enumerable.Range(0, 13).Select(bit => (i >> bit & 1) == 1 ? "+" : "a")), MqttQoS.AtMostOnce));
        await flooder.SubscribeAsync(1, [.. filters]);
        flooder.Take();
        Assert.Equal(1000, env.Broker.SubscriptionsOf("flooder").Count);
        await env.Broker.PublishAsync(MqttMessage.FromText(string.Join('/', Enumerable.Repeat("a", 13)), "x"));
        await env.Context.SettleAsync();
        Assert.Single(flooder.Take());
    });

    [Fact]
    public void QoS_2_identifiers_are_not_handed_out_without_end()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxUnreleased = 10 } };
        BrokerEnvironment.Run(options, async env =>
        {
            var client = await env.ConnectAsync("a");
            for (ushort i = 1; i <= 10; i++) await client.PublishAsync("t", "x", MqttQoS.ExactlyOnce, i);
            Assert.Equal(10, client.Take().Count);
            await client.PublishAsync("t", "x", MqttQoS.ExactlyOnce, 11);
            Assert.True(client.HasClosed());
            Assert.Equal("disconnect a ProtocolError ReceiveMaximumExceeded", env.Observer.Lines[^1]);
        });
    }

    [Fact]
    public void Connections_are_bounded()
    {
        var options = new MqttBrokerOptions { Limits = new MqttLimits { MaxConnections = 1 } };
        BrokerEnvironment.Run(options, async env =>
        {
            var first = await env.ConnectAsync("a");
            var second = env.Open();
            await env.Context.SettleAsync();
            Assert.True(second.HasClosed());
            await first.DisconnectAsync();
            await env.ConnectAsync("b");
        });
    }

    [Fact]
    public void A_packet_cut_at_every_byte_is_handled_when_it_is_whole() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open();
        foreach (var b in Convert.FromHexString("100D00044D51545404020000000161" + "82060001000174 02".Replace(" ", "", StringComparison.Ordinal) + "3406000174000578" + "62020005" + "C000" + "E000"))
            await client.SendBytesAsync(new[] { b });
        Assert.Equal(["CONNACK Success", "SUBACK 1 2", "PUBLISH t x qos2 id1", "PUBREC 5", "PUBCOMP 5", "PINGRESP"], client.Take());
        Assert.True(client.HasClosed());
    });

    [Fact]
    public void Random_bytes_behind_a_CONNECT_never_disturb_another_client() => BrokerEnvironment.Run(async env =>
    {
        var random = new Random(20260105);
        var bystander = await env.SubscriberAsync("bystander", "bystander");
        for (var i = 0; i < 300; i++)
        {
            var client = await env.ConnectAsync($"fuzz-{i}");
            var bytes = new byte[random.Next(1, 200)];
            random.NextBytes(bytes);
            await client.SendBytesAsync(bytes);
            await client.CloseAsync();
            Assert.True(client.Served.IsCompletedSuccessfully);
        }
        await bystander.PublishAsync("bystander", "alive");
        Assert.Equal("PUBLISH bystander alive", bystander.Take()[^1]);
        Assert.Equal("bystander", Assert.Single(env.Broker.Clients).ClientId);
    });
}
