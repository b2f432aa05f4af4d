using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.Mqtt.Client;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>A whole connection: the broker's side while another client is served, and our client's side. The input comes in pieces, short ones byte by byte.</summary>
internal static class ConnectionTargets
{
    private static readonly MqttBrokerOptions Bounded = new()
    {
        Limits = new MqttLimits { MaxPacketSize = 4_096, MaxQueuedMessages = 50, MaxSubscriptionsPerSession = 20, MaxUnreleased = 20, MaxTopicLevels = 16, MaxRetainedMessages = 20, MaxTopicAliases = 4 },
    };

    public static IEnumerable<FuzzTarget> All() =>
    [
        Broker(MqttProtocolVersion.V311),
        Broker(MqttProtocolVersion.V5),
        Client(MqttProtocolVersion.V311),
        Client(MqttProtocolVersion.V5),
    ];

    private static FuzzTarget Broker(MqttProtocolVersion version) => MqttTarget.Of(
        $"the broker's side of a connection, {version}",
        random => [.. RandomPackets.Of(MqttPacketType.Connect, version, random), .. Packets(version, fromClient: true, random)],
        input =>
        {
            var outcome = "";
            BrokerEnvironment.Run(Bounded, async env =>
            {
                var bystander = await env.SubscriberAsync("bystander", "alive");
                var client = env.Open(version: version);
                foreach (var piece in Pieces(input)) await client.SendBytesAsync(piece);
                outcome = env.Observer.Lines.LastOrDefault(l => l.StartsWith("failed", StringComparison.Ordinal) || l.StartsWith("disconnect", StringComparison.Ordinal))?.Split(' ')[^1] ?? "stays";
                client.TakeHex();
                await client.CloseAsync();
                if (!client.Served.IsCompletedSuccessfully) throw new InvalidOperationException($"the connection is not over: {client.Served.Status} {client.Served.Exception?.InnerException}");
                bystander.Take();
                await bystander.PublishAsync("alive", "yes");
                if (bystander.Take() is not [.., "PUBLISH alive yes"]) throw new InvalidOperationException("another client is not served");
            });
            return new FuzzOutcome(outcome);
        }) with
    {
        Share = 10, AllocatedPerByte = 4_000, AllocatedAnyway = 512 * 1024, // two connections with their pipes, and a turn of the context for each byte
    };

    private static FuzzTarget Client(MqttProtocolVersion version) => MqttTarget.Of(
        $"the client's side of a connection, {version}",
        random => Packets(version, fromClient: false, random),
        input =>
        {
            var outcome = "";
            WireBroker.Run(new MqttClientOptions { ClientId = "a", CleanSession = false, Version = version, MaxPacketSize = 4_096, ReceiveMaximum = 20 }, async broker =>
            {
                await broker.AcceptAsync();
                var client = broker.Client;
                Forget(client.PublishAsync(MqttMessage.FromText("a", "1", MqttQoS.AtLeastOnce)).AsTask());
                Forget(client.PublishAsync(MqttMessage.FromText("a", "2", MqttQoS.ExactlyOnce)).AsTask());
                Forget(client.SubscribeAsync("a/+", MqttQoS.AtLeastOnce, static _ => { }));
                foreach (var piece in Pieces(input)) await broker.Wire.SendBytesAsync(piece);
                outcome = $"{client.State}{(client.DisconnectReason is { } reason ? $" {reason}" : "")}";
            });
            return new FuzzOutcome(outcome);
        }) with
    {
        Share = 10, AllocatedPerByte = 4_000, AllocatedAnyway = 512 * 1024,
    };

    private static byte[] Packets(MqttProtocolVersion version, bool fromClient, Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => RandomPackets.Of(random.One(RandomPackets.Types(version, fromClient)), version, random))];

    private static IEnumerable<ReadOnlyMemory<byte>> Pieces(byte[] input)
    {
        var size = input.Length <= 100 ? 1 : 1 + (input[^1] % 97);
        for (var at = 0; at < input.Length; at += size) yield return input.AsMemory(at, Math.Min(size, input.Length - at));
    }

    /// <summary>How a request ends does not matter here; that it may fail when the client stops is no defect.</summary>
    private static void Forget(Task request) => _ = request.ContinueWith(static t => t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
