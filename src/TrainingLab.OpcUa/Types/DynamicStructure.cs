using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>A data type as a reader of values needs it.</summary>
/// <param name="Id">The data type's node id.</param>
/// <param name="Name">Its browse name's text.</param>
/// <param name="Supertype">What it is a subtype of; null for BaseDataType.</param>
/// <param name="IsAbstract">Whether no value has exactly this type.</param>
/// <param name="Definition">A <see cref="StructureDefinition"/> or <see cref="EnumDefinition"/>; null when it has none.</param>
public sealed record DataTypeDescription(NodeId Id, string Name, NodeId Supertype, bool IsAbstract, IStructure? Definition);

/// <summary>The data types that a structure's fields may have.</summary>
public interface IDataTypes
{
    /// <summary>A data type by its id, or null.</summary>
    DataTypeDescription? Find(NodeId dataType);

    /// <summary>The data type that an encoding (of an extension object) belongs to, or null.</summary>
    DataTypeDescription? FindByEncoding(NodeId encoding);
}

/// <summary>
/// A structure of a type that was learnt from its definition at run time (OPC 10000-3, 8.48). Fields are values by name: a structure inside is an
/// <see cref="ExtensionObject"/>, an enumeration its number; an optional field that is left out, and a member of a union that is not chosen, are not there.
/// </summary>
public sealed class DynamicStructure : IStructure
{
    private readonly Dictionary<string, Variant> _fields;

    /// <summary>A structure with the given fields; those not given are left out where the type allows it, else written as null or zero.</summary>
    /// <exception cref="ArgumentException">The type is no structure, or has no such field.</exception>
    public DynamicStructure(DataTypeDescription type, IDataTypes types, IReadOnlyDictionary<string, Variant> fields)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(types);
        ArgumentNullException.ThrowIfNull(fields);
        Type = type;
        Types = types;
        Definition = type.Definition as StructureDefinition ?? throw new ArgumentException($"{type.Name} is no structure", nameof(type));
        _fields = new Dictionary<string, Variant>(fields, StringComparer.Ordinal);
        foreach (var name in _fields.Keys)
        {
            if (!Definition.Fields.Any(f => f.Name == name))
            {
                throw new ArgumentException($"{type.Name} has no field {name}", nameof(fields));
            }
        }
    }

    /// <summary>Its data type.</summary>
    public DataTypeDescription Type { get; }

    /// <summary>Its type's definition.</summary>
    public StructureDefinition Definition { get; }

    /// <summary>The fields that are there, by name.</summary>
    public IReadOnlyDictionary<string, Variant> Fields => _fields;

    /// <summary>A field; the null variant when it is not there.</summary>
    public Variant this[string name] => _fields.GetValueOrDefault(name);

    /// <inheritdoc/>
    public uint BinaryEncodingId => EncodingId.Numeric;

    /// <inheritdoc/>
    public NodeId EncodingId => Definition.DefaultEncodingId;

    internal IDataTypes Types { get; }

    /// <inheritdoc/>
    public void Write(UaWriter writer) => StructureEncoding.Write(writer, this);

    /// <summary>The structure inside an extension object, decoded by its definition; null when its type is not known or it holds no binary body.</summary>
    /// <exception cref="OpcUaException">BadDecodingError: the bytes are no such structure.</exception>
    public static DynamicStructure? Decode(ExtensionObject value, IDataTypes types, DecodingLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(types);
        if (value.Structure is DynamicStructure done)
        {
            return done;
        }

        if (types.FindByEncoding(value.TypeId) is not { Definition: StructureDefinition } type || value.IsXml)
        {
            return null;
        }

        if (value.Structure is not { } known)
        {
            if (value.Body is null)
            {
                return null;
            }

            var reader = new UaReader(value.Body, limits);
            return StructureEncoding.Read(ref reader, type, types);
        }

        using var writer = new UaWriter();
        known.Write(writer);
        var again = new UaReader(writer.Written, limits);
        return StructureEncoding.Read(ref again, type, types);
    }

    /// <inheritdoc/>
    public override string ToString() => Type.Name + " {" + string.Join(", ", Definition.Fields.Where(f => _fields.ContainsKey(f.Name!)).Select(f => $"{f.Name}: {Text(_fields[f.Name!])}")) + "}";

    private static string Text(Variant value) => value.ToObject() switch
    {
        ExtensionObject { Structure: { } structure } => structure.ToString() ?? "",
        ExtensionObject?[] all => "[" + string.Join(", ", all.Select(static e => e?.Structure?.ToString() ?? e?.TypeId.ToString() ?? "null")) + "]",
        _ => value.ToString(),
    };
}
