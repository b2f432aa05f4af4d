using System.Globalization;
using System.Runtime.InteropServices;
using System.Xml;
using System.Xml.Linq;

namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>Reads a UANodeSet document (OPC 10000-6, annex F) to drafts of nodes. Whatever it does not understand is a mistake with its place and a remedy.</summary>
internal sealed class NodeSetReader(Func<string, ushort?> indexOf, NodeSetMistakes mistakes, NodeSetLimits limits)
{
    private static readonly XNamespace Ua = "http://opcfoundation.org/UA/2011/03/UANodeSet.xsd";

    private static readonly Dictionary<string, NodeClass> Classes = new(StringComparer.Ordinal)
    {
        ["UAObject"] = NodeClass.Object,
        ["UAVariable"] = NodeClass.Variable,
        ["UAMethod"] = NodeClass.Method,
        ["UAObjectType"] = NodeClass.ObjectType,
        ["UAVariableType"] = NodeClass.VariableType,
        ["UAReferenceType"] = NodeClass.ReferenceType,
        ["UADataType"] = NodeClass.DataType,
        ["UAView"] = NodeClass.View,
    };

    private static readonly HashSet<string> Heads = new(["NamespaceUris", "ServerUris", "Models", "Aliases", "Extensions"], StringComparer.Ordinal);

    private readonly Dictionary<string, string> _aliases = new(StringComparer.Ordinal);
    private ushort?[] _indices = [];
    private XmlValueReader? _values;

