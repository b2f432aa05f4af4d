using System.Net;
using System.Net.Sockets;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.House;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Our client against mosquitto.</summary>
public class MosquittoBroker_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(MqttQoS.AtMostOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQoS.AtLeastOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQoS.ExactlyOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQoS.AtMostOnce, MqttProtocolVersion.V5)]
    [InlineData(MqttQoS.AtLeastOnce, MqttProtocolVersion.V5)]
    [InlineData(MqttQoS.ExactlyOnce, MqttProtocolVersion.V5)]
    public Task Our_client_publishes_and_receives(MqttQoS qos, MqttProtocolVersion version) => RunAsync(async port =>
    {
        await using var client = new MqttClient(
            new MqttClientOptions { ClientId = $"ours-{qos}", Version = version }, c => SocketPipe.ConnectAsync(port, c), TimeProvider.System);
        Assert.Equal(MqttConnectOutcome.Connected, (await client.ConnectAsync(Token)).Outcome);
        var received = new List<string>();
        var all = new TaskCompletionSource();
        var granted = await client.SubscribeAsync("t/#", qos, m =>
        {
            received.Add($"{m.Topic} {m.PayloadText} {m.QoS}");
            if (received.Count == 500) all.SetResult();
        }, Token);
        Assert.Equal((MqttSubscribeReturnCode)qos, granted);
        var publishing = Enumerable.Range(0, 500).Select(i => client.PublishAsync(MqttMessage.FromText($"t/{i}", $"{i}", qos), Token).AsTask()).ToList();
        Assert.All(await Task.WhenAll(publishing), r => Assert.Equal(MqttPublishResult.Done, r));
        await all.Task;
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"t/{i} {i} {qos}"), received);
    });

    [Fact]
    public Task A_persistent_session_is_resumed() => RunAsync(async port =>
    {
        var first = Client(port, "ours", clean: false);
        await first.ConnectAsync(Token);
        await first.SubscribeAsync("t", MqttQoS.ExactlyOnce, _ => { }, Token);
        await first.StopAsync();
        var sent = await MqttOnce.PublishAsync(
            new MqttClientOptions { ClientId = "other" }, c => SocketPipe.ConnectAsync(port, c), [MqttMessage.FromText("t", "waited", MqttQoS.ExactlyOnce)], TimeProvider.System, Token);
        Assert.Equal(1, sent.Published);

        await using var second = Client(port, "ours", clean: false);
        var message = new TaskCompletionSource<string>();
        second.Subscribe("t", MqttQoS.ExactlyOnce, m => message.TrySetResult(m.PayloadText));
        Assert.True((await second.ConnectAsync(Token)).SessionPresent);
        Assert.Equal("waited", await message.Task);
    });

    [Fact]
    public Task What_MQTT_5_adds_passes_through_mosquitto() => RunAsync(async port =>
    {
        await using var client = new MqttClient(
            new MqttClientOptions { ClientId = "", Version = MqttProtocolVersion.V5 }, c => SocketPipe.ConnectAsync(port, c), TimeProvider.System);
        var heard = new TaskCompletionSource<MqttMessage>();
        var granted = client.SubscribeAsync(new SubscribeFilter("t", MqttQoS.AtLeastOnce, RetainAsPublished: true), heard.SetResult, identifier: 5, Token);
        var result = await client.ConnectAsync(Token);
        Assert.False(string.IsNullOrEmpty(result.Properties!.AssignedClientIdentifier));
        Assert.Equal(MqttSubscribeReturnCode.GrantedAtLeastOnce, await granted);
        var sent = new MqttMessage("t", "x"u8.ToArray(), MqttQoS.AtLeastOnce, retain: true)
        {
            Properties = new MqttProperties { MessageExpiryInterval = 60, ContentType = "c", ResponseTopic = "r", CorrelationData = "d"u8.ToArray(), UserProperties = [new("k", "1"), new("k", "2")] },
        };
        Assert.True((await client.PublishAsync(sent, Token)).IsDone);
        var message = await heard.Task;
        Assert.True(message.Retain);
        Assert.Equal(("c", "r", 5, 2), (message.Properties!.ContentType, message.Properties.ResponseTopic, message.Properties.SubscriptionIdentifiers[0], message.Properties.UserProperties.Count));
        var nobody = await client.PublishAsync(MqttMessage.FromText("nobody/hears", "x", MqttQoS.AtLeastOnce), Token);
        Assert.Equal(new MqttPublishResult(IsDone: true, MqttReasonCode.NoMatchingSubscribers), nobody);
    });

    [Fact]
    public Task Retained_and_will_are_understood() => RunAsync(async port =>
    {
        await MqttOnce.PublishAsync(
            new MqttClientOptions { ClientId = "p" }, c => SocketPipe.ConnectAsync(port, c), [MqttMessage.FromText("r", "kept", MqttQoS.AtLeastOnce, retain: true)], TimeProvider.System, Token);
        var collected = await MqttOnce.CollectAsync(
            new MqttClientOptions { ClientId = "c" }, c => SocketPipe.ConnectAsync(port, c), ["r"], MqttQoS.AtLeastOnce, 1, TimeSpan.FromSeconds(30), TimeProvider.System, Token);
        var message = Assert.Single(collected.Messages);
        Assert.Equal("kept", message.PayloadText);
        Assert.True(message.Retain);

        await using var watcher = Client(port, "watcher");
        await watcher.ConnectAsync(Token);
        var will = new TaskCompletionSource<string>();
        await watcher.SubscribeAsync("will", MqttQoS.AtLeastOnce, m => will.TrySetResult(m.PayloadText), Token);
        TcpClient? socket = null;
        await using var doomed = new MqttClient(
            new MqttClientOptions { ClientId = "doomed", Will = MqttMessage.FromText("will", "gone", MqttQoS.AtLeastOnce), ReconnectDelay = null },
            async c =>
            {
                socket = new TcpClient();
                await socket.ConnectAsync(IPAddress.Loopback, port, c);
                return new SocketPipe(socket);
            },
            TimeProvider.System);
        await doomed.ConnectAsync(Token);
        socket!.Dispose();
        Assert.Equal("gone", await will.Task);
    });

    [Fact]
    public Task It_comes_back_after_a_restart_of_the_broker() => LoopbackContext.RunAsync(async () =>
    {
        var port = TestPorts.Take(1);
        var first = await StartAsync(port);
        await using var client = new MqttClient(
            new MqttClientOptions { ClientId = "ours", ReconnectDelay = TimeSpan.FromMilliseconds(50) }, c => SocketPipe.ConnectAsync(port, c), TimeProvider.System);
        var heard = new TaskCompletionSource<string>();
        client.Subscribe("t", MqttQoS.AtLeastOnce, m => heard.TrySetResult(m.PayloadText));
        await client.ConnectAsync(Token);
        var lost = new TaskCompletionSource();
        client.StateChanged += state =>
        {
            if (state == MqttClientState.Connecting) lost.TrySetResult();
        };
        first.Dispose();
        await lost.Task;
        var waiting = client.PublishAsync(MqttMessage.FromText("t", "queued", MqttQoS.AtLeastOnce), Token);
        using var second = await StartAsync(port);
        Assert.Equal(MqttPublishResult.Done, await waiting);
        Assert.Equal("queued", await heard.Task);
    });

    private static MqttClient Client(int port, string clientId, bool clean = true) =>
        new(new MqttClientOptions { ClientId = clientId, CleanSession = clean }, c => SocketPipe.ConnectAsync(port, c), TimeProvider.System);

    private static Task RunAsync(Func<int, Task> test) => LoopbackContext.RunAsync(async () =>
    {
        var port = TestPorts.Take(1);
        using var broker = await StartAsync(port);
        await test(port);
    });

    private static async Task<ForeignProgram> StartAsync(int port)
    {
        // Without a configuration mosquitto listens on loopback only, for anybody. It says so before it listens, with a word that it uses once more when it does: "clients running on this machine".
        var broker = ForeignProgram.Start("mosquitto", "-p", $"{port}", "-v");
        await broker.ReadUntilAsync("local only mode");
        await broker.ReadUntilAsync("running");
        return broker;
    }
}
