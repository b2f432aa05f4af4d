using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Networks;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Sparkplug;

namespace TrainingLab.Factory.Services;

/// <summary>The plant's MQTT broker on its node.</summary>
public sealed class MqttBrokerService : IFactoryComponent, IMqttBrokerObserver
{
    /// <summary>Longest payload that is written into evidence as text, in bytes.</summary>
    public const int EvidencePayload = 4096;

    private readonly BrokerDefinition definition;
    private readonly FactoryContext context;

    public MqttBrokerService(BrokerDefinition definition, FactoryContext context)
    {
        this.definition = definition;
        this.context = context;
        var options = new MqttBrokerOptions { Authenticate = Authenticate };
        Sparkplug = new SparkplugWatch(context.Clock);
        Broker = new MqttBroker(options, context.ClockOf(definition.Id), this);
    }

    /// <inheritdoc/>
    public string Name => $"broker/{definition.Id}";

    /// <summary>The broker itself.</summary>
    public MqttBroker Broker { get; }

    /// <summary>What it sees of Sparkplug B.</summary>
    public SparkplugWatch Sparkplug { get; }

    /// <inheritdoc/>
    /// <remarks>A connection that the network cuts has been lost, and its will is published: only the end of the factory is the broker's own.</remarks>
    public void Start() => context.Network.Listen(definition.Id, definition.Port, (transport, peer, _) =>
        Broker.ServeAsync(transport, new MqttPeer(peer.Host, PlantPeers.AddressOf(peer), peer.Account, context.ConnectionTime(peer)), context.Stopping));

    /// <inheritdoc/>
    public JsonNode Save() => Broker.Save();

