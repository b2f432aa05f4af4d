using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.Mqtt.Client;
using TrainingLab.Tests.Mqtt.Packets;
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
        AuthenticatedBroker(),
        AuthenticatingClient(),
    ];

    private static FuzzTarget Broker(MqttProtocolVersion version) => MqttTarget.Of(
        $"the broker's side of a connection, {version}",
        random => [.. RandomPackets.Of(MqttPacketType.Connect, version, random), .. Packets(version, fromClient: true, random)],
        input => Serve(Bounded, version, input)) with
    {
        Share = 40, AllocatedPerByte = 4_000, AllocatedAnyway = 512 * 1024, // two connections with their pipes, and a turn of the context for each byte
    };

    /// <summary>From a CONNECT with a method on, through its AUTH, and often once more.</summary>
    private static FuzzTarget AuthenticatedBroker() => MqttTarget.Of(
        "the broker's side of an authentication",
        static random =>
        {
            var (first, final) = TransportTargets.Halves(TransportTargets.Exchange().FromClient);
            var connect = new ConnectPacket { ProtocolLevel = 5, ClientId = "a", CleanSession = true, KeepAlive = 0, Properties = Scram(first) };
            byte[] exchange = [.. Write(connect.Write), .. Write(new AuthPacket(MqttReasonCode.ContinueAuthentication, Scram(final)).Write)];
            byte[] again = [.. Write(new AuthPacket(MqttReasonCode.ReAuthenticate, Scram(first)).Write), .. Write(new AuthPacket(MqttReasonCode.ContinueAuthentication, Scram(final)).Write)];
            return random.Next(2) == 0 ? [.. exchange, .. Packets(MqttProtocolVersion.V5, fromClient: true, random)] : [.. exchange, .. again];
        },
        static input => Serve(new MqttBrokerOptions { Limits = Bounded.Limits, AuthenticationMethods = [TransportTargets.Server] }, MqttProtocolVersion.V5, input)) with
    {
        Share = 20, AllocatedPerByte = 4_000, AllocatedAnyway = 512 * 1024,
    };

    private static FuzzOutcome Serve(MqttBrokerOptions options, MqttProtocolVersion version, byte[] input)
    {
        var outcome = "";
        BrokerEnvironment.Run(options, async env =>
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
    }

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
        Share = 40, AllocatedPerByte = 4_000, AllocatedAnyway = 512 * 1024,
    };

    /// <summary>From what answers its CONNECT on: AUTH and CONNACK, as well as what may follow.</summary>
    private static FuzzTarget AuthenticatingClient() => MqttTarget.Of(
        "the client's side of an authentication",
        static random =>
        {
            var (challenge, proof) = TransportTargets.Halves(TransportTargets.Exchange().FromBroker);
            var accepted = Scram(proof) with { ReceiveMaximum = 5, TopicAliasMaximum = 3, ServerKeepAlive = 7, MaximumPacketSize = 500, AssignedClientIdentifier = "b", WildcardSubscriptionAvailable = false };
            byte[] exchange = [.. Write(new AuthPacket(MqttReasonCode.ContinueAuthentication, Scram(challenge)).Write), .. Write(new ConnAckPacket(false, MqttReasonCode.Success, accepted).Write)];
            return [.. exchange, .. Packets(MqttProtocolVersion.V5, fromClient: false, random)];
        },
        static input =>
        {
            var outcome = "";
            WireBroker.Run(new MqttClientOptions { ClientId = "", Version = MqttProtocolVersion.V5, MaxPacketSize = 4_096, Authentication = TransportTargets.Person, ReconnectDelay = null }, async broker =>
            {
                broker.Client.Start();
                Forget(broker.Client.SubscribeAsync("a/+", MqttQoS.AtLeastOnce, static _ => { }));
                Forget(broker.Client.PublishAsync(MqttMessage.FromText("a", "2", MqttQoS.ExactlyOnce)).AsTask());
                await broker.SettleAsync();
                foreach (var piece in Pieces(input)) await broker.Wire.SendBytesAsync(piece);
                outcome = broker.Client.LastConnect is { } last ? $"{last.Outcome} {last.ReturnCode}" : "no answer yet";
            });
            return new FuzzOutcome(outcome);
        }) with
    {
        Share = 20, AllocatedPerByte = 4_000, AllocatedAnyway = 512 * 1024,
    };

    private static MqttProperties Scram(byte[] data) => new() { AuthenticationMethod = TransportTargets.Person.Method, AuthenticationData = data };

    private static byte[] Write(PacketTestBytes.PacketWrite write) => PacketTestBytes.Write(write, MqttProtocolVersion.V5);

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
