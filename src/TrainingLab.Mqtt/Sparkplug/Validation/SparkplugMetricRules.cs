using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug.Validation;

/// <summary>The rules of the metrics in births, data and commands: what a birth has to tell, and what may refer to it afterwards (§6.4.5 to §6.4.7, §5.6).</summary>
/// <param name="report">Told of what is wrong.</param>
internal sealed class SparkplugMetricRules(SparkplugReport report)
{
    /// <summary>How violations name a metric.</summary>
    public static string Label(SparkplugMetric metric) => metric.Name ?? (metric.Alias is { } alias ? $"#{alias}" : "");

    /// <summary>A text that a violation quotes.</summary>
    public static string Shorten(string text) => text.Length <= 100 ? text : $"{text[..99]}…";

    /// <summary>The metric by which an edge node is asked to tell its births again (§6.4.23), in NBIRTH.</summary>
    public void CheckRebirthMetric(SparkplugPayload payload)
    {
        const string Name = SparkplugEdgeNode.RebirthMetric;
        if (payload.Find(Name) is not { } rebirth)
        {
            report("tck-id-operational-behavior-data-commands-rebirth-name", Name, Name, "-");
            return;
        }
        if (rebirth.Type != SparkplugDataType.Boolean) report("tck-id-operational-behavior-data-commands-rebirth-datatype", Name, "Boolean", rebirth.Type.ToString());
        if (rebirth.Value.Kind != SparkplugValueKind.Boolean || rebirth.Value.Boolean)
            report("tck-id-operational-behavior-data-commands-rebirth-value", Name, "false", rebirth.Value.Kind == SparkplugValueKind.Boolean ? "true" : rebirth.Value.Kind.ToString());
        if (rebirth.Alias is { } alias) report("tck-id-operational-behavior-data-commands-rebirth-name-aliases", Name, "-", $"alias={alias}");
    }

