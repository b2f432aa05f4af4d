namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// A structure, or the definition of one (§6.4.14):
/// <code>
/// 1 version        text
/// 2 metrics        Metric     repeated
/// 3 parameters     Parameter  repeated
/// 4 template_ref   text       of an instance: the name of the metric that defines it
/// 5 is_definition  bool
/// </code>
/// </summary>
public sealed record SparkplugTemplate
{
    /// <summary>The version of the definition; null for not said.</summary>
    public string? Version { get; init; }

    /// <summary>The members.</summary>
    public IReadOnlyList<SparkplugMetric> Metrics { get; init; } = [];

    /// <summary>The parameters.</summary>
    public IReadOnlyList<SparkplugParameter> Parameters { get; init; } = [];

    /// <summary>Of an instance: the name of the metric that defines it; of a definition null.</summary>
    public string? TemplateRef { get; init; }

    /// <summary>Whether it is a definition; null where it is not said, which is a mistake.</summary>
    public bool? IsDefinition { get; init; }

    internal static SparkplugTemplate Read(ReadOnlySpan<byte> bytes, SparkplugReadBudget budget, int depth)
    {
        budget.Enter(depth);
        var reader = new ProtobufReader(bytes);
        string? version = null;
        List<SparkplugMetric> metrics = [];
        List<SparkplugParameter> parameters = [];
        string? reference = null;
        bool? isDefinition = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: version = reader.ReadString(); break;
                case 2: metrics.Add(SparkplugMetric.Read(reader.ReadBytes(), budget, depth)); break;
                case 3: parameters.Add(SparkplugParameter.Read(reader.ReadBytes(), budget)); break;
                case 4: reference = reader.ReadString(); break;
                case 5: isDefinition = reader.ReadBool(); break;
                default: reader.Skip(); break;
            }
        }
        return new SparkplugTemplate { Version = version, Metrics = metrics, Parameters = parameters, TemplateRef = reference, IsDefinition = isDefinition };
    }

    internal void Write(ProtobufWriter writer)
    {
        writer.String(1, Version);
        foreach (var metric in Metrics) writer.Message(2, metric.Write);
        foreach (var parameter in Parameters) writer.Message(3, parameter.Write);
        writer.String(4, TemplateRef);
        writer.Bool(5, IsDefinition);
    }
}
