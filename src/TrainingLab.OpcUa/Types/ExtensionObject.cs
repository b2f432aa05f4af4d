namespace TrainingLab.OpcUa;

/// <summary>A structure whose fields can be written in order (OPC 10000-6, 5.2.6).</summary>
public interface IStructureBody
{
    /// <summary>Writes its fields in order, without a type id.</summary>
    void Write(Encoding.UaWriter writer);
}

/// <summary>A structure whose fields can be read in order, too.</summary>
public interface IStructureBody<TSelf> : IStructureBody
    where TSelf : IStructureBody<TSelf>
{
    /// <summary>Reads its fields in order.</summary>
    static abstract TSelf Read(ref Encoding.UaReader reader);
}

/// <summary>A structure that names its encoding, so that it can travel in an <see cref="ExtensionObject"/> or be a value.</summary>
public interface IStructure : IStructureBody
{
    /// <summary>The numeric id, in namespace 0, of its Default Binary encoding.</summary>
    uint BinaryEncodingId { get; }

    /// <summary>The id of its Default Binary encoding; of namespace 0 unless it says otherwise.</summary>
    NodeId EncodingId => new(0, BinaryEncodingId);
}

/// <summary>
/// A structure with the id of its encoding (OPC 10000-6, 5.2.2.15). Structures that this library knows are decoded, all others keep their bytes.
/// </summary>
public sealed class ExtensionObject
{
    /// <summary>A known structure.</summary>
    public ExtensionObject(IStructure structure)
    {
        ArgumentNullException.ThrowIfNull(structure);
        TypeId = structure.EncodingId;
        Structure = structure;
    }

    /// <summary>A structure as encoded bytes, or as XML when <paramref name="isXml"/>; no body when <paramref name="body"/> is null.</summary>
    public ExtensionObject(NodeId typeId, byte[]? body, bool isXml = false)
    {
        TypeId = typeId;
        Body = body;
        IsXml = isXml;
    }

    /// <summary>The id of the encoding (not of the data type).</summary>
    public NodeId TypeId { get; }

    /// <summary>The decoded structure, or null when the type is not known here.</summary>
    public IStructure? Structure { get; }

    /// <summary>The encoded body of a structure that is not known here.</summary>
    public byte[]? Body { get; }

    /// <summary>Whether <see cref="Body"/> is XML in UTF-8.</summary>
    public bool IsXml { get; }
}
