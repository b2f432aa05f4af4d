using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Networks;
using TrainingLab.Factory.Services.Faults;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Network;

namespace TrainingLab.Factory.Services;

/// <summary>The plant's MQTT broker on its node.</summary>
public sealed class MqttBrokerService : IFaultyComponent, IMqttBrokerObserver
{
    /// <summary>Longest payload that is written into evidence as text, in bytes.</summary>
    public const int EvidencePayload = 4096;

    private readonly BrokerDefinition definition;
    private readonly FactoryContext context;
    private readonly BrokerFaults faults;
    private readonly BrokerListeners listeners;
    private bool isStarted;

    public MqttBrokerService(BrokerDefinition definition, IReadOnlyList<TimedFault> timed, FactoryContext context)
    {
        this.definition = definition;
        this.context = context;
        Sparkplug = new SparkplugWatch(context.Clock);
        Broker = new MqttBroker(new MqttBrokerOptions(), context.ClockOf(definition.Id), this);
        faults = new BrokerFaults(definition, timed, Broker, context);
        listeners = new BrokerListeners(definition, Broker, context);
        Settings = BrokerSettings.Of(definition, user => SaltOf(user, TimeSpan.Zero));
        Use(Settings);
    }

    /// <inheritdoc/>
    public string Name => $"broker/{definition.Id}";

    /// <summary>The broker itself.</summary>
    public MqttBroker Broker { get; }

    /// <summary>What it sees of Sparkplug B.</summary>
    public SparkplugWatch Sparkplug { get; }

    /// <summary>Users, rules, limits and listeners, as they are now.</summary>
    public BrokerSettings Settings { get; private set; }

    /// <summary>Port of TLS; null where the scenario has none.</summary>
    public int? TlsPort => definition.Tls?.Port;

    /// <summary>Port without TLS.</summary>
    public int Port => definition.Port;

    /// <summary>Whether students may look at the settings and change them.</summary>
    public bool IsAdministrated => definition.Administration;

    /// <inheritdoc/>
    public string Id => definition.Id;

    /// <inheritdoc/>
    public IEnumerable<(string Id, string Kind)> Faults => definition.Faults.Select(static f => (f.Id, f.Kind.ToString()));

    /// <inheritdoc/>
    public bool? IsFaultActing(string id) => faults.IsActing(id);

    /// <inheritdoc/>
    public FactoryInput SwitchFault(string id, bool? on) => new(Name, new JsonObject { ["fault"] = id, ["on"] = on });

    /// <inheritdoc/>
    public void Start()
    {
        isStarted = true;
        listeners.Use(Settings);
        faults.Start();
    }

    /// <summary>
    /// Takes other settings while it runs: subscriptions that are no longer allowed are taken away, and whoever could not log in any more as he did is disconnected. Sessions stay.
    /// </summary>
    /// <param name="who">Who does it; null for the lab itself.</param>
    /// <param name="command">What was asked for, without passwords, as evidence has it.</param>
    /// <param name="changed">The settings from now on.</param>
    public ValueTask ChangeAsync(PlantPeer? who, string command, BrokerSettings changed)
    {
        var input = new FactoryInput(Name, new JsonObject { ["settings"] = changed.ChangesSince(Settings) });
        Use(changed);
        return context.ChangedAsync(who, "mqtt", "configure", definition.Id, "Success", new JsonObject { ["command"] = command }, input);
    }

    /// <summary>Ends the connections that stand on a name's certificate, because it has been revoked.</summary>
    public void DisconnectCertified(string name)
    {
        foreach (var client in Broker.Clients.Where(c => c.Peer.CertifiedUser == name))
            Broker.DisconnectClient(client.ClientId, MqttReasonCode.AdministrativeAction);
    }

    /// <summary>What the broker keeps of a new password. Its salt is made of name and time, so that a run can be repeated, and not of the seed, which whoever logs in by SCRAM could then search for.</summary>
    public ScramCredentials CredentialsOf(string user, string password) => ScramCredentials.Of(password, SaltOf(user, context.Clock.Elapsed));

