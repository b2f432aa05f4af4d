namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>A text that is not InfluxQL, or a statement that cannot be run; the message is InfluxDB's.</summary>
public sealed class InfluxQlException : Exception
{
    /// <summary>With InfluxDB's words.</summary>
    public InfluxQlException(string message)
        : base(message)
    {
    }
}
