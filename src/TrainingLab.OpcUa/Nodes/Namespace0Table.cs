using System.Globalization;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>
/// Reads the embedded table of namespace 0 that <c>tools/MakeNamespace0.cs</c> makes. One line per node, columns separated by tabs:
/// <code>
/// class | id | browse name | display name if another | attributes | references | definition | value
/// class       O object, V variable, M method, W view, o object type, v variable type, R reference type, D data type
/// attributes  ;-separated: abstract, symmetric, inverse=, type=, rank=, dims=, events=, access=
/// references  space-separated reference type:target, each once at its source
/// definition  kind:fields, |-separated: name,value of an enumeration; name,type,rank,optional of a structure
/// value       kind:text
/// </code>
/// </summary>
internal static class Namespace0Table
{
    public static Dictionary<uint, Node> Load()
    {
        using var stream = typeof(Namespace0Table).Assembly.GetManifestResourceStream("Namespace0.tsv")!;
        using var reader = new StreamReader(stream);
        var rows = new List<string[]>(5600);
        while (reader.ReadLine() is { } line)
        {
            rows.Add(line.Split('\t'));
        }

        Omit(rows);
        var nodes = new Dictionary<uint, Node>(rows.Count);
        foreach (var row in rows)
        {
            nodes.Add(Number(row[1]), Create(row));
        }

        foreach (var row in rows)
        {
            Connect(nodes, nodes[Number(row[1])], References(row));
        }

        var definitions = rows.Where(static r => r[6].Length > 0).ToDictionary(static r => Number(r[1]), static r => r[6]);
        foreach (var id in definitions.Keys)
        {
            var type = (DataTypeNode)nodes[id];
            type.Definition = Definition(type, definitions);
        }

        return nodes;
    }

    /// <summary>Instances of the standard that this server does not offer: none of them is left dangling without values.</summary>
    private static readonly uint[] Omitted =
    [
        2289, 2290, 3706, // diagnostics arrays
        11192, // HistoryServerCapabilities
        11313, // RedundantServerArray
        12165, 12166, 12167, 12168, // history limits
        12637, 15606, // ServerConfiguration, RoleSet
        12749, 12886, // SetSubscriptionDurable, RequestServerStateChange
        12885, 15004, 17634, // EstimatedReturnTime, UrisVersion, LocalTime
        14443, 32637, 32754, // PublishSubscribe and its defaults
        17594, 19372, 23470, 24226, 32530, // Dictionaries, ServerLog, Aliases, Resources, Quantities
        24101, // conformance units
    ];

    /// <summary>Takes out the omitted nodes, what they are made of, and the references to them.</summary>
    private static void Omit(List<string[]> rows)
    {
        var byId = rows.ToDictionary(static r => Number(r[1]));
        var gone = new HashSet<uint>();
        var open = new Stack<uint>(Omitted);
        while (open.TryPop(out var id))
        {
            if (gone.Add(id))
            {
                foreach (var reference in References(byId[id]).Where(static r => r.Type is 35 or 46 or 47))
                {
                    open.Push(reference.Target);
                }
            }
        }

        rows.RemoveAll(row => gone.Contains(Number(row[1])));
        foreach (var row in rows)
        {
            if (References(row).Any(r => gone.Contains(r.Target)))
            {
                row[5] = string.Join(' ', References(row).Where(r => !gone.Contains(r.Target)).Select(static r => string.Create(CultureInfo.InvariantCulture, $"{r.Type}:{r.Target}")));
            }
        }
    }

