using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>mosquitto_pub and mosquitto_sub against our broker.</summary>
public class MosquittoClients_Tests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public Task What_mosquitto_pub_publishes_reaches_mosquitto_sub(int qos) => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        using var subscriber = Subscribe(broker, "-t", "line/+/speed", "-q", $"{qos}", "-C", "2", "-F", "%t %p %q %r");
        await broker.SubscribedAsync("line/+/speed");

        using var first = Publish(broker, "-t", "line/filler/speed", "-m", "12.5", "-q", $"{qos}");
        Assert.Equal(0, (await first.WaitAsync()).ExitCode);
        using var second = Publish(broker, "-t", "line/capper/speed", "-m", "é", "-q", $"{qos}", "-r");
        Assert.Equal(0, (await second.WaitAsync()).ExitCode);

        var (exitCode, lines) = await subscriber.WaitAsync();
        Assert.Equal(0, exitCode);
        Assert.Contains($"line/filler/speed 12.5 {qos} 0", lines);
        Assert.Contains($"line/capper/speed é {qos} 0", lines);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public Task Properties_of_MQTT_5_pass_from_mosquitto_pub_to_mosquitto_sub(int qos) => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        using var subscriber = ForeignProgram.Start(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "5", "-t", "$share/g/line/#", "-q", $"{qos}", "-C", "3",
            "-D", "subscribe", "subscription-identifier", "7", "-F", "%t %p %q %C %R %D %S");
        await broker.SubscribedAsync("$share/g/line/#");
        foreach (var topic in new[] { "line/1", "line/2", "line/1" })
        {
            using var publisher = ForeignProgram.Start(
                "mosquitto_pub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "5", "-t", topic, "-m", "x", "-q", $"{qos}",
                "-D", "publish", "content-type", "text/plain", "-D", "publish", "response-topic", "reply", "-D", "publish", "correlation-data", "42");
            Assert.Equal(0, (await publisher.WaitAsync()).ExitCode);
        }
        var (exitCode, lines) = await subscriber.WaitAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal(["line/1", "line/2", "line/1"], lines.Select(l => l.Split(' ')[0]));
        Assert.All(lines, l => Assert.EndsWith($" x {qos} text/plain reply 42 7", l, StringComparison.Ordinal));
    });

    [Fact]
    public Task A_refusal_of_MQTT_5_is_understood_by_mosquitto_pub() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker(new MqttBrokerOptions { Authorize = (_, _, _) => false });
        using var publisher = ForeignProgram.Start("mosquitto_pub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "5", "-t", "a", "-m", "x", "-q", "1", "-d");
        Assert.Contains((await publisher.WaitAsync()).Lines, l => l.Contains("Not authorized", StringComparison.OrdinalIgnoreCase) || l.Contains("RC:135", StringComparison.Ordinal));
    });

    [Fact]
    public Task A_retained_message_reaches_a_later_subscriber() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        using var publisher = Publish(broker, "-t", "a/b", "-m", "kept", "-r", "-q", "1");
        await publisher.WaitAsync();
        using var subscriber = Subscribe(broker, "-t", "a/#", "-C", "1", "-F", "%p %r");
        var (_, lines) = await subscriber.WaitAsync();
        Assert.Equal(["kept 1"], lines);
    });

    [Fact]
    public Task A_will_is_published_when_the_client_dies() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        var will = new TaskCompletionSource<string>();
        using var watching = broker.Broker.Subscribe("gone", m => will.TrySetResult(m.PayloadText));
        var client = Subscribe(broker, "-t", "x", "--will-topic", "gone", "--will-payload", "filler-1", "--will-qos", "1");
        await broker.SubscribedAsync("x");
        client.Dispose();
        Assert.Equal("filler-1", await will.Task.WaitAsync(TestContext.Current.CancellationToken));
    });

    [Fact]
    public Task Mosquitto_rr_gets_the_answer_to_its_request() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        await using var service = new MqttClient(new MqttClientOptions { ClientId = "service", Version = MqttProtocolVersion.V5 }, c => SocketPipe.ConnectAsync(broker.Port, c), TimeProvider.System);
        service.Subscribe("sum", MqttQoS.AtLeastOnce, request => service.TryPublish(new MqttMessage(request.Properties!.ResponseTopic!, "4"u8.ToArray(), MqttQoS.AtLeastOnce)
        {
            Properties = new MqttProperties { CorrelationData = request.Properties.CorrelationData },
        }));
        await service.ConnectAsync(TestContext.Current.CancellationToken);
        await broker.SubscribedAsync("sum");
        using var request = ForeignProgram.Start(
            "mosquitto_rr", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-t", "sum", "-e", "answers/rr", "-m", "2+2", "-q", "1", "-F", "%p %D", "-D", "publish", "correlation-data", "7");
        var (exitCode, lines) = await request.WaitAsync();
        Assert.Equal((0, "4 7"), (exitCode, Assert.Single(lines)));
    });

    [Fact]
    public Task Remove_retained_removes_them() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        await using var inbox = await Inbox.OpenAsync(broker.Port, "kept/+");
        foreach (var topic in new[] { "kept/1", "kept/2" })
        {
            using var publisher = Publish(broker, "-t", topic, "-m", "x", "-q", "1", "-r");
            Assert.Equal(0, (await publisher.WaitAsync()).ExitCode);
        }
        using var remover = Subscribe(broker, "-t", "kept/+", "--remove-retained"); // With -C it hangs after its DISCONNECT, with mosquitto too.
        await inbox.HasAsync(4);
        Assert.Equal(["x", "x", "", ""], inbox.Texts);
        Assert.Empty(broker.Broker.Retained("kept/#"));
    });

    [Fact]
    public Task A_will_of_MQTT_5_comes_after_its_delay_with_its_properties() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        await using var inbox = await Inbox.OpenAsync(broker.Port, "will");
        using var doomed = ForeignProgram.Start(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "5", "-t", "nothing", "-x", "30", "-c", "-i", "doomed", "--will-topic", "will", "--will-payload", "gone", "--will-qos", "2",
            "-D", "will", "will-delay-interval", "1", "-D", "will", "content-type", "text/plain", "-D", "will", "user-property", "why", "killed");
        await broker.SubscribedAsync("nothing");
        await doomed.KillAsync();
        await inbox.HasAsync(1);
        var will = inbox.Messages[0];
        Assert.Equal(("gone", MqttQoS.ExactlyOnce, "text/plain", "killed"), (will.PayloadText, will.QoS, will.Properties!.ContentType, will.Properties.UserProperties[0].Value));
        Assert.Contains("doomed", broker.Broker.Sessions);
    });

    [Fact]
    public Task A_persistent_session_keeps_messages_for_an_absent_client() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        using (var early = Subscribe(broker, "-t", "orders", "-q", "2", "-c", "-i", "mes", "-E"))
            Assert.Equal(0, (await early.WaitAsync()).ExitCode);
        foreach (var payload in new[] { "1", "2", "3" })
        {
            using var publisher = Publish(broker, "-t", "orders", "-m", payload, "-q", "2");
            Assert.Equal(0, (await publisher.WaitAsync()).ExitCode);
        }
        using var late = Subscribe(broker, "-t", "orders", "-q", "2", "-c", "-i", "mes", "-C", "3");
        var (_, lines) = await late.WaitAsync();
        Assert.Equal(["1", "2", "3"], lines);
    });

    [Fact]
    public Task A_wrong_password_is_refused_and_said_so() => LoopbackContext.RunAsync(async () =>
    {
        var options = new MqttBrokerOptions
        {
            Authenticate = (client, password, _) => ValueTask.FromResult(
                client.UserName is null ? MqttReasonCode.NotAuthorized
                : client.UserName == "op" && password.AsSpan().SequenceEqual("right"u8) ? MqttReasonCode.Success
                : MqttReasonCode.BadUserNameOrPassword),
        };
        await using var broker = new LoopbackBroker(options);

        using var right = Publish(broker, "-t", "a", "-m", "x", "-u", "op", "-P", "right");
        Assert.Equal(0, (await right.WaitAsync()).ExitCode);
        using var wrong = Publish(broker, "-t", "a", "-m", "x", "-u", "op", "-P", "guess");
        var (exitCode, lines) = await wrong.WaitAsync();
        Assert.NotEqual(0, exitCode);
        Assert.Contains(lines, l => l.Contains("bad user name or password", StringComparison.Ordinal));
        using var nobody = Publish(broker, "-t", "a", "-m", "x");
        Assert.Contains((await nobody.WaitAsync()).Lines, l => l.Contains("not authorised", StringComparison.Ordinal));
    });

    [Fact]
    public Task A_large_payload_arrives_whole() => LoopbackContext.RunAsync(async () =>
    {
        await using var broker = new LoopbackBroker();
        var received = new TaskCompletionSource<MqttMessage>();
        using var watching = broker.Broker.Subscribe("big", m => received.TrySetResult(m));
        var file = Path.GetTempFileName();
        try
        {
            var text = string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},"));
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            using var publisher = Publish(broker, "-t", "big", "-f", file, "-q", "1");
            Assert.Equal(0, (await publisher.WaitAsync()).ExitCode);
            Assert.Equal(text, Encoding.UTF8.GetString((await received.Task).Payload.Span));
        }
        finally
        {
            File.Delete(file);
        }
    });

    private static ForeignProgram Publish(LoopbackBroker broker, params string[] arguments) =>
        ForeignProgram.Start("mosquitto_pub", ["-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "311", .. arguments]);

    private static ForeignProgram Subscribe(LoopbackBroker broker, params string[] arguments) =>
        ForeignProgram.Start("mosquitto_sub", ["-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "311", .. arguments]);
}
