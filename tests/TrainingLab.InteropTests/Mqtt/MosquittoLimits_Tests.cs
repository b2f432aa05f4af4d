using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Our client with a mosquitto that takes less than all: it keeps to what CONNACK says, where mosquitto would close the connection.</summary>
public sealed class MosquittoLimits_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task Its_receive_maximum_is_not_exceeded() => RunAsync("max_inflight_messages 2", async client =>
    {
        var result = await client.ConnectAsync(Token);
        Assert.Equal((ushort)2, result.Properties!.ReceiveMaximum);
        var publishing = Enumerable.Range(0, 100).Select(i => client.PublishAsync(MqttMessage.FromText("t", $"{i}", (MqttQoS)(1 + (i % 2))), Token).AsTask()).ToList();
        Assert.All(await Task.WhenAll(publishing), r => Assert.True(r.IsDone));
        Assert.Null(client.DisconnectReason);
    });

    [Fact]
    public Task What_it_does_not_take_is_refused_here() => RunAsync("max_packet_size 200\nretain_available false\nmax_qos 1", async client =>
    {
        var result = await client.ConnectAsync(Token);
        Assert.Equal((200u, MqttQoS.AtLeastOnce, false), (result.Properties!.MaximumPacketSize, result.Properties.MaximumQoS, result.Properties.RetainAvailable));
        Assert.Equal(MqttPublishResult.Stopped, await client.PublishAsync(MqttMessage.FromText("t", new string('x', 300), MqttQoS.AtLeastOnce), Token));
        Assert.Equal(MqttReasonCode.QoSNotSupported, (await client.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.ExactlyOnce), Token)).Reason);
        Assert.Equal(MqttReasonCode.RetainNotSupported, (await client.PublishAsync(MqttMessage.FromText("t", "x", retain: true), Token)).Reason);
        Assert.True((await client.PublishAsync(MqttMessage.FromText("t", "x", MqttQoS.AtLeastOnce), Token)).IsDone);
        Assert.Null(client.DisconnectReason);
    });

    [Fact]
    public Task A_client_without_an_identifier_comes_back_with_the_one_it_was_given() => LoopbackContext.RunAsync(async () =>
    {
        using var broker = new MosquittoServer();
        await broker.StartAsync();
        await using var client = Client(broker.Port);
        var heard = new TaskCompletionSource<string>();
        client.Subscribe("t", MqttQoS.AtLeastOnce, m => heard.TrySetResult(m.PayloadText));
        Assert.False((await client.ConnectAsync(Token)).SessionPresent);
        var assigned = client.AssignedClientId;
        var back = new TaskCompletionSource<bool>();
        var isLost = false;
        client.StateChanged += state =>
        {
            if (state == MqttClientState.Connecting) isLost = true;
            else if (isLost) back.TrySetResult(client.LastConnect!.SessionPresent);
        };
        await broker.StopAsync();
        await broker.StartAsync();
        Assert.True(await back.Task);
        Assert.Equal(assigned, client.AssignedClientId);
        await client.PublishAsync(MqttMessage.FromText("t", "again", MqttQoS.AtLeastOnce), Token);
        Assert.Equal("again", await heard.Task);
    });

    private static MqttClient Client(int port) => new(
        new MqttClientOptions { ClientId = "", Version = MqttProtocolVersion.V5, CleanSession = false, ReconnectDelay = TimeSpan.FromMilliseconds(50) },
        c => SocketPipe.ConnectAsync(port, c),
        TimeProvider.System);

    private static Task RunAsync(string configuration, Func<MqttClient, Task> test) => LoopbackContext.RunAsync(async () =>
    {
        using var broker = new MosquittoServer();
        await broker.StartAsync(configuration);
        await using var client = Client(broker.Port);
        await test(client);
    });
}
