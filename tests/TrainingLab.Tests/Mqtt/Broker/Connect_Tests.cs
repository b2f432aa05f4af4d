using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>CONNECT and CONNACK (MQTT 3.1.1 §3.1, §3.2).</summary>
public class Connect_Tests
{
    [Fact]
    [Mqtt311("3.1.4-4", "3.2.2-1")]
    public void A_clean_client_is_accepted_without_a_session() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open();
        await client.ConnectAsync("a");
        Assert.Equal("20020000", client.TakeHex());
        Assert.Equal(["connect a  Success"], env.Observer.Lines);
        Assert.Equal("a", Assert.Single(env.Broker.Clients).ClientId);
    });

    [Theory]
    [InlineData("10 0C 00044D515454 03 02 0000 0000")]
    [InlineData("10 0E 00064D5149736470 03 02 0000 0000")] // MQTT 3.1
    [InlineData("10 0C 00044D515454 00 02 0000 0000")]
    [Mqtt311("3.1.2-2")]
    public void Another_protocol_level_is_answered_with_code_1_and_closed(string hex) => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open();
        await client.SendHexAsync(hex);
        Assert.Equal("20020001", client.TakeHex());
        Assert.True(client.HasClosed());
        Assert.Equal(["connect   UnsupportedProtocolVersion"], env.Observer.Lines);
    });

    [Fact]
    [Mqtt311("3.1.0-2")]
    public void A_second_CONNECT_closes_the_connection() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a");
        await client.ConnectAsync("a");
        Assert.Empty(client.Take());
        Assert.True(client.HasClosed());
        Assert.Equal("disconnect a ProtocolError ProtocolError", env.Observer.Lines[^1]);
    });

    [Fact]
    public void Packets_sent_behind_CONNECT_without_waiting_are_handled_in_order() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open();
        await client.SendHexAsync("100D 00044D515454 04 02 0000 0001 61" + "8206 0001 0001 78 01" + "3205 0001 78 0007" + "C000");
        Assert.Equal(["CONNACK Success", "SUBACK 1 1", "PUBLISH x  qos1 id1", "PUBACK 7", "PINGRESP"], client.Take());
    });

    [Fact]
    public void DISCONNECT_ends_the_connection() => BrokerEnvironment.Run(async env =>
    {
        var client = await env.ConnectAsync("a");
        await client.DisconnectAsync();
        Assert.True(client.HasClosed());
        Assert.True(client.Served.IsCompletedSuccessfully);
        Assert.Equal("disconnect a Disconnected", env.Observer.Lines[^1]);
        Assert.Empty(env.Broker.Clients);
        Assert.Empty(env.Broker.Sessions);
    });

    [Fact]
    public void Cancelling_ends_the_connection_without_a_will() => BrokerEnvironment.Run(async env =>
    {
        using var stop = new CancellationTokenSource();
        var client = env.Open(cancellation: stop.Token);
        await client.ConnectAsync("a", will: MqttMessage.FromText("will", "x"));
        stop.Cancel();
        await env.Context.SettleAsync();
        Assert.True(client.HasClosed());
        Assert.True(client.Served.IsCompletedSuccessfully);
        Assert.Equal(["connect a  Success", "disconnect a ClosedByOwner"], env.Observer.Lines);
    });

    [Fact]
    public void Silence_before_CONNECT_is_ended_after_the_connect_timeout() => BrokerEnvironment.Run(async env =>
    {
        var silent = env.Open();
        var slow = env.Open();
        await slow.SendHexAsync("100D 0004 4D");
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(9.9));
        Assert.False(silent.HasClosed());
        await env.Time.AdvanceAsync(TimeSpan.FromSeconds(0.2));
        Assert.True(silent.HasClosed());
        Assert.True(slow.HasClosed());
        Assert.Equal(["failed Timeout KeepAliveTimeout", "failed Timeout KeepAliveTimeout"], env.Observer.Lines);
    });
}
