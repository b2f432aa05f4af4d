using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>What CONNACK says (MQTT 5 §3.2.2.3), takeover and server-sent DISCONNECT (§3.14).</summary>
public sealed class Connect_V5_Tests
{
    [Fact]
    [Mqtt5("3.1.2-6", "3.1.3-6", "3.1.3-7", "3.2.2-16")]
    public void An_empty_identifier_is_assigned_and_told() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("", clean: false);
        Assert.Contains("assigned:auto-1", Assert.Single(client.Take()), StringComparison.Ordinal);
        Assert.Equal("auto-1", Assert.Single(env.Broker.Clients).ClientId);
    });

    [Theory]
    [InlineData(0, true)]
    [InlineData(120, true)]
    [InlineData(60, false)]
    [Mqtt5("3.2.2-22")]
    public void The_broker_may_choose_the_keep_alive(int asked, bool chosen) => BrokerEnvironment.Run(
        new MqttBrokerOptions { Limits = new MqttLimits { MaxKeepAlive = TimeSpan.FromSeconds(60) } }, async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", keepAlive: (ushort)asked);
        Assert.Equal(chosen, Assert.Single(client.Take()).Contains("keepalive:60", StringComparison.Ordinal));
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(91));
        Assert.True(client.HasClosed());
    });

    [Fact]
    [Mqtt5("3.1.4-5", "3.2.0-1", "3.2.2-1")]
    public void A_valid_CONNECT_is_answered_with_success() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a");
        Assert.StartsWith("200E00000B", client.TakeHex(), StringComparison.Ordinal); // no flags, reason code 0, 11 bytes of properties
    });

    [Fact]
    [Mqtt5("3.2.0-1", "3.14.0-1")]
    public void A_mistake_right_behind_CONNECT_is_named_after_CONNACK() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.SendHexAsync("100E 00044D515454 05 02 0000 00 0001 61" + "F000");
        Assert.Equal(["CONNACK Success", "DISCONNECT ProtocolError"], client.Take().Select(p => p.Split(" {")[0]));
    });

    [Fact]
    [Mqtt5("3.2.2-8", "3.14.0-1")]
    public void What_ends_a_connection_before_it_is_accepted_is_said_by_CONNACK() => BrokerEnvironment.Run(async env =>
    {
        var gate = new TaskCompletionSource();
        env.Observer.Gate = gate.Task;
        using var stop = new CancellationTokenSource();
        var client = env.Open(version: MqttProtocolVersion.V5, cancellation: stop.Token);
        await client.ConnectAsync("a");
        stop.Cancel();
        await env.Context.SettleAsync();
        Assert.Equal(["CONNACK ServerUnavailable"], client.Take()); // CONNACK has no code for a server that shuts down.
        gate.SetResult();
        await env.Context.SettleAsync();
        Assert.True(client.HasClosed());
    });

    [Fact]
    public void A_password_needs_no_user_name() => BrokerEnvironment.Run(
        new MqttBrokerOptions { Authenticate = (_, password, _) => new(password is [1, 2] ? MqttReasonCode.Success : MqttReasonCode.BadUserNameOrPassword) }, async env =>
    {
        // §3.1.2.9
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", password: [1, 2]);
        Assert.StartsWith("CONNACK Success", Assert.Single(client.Take()), StringComparison.Ordinal);
        client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("b", password: [1, 3]);
        Assert.Equal(["CONNACK BadUserNameOrPassword"], client.Take());
    });

    [Fact]
    [Mqtt5("3.1.4-3")]
    public void A_takeover_is_told() => BrokerEnvironment.Run(async env =>
    {
        var first = await env.ConnectV5Async("a");
        var second = await env.ConnectV5Async("a");
        Assert.Equal(["DISCONNECT SessionTakenOver"], first.Take());
        Assert.True(first.HasClosed());
        Assert.False(second.HasClosed());
    });

    [Theory]
    [InlineData(false, "UseAnotherServer")]
    [InlineData(true, "ServerMoved")]
    public void A_client_is_sent_to_another_server(bool permanent, string reason) => BrokerEnvironment.Run(
        new MqttBrokerOptions { Redirect = new MqttRedirect("other:1883", permanent) }, async env =>
    {
        // §4.11
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a");
        Assert.Equal([$"CONNACK {reason} {{server:other:1883}}"], client.Take());
        var old = env.Open();
        await old.ConnectAsync("b");
        Assert.Equal(["CONNACK ServerUnavailable"], old.Take());
    });

    [Fact]
    public void The_owner_closes_with_a_reason() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectV5Async("a");
        Assert.True(env.Broker.DisconnectClient("a", MqttReasonCode.ServerMoved, "gone", "other:1883"));
        await env.Context.SettleAsync();
        Assert.Equal(["DISCONNECT ServerMoved {server:other:1883 reason:gone}"], client.Take());
        Assert.True(client.HasClosed());
        Assert.Throws<ArgumentException>(() => env.Broker.DisconnectClient("a", MqttReasonCode.Banned)); // A code of CONNACK.
    });

    [Fact]
    public void Shutting_down_is_told() => BrokerEnvironment.Run(async env =>
    {
        using var stop = new CancellationTokenSource();
        var client = env.Open(version: MqttProtocolVersion.V5, cancellation: stop.Token);
        await client.ConnectAsync("a");
        client.Take();
        stop.Cancel();
        await env.Context.SettleAsync();
        Assert.Equal(["DISCONNECT ServerShuttingDown"], client.Take());
    });

    [Theory]
    [InlineData(true, "info:reply/a")]
    [InlineData(false, "")]
    [Mqtt5("3.1.2-28")]
    public void Response_information_is_told_to_who_asks(bool asks, string expected) => BrokerEnvironment.Run(
        new MqttBrokerOptions { ResponseInformation = client => $"reply/{client.ClientId}" }, async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.ConnectAsync("a", properties: new MqttProperties { RequestResponseInformation = asks });
        var answer = Assert.Single(client.Take());
        Assert.Equal(asks, answer.Contains("info:", StringComparison.Ordinal));
        Assert.Contains(expected, answer, StringComparison.Ordinal);
    });

    [Fact]
    public void Versions_talk_to_each_other() => BrokerEnvironment.Run(async env =>
    {
        var old = await env.SubscriberAsync("old", "t", MqttQoS.ExactlyOnce);
        var young = await env.SubscriberV5Async("young", new SubscribeFilter("t", MqttQoS.ExactlyOnce));
        await young.PublishAsync("t", "1", MqttQoS.AtLeastOnce, 1, properties: new MqttProperties { ContentType = "x/y" });
        await old.PublishAsync("t", "2", MqttQoS.AtLeastOnce, 1);
        Assert.Equal(["PUBLISH t 1 qos1 id1", "PUBLISH t 2 qos1 id2", "PUBACK 1"], old.Take());
        Assert.Equal(["PUBLISH t 1 qos1 id1 {type:x/y}", "PUBACK 1", "PUBLISH t 2 qos1 id2"], young.Take());
    });
}
