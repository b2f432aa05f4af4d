namespace TrainingLab.OpcUa.Encoding;

/// <summary>What a reader takes before it allocates anything.</summary>
/// <param name="MaxStringLength">Bytes of UTF-8 in a string.</param>
/// <param name="MaxByteStringLength">Bytes in a byte string or an opaque body.</param>
/// <param name="MaxArrayLength">Elements of an array.</param>
/// <param name="MaxNesting">Depth of variants, data values, extension objects and diagnostics inside each other.</param>
public sealed record DecodingLimits(int MaxStringLength, int MaxByteStringLength, int MaxArrayLength, int MaxNesting)
{
    /// <summary>The limits of <see cref="Server.OpcUaLimits"/>'s defaults.</summary>
    public static DecodingLimits Default { get; } = Of(new Server.OpcUaLimits());

    internal static DecodingLimits Of(Server.OpcUaLimits limits) =>
        new(limits.MaxStringLength, limits.MaxByteStringLength, limits.MaxArrayLength, limits.MaxNesting);
}