    /// <summary>The models that a file defines and what else it needs. A file without models defines its first namespace.</summary>
    public static (IReadOnlyList<string> Uris, IReadOnlyList<string> Required) ReadHead(ReadOnlyMemory<byte> content, NodeSetLimits limits, NodeSetMistakes mistakes)
    {
        if (Load(content, limits, mistakes) is not { } root)
        {
            return ([], []);
        }

        var namespaces = NamespacesOf(root);
        var models = root.Element(Ua + "Models")?.Elements(Ua + "Model").ToList() ?? [];
        List<string> uris = models.Count == 0 ? [.. namespaces.Take(1)] : [.. models.Select(static m => m.Attribute("ModelUri")?.Value ?? "").Where(static u => u.Length > 0).Distinct(StringComparer.Ordinal)];
        uris.Remove(Namespace0.Uri);
        if (uris.Count == 0)
        {
            mistakes.Add(At(root), "the nodeset defines no model; add <Models><Model ModelUri=\"…\"/></Models> and the URI under NamespaceUris");
        }

        var required = models.SelectMany(static m => m.Elements(Ua + "RequiredModel")).Select(static r => r.Attribute("ModelUri")?.Value ?? "").Concat(namespaces);
        return (uris, [.. required.Where(u => u.Length > 0 && u != Namespace0.Uri && !uris.Contains(u, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>The nodes of a file.</summary>
    public IReadOnlyList<NodeDraft> Read(ReadOnlyMemory<byte> content, IReadOnlyList<string> ownUris)
    {
        if (Load(content, limits, mistakes) is not { } root)
        {
            return [];
        }

        _indices = [0, .. NamespacesOf(root).Select(indexOf)];
        var own = ownUris.Select(indexOf).ToHashSet();
        foreach (var alias in root.Element(Ua + "Aliases")?.Elements(Ua + "Alias") ?? [])
        {
            _aliases[alias.Attribute("Alias")?.Value ?? ""] = alias.Value.Trim();
        }

        var drafts = new List<NodeDraft>();
        foreach (var element in root.Elements())
        {
            var name = element.Name.LocalName;
            if (Classes.TryGetValue(name, out var nodeClass))
            {
                if (drafts.Count == limits.MaxNodes)
                {
                    Wrong(element, $"a nodeset has at most {limits.MaxNodes} nodes; cut it into several");
                    break;
                }

                if (ReadNode(element, nodeClass, own) is { } draft)
                {
                    drafts.Add(draft);
                }
            }
            else if (!Heads.Contains(name))
            {
                Wrong(element, $"{name} is not an element of a UANodeSet; nodes are {string.Join(", ", Classes.Keys)}");
            }
        }

        return drafts;
    }

    /// <summary>An id in the space's namespaces, from an alias or its text form.</summary>
    public NodeId Id(string text, XObject at)
    {
        text = text.Trim();
        text = _aliases.GetValueOrDefault(text, text);
        if (!NodeId.TryParse(text, out var id))
        {
            Wrong(at, $"'{text}' is neither an alias of this file nor a node id; examples: i=2258, ns=1;i=1001");
            return default;
        }

        return TryIndex(id.NamespaceIndex, at, out var index) ? id.InNamespace(index) : default;
    }

    /// <summary>The index in the space of a namespace index of the file.</summary>
    public ushort Index(ushort index, XObject at) => TryIndex(index, at, out var found) ? found : (ushort)0;

    private bool TryIndex(ushort index, XObject at, out ushort found)
    {
        found = 0;
        if (index >= _indices.Length)
        {
            Wrong(at, $"there is no namespace {index}: the file lists {_indices.Length - 1} under NamespaceUris");
            return false;
        }

        if (_indices[index] is not { } known)
        {
            Wrong(at, $"no nodeset defines namespace {index}; put its nodeset beside this one and name it as a RequiredModel");
            return false;
        }

        found = known;
        return true;
    }

    public void Wrong(XObject at, string message) => mistakes.Add(At(at), message);

    /// <summary>A text for people from an element: its own text, or what its children Locale and Text hold.</summary>
    public static LocalizedText Text(XElement e)
    {
        var locale = e.Attribute("Locale")?.Value ?? e.Elements().FirstOrDefault(static c => c.Name.LocalName == "Locale")?.Value;
        var text = e.HasElements ? e.Elements().FirstOrDefault(static c => c.Name.LocalName == "Text")?.Value : e.Value;
        return new LocalizedText(text, string.IsNullOrEmpty(locale) ? null : locale);
    }

    private static TextPosition At(XObject o) => o is IXmlLineInfo info && info.HasLineInfo() ? new TextPosition(info.LineNumber, info.LinePosition) : new TextPosition(1, 1);

    private static List<string> NamespacesOf(XElement root) => [.. root.Element(Ua + "NamespaceUris")?.Elements(Ua + "Uri").Select(static u => u.Value.Trim()) ?? []];

    private static XElement? Load(ReadOnlyMemory<byte> content, NodeSetLimits limits, NodeSetMistakes mistakes)
    {
        if (content.Length > limits.MaxBytes)
        {
            mistakes.Add(new TextPosition(1, 1), $"the file has {content.Length} bytes; at most {limits.MaxBytes} are read");
            return null;
        }

        if (!MemoryMarshal.TryGetArray(content, out var bytes))
        {
            bytes = new ArraySegment<byte>(content.ToArray());
        }

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = limits.MaxBytes };
        try
        {
            // The depth is known before a tree is made of it.
            using (var depth = XmlReader.Create(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false), settings))
            {
                while (depth.Read())
                {
                    if (depth.Depth > limits.MaxDepth)
                    {
                        mistakes.Add(new TextPosition(((IXmlLineInfo)depth).LineNumber, ((IXmlLineInfo)depth).LinePosition), $"elements nest at most {limits.MaxDepth} deep");
                        return null;
                    }
                }
            }

            using var reader = XmlReader.Create(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false), settings);
            var root = XDocument.Load(reader, LoadOptions.SetLineInfo).Root!;
            if (root.Name == Ua + "UANodeSet")
            {
                return root;
            }

            mistakes.Add(At(root), $"the root element is {root.Name.LocalName}; a nodeset's is UANodeSet of {Ua.NamespaceName}");
        }
        catch (XmlException e)
        {
            mistakes.Add(new TextPosition(Math.Max(1, e.LineNumber), Math.Max(1, e.LinePosition)), "not well-formed XML without a document type: " + e.Message);
        }

        return null;
    }

    private NodeDraft? ReadNode(XElement e, NodeClass nodeClass, HashSet<ushort?> own)
    {
        if (e.Attribute("NodeId") is not { } idAttribute || e.Attribute("BrowseName") is not { } nameAttribute)
        {
            Wrong(e, $"{e.Name.LocalName} needs the attributes NodeId and BrowseName");
            return null;
        }

        var id = Id(idAttribute.Value, idAttribute);
        if (id.IsNull)
        {
            return null;
        }

        if (!own.Contains(id.NamespaceIndex))
        {
            Wrong(idAttribute, $"{idAttribute.Value} is not in a namespace that this nodeset defines");
            return null;
        }

        var valueElement = nodeClass is NodeClass.Variable or NodeClass.VariableType ? e.Element(Ua + "Value")?.Elements().FirstOrDefault() : null;
        var name = Name(nameAttribute);
        return new NodeDraft(nodeClass, id, name)
        {
            DisplayName = e.Element(Ua + "DisplayName") is { } displayName ? Text(displayName) : name.Name,
            Description = e.Element(Ua + "Description") is { } description ? Text(description) : default,
            IsAbstract = Flag(e, "IsAbstract"),
            Symmetric = Flag(e, "Symmetric"),
            InverseName = e.Element(Ua + "InverseName") is { } inverse ? Text(inverse) : default,
            DataType = e.Attribute("DataType") is { } dataType ? Id(dataType.Value, dataType) : DataTypeIds.Of(BuiltInType.Variant),
            ValueRank = e.Attribute("ValueRank") is { } rank ? (int)Number(rank, -3, int.MaxValue) : null,
            ArrayDimensions = Dimensions(e),
            AccessLevel = e.Attribute("AccessLevel") is { } access ? (AccessLevels)(byte)Number(access, 0, uint.MaxValue) : AccessLevels.CurrentRead,
            MinimumSamplingInterval = e.Attribute("MinimumSamplingInterval") is { } sampling ? Real(sampling) : 0,
            Historizing = Flag(e, "Historizing"),
            EventNotifier = e.Attribute("EventNotifier") is { } events ? (byte)Number(events, 0, 255) : (byte)0,
            ContainsNoLoops = Flag(e, "ContainsNoLoops"),
            Executable = e.Attribute("Executable")?.Value is not ("false" or "0"),
            Access = Access(e.Element(Ua + "RolePermissions"), e.Attribute("AccessRestrictions")),
            References = References(e),
            Definition = nodeClass == NodeClass.DataType ? Definition(e.Element(Ua + "Definition")) : null,
            LateValue = valueElement is null ? null : model => (_values ??= new XmlValueReader(model, this)).Read(valueElement),
            At = At(e),
        };
    }

    private NodeAccess? Access(XElement? permissions, XAttribute? restrictions)
    {
        if (permissions is null && restrictions is null)
        {
            return null;
        }

        RolePermission[]? list = permissions is null
            ? null
            : [.. permissions.Elements(Ua + "RolePermission").Select(p => new RolePermission(Id(p.Value, p), p.Attribute("Permissions") is { } bits ? (uint)Number(bits, 0, uint.MaxValue) : 0))];
        return new NodeAccess(list, restrictions is null ? null : (AccessRestrictions)Number(restrictions, 0, ushort.MaxValue));
    }

    private List<ReferenceDraft> References(XElement e)
    {
        var references = new List<ReferenceDraft>();
        foreach (var reference in e.Element(Ua + "References")?.Elements(Ua + "Reference") ?? [])
        {
            if (reference.Attribute("ReferenceType") is not { } type)
            {
                Wrong(reference, "a Reference needs the attribute ReferenceType");
                continue;
            }

            var typeId = Id(type.Value, type);
            var other = Id(reference.Value, reference);
            if (!typeId.IsNull && !other.IsNull)
            {
                references.Add(new ReferenceDraft(typeId, other, reference.Attribute("IsForward")?.Value is not ("false" or "0"), At(reference)));
            }
        }

        // A parent that no reference names: ParentNodeId alone makes none (annex F.5), so nothing is added here.
        return references;
    }

    private DefinitionDraft? Definition(XElement? definition)
    {
        if (definition is null)
        {
            return null;
        }

        var elements = definition.Elements(Ua + "Field").ToList();
        var isEnumeration = elements.Exists(static f => f.Attribute("Value") is not null);
        var fields = new List<FieldDraft>(elements.Count);
        foreach (var f in elements)
        {
            if (f.Attribute("Name") is not { Value: { Length: > 0 } name })
            {
                Wrong(f, "a Field needs the attribute Name");
                continue;
            }

            if (fields.Exists(o => o.Name == name))
            {
                Wrong(f, $"the field {name} is there twice");
                continue;
            }

            fields.Add(new FieldDraft(name)
            {
                DataType = f.Attribute("DataType") is { } type ? Id(type.Value, type) : DataTypeIds.Of(BuiltInType.Variant),
                ValueRank = f.Attribute("ValueRank") is { } rank ? (int)Number(rank, -3, int.MaxValue) : -1,
                ArrayDimensions = Dimensions(f),
                MaxStringLength = f.Attribute("MaxStringLength") is { } most ? (uint)Number(most, 0, uint.MaxValue) : 0,
                IsOptional = Flag(f, "IsOptional"),
                AllowSubTypes = Flag(f, "AllowSubTypes"),
                Value = f.Attribute("Value") is { } value ? Number(value, long.MinValue, long.MaxValue) : 0,
                DisplayName = f.Element(Ua + "DisplayName") is { } displayName ? Text(displayName) : name,
                Description = f.Element(Ua + "Description") is { } description ? Text(description) : default,
                At = At(f),
            });
        }

        return new DefinitionDraft(fields, isEnumeration, Flag(definition, "IsUnion"));
    }

    private QualifiedName Name(XAttribute attribute)
    {
        var name = QualifiedName.Parse(attribute.Value);
        if (string.IsNullOrEmpty(name.Name))
        {
            Wrong(attribute, "a BrowseName is not empty");
        }

        return name with { NamespaceIndex = Index(name.NamespaceIndex, attribute) };
    }

    private static bool Flag(XElement e, string name) => e.Attribute(name)?.Value is "true" or "1";

    private uint[]? Dimensions(XElement e)
    {
        if (e.Attribute("ArrayDimensions") is not { Value.Length: > 0 } attribute)
        {
            return null;
        }

        var parts = attribute.Value.Split(',');
        var dimensions = new uint[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!uint.TryParse(parts[i], NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out dimensions[i]))
            {
                Wrong(attribute, $"ArrayDimensions is a list of numbers, not '{attribute.Value}'");
                return null;
            }
        }

        return dimensions;
    }

    private long Number(XAttribute attribute, long least, long most)
    {
        if (long.TryParse(attribute.Value.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Wrong(attribute, $"{attribute.Name.LocalName} is a whole number from {least} to {most}, not '{attribute.Value}'");
        return 0;
    }

    private double Real(XAttribute attribute)
    {
        if (double.TryParse(attribute.Value.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Wrong(attribute, $"{attribute.Name.LocalName} is a number, not '{attribute.Value}'");
        return 0;
    }
}