    /// <inheritdoc/>
    public void Load(JsonNode state) => Broker.Load(state);

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload) => Broker.PublishAsync(new MqttMessage(
        (string)payload["topic"]!,
        Convert.FromBase64String((string)payload["payload"]!),
        (MqttQoS)(int)payload["qos"]!,
        (bool)payload["retain"]!));

    /// <summary>
    /// Reads <c>clients</c>, <c>sparkplug/{group}/{node}</c> and <c>sparkplug/STATE/{host}</c> (<see cref="SparkplugWatch.Read"/>), <c>retained/{topic…}</c>, the payload as text, and <c>retained/{topic…}#{member}</c>, a member of a payload in JSON by dotted path.
    /// A topic that is published to has no <c>#</c>.
    /// </summary>
    public JsonNode? Read(ReadOnlySpan<string> path)
    {
        if (path is ["clients"])
            return new JsonArray([.. Broker.Clients.Select(c => (JsonNode)JsonValue.Create(c.ClientId)!)]);
        if (path is ["sparkplug", var group, var node])
            return Sparkplug.Read(group, node);
        if (path.Length < 2 || path[0] != "retained")
            return null;
        var topic = string.Join('/', path[1..].ToArray());
        var member = topic.IndexOf('#', StringComparison.Ordinal);
        var found = Broker.Retained(member < 0 ? topic : topic[..member]);
        if (found.Count == 0)
            return null;
        return member < 0 ? JsonValue.Create(found[0].PayloadText) : MemberOf(PayloadOf(found[0]), topic[(member + 1)..]);
    }

    private static JsonNode? MemberOf(JsonNode? payload, string path)
    {
        foreach (var name in path.Split('.'))
            payload = (payload as JsonObject)?[name];
        return payload;
    }

    private ValueTask<MqttReasonCode> Authenticate(MqttClientIdentity client, byte[]? password, CancellationToken cancellation) =>
        ValueTask.FromResult(
            client.UserName is null
                ? definition.Anonymous ? MqttReasonCode.Success : MqttReasonCode.NotAuthorized
                : definition.Users.Count == 0 && definition.Anonymous ? MqttReasonCode.Success
                : definition.Users.TryGetValue(client.UserName, out var expected) && password is { } given && Encoding.UTF8.GetString(given) == expected
                    ? MqttReasonCode.Success
                    : MqttReasonCode.BadUserNameOrPassword);

    async ValueTask IMqttBrokerObserver.ConnectAnsweredAsync(MqttClientIdentity client, MqttReasonCode code, bool cleanSession, bool sessionPresent, MqttMessage? will)
    {
        if (code == MqttReasonCode.Success)
            Sparkplug.Connected(client, will, cleanSession);
        await ChangedAsync(client, "CONNECT", definition.Id, OutcomeOf(code), new JsonObject { ["cleanSession"] = cleanSession });
    }

    ValueTask IMqttBrokerObserver.WillPublishedAsync(MqttClientIdentity client, MqttMessage will)
    {
        Sparkplug.Published(client, will);
        return ValueTask.CompletedTask;
    }

    ValueTask IMqttBrokerObserver.DisconnectedAsync(MqttClientIdentity client, MqttDisconnectReason reason, MqttReasonCode? error)
    {
        Sparkplug.Disconnected(client, onPurpose: reason == MqttDisconnectReason.Disconnected);
        return ValueTask.CompletedTask;
    }

    async ValueTask IMqttBrokerObserver.SubscribedAsync(MqttClientIdentity client, IReadOnlyList<MqttSubscribeResult> results)
    {
        foreach (var result in results)
        {
            await ChangedAsync(client, "SUBSCRIBE", $"{definition.Id}/{result.Filter}", result.ReturnCode.ToString(), new JsonObject
            {
                ["filter"] = result.Filter,
                ["qos"] = (int)result.Requested,
            });
        }
    }

    async ValueTask IMqttBrokerObserver.UnsubscribedAsync(MqttClientIdentity client, IReadOnlyList<string> filters)
    {
        foreach (var filter in filters)
            await ChangedAsync(client, "UNSUBSCRIBE", $"{definition.Id}/{filter}", "Success", new JsonObject { ["filter"] = filter });
    }

    /// <summary>The outcome's name in evidence: those of MQTT 3.1.1 have had theirs from the beginning.</summary>
    private static string OutcomeOf(MqttReasonCode code) => code switch
    {
        MqttReasonCode.Success => "Accepted",
        MqttReasonCode.UnsupportedProtocolVersion => "UnacceptableProtocolVersion",
        MqttReasonCode.ClientIdentifierNotValid => "IdentifierRejected",
        _ => code.ToString(),
    };

    ValueTask IMqttBrokerObserver.PublishedAsync(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome)
    {
        Note(client, message, outcome);
        var input = outcome == MqttPublishOutcome.Accepted ? InputOf(message) : null;
        return context.ChangedAsync(PlantPeers.Read(client.Peer.Node, client.Peer.Address, client.Peer.Account), "mqtt", "PUBLISH", $"{definition.Id}/{message.Topic}", outcome.ToString(), Describe(client, message), input);
    }

    void IMqttBrokerObserver.PublishedAtMostOnce(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome)
    {
        Note(client, message, outcome);
        if (client.Peer.Account is null)
            return;
        var input = outcome == MqttPublishOutcome.Accepted && (message.Retain || IsCommand(message.Topic)) ? InputOf(message) : null;
        context.Observed(
            PlantPeers.Read(client.Peer.Node, client.Peer.Address, client.Peer.Account), "mqtt", "PUBLISH", $"{definition.Id}/{message.Topic}", outcome.ToString(), Describe(client, message), input);
    }

    /// <summary>What reached nobody is no part of the traffic; what a fault swallowed has been sent all the same.</summary>
    private void Note(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome)
    {
        if (outcome is not (MqttPublishOutcome.NotAuthorized or MqttPublishOutcome.ReservedTopic))
            Sparkplug.Published(client, message);
    }

    /// <summary>Whether a message tells an edge node of the plant to do something, which a resumed factory has to be told again.</summary>
    private static bool IsCommand(string topic) => SparkplugTopic.TryParse(topic, out var parsed) && parsed.Type is SparkplugMessageType.NCmd or SparkplugMessageType.DCmd;

    private FactoryInput InputOf(MqttMessage message) => new(Name, new JsonObject
    {
        ["topic"] = message.Topic,
        ["payload"] = Convert.ToBase64String(message.Payload.Span),
        ["qos"] = (int)message.QoS,
        ["retain"] = message.Retain,
    });

    private ValueTask ChangedAsync(MqttClientIdentity client, string operation, string target, string outcome, JsonObject arguments)
    {
        if (client.Peer.Account is null)
            return ValueTask.CompletedTask;
        arguments["client"] = client.ClientId;
        return context.ChangedAsync(PlantPeers.Read(client.Peer.Node, client.Peer.Address, client.Peer.Account), "mqtt", operation, target, outcome, arguments);
    }

    private static JsonObject Describe(MqttClientIdentity client, MqttMessage message) => new()
    {
        ["client"] = client.ClientId,
        ["topic"] = message.Topic,
        ["qos"] = (int)message.QoS,
        ["retain"] = message.Retain,
        ["length"] = message.Payload.Length,
        ["payload"] = PayloadOf(message),
    };

    /// <summary>A payload as checks address it: JSON as such, anything else as text, cut to a bounded length.</summary>
    private static JsonNode? PayloadOf(MqttMessage message)
    {
        if (message.Payload.Length <= EvidencePayload)
        {
            try
            {
                return JsonNode.Parse(message.Payload.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            }
            catch (JsonException)
            {
                // It is no JSON.
            }
        }

        return JsonValue.Create(Encoding.UTF8.GetString(message.Payload.Span[..Math.Min(message.Payload.Length, EvidencePayload)]));
    }
}
