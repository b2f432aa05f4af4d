using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Services;
using TrainingLab.Mqtt.Client;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>A machine as a Sparkplug B edge node: births, data by exception, death by its will, and commands that write its tags.</summary>
internal sealed class SparkplugFace
{
    private readonly SparkplugFaceDefinition definition;
    private readonly FactoryContext context;
    private readonly SparkplugEdgeNode node;
    private readonly SparkplugDevice? behind;
    private readonly List<Shown> metrics = [];
    private readonly Dictionary<string, Tag> tagsByMetric = new(StringComparer.Ordinal);
    private long written;
    private long refused;

    public SparkplugFace(DeviceEmulator device, SparkplugFaceDefinition definition, BrokerLogin login, FactoryContext context)
    {
        this.definition = definition;
        this.context = context;
        string Named(string text) => text.Replace("{device}", device.Id, StringComparison.Ordinal);
        node = new SparkplugEdgeNode(
            new SparkplugEdgeNodeOptions
            {
                Group = definition.Group,
                Node = Named(definition.Node),
                PrimaryHost = definition.AwaitedHost,
                UseAliases = definition.Aliases,
                Mqtt = login.Identify(new MqttClientOptions { ClientId = ClientIdOf(device.Id) }),
            },
            login.ConnectAsync,
            context.ClockOf(device.Id));
        behind = definition.Device is { } id ? node.AddDevice(Named(id)) : null;
        foreach (var metric in definition.Metrics ?? device.Profile.Tags.Select(t => new SparkplugMetricDefinition { Tag = t.Name }))
            Add(SparkplugMetrics.NameOf(device.Profile, metric), metric, device.Tags[metric.Tag]);
        node.Birthing += () => Look(static _ => true);
        node.CommandReceived += Obey;
        node.CommandRefused += _ => refused++;
    }

    /// <summary>The client identifier of a machine or gateway as an edge node; it may have another connection for messages of its own.</summary>
    public static string ClientIdOf(string host) => $"{host}-sparkplug";

    public void Start()
    {
        node.Start();
        behind?.Connect();
        context.Every(definition.Interval, Publish);
    }

    public JsonNode Save() => new JsonObject { ["node"] = node.Save(), ["written"] = written, ["refused"] = refused };

    public void Load(JsonNode state)
    {
        node.Load(state["node"]!);
        written = (long)state["written"]!;
        refused = (long)state["refused"]!;
    }

    /// <summary>Reads <c>online</c>, <c>bdSeq</c>, and how many commands were <c>written</c> and <c>refused</c>.</summary>
    public JsonNode? Read(string what) => what switch
    {
        "online" => JsonValue.Create(node.IsOnline),
        "bdSeq" => node.BdSeq is { } number ? JsonValue.Create(number) : null,
        "written" => JsonValue.Create(written),
        "refused" => JsonValue.Create(refused),
        _ => null,
    };

    private void Add(string name, SparkplugMetricDefinition metric, Tag tag)
    {
        var type = metric.Type is { } wanted ? (SparkplugDataType)wanted : SparkplugMetrics.TypeOf(tag.Definition.Kind);
        var tags = behind?.Tags ?? node.Tags;
        var unit = tag.Definition.Unit is { } code ? Units.Symbol(code) : null;
        tags.Add(name, type, properties: SparkplugMetrics.Describe(unit, tag.Definition.Range?.Low, tag.Definition.Range?.High, tag.Definition.Writable));
        metrics.Add(new Shown(tag, type, metric.Period ?? definition.Interval, new SparkplugReport(tags, name, metric.Deadband)));
        tagsByMetric[name] = tag;
    }

    private void Publish()
    {
        Look(m => context.Clock.Elapsed.Ticks % m.Period.Ticks == 0);
        if (behind is null)
            node.Publish();
        else
            behind.Publish();
    }

    private void Look(Func<Shown, bool> isDue)
    {
        foreach (var metric in metrics.Where(isDue))
        {
            var sample = metric.Tag.Observed;
            metric.Report.Tell(sample.Quality.Level == QualityLevel.Bad ? null : SparkplugMetrics.ValueOf(sample.Value, metric.Type));
        }
    }

    private void Obey(SparkplugCommand command)
    {
        if (SparkplugMetrics.ValueOf(command.Value) is { } value && tagsByMetric[command.Tag.Name].Write(value) == TagWriteOutcome.Written)
            written++;
        else
            refused++;
    }

    private sealed record Shown(Tag Tag, SparkplugDataType Type, TimeSpan Period, SparkplugReport Report);
}
