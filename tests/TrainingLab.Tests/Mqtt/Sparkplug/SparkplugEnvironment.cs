using System.Globalization;
using System.IO.Pipelines;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Hosts;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Mqtt.Sparkplug.Validation;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Sparkplug;

/// <summary>Our broker in memory, with a validator that sees what is published there. A test that does not say otherwise must break no rule.</summary>
internal sealed class SparkplugEnvironment : IMqttBrokerObserver
{
    private readonly List<(string Client, IDuplexPipe Near, IDuplexPipe Far)> connections = [];

    private SparkplugEnvironment(SerialContext context)
    {
        Context = context;
        Time = new FakeTime(context);
        Broker = new MqttBroker(new MqttBrokerOptions(), Time, this);
    }

    public SerialContext Context { get; }

    public FakeTime Time { get; }

    public MqttBroker Broker { get; }

    public SparkplugValidator Validator { get; } = new();

    /// <summary>What came to the broker, one short line each, since it was last asked.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Clients that cannot reach the broker.</summary>
    public HashSet<string> Unreachable { get; } = [];

    /// <summary>Runs a test in which no required rule may be broken.</summary>
    public static void Run(Func<SparkplugEnvironment, Task> test) => RunBreaking([], test);

    /// <summary>Runs a test in which these required rules have to be broken, and no others.</summary>
    public static void RunBreaking(IReadOnlyList<string> rules, Func<SparkplugEnvironment, Task> test) => SerialContext.Run(async context =>
    {
        var env = new SparkplugEnvironment(context);
        await test(env);
        var broken = env.Validator.Violations.Where(v => v.Rule.IsMust).ToList();
        Assert.Empty(broken.Where(v => !rules.Contains(v.Rule.Id)).Select(v => $"{v.Rule.Id} {v.Topic} {v.Metric}: {v.Expected}, not {v.Found}"));
        Assert.Equal(rules.Order(StringComparer.Ordinal), broken.Select(v => v.Rule.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
    });

    public SparkplugEdgeNode Node(string id = "E", string? primaryHost = null, bool aliases = true, bool dataTypes = false) => new(
        new SparkplugEdgeNodeOptions { Group = "G", Node = id, Mqtt = new MqttClientOptions { ClientId = id }, PrimaryHost = primaryHost, UseAliases = aliases, DataTypesInData = dataTypes },
        token => Connect(id, token),
        Time);

    public SparkplugHost Host(string id = "scada", Func<SparkplugHostOptions, SparkplugHostOptions>? change = null)
    {
        var options = new SparkplugHostOptions { HostId = id, Mqtt = new MqttClientOptions { ClientId = id } };
        return new SparkplugHost(change?.Invoke(options) ?? options, token => Connect(id, token), Time);
    }

    public MqttClient Client(string id, MqttMessage? will = null) => new(new MqttClientOptions { ClientId = id, Will = will }, token => Connect(id, token), Time);

    public ValueTask<IDuplexPipe> Connect(string client, CancellationToken cancellation)
    {
        if (Unreachable.Contains(client)) throw new IOException("no route to broker");
        var (near, far) = PipePair.Create();
        connections.Add((client, near, far));
        _ = Broker.ServeAsync(far, new MqttPeer(client, "10.0.0.2:1", null, Time), CancellationToken.None);
        return new ValueTask<IDuplexPipe>(near);
    }

    /// <summary>The network of a client fails: its connection ends, and new ones cannot be made until it is repaired.</summary>
    public async Task CutAsync(string client)
    {
        Unreachable.Add(client);
        foreach (var (_, near, far) in connections.Where(c => c.Client == client).ToList())
        {
            await near.Output.CompleteAsync();
            await far.Output.CompleteAsync();
        }
        connections.RemoveAll(c => c.Client == client);
        await Context.SettleAsync();
    }

    /// <summary>Everything that can happen has happened; what came to the broker since this was last asked.</summary>
    public async Task<IReadOnlyList<string>> SettledAsync()
    {
        await Context.SettleAsync();
        var lines = Lines.ToList();
        Lines.Clear();
        return lines;
    }

    public void PublishedAtMostOnce(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome) => Note(client, message, "");

    public ValueTask PublishedAsync(MqttClientIdentity client, MqttMessage message, MqttPublishOutcome outcome)
    {
        Note(client, message, "");
        return default;
    }

    public ValueTask WillPublishedAsync(MqttClientIdentity client, MqttMessage will)
    {
        Note(client, will, "will ");
        return default;
    }

    private void Note(MqttClientIdentity client, MqttMessage message, string how)
    {
        Validator.Observe(message, client.ClientId);
        Lines.Add($"{how}{Describe(message)}");
    }

    private static string Describe(MqttMessage message)
    {
        var flags = $"{(message.QoS == MqttQoS.AtMostOnce ? "" : $" qos{(int)message.QoS}")}{(message.Retain ? " retained" : "")}";
        if (!SparkplugTopic.TryParse(message.Topic, out var topic)) return $"{message.Topic}{flags}";
        if (topic.Type == SparkplugMessageType.State) return $"STATE {message.PayloadText}{flags}";
        SparkplugPayload payload;
        try
        {
            payload = SparkplugPayload.Read(message.Payload.Span);
        }
        catch (SparkplugFormatException wrong)
        {
            return $"{message.Topic} {wrong.Error}{flags}";
        }
        var metrics = string.Concat(payload.Metrics.Select(m => $" {m.Name ?? $"#{m.Alias}"}={Value(m)}{(m.IsHistorical ? "(historical)" : "")}"));
        return $"{SparkplugTopic.Name(topic.Type)} {topic.Node}{(topic.Device is null ? "" : "/" + topic.Device)}{(payload.Seq is { } seq ? $" seq={seq}" : "")}{metrics}{flags}";
    }

    private static string Value(SparkplugMetric metric) => metric.Value.Kind switch
    {
        SparkplugValueKind.None => metric.IsNull ? "null" : "-",
        SparkplugValueKind.Int or SparkplugValueKind.Long => metric.Value.Integer.ToString(CultureInfo.InvariantCulture),
        SparkplugValueKind.Float or SparkplugValueKind.Double => metric.Value.Number.ToString(CultureInfo.InvariantCulture),
        SparkplugValueKind.Boolean => metric.Value.Boolean ? "true" : "false",
        _ => metric.Value.String ?? metric.Value.Kind.ToString(),
    };
}
