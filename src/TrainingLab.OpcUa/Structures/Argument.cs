using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>An input or output of a method (OPC 10000-3, 8.6).</summary>
/// <param name="Name">The name.</param>
/// <param name="DataType">The data type's node.</param>
/// <param name="ValueRank">-1 scalar, 1 one-dimensional array, see <see cref="Nodes.VariableNode.ValueRank"/>.</param>
/// <param name="ArrayDimensions">Lengths per dimension, 0 where open; null for a scalar.</param>
/// <param name="Description">What it means.</param>
public sealed record Argument(string? Name, NodeId DataType, int ValueRank = -1, uint[]? ArrayDimensions = null, LocalizedText Description = default) : IStructure, IStructureBody<Argument>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 298;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(Name);
        writer.WriteNodeId(DataType);
        writer.WriteInt32(ValueRank);
        writer.WriteUInt32Array(ArrayDimensions);
        writer.WriteLocalizedText(Description);
    }

    public static Argument Read(ref UaReader reader) =>
        new(reader.ReadString(), reader.ReadNodeId(), reader.ReadInt32(), reader.ReadUInt32Array(), reader.ReadLocalizedText());
}
