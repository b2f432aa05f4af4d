using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>How the fields of a structure are encoded (OPC 10000-3, 8.48).</summary>
public enum StructureType
{
    Structure = 0,
    StructureWithOptionalFields = 1,
    Union = 2,
    StructureWithSubtypedValues = 3,
    UnionWithSubtypedValues = 4,
}

/// <summary>A field of a structure (OPC 10000-3, 8.51).</summary>
public sealed record StructureField(string? Name, LocalizedText Description, NodeId DataType, int ValueRank, uint[]? ArrayDimensions, uint MaxStringLength, bool IsOptional)
    : IStructure, IStructureBody<StructureField>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 14844;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(Name);
        writer.WriteLocalizedText(Description);
        writer.WriteNodeId(DataType);
        writer.WriteInt32(ValueRank);
        writer.WriteUInt32Array(ArrayDimensions);
        writer.WriteUInt32(MaxStringLength);
        writer.WriteBoolean(IsOptional);
    }

    public static StructureField Read(ref UaReader reader) => new(
        reader.ReadString(), reader.ReadLocalizedText(), reader.ReadNodeId(), reader.ReadInt32(), reader.ReadUInt32Array(), reader.ReadUInt32(), reader.ReadBoolean());
}

/// <summary>The fields of a structure, those of its supertypes first (OPC 10000-3, 8.49).</summary>
public sealed record StructureDefinition(NodeId DefaultEncodingId, NodeId BaseDataType, StructureType StructureType, IReadOnlyList<StructureField> Fields)
    : IStructure, IStructureBody<StructureDefinition>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 122;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(DefaultEncodingId);
        writer.WriteNodeId(BaseDataType);
        writer.WriteInt32((int)StructureType);
        writer.WriteStructures(Fields);
    }

    public static StructureDefinition Read(ref UaReader reader) =>
        new(reader.ReadNodeId(), reader.ReadNodeId(), (StructureType)reader.ReadInt32(), reader.ReadStructures<StructureField>(minElementSize: 20));
}

/// <summary>A value of an enumeration with its names (OPC 10000-3, 8.52).</summary>
public sealed record EnumField(long Value, LocalizedText DisplayName, LocalizedText Description, string? Name) : IStructure, IStructureBody<EnumField>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 14845;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteInt64(Value);
        writer.WriteLocalizedText(DisplayName);
        writer.WriteLocalizedText(Description);
        writer.WriteString(Name);
    }

    public static EnumField Read(ref UaReader reader) => new(reader.ReadInt64(), reader.ReadLocalizedText(), reader.ReadLocalizedText(), reader.ReadString());
}

/// <summary>The values of an enumeration (OPC 10000-3, 8.50).</summary>
public sealed record EnumDefinition(IReadOnlyList<EnumField> Fields) : IStructure, IStructureBody<EnumDefinition>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 123;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteStructures(Fields);

    public static EnumDefinition Read(ref UaReader reader) => new(reader.ReadStructures<EnumField>(minElementSize: 14));
}

/// <summary>A value of an enumeration as the property EnumValues holds it (OPC 10000-3, 8.39).</summary>
public sealed record EnumValueType(long Value, LocalizedText DisplayName, LocalizedText Description) : IStructure, IStructureBody<EnumValueType>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 8251;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteInt64(Value);
        writer.WriteLocalizedText(DisplayName);
        writer.WriteLocalizedText(Description);
    }

    public static EnumValueType Read(ref UaReader reader) => new(reader.ReadInt64(), reader.ReadLocalizedText(), reader.ReadLocalizedText());
}