    /// <summary>The metrics of a birth; data and commands are held against them.</summary>
    /// <param name="node">The edge node.</param>
    /// <param name="topic">Whose birth it is.</param>
    /// <param name="payload">The birth.</param>
    /// <param name="metrics">What is known of the node's or device's metrics, which the birth replaces.</param>
    public void CheckBirth(SparkplugObservedNode node, SparkplugTopic topic, SparkplugPayload payload, SparkplugObservedMetrics metrics)
    {
        var scope = topic.IsDevice ? "dbirth" : "nbirth";
        metrics.Clear();
        var names = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var metric in payload.Metrics)
        {
            var label = Label(metric);
            if (metric.Name is { } name && !names.TryAdd(name, name) && names[name] != name) report("tck-id-case-sensitivity-metric-names", label, "-", names[name]);
            if (string.IsNullOrEmpty(metric.Name)) report("tck-id-payloads-alias-birth-requirement", label, "name", "-");
            if (metric.Alias is { } alias && !node.Aliases.TryAdd(alias, (topic.Device ?? "", metric.Name ?? "")) && node.Aliases[alias] != (topic.Device ?? "", metric.Name ?? ""))
                report("tck-id-payloads-alias-uniqueness", label, $"alias={alias}: {node.Aliases[alias].Name}", label);
            if (metric.DataType is null) report("tck-id-payloads-metric-datatype-req", label, "datatype", "-");
            else CheckType(metric, label);
            if (metric.Value.Kind == SparkplugValueKind.None && !metric.IsNull) report($"tck-id-operational-behavior-data-publish-{scope}-values", label, "value, is_null", "-");
            SparkplugStructureRules.Check(metric, label, metric.Type == SparkplugDataType.Unknown ? null : metric.Type, isBirth: true, report);
            CheckTemplate(node, topic, metric, label);
            metrics.Add(metric);
        }
        CheckMetricTimes(payload, scope);
    }

    private void CheckType(SparkplugMetric metric, string label)
    {
        if (metric.DataType is { } type && !SparkplugTypes.IsOfMetrics((SparkplugDataType)type)) report("tck-id-payloads-metric-datatype-value", label, "datatype=1…19, 22…34", $"datatype={type}");
    }

    /// <summary>The metrics of NDATA and DDATA.</summary>
    public void CheckData(SparkplugObservedNode node, SparkplugTopic topic, SparkplugPayload payload, string scope)
    {
        var metrics = node.Metrics(topic.Device);
        foreach (var metric in payload.Metrics)
        {
            var label = Label(metric);
            CheckReference(metric, label);
            var known = metrics?.Find(metric);
            if (metrics is not null && known is null) report($"tck-id-operational-behavior-data-publish-{scope}", label, scope.ToUpperInvariant(), label);
            SparkplugStructureRules.Check(metric, label, known?.Type ?? (metric.DataType is null ? null : metric.Type), isBirth: false, report);
            CheckTemplate(node, topic, metric, label);
            if (known is null || metric.IsHistorical) continue;
            if (known.Value == metric.Value && metric.Value.Kind != SparkplugValueKind.None) report($"tck-id-operational-behavior-data-publish-{scope}-change", label, "-", known.Name);
            known.Value = metric.Value;
        }
        CheckMetricTimes(payload, scope);
    }

    /// <summary>A metric of data or a command: a name or an alias, and no data type.</summary>
    private void CheckReference(SparkplugMetric metric, string label)
    {
        if (metric is { Name: null, Alias: null }) report("tck-id-payloads-name-requirement", label, "name, alias", "-");
        if (metric is { Name: not null, Alias: not null }) report("tck-id-payloads-alias-data-cmd-requirement", label, $"alias={metric.Alias}", $"name={metric.Name}");
        if (metric.DataType is null) return;
        report("tck-id-payloads-metric-datatype-not-req", label, "-", $"datatype={metric.DataType}");
        CheckType(metric, label);
    }

    /// <summary>Times of metrics. Which order the specification asks for is open; here it is that of the values of one metric, as a payload lists others of any age.</summary>
    private void CheckMetricTimes(SparkplugPayload payload, string scope)
    {
        var latest = new Dictionary<(string?, ulong?), ulong>();
        foreach (var metric in payload.Metrics)
        {
            if (metric.Timestamp is not { } time)
            {
                report("tck-id-payloads-name-birth-data-requirement", Label(metric), "timestamp", "-");
                continue;
            }
            if (metric.IsHistorical) continue;
            if (latest.TryGetValue((metric.Name, metric.Alias), out var before) && time < before)
                report($"tck-id-operational-behavior-data-publish-{scope}-order", Label(metric), $"timestamp>={before}", $"timestamp={time}");
            latest[(metric.Name, metric.Alias)] = time;
        }
    }

    private void CheckTemplate(SparkplugObservedNode node, SparkplugTopic topic, SparkplugMetric metric, string label)
    {
        if (metric.Value.Template is not { } template) return;
        if (template.IsDefinition == true)
        {
            if (topic.Type != SparkplugMessageType.NBirth) report("tck-id-payloads-template-definition-nbirth-only", label, "NBIRTH", SparkplugTopic.Name(topic.Type));
            return;
        }
        if (!node.IsBorn || template.TemplateRef is not { Length: > 0 } reference) return;
        if (!node.Definitions.TryGetValue(reference, out var definition))
        {
            report("tck-id-payloads-template-definition-nbirth", label, $"NBIRTH: {reference}", "-");
            return;
        }
        var members = definition.Metrics.Select(m => m.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var member in template.Metrics.Where(m => m.Name is not null && !members.Contains(m.Name)))
            report("tck-id-payloads-template-instance-members", label, Shorten(string.Join(", ", members)), member.Name!);
        if (topic.Type is not (SparkplugMessageType.NBirth or SparkplugMessageType.DBirth)) return;
        members.ExceptWith(template.Metrics.Select(m => m.Name));
        if (members.Count > 0) report("tck-id-payloads-template-instance-members-birth", label, Shorten(string.Join(", ", members)), "-");
    }

    /// <summary>The metrics of NCMD and DCMD. True where they ask for a rebirth.</summary>
    public bool CheckCommand(SparkplugObservedNode node, SparkplugTopic topic, SparkplugPayload payload)
    {
        var asksForRebirth = false;
        var type = SparkplugTopic.Name(topic.Type).ToLowerInvariant();
        if (payload.Seq is { } seq) report($"tck-id-payloads-{type}-seq", null, "-", $"seq={seq}");
        var metrics = node.Metrics(topic.Device);
        foreach (var metric in payload.Metrics)
        {
            var label = Label(metric);
            CheckReference(metric, label);
            if (!topic.IsDevice && metric.Name == SparkplugEdgeNode.RebirthMetric)
            {
                if (metric.Value.Kind == SparkplugValueKind.Boolean && metric.Value.Boolean)
                {
                    asksForRebirth = true;
                }
                else
                {
                    report("tck-id-operational-behavior-data-commands-ncmd-rebirth-value", label, "true", metric.Value.Kind == SparkplugValueKind.Boolean ? "false" : metric.Value.Kind.ToString());
                }
                continue;
            }
            if (metrics is null) continue;
            if (metrics.Find(metric) is not { } known) report($"tck-id-operational-behavior-data-commands-{type}-metric-name", label, topic.IsDevice ? "DBIRTH" : "NBIRTH", label);
            else if (!metric.IsNull && !metric.Value.TryGet(known.Type, out _))
                report($"tck-id-operational-behavior-data-commands-{type}-metric-value", label, known.Type.ToString(), metric.Value.Kind.ToString());
            else SparkplugStructureRules.Check(metric, label, known.Type, isBirth: false, report);
        }
        return asksForRebirth;
    }
}
