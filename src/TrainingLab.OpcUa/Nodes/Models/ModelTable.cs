using System.Globalization;
using System.Text;

namespace TrainingLab.OpcUa.Nodes.Models;

/// <summary>
/// Reads an embedded table of a model, as <c>tools/MakeModelTable.cs</c> makes it. It begins with the namespaces that its ids count from 1 on, and the models it
/// defines; then one line per node, columns separated by tabs:
/// <code>
/// #namespaces | URI of 1 | URI of 2 …
/// #model | URI | version | publication date | |-separated URIs of required models
/// class | id | browse name | display name if another | attributes | references | definition | value
/// class       O object, V variable, M method, W view, o object type, v variable type, R reference type, D data type
/// id          84 in namespace 0, 1:1001 and 1:s=text in another
/// attributes  ;-separated: abstract, symmetric, inverse=, type=, rank=, dims=, events=, access=, sampling=, declaration=,
///             roles=role>permissions|role>permissions, restrict=access restrictions
/// references  space-separated type>target, each once at its source; type&lt;source where the source is not in this table
/// definition  kind:fields, |-separated: name,value of an enumeration; name,type,rank,flags (o optional, s subtypes allowed) of a structure
/// value       kind:text, kind[]:|-separated texts, kind[2x3]:texts of a matrix; structures as name,field,field
/// </code>
/// In texts the separators stand as % and two hexadecimal digits.
/// </summary>
internal static class ModelTable
{
    /// <summary>The URIs after <c>#namespaces</c> and the models of a table, without its nodes.</summary>
    public static (IReadOnlyList<string> NamespaceUris, IReadOnlyList<ModelDraft> Models) ReadHead(Stream stream)
    {
        using var reader = new StreamReader(stream, System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 1024, leaveOpen: true);
        IReadOnlyList<string> uris = [];
        var models = new List<ModelDraft>();
        while (reader.ReadLine() is { } line && line.StartsWith('#'))
        {
            var columns = line.Split('\t');
            if (columns[0] == "#namespaces")
            {
                uris = [.. columns.Skip(1).Where(static u => u.Length > 0)];
            }
            else
            {
                models.Add(new ModelDraft(columns[1], columns[2], columns[3], columns[4].Split('|', StringSplitOptions.RemoveEmptyEntries)));
            }
        }

        return (uris, models);
    }