    private static IEnumerable<(uint Type, uint Target)> References(string[] row)
    {
        foreach (var part in row[5].Length == 0 ? [] : row[5].Split(' '))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            yield return (Number(part[..colon]), Number(part[(colon + 1)..]));
        }
    }

    private static uint Number(string text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    private static int Int(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static Node Create(string[] row)
    {
        var id = new NodeId(0, Number(row[1]));
        var name = new QualifiedName(0, row[2].StartsWith("0:", StringComparison.Ordinal) ? row[2][2..] : row[2]);
        var displayName = new LocalizedText(row[3].Length > 0 ? row[3] : name.Name);
        var attributes = row[4].Length == 0 ? [] : row[4].Split(';');
        switch (row[0])
        {
            case "O":
                return new ObjectNode(id, name, displayName) { EventNotifier = Get(attributes, "events=") is { } events ? (byte)Number(events) : (byte)0 };
            case "W":
                return new ViewNode(id, name, displayName);
            case "M":
                return new MethodNode(id, name, displayName);
            case "o":
                return new ObjectTypeNode(id, name, displayName) { IsAbstract = attributes.Contains("abstract") };
            case "R":
                return new ReferenceTypeNode(id, name, displayName)
                {
                    IsAbstract = attributes.Contains("abstract"),
                    Symmetric = attributes.Contains("symmetric"),
                    InverseName = Get(attributes, "inverse="),
                };
            case "D":
                return new DataTypeNode(id, name, displayName) { IsAbstract = attributes.Contains("abstract") };
            case "v":
                return new VariableTypeNode(id, name, displayName)
                {
                    IsAbstract = attributes.Contains("abstract"),
                    DataType = DataType(attributes),
                    ValueRank = Rank(attributes, -2),
                    ArrayDimensions = Dimensions(attributes),
                };
            default:
                return new VariableNode(id, name, displayName)
                {
                    DataType = DataType(attributes),
                    ValueRank = Rank(attributes, -1),
                    ArrayDimensions = Dimensions(attributes),
                    AccessLevel = AccessLevels.CurrentRead,
                    InitialValue = Value(row[7]),
                };
        }
    }

    private static string? Get(string[] attributes, string key) =>
        Array.Find(attributes, a => a.StartsWith(key, StringComparison.Ordinal))?[key.Length..];

    private static NodeId DataType(string[] attributes) => new(0, Get(attributes, "type=") is { } type ? Number(type) : (uint)BuiltInType.Variant);

    private static int Rank(string[] attributes, int byDefault) => Get(attributes, "rank=") is { } rank ? Int(rank) : byDefault;

    private static uint[]? Dimensions(string[] attributes) =>
        Get(attributes, "dims=") is { Length: > 0 } dimensions ? [.. dimensions.Split(',').Select(Number)] : null;

    private static void Connect(Dictionary<uint, Node> nodes, Node source, IEnumerable<(uint Type, uint Target)> references)
    {
        foreach (var (typeId, targetId) in references)
        {
            var type = (ReferenceTypeNode)nodes[typeId];
            var target = nodes[targetId];
            source.AddOwnReference(new Reference(type, target, IsForward: true));
            target.AddOwnReference(new Reference(type, source, IsForward: false));
            if (type.Id.IsStandard(45))
            {
                switch (target)
                {
                    case ReferenceTypeNode referenceType:
                        referenceType.Supertype = (ReferenceTypeNode)source;
                        break;
                    case DataTypeNode dataType:
                        dataType.Supertype = (DataTypeNode)source;
                        break;
                }
            }

            // Arguments are values of properties; a method keeps them at hand.
            if (source is MethodNode method && target is VariableNode { Value.Value.Elements: ExtensionObject[] arguments } property)
            {
                var list = arguments.Select(static a => (Argument)a.Structure!).ToArray();
                if (property.BrowseName.Name == "InputArguments")
                {
                    method.Inputs = list;
                }
                else
                {
                    method.Outputs = list;
                }
            }
        }
    }

    private static IStructure Definition(DataTypeNode type, Dictionary<uint, string> definitions)
    {
        var text = definitions[type.Id.Numeric];
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var kind = text[..colon];
        if (kind is "enum" or "options")
        {
            return new EnumDefinition([.. Parts(text[(colon + 1)..]).Select(static f => new EnumField(long.Parse(f[1], CultureInfo.InvariantCulture), f[0], default, f[0]))]);
        }

        var fields = new List<StructureField>();
        for (var t = type; t is not null; t = t.Supertype)
        {
            if (definitions.TryGetValue(t.Id.Numeric, out var own))
            {
                fields.InsertRange(0, Parts(own[(own.IndexOf(':', StringComparison.Ordinal) + 1)..])
                    .Select(static f => new StructureField(f[0], default, new NodeId(0, Number(f[1])), Int(f[2]), null, 0, f[3] == "1")));
            }
        }

        var encoding = type.OwnReferences.FirstOrDefault(static r => r.IsForward && r.Type.Id.IsStandard(38) && r.Target.BrowseName.Name == "Default Binary").Target?.Id ?? default;
        var form = kind switch
        {
            "union" => StructureType.Union,
            "optional" => StructureType.StructureWithOptionalFields,
            "subtypes" => StructureType.StructureWithSubtypedValues,
            _ => StructureType.Structure,
        };
        return new StructureDefinition(encoding, type.Supertype?.Id ?? default, form, fields);
    }

    private static IEnumerable<string[]> Parts(string list) => list.Length == 0 ? [] : list.Split('|').Select(static f => f.Split(','));

    private static Variant Value(string text)
    {
        if (text.Length == 0)
        {
            return default;
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var value = text[(colon + 1)..];
        return text[..colon] switch
        {
            "String" => new Variant(value),
            "Int32" => new Variant(Int(value)),
            "UInt32" => new Variant(Number(value)),
            "Boolean" => new Variant(value == "true"),
            "DateTime" => new Variant(DateTime.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal)),
            "LocalizedText" => new Variant(new LocalizedText(value)),
            "LocalizedTexts" => Variant.From(value.Split('|').Select(static t => new LocalizedText(t)).ToArray()),
            "Int32s" => Variant.From(value.Length == 0 ? [] : value.Split('|').Select(Int).ToArray()),
            "Strings" => Variant.From(value.Length == 0 ? [] : value.Split('|')),
            "Arguments" => Variant.From(Parts(value).Select(static a => new ExtensionObject(new Argument(a[0], new NodeId(0, Number(a[1])), Int(a[2])))).ToArray()),
            "EnumValues" => Variant.From(Parts(value).Select(static e => new ExtensionObject(new EnumValueType(long.Parse(e[0], CultureInfo.InvariantCulture), e[1], default))).ToArray()),
            var kind => throw new InvalidDataException($"The table of namespace 0 holds a value of kind {kind}"),
        };
    }
}
