using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.Factory.Services;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>A machine as a Sparkplug B edge node: births, data by exception, death by its will, and commands that write its tags.</summary>
internal sealed class SparkplugFace
{
    private readonly SparkplugFaceDefinition definition;
    private readonly FactoryContext context;
    private readonly PlantEdgeNode edge;
    private readonly SparkplugEdgeNode node;
    private readonly SparkplugDevice? behind;
    private readonly List<Shown> metrics = [];
    private readonly Dictionary<string, Tag> tagsByMetric = new(StringComparer.Ordinal);

    public SparkplugFace(DeviceEmulator device, SparkplugFaceDefinition definition, BrokerLogin login, FactoryContext context)
    {
        this.definition = definition;
        this.context = context;
        string Named(string text) => text.Replace("{device}", device.Id, StringComparison.Ordinal);
        edge = new PlantEdgeNode(
            device.Id,
            new SparkplugEdgeNodeOptions
            {
                Group = definition.Group,
                Node = Named(definition.Node),
                PrimaryHost = definition.AwaitedHost,
                UseAliases = definition.Aliases,
                DataTypesInData = definition.DataTypes,
                Mqtt = PlantEdgeNode.ClientOf(device.Id, login),
            },
            login,
            context);
        node = edge.Node;
        behind = definition.Device is { } id ? node.AddDevice(Named(id)) : null;
        foreach (var metric in definition.Metrics ?? device.Profile.Tags.Select(t => new SparkplugMetricDefinition { Tag = t.Name }))
            Add(SparkplugMetrics.NameOf(device.Profile, metric), metric, device.Tags[metric.Tag]);
        node.Birthing += () => Look(static _ => true);
        node.CommandReceived += Obey;
    }

    public void Start()
    {
        node.Start();
        behind?.Connect();
        context.Every(definition.Interval, Publish);
    }

    public JsonNode Save() => edge.Save();

    public void Load(JsonNode state) => edge.Load(state);

    /// <summary>As <see cref="PlantEdgeNode.Read"/>.</summary>
    public JsonNode? Read(string what) => edge.Read(what);

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

    private void Obey(SparkplugCommand command) =>
        edge.Count(SparkplugMetrics.ValueOf(command.Value) is { } value && tagsByMetric[command.Tag.Name].Write(value) == TagWriteOutcome.Written);

    private sealed record Shown(Tag Tag, SparkplugDataType Type, TimeSpan Period, SparkplugReport Report);
}