    /// <summary>The nodes of a table.</summary>
    /// <param name="stream">The table.</param>
    /// <param name="indices">The index of each namespace of the table in the space; the first is 0.</param>
    public static List<NodeDraft> Read(Stream stream, IReadOnlyList<ushort> indices)
    {
        using var reader = new StreamReader(stream, System.Text.Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 16_384, leaveOpen: true);
        var row = new Row(indices);
        var drafts = new List<NodeDraft>(1024);
        Span<Range> columns = stackalloc Range[9];
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                var count = line.AsSpan().Split(columns, '\t');
                drafts.Add(count == 8 ? row.Read(line, columns) : throw new InvalidDataException($"A line of a model table has {count} columns"));
            }
        }

        return drafts;
    }

    private sealed class Row(IReadOnlyList<ushort> indices)
    {
        private readonly Dictionary<(string?, string?), NodeAccess> _accesses = [];

        public NodeDraft Read(string line, ReadOnlySpan<Range> columns)
        {
            var text = line.AsSpan();
            var browseName = Name(line[columns[2]]);
            var displayName = line[columns[3]];
            var attributes = text[columns[4]].IsEmpty ? [] : line[columns[4]].Split(';');
            return new NodeDraft(ClassOf(text[columns[0]][0]), Id(text[columns[1]]), browseName)
            {
                DisplayName = displayName.Length > 0 ? Text(displayName) : browseName.Name,
                IsAbstract = attributes.Contains("abstract"),
                Symmetric = attributes.Contains("symmetric"),
                InverseName = Get(attributes, "inverse=") is { } inverse ? Text(inverse) : default(LocalizedText),
                DataType = Get(attributes, "type=") is { } type ? Id(type) : DataTypeIds.Of(BuiltInType.Variant),
                ValueRank = Get(attributes, "rank=") is { } rank ? Int(rank) : null,
                ArrayDimensions = Get(attributes, "dims=") is { } dimensions ? [.. dimensions.Split(',').Select(static d => UInt(d))] : null,
                AccessLevel = Get(attributes, "access=") is { } access ? (AccessLevels)UInt(access) : AccessLevels.CurrentRead,
                MinimumSamplingInterval = Get(attributes, "sampling=") is { } sampling ? double.Parse(sampling, CultureInfo.InvariantCulture) : 0,
                EventNotifier = Get(attributes, "events=") is { } events ? (byte)UInt(events) : (byte)0,
                Access = Access(Get(attributes, "roles="), Get(attributes, "restrict=")),
                References = References(line[columns[5]]),
                Definition = Definition(line[columns[6]]),
                Value = Value(line[columns[7]]),
            };
        }

        private static NodeClass ClassOf(char letter) => letter switch
        {
            'O' => NodeClass.Object,
            'V' => NodeClass.Variable,
            'M' => NodeClass.Method,
            'W' => NodeClass.View,
            'o' => NodeClass.ObjectType,
            'v' => NodeClass.VariableType,
            'R' => NodeClass.ReferenceType,
            'D' => NodeClass.DataType,
            _ => throw new InvalidDataException($"{letter} is no class of node"),
        };

        private static string? Get(string[] attributes, string key)
        {
            foreach (var attribute in attributes)
            {
                if (attribute.StartsWith(key, StringComparison.Ordinal))
                {
                    return attribute[key.Length..];
                }
            }

            return null;
        }

        /// <summary>Rules of access; the same ones are the same object.</summary>
        private NodeAccess? Access(string? roles, string? restrictions)
        {
            if (roles is null && restrictions is null)
            {
                return null;
            }

            if (!_accesses.TryGetValue((roles, restrictions), out var access))
            {
                access = new NodeAccess(
                    roles?.Split('|').Select(p => p.Split('>')).Select(p => new RolePermission(Id(p[0]), UInt(p[1]))).ToArray(),
                    restrictions is null ? null : (AccessRestrictions)UInt(restrictions));
                _accesses.Add((roles, restrictions), access);
            }

            return access;
        }

        private ReferenceDraft[] References(string text)
        {
            if (text.Length == 0)
            {
                return [];
            }

            var parts = text.Split(' ');
            var references = new ReferenceDraft[parts.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                var part = parts[i].AsSpan();
                var at = part.IndexOfAny('<', '>');
                references[i] = new ReferenceDraft(Id(part[..at]), Id(part[(at + 1)..]), part[at] == '>', default);
            }

            return references;
        }

        private DefinitionDraft? Definition(string text)
        {
            if (text.Length == 0)
            {
                return null;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var kind = text[..colon];
            var isEnumeration = kind is "enum" or "options";
            var fields = new List<FieldDraft>();
            foreach (var field in colon + 1 == text.Length ? [] : text[(colon + 1)..].Split('|'))
            {
                var f = field.Split(',');
                fields.Add(isEnumeration
                    ? new FieldDraft(Text(f[0])) { Value = long.Parse(f[1], CultureInfo.InvariantCulture), DisplayName = Text(f[0]) }
                    : new FieldDraft(Text(f[0])) { DataType = Id(f[1]), ValueRank = Int(f[2]), IsOptional = f[3].Contains('o'), AllowSubTypes = f[3].Contains('s') });
            }

            return new DefinitionDraft(fields, isEnumeration, kind == "union");
        }

        private Variant Value(string text)
        {
            if (text.Length == 0)
            {
                return default;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var kind = text[..colon];
            var value = text[(colon + 1)..];
            if (!kind.EndsWith(']'))
            {
                return Variant.From(Scalar(kind, value));
            }

            var open = kind.IndexOf('[', StringComparison.Ordinal);
            var type = Enum.Parse<BuiltInType>(kind[..open]);
            var parts = value.Length == 0 ? [] : value.Split('|');
            var elements = Array.CreateInstance(Variant.ClrTypeOf(type), parts.Length);
            for (var i = 0; i < parts.Length; i++)
            {
                elements.SetValue(Scalar(kind[..open], parts[i]), i);
            }

            var dimensions = kind[(open + 1)..^1];
            return Variant.FromArray(type, elements, dimensions.Length == 0 ? null : [.. dimensions.Split('x').Select(Int)]);
        }

        private object Scalar(string kind, string text)
        {
            var culture = CultureInfo.InvariantCulture;
            return kind switch
            {
                "String" => Text(text),
                "Boolean" => text is "true" or "1",
                "SByte" => sbyte.Parse(text, culture),
                "Byte" => byte.Parse(text, culture),
                "Int16" => short.Parse(text, culture),
                "UInt16" => ushort.Parse(text, culture),
                "Int32" => Int(text),
                "UInt32" => UInt(text),
                "Int64" => long.Parse(text, culture),
                "UInt64" => ulong.Parse(text, culture),
                "Float" => float.Parse(text, culture),
                "Double" => double.Parse(text, culture),
                "DateTime" => DateTime.Parse(text, culture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal),
                "Guid" => Guid.Parse(text),
                "LocalizedText" => new LocalizedText(Text(text)),
                "QualifiedName" => Name(text),
                "NodeId" => Id(text),
                "ExpandedNodeId" => new ExpandedNodeId(Id(text)),
                "ExtensionObject" => Structure(text.Split(',')),
                _ => throw new InvalidDataException($"A model table holds a value of kind {kind}"),
            };
        }

        private ExtensionObject Structure(string[] fields) => new(fields[0] switch
        {
            "Argument" => new Argument(Text(fields[1]), Id(fields[2]), Int(fields[3])),
            "EnumValueType" => new EnumValueType(long.Parse(fields[1], CultureInfo.InvariantCulture), Text(fields[2]), default),
            "EUInformation" => new EUInformation(Text(fields[1]), Int(fields[2]), Text(fields[3]), default),
            "Range" => (IStructure)new UaRange(double.Parse(fields[1], CultureInfo.InvariantCulture), double.Parse(fields[2], CultureInfo.InvariantCulture)),
            var name => throw new InvalidDataException($"A model table holds a structure {name}"),
        });

        private QualifiedName Name(string text)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            return colon > 0 && ushort.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? new QualifiedName(indices[index], Text(text[(colon + 1)..]))
                : new QualifiedName(0, Text(text));
        }

        private NodeId Id(ReadOnlySpan<char> text)
        {
            ushort index = 0;
            var colon = text.IndexOf(':');
            if (colon > 0 && colon <= 2)
            {
                index = indices[(int)UInt(text[..colon])];
                text = text[(colon + 1)..];
            }

            return text[1..].StartsWith("=") ? NodeId.Parse(Text(text.ToString())).InNamespace(index) : new NodeId(index, UInt(text));
        }

        private static uint UInt(ReadOnlySpan<char> text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

        private static int Int(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

        private static string Text(string text)
        {
            if (!text.Contains('%', StringComparison.Ordinal))
            {
                return text;
            }

            var plain = new StringBuilder(text.Length);
            for (var i = 0; i < text.Length; i++)
            {
                if (text[i] == '%')
                {
                    plain.Append((char)Convert.ToInt32(text.Substring(i + 1, 2), 16));
                    i += 2;
                }
                else
                {
                    plain.Append(text[i]);
                }
            }

            return plain.ToString();
        }
    }
}