    /// <inheritdoc/>
    public JsonNode Save()
    {
        var state = Broker.Save();
        state["settings"] = Settings.Save();
        if (faults.Save() is { } ofFaults)
            state["scheduledFaults"] = ofFaults;
        return state;
    }

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        if (state["settings"] is { } settings)
            Use(BrokerSettings.Load(settings));
        Broker.Load(state);
        if (state["scheduledFaults"] is JsonObject ofFaults)
            faults.Load(ofFaults);
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload)
    {
        if (payload["settings"] is JsonObject changes)
        {
            Use(Settings.With(changes));
            return ValueTask.CompletedTask;
        }

        if ((string?)payload["fault"] is { } fault)
        {
            faults.Switch(fault, (bool?)payload["on"]);
            return ValueTask.CompletedTask;
        }

        return Broker.PublishAsync(new MqttMessage(
            (string)payload["topic"]!,
            Convert.FromBase64String((string)payload["payload"]!),
            (MqttQoS)(int)payload["qos"]!,
            (bool)payload["retain"]!));
    }

    /// <summary>
    /// Reads <c>clients</c>, <c>sparkplug/{group}/{node}</c> and <c>sparkplug/STATE/{host}</c> (<see cref="SparkplugWatch.Read"/>), <c>retained/{topic…}</c>, the payload as text, and <c>retained/{topic…}#{member}</c>, a member of a payload in JSON by dotted path.
    /// A topic that is published to has no <c>#</c>. <c>faults/{fault}</c> (whether it acts), <c>sessions</c> and <c>sessions/{client}/user|connected|subscriptions|queued</c>, <c>certificates</c> (names with a client certificate) and
    /// <c>certificates/{name}/revoked</c>; beside them what <see cref="BrokerSettings.Read"/> reads.
    /// </summary>
    public JsonNode? Read(ReadOnlySpan<string> path)
    {
        if (path is ["clients"])
            return new JsonArray([.. Broker.Clients.Select(c => (JsonNode)JsonValue.Create(c.ClientId)!)]);
        if (path is ["faults", var fault])
            return faults.IsActing(fault) is { } acts ? JsonValue.Create(acts) : null;
        if (path is ["sparkplug", var group, var node])
            return Sparkplug.Read(group, node);
        if (path is ["sessions", ..])
            return ReadSessions(path[1..]);
        if (path is ["certificates", ..])
            return context.Authority?.ReadClients(path[1..]);
        if (path.Length < 2 || path[0] != "retained")
            return Settings.Read(path);
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

    private JsonNode? ReadSessions(ReadOnlySpan<string> path)
    {
        if (path.Length == 0)
            return new JsonArray([.. Broker.Sessions.Select(s => (JsonNode)JsonValue.Create(s)!)]);
        var client = path[0];
        if (path.Length != 2 || Broker.SessionViews.FirstOrDefault(s => s.ClientId == client) is not { } session)
            return null;
        return path[1] switch
        {
            "user" => JsonValue.Create(session.UserName),
            "connected" => JsonValue.Create(session.IsConnected),
            "subscriptions" => new JsonArray([.. session.Subscriptions.Select(s => (JsonNode)JsonValue.Create(s.Filter)!)]),
            "queued" => JsonValue.Create(session.Queued),
            _ => null,
        };
    }

    /// <summary>The same, with as much for subscriptions and for retained messages as one plant of many may take for clients.</summary>
    private static MqttLimits InPlant(MqttLimits limits) => limits with
    {
        MaxSubscriptionBytes = Math.Min(limits.MaxSubscriptionBytes, BrokerLimits.MostMemoryInPlant * 1024L * 1024),
        MaxRetainedBytes = Math.Min(limits.MaxRetainedBytes, BrokerLimits.MostMemoryInPlant * 1024L * 1024),
    };

    private void Use(BrokerSettings settings)
    {
        var before = Settings;
        Settings = settings;
        var users = new UserDirectory(settings.Users, settings.Anonymous, context.Clock);
        Broker.Options.Limits = InPlant(settings.Limits.ForBroker());
        Broker.Options.Authenticate = users.AuthenticateAsync;
        Broker.Options.AuthenticationMethods = settings.Users.IsEmpty ? [] : [users.Guard(new ScramSha256Server(users.Find, static bytes => RandomNumberGenerator.Fill(bytes)))];
        Broker.Options.Authorize = settings.Rules is { } rules ? new AccessRules(rules).Allows : null;
        if (isStarted)
            listeners.Use(settings);
        Broker.EnforceAccess();
        foreach (var client in Broker.Clients)
        {
            if (!settings.StillLetsIn(client, before))
                Broker.DisconnectClient(client.ClientId, MqttReasonCode.AdministrativeAction);
        }
    }

    private byte[] SaltOf(string user, TimeSpan at) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{definition.Id}/{user}/{at.Ticks}")))[..16];

    async ValueTask IMqttBrokerObserver.ConnectAnsweredAsync(MqttClientIdentity client, MqttReasonCode code, bool cleanSession, bool sessionPresent, MqttMessage? will)
    {
        if (code == MqttReasonCode.Success)
            Sparkplug.Connected(client, will, cleanSession);
        await ChangedAsync(client, "CONNECT", definition.Id, OutcomeOf(code), new JsonObject { ["cleanSession"] = cleanSession });
    }

    ValueTask IMqttBrokerObserver.WillPublishedAsync(MqttClientIdentity client, MqttMessage will)
    {
        Sparkplug.Published(client, will);
        // Nobody waits for an answer to it. What a resumed factory has to know of it is what it has to know of any message.
        var input = will.QoS != MqttQoS.AtMostOnce || will.Retain || IsCommand(will.Topic) ? InputOf(will) : null;
        context.Observed(
            PlantPeers.Read(client.Peer.Node, client.Peer.Address, client.Peer.Account), "mqtt", "WILL", $"{definition.Id}/{will.Topic}", nameof(MqttPublishOutcome.Accepted), Describe(client, will), input);
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
            if (result.IsGranted)
                Sparkplug.Subscribed(client, result.Filter, result.Requested);
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
