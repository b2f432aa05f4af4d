using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>What our client does of MQTT 5, against our broker.</summary>
public class ClientV5_Tests
{
    private static readonly MqttClientOptions V5 = new() { ClientId = "a", Version = MqttProtocolVersion.V5 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    public void Properties_options_and_identifiers_come_through(MqttQoS qos) => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client(V5);
        var heard = new List<MqttMessage>();
        var granted = client.SubscribeAsync(new SubscribeFilter("t", qos, RetainAsPublished: true), heard.Add, identifier: 9, Token);
        Assert.True((await client.ConnectAsync(Token)).Connected);
        Assert.Equal((MqttSubscribeReturnCode)qos, await granted);
        for (var i = 0; i < 3; i++)
        {
            var message = new MqttMessage("t", new byte[] { (byte)i }, qos, retain: true) { Properties = new MqttProperties { ResponseTopic = "r", UserProperties = [new("n", $"{i}")] } };
            Assert.True((await client.PublishAsync(message, Token)).IsDone);
        }
        await net.Env.Context.SettleAsync();
        Assert.Equal(["t 0 9 r True", "t 1 9 r True", "t 2 9 r True"], heard.Select(m =>
            $"{m.Topic} {m.Properties!.UserProperties[0].Value} {m.Properties.SubscriptionIdentifiers[0]} {m.Properties.ResponseTopic} {m.Retain}"));
    });

    [Fact]
    public void An_assigned_identifier_and_the_brokers_limits_are_told() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client(V5 with { ClientId = "", CleanSession = false });
        var result = await client.ConnectAsync(Token);
        Assert.Equal("auto-1", result.Properties!.AssignedClientIdentifier);
        Assert.Equal(4096, (int)result.Properties.ReceiveMaximum!);
    });

    [Fact]
    [Mqtt5("3.3.4-7")]
    public void Publishing_keeps_to_the_brokers_receive_maximum() => ClientEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxUnreleased = 2 } }, async net =>
    {
        // The broker would close if more came
        net.Env.Broker.Faults.AcknowledgementDelay = TimeSpan.FromSeconds(1);
        await using var client = net.Client(V5);
        await client.ConnectAsync(Token);
        var publishing = Enumerable.Range(0, 5).Select(i => client.PublishAsync(MqttMessage.FromText("t", $"{i}", MqttQoS.AtLeastOnce), Token).AsTask()).ToList();
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(4));
        Assert.All(await Task.WhenAll(publishing), r => Assert.Equal(new MqttPublishResult(IsDone: true, MqttReasonCode.NoMatchingSubscribers), r));
        Assert.Equal(MqttClientState.Connected, client.State);
    });

    [Fact]
    public void A_refused_message_is_told_with_the_reason() => ClientEnvironment.Run(new MqttBrokerOptions { Authorize = (_, _, _) => false }, async net =>
    {
        await using var client = net.Client(V5);
        await client.ConnectAsync(Token);
        foreach (var qos in new[] { MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce })
            Assert.Equal(new MqttPublishResult(IsDone: false, MqttReasonCode.NotAuthorized), await client.PublishAsync(MqttMessage.FromText("t", "x", qos), Token));
        Assert.Equal(MqttSubscribeReturnCode.NotAuthorized, await client.SubscribeAsync("t", MqttQoS.AtMostOnce, _ => { }, Token));
    });

    [Fact]
    [Mqtt5("3.2.2-15")]
    public void A_message_that_the_broker_takes_not_is_thrown_away() => ClientEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxPacketSize = 200 } }, async net =>
    {
        await using var client = net.Client(V5);
        await client.ConnectAsync(Token);
        Assert.Equal(MqttPublishResult.Stopped, await client.PublishAsync(MqttMessage.FromText("t", new string('x', 300), MqttQoS.AtLeastOnce), Token));
        Assert.Equal(MqttClientState.Connected, client.State);
    });

    [Fact]
    public void The_servers_DISCONNECT_is_told_and_the_client_comes_back() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client(V5);
        await client.ConnectAsync(Token);
        net.Env.Broker.DisconnectClient("a", MqttReasonCode.AdministrativeAction, "bye");
        await net.Env.Context.SettleAsync();
        Assert.Equal(MqttReasonCode.AdministrativeAction, client.DisconnectReason);
        Assert.Equal(MqttClientState.Connecting, client.State);
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(MqttClientState.Connected, client.State);
    });

    [Fact]
    public void A_client_without_an_identifier_comes_back_to_its_session_with_the_assigned_one() => ClientEnvironment.Run(async net =>
    {
        await using var client = net.Client(V5 with { ClientId = "", CleanSession = false });
        var heard = new List<string>();
        await client.ConnectAsync(Token);
        await client.SubscribeAsync("t", MqttQoS.AtLeastOnce, m => heard.Add(m.PayloadText), Token);
        var assigned = client.AssignedClientId;
        Assert.False(string.IsNullOrEmpty(assigned));
        await net.CutAsync();
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t", "meanwhile", MqttQoS.AtLeastOnce));
        net.NetworkUp = true;
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(2));
        Assert.True(client.LastConnect!.SessionPresent);
        Assert.Equal((assigned, "meanwhile"), (client.AssignedClientId, Assert.Single(heard)));
    });

    [Fact]
    public void Another_server_is_told_to_the_owner()
    {
        WireBroker.Run(V5, async broker =>
        {
            broker.Client.Start();
            await broker.TakeAsync();
            await broker.Wire.SendAsync(new ConnAckPacket(false, MqttReasonCode.UseAnotherServer, new MqttProperties { ServerReference = "b:1884" }).Write);
            await broker.SettleAsync();
            Assert.Equal(("b:1884", MqttConnectOutcome.Refused), (broker.Client.ServerReference, broker.Client.LastConnect!.Outcome));
            await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(1));
            await broker.AcceptAsync();
            Assert.Null(broker.Client.ServerReference);
            await broker.Wire.SendAsync(new DisconnectPacket(MqttReasonCode.ServerMoved, new MqttProperties { ServerReference = "c" }).Write);
            await broker.SettleAsync();
            Assert.Equal((MqttReasonCode.ServerMoved, "c"), (broker.Client.DisconnectReason, broker.Client.ServerReference));
        });
    }

    [Fact]
    [Mqtt5("3.2.2-21")]
    public void The_brokers_keep_alive_holds() => ClientEnvironment.Run(new MqttBrokerOptions { Limits = new MqttLimits { MaxKeepAlive = TimeSpan.FromSeconds(5) } }, async net =>
    {
        await using var client = net.Client(V5);
        await client.ConnectAsync(Token);
        await net.Env.Time.AdvanceAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((MqttClientState.Connected, 1), (client.State, net.Attempts));
    });

    [Fact]
    [Mqtt5("3.1.2-23", "7.1.2-1")]
    public void A_session_with_an_interval_is_resumed() => ClientEnvironment.Run(async net =>
    {
        var options = V5 with { CleanSession = false, SessionExpiry = TimeSpan.FromSeconds(30) };
        var first = net.Client(options);
        await first.ConnectAsync(Token);
        await first.SubscribeAsync("t", MqttQoS.AtLeastOnce, _ => { }, Token);
        await first.StopAsync();
        await net.Env.Broker.PublishAsync(MqttMessage.FromText("t", "waited", MqttQoS.AtLeastOnce));
        await using var second = net.Client(options);
        var heard = new List<string>();
        second.MessageReceived += m => heard.Add(m.PayloadText);
        Assert.True((await second.ConnectAsync(Token)).SessionPresent);
        await net.Env.Context.SettleAsync();
        Assert.Equal(["waited"], heard);
    });

    [Theory]
    [InlineData("secret", MqttConnectOutcome.Connected)]
    [InlineData("wrong", MqttConnectOutcome.Refused)]
    [Mqtt5("4.12.0-3", "4.12.1-1")]
    public void It_authenticates_by_challenge_and_response(string password, MqttConnectOutcome expected)
    {
        static void Random(byte[] bytes) => new Random(3).NextBytes(bytes);
        var known = ScramCredentials.Of("secret", "salt"u8);
        ClientEnvironment.Run(new MqttBrokerOptions { AuthenticationMethods = [new ScramSha256Server(user => user == "op" ? known : null, Random)] }, async net =>
        {
            await using var client = net.Client(V5 with { Authentication = new ScramSha256Client("op", password, Random), ReconnectDelay = null });
            Assert.Equal(expected, (await client.ConnectAsync(Token)).Outcome);
            if (expected != MqttConnectOutcome.Connected) return;
            client.Reauthenticate();
            await net.Env.Context.SettleAsync();
            Assert.Equal(MqttClientState.Connected, client.State);
        });
    }

    [Fact]
    public void A_broker_that_does_not_know_the_password_is_left()
    {
        static void Random(byte[] bytes) => new Random(3).NextBytes(bytes);
        // What an impostor has: the right stored key, and no server key.
        var known = ScramCredentials.Of("secret", "salt"u8) with { ServerKey = new byte[32] };
        ClientEnvironment.Run(new MqttBrokerOptions { AuthenticationMethods = [new ScramSha256Server(_ => known, Random)] }, async net =>
        {
            await using var client = net.Client(V5 with { Authentication = new ScramSha256Client("op", "secret", Random), ReconnectDelay = null });
            var result = await client.ConnectAsync(Token);
            Assert.Equal(MqttConnectOutcome.ConnectionLost, result.Outcome);
            Assert.Contains("password", result.Error, StringComparison.Ordinal);
        });
    }
}
