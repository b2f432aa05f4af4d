using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>The structure <c>Range</c>: what values an analog variable may take (OPC 10000-8, 5.6.2).</summary>
public sealed record UaRange(double Low, double High) : IStructure, IStructureBody<UaRange>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 886;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDouble(Low);
        writer.WriteDouble(High);
    }

    public static UaRange Read(ref UaReader reader) => new(reader.ReadDouble(), reader.ReadDouble());
}
