namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>What a reader accepts of one payload. Counts are of the whole payload, whatever is nested in what; each is checked before anything is made.</summary>
public sealed record SparkplugLimits
{
    /// <summary>The defaults.</summary>
    public static SparkplugLimits Default { get; } = new();

    /// <summary>Bytes of a payload. Default 1 MiB.</summary>
    public int MaxPayloadBytes { get; init; } = 1024 * 1024;

    /// <summary>Metrics, those of templates included. Default 10,000.</summary>
    public int MaxMetrics { get; init; } = 10_000;

    /// <summary>Property keys, and again property values, and property sets of lists. Default 20,000 each.</summary>
    public int MaxProperties { get; init; } = 20_000;

    /// <summary>Column names of data sets, and again column types. Default 2,000 each.</summary>
    public int MaxColumns { get; init; } = 2_000;

    /// <summary>Rows and elements of data sets together. Default 100,000.</summary>
    public int MaxCells { get; init; } = 100_000;

    /// <summary>Template parameters. Default 2,000.</summary>
    public int MaxParameters { get; init; } = 2_000;

    /// <summary>Templates within templates, and property sets within property sets. Default 8.</summary>
    public int MaxDepth { get; init; } = 8;
}

/// <summary>What the reading of one payload has used of its limits.</summary>
internal sealed class SparkplugReadBudget(SparkplugLimits limits)
{
    private int metrics;
    private int keys;
    private int values;
    private int columns;
    private int types;
    private int cells;
    private int parameters;

    public void TakeMetric() => Take(ref metrics, limits.MaxMetrics, SparkplugFormatError.TooManyMetrics, "metrics");

    public void TakeKey() => Take(ref keys, limits.MaxProperties, SparkplugFormatError.TooManyProperties, "property keys");

    public void TakeProperty() => Take(ref values, limits.MaxProperties, SparkplugFormatError.TooManyProperties, "property values");

    public void TakeColumn() => Take(ref columns, limits.MaxColumns, SparkplugFormatError.TooManyColumns, "columns");

    public void TakeColumnType() => Take(ref types, limits.MaxColumns, SparkplugFormatError.TooManyColumns, "column types");

    public void TakeCell() => Take(ref cells, limits.MaxCells, SparkplugFormatError.TooManyCells, "rows and cells");

    public void TakeParameter() => Take(ref parameters, limits.MaxParameters, SparkplugFormatError.TooManyParameters, "template parameters");

    public void Enter(int depth)
    {
        if (depth > limits.MaxDepth) throw new SparkplugFormatException(SparkplugFormatError.TooDeep, $"Nested deeper than {limits.MaxDepth}.");
    }

    private static void Take(ref int used, int limit, SparkplugFormatError error, string what)
    {
        if (used >= limit) throw new SparkplugFormatException(error, $"More than {limit} {what}.");
        used++;
    }
}
