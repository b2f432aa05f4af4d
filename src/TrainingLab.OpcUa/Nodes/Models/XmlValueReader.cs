using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>Reads values in the XML encoding (OPC 10000-6, 5.3) as nodesets hold them, structures by the definition of their type.</summary>
/// <param name="types">The types of all models.</param>
/// <param name="file">Reads ids and names in the file's namespaces and takes the mistakes.</param>
internal sealed class XmlValueReader(NodeModel types, NodeSetReader file)
{
    private const string ListPrefix = "ListOf";
    private const int MaxDepth = 32;

    private readonly ModelDataTypes _dataTypes = new(types.Find);
    private int _depth;

    /// <summary>What the element says, by its name; null, and a mistake, when it says nothing that can be read.</summary>
    public Variant Read(XElement element)
    {
        if (_depth >= MaxDepth)
        {
            return Wrong(element, $"values nest at most {MaxDepth} deep");
        }

        _depth++;
        try
        {
            return ReadNamed(element);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or OpcUaException or XmlException)
        {
            return Wrong(element, $"{element.Name.LocalName} cannot be read: {e.Message}");
        }
        finally
        {
            _depth--;
        }
    }

    private Variant ReadNamed(XElement element)
    {
        var name = element.Name.LocalName;
        if (name == "Matrix")
        {
            var dimensions = Child(element, "Dimensions")?.Elements().Select(static d => XmlConvert.ToInt32(d.Value)).ToArray() ?? [];
            var content = Child(element, "Elements")?.Elements().ToList() ?? [];
            if (content.Count == 0 || dimensions.Length < 2 || dimensions.Aggregate(1L, static (a, b) => a * b) != content.Count)
            {
                return Wrong(element, "a Matrix has at least two Dimensions, and as many Elements as their product");
            }

            return TypeNamed(content[0].Name.LocalName) is { } of ? ReadArray(content, of, dimensions) : Wrong(element, $"{content[0].Name.LocalName} is no built-in type");
        }

        if (name.StartsWith(ListPrefix, StringComparison.Ordinal))
        {
            return TypeNamed(name[ListPrefix.Length..]) is { } of ? ReadArray([.. element.Elements()], of) : Wrong(element, $"{name[ListPrefix.Length..]} is no built-in type");
        }

        return TypeNamed(name) is { } type ? ReadContent(element, type) : Wrong(element, $"{name} is no built-in type; a structure stands in an ExtensionObject");
    }

    private static BuiltInType? TypeNamed(string name) =>
        Enum.TryParse<BuiltInType>(name, out var type) && type is > BuiltInType.Null and <= BuiltInType.DiagnosticInfo && !char.IsAsciiDigit(name[0]) ? type : null;

    private Variant ReadArray(List<XElement> content, BuiltInType type, int[]? dimensions = null)
    {
        var elements = Array.CreateInstance(Variant.ClrTypeOf(type), content.Count);
        for (var i = 0; i < content.Count; i++)
        {
            var value = ReadContent(content[i], type);
            if (type == BuiltInType.Variant)
            {
                elements.SetValue(value, i);
            }
            else if (value.ToObject() is { } element)
            {
                elements.SetValue(element, i);
            }
        }

        return Variant.FromArray(type, elements, dimensions);
    }

    /// <summary>The content of an element as a value of a built-in type.</summary>
    private Variant ReadContent(XElement e, BuiltInType type)
    {
        var text = e.HasElements ? "" : e.Value.Trim();
        return type switch
        {
            BuiltInType.Boolean => new Variant(XmlConvert.ToBoolean(text)),
            BuiltInType.SByte => new Variant(XmlConvert.ToSByte(text)),
            BuiltInType.Byte => new Variant(XmlConvert.ToByte(text)),
            BuiltInType.Int16 => new Variant(XmlConvert.ToInt16(text)),
            BuiltInType.UInt16 => new Variant(XmlConvert.ToUInt16(text)),

            // An enumeration stands as Name_Value.
            BuiltInType.Int32 => new Variant(XmlConvert.ToInt32(text.Contains('_', StringComparison.Ordinal) ? text[(text.LastIndexOf('_') + 1)..] : text)),
            BuiltInType.UInt32 => new Variant(XmlConvert.ToUInt32(text)),
            BuiltInType.Int64 => new Variant(XmlConvert.ToInt64(text)),
            BuiltInType.UInt64 => new Variant(XmlConvert.ToUInt64(text)),
            BuiltInType.Float => new Variant(XmlConvert.ToSingle(text)),
            BuiltInType.Double => new Variant(XmlConvert.ToDouble(text)),
            BuiltInType.String => new Variant(e.Value),
            BuiltInType.DateTime => new Variant(XmlConvert.ToDateTime(text, XmlDateTimeSerializationMode.Utc)),
            BuiltInType.Guid => new Variant(Guid.Parse(Child(e, "String")?.Value ?? text)),
            BuiltInType.ByteString => new Variant(Convert.FromBase64String(text)),
            BuiltInType.XmlElement => Variant.FromXml(string.Concat(e.Nodes().Select(static n => n.ToString(SaveOptions.DisableFormatting)))),
            BuiltInType.NodeId => new Variant(Id(e)),
            BuiltInType.ExpandedNodeId => new Variant(new ExpandedNodeId(Id(e))),
            BuiltInType.StatusCode => new Variant(new StatusCode(Child(e, "Code") is { } code ? XmlConvert.ToUInt32(code.Value) : 0)),
            BuiltInType.QualifiedName => new Variant(new QualifiedName(
                file.Index(Child(e, "NamespaceIndex") is { Value.Length: > 0 } index ? XmlConvert.ToUInt16(index.Value) : (ushort)0, e), Child(e, "Name")?.Value)),
            BuiltInType.LocalizedText => new Variant(NodeSetReader.Text(e)),
            BuiltInType.ExtensionObject => ReadExtensionObject(e),
            BuiltInType.DataValue => Variant.FromDataValue(new DataValue(Child(e, "Value")?.Elements().FirstOrDefault() is { } inner ? Read(inner) : default)),
            BuiltInType.Variant => (Child(e, "Value") ?? e).Elements().FirstOrDefault() is { } inner ? Read(inner) : default,
            _ => Wrong(e, $"a value of type {type} cannot be read from XML"),
        };
    }

