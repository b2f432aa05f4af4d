namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>Bytes that are no Sparkplug payload, or one beyond a limit. Reading the same bytes again does not help.</summary>
public sealed class SparkplugFormatException : Exception
{
    /// <summary>Makes the error.</summary>
    public SparkplugFormatException(SparkplugFormatError error, string message) : base(message) => Error = error;

    /// <summary>What is wrong.</summary>
    public SparkplugFormatError Error { get; }
}

/// <summary>Why bytes cannot be read as a Sparkplug payload.</summary>
public enum SparkplugFormatError
{
    /// <summary>The bytes end inside a field, or a length goes beyond them.</summary>
    Truncated,

    /// <summary>A varint of more than ten bytes.</summary>
    VarintTooLong,

    /// <summary>Field number 0, or a wire type that is none or a group.</summary>
    InvalidTag,

    /// <summary>A field of the schema with another wire type.</summary>
    WrongWireType,

    /// <summary>Text that is not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Longer than <see cref="SparkplugLimits.MaxPayloadBytes"/>.</summary>
    PayloadTooLarge,

    /// <summary>More than <see cref="SparkplugLimits.MaxMetrics"/>.</summary>
    TooManyMetrics,

    /// <summary>More than <see cref="SparkplugLimits.MaxProperties"/>.</summary>
    TooManyProperties,

    /// <summary>More than <see cref="SparkplugLimits.MaxColumns"/>.</summary>
    TooManyColumns,

    /// <summary>More than <see cref="SparkplugLimits.MaxCells"/>.</summary>
    TooManyCells,

    /// <summary>More than <see cref="SparkplugLimits.MaxParameters"/>.</summary>
    TooManyParameters,

    /// <summary>Deeper than <see cref="SparkplugLimits.MaxDepth"/>.</summary>
    TooDeep,
}