    private NodeId Id(XElement e) => Child(e, "Identifier") is { } identifier ? file.Id(identifier.Value, identifier) : e.HasElements || e.Value.Length == 0 ? default : file.Id(e.Value, e);

    private Variant ReadExtensionObject(XElement e)
    {
        if (Child(e, "TypeId") is not { } typeId || Id(typeId) is not { IsNull: false } id)
        {
            return new Variant((ExtensionObject?)null);
        }

        var type = _dataTypes.FindByEncoding(id) ?? _dataTypes.Find(id);
        if (type is not { Definition: StructureDefinition })
        {
            return Wrong(typeId, $"{id} is neither a structure nor an encoding of one");
        }

        return Child(e, "Body")?.Elements().FirstOrDefault() is { } body ? new Variant(ReadStructure(body, type)) : new Variant(new ExtensionObject(id, body: null));
    }

    /// <summary>A structure; one that this library knows becomes what it is.</summary>
    private ExtensionObject ReadStructure(XElement body, DataTypeDescription type)
    {
        if (++_depth > MaxDepth)
        {
            throw new FormatException($"values nest at most {MaxDepth} deep");
        }

        var definition = (StructureDefinition)type.Definition!;
        var fields = new Dictionary<string, Variant>(StringComparer.Ordinal);
        foreach (var element in body.Elements())
        {
            var name = element.Name.LocalName;
            if (definition.Fields.FirstOrDefault(f => f.Name == name) is { } field)
            {
                if (ReadField(element, field, definition) is { IsNull: false } value)
                {
                    fields[name] = value;
                }
            }
            else if (name is not ("EncodingMask" or "SwitchField"))
            {
                Wrong(element, $"{type.Name} has no field {name}; it has {string.Join(", ", definition.Fields.Select(static f => f.Name))}");
            }
        }

        _depth--;
        using var writer = new UaWriter();
        var structure = new DynamicStructure(type, _dataTypes, fields);
        structure.Write(writer);
        var reader = new UaReader(writer.Written);
        return new ExtensionObject(KnownStructures.TryRead(structure.EncodingId, ref reader) ?? structure);
    }

    private Variant ReadField(XElement element, StructureField field, StructureDefinition definition)
    {
        var type = StructureEncoding.BuiltInTypeOf(field.DataType, _dataTypes);
        var inline = type == BuiltInType.ExtensionObject && !(field.IsOptional && definition.StructureType is StructureType.StructureWithSubtypedValues or StructureType.UnionWithSubtypedValues)
            ? _dataTypes.Find(field.DataType) is { IsAbstract: false, Definition: StructureDefinition } structure ? structure : null
            : null;
        if (field.ValueRank == -1)
        {
            return inline is null ? ReadContent(element, type)
                : element.HasElements ? new Variant(ReadStructure(element, inline))
                : default;
        }

        var content = element.Elements().ToList();
        return inline is null ? ReadArray(content, type) : Variant.From(content.Select(c => (ExtensionObject?)ReadStructure(c, inline)).ToArray());
    }

    private static XElement? Child(XElement e, string name) => e.Elements().FirstOrDefault(c => c.Name.LocalName == name);

    private Variant Wrong(XElement at, string message)
    {
        file.Wrong(at, message);
        return default;
    }
}
