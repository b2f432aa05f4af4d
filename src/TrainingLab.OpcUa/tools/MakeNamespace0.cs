#:property PublishAot=false
#:property TreatWarningsAsErrors=false
#:property ManagePackageVersionsCentrally=true
#:property RestorePackagesWithLockFile=false
// Makes Nodes/Namespace0.tsv, the table of namespace 0, from a published nodeset:
//
//   dotnet run src/TrainingLab.OpcUa/tools/MakeNamespace0.cs tests/peers/node_modules/node-opcua-nodesets/nodesets/Opc.Ua.NodeSet2.xml \
//     > src/TrainingLab.OpcUa/Nodes/Namespace0.tsv
//
// It keeps ids, names, classes, types, references, definitions and values, and leaves out descriptions, documentation and type dictionaries.
// The columns are described where they are read, in Nodes/Namespace0Table.cs.
using System.Globalization;
using System.Text;
using System.Xml.Linq;

XNamespace ua = "http://opcfoundation.org/UA/2011/03/UANodeSet.xsd";
var root = XDocument.Load(args[0]).Root!;
var aliases = root.Element(ua + "Aliases")!.Elements().ToDictionary(a => a.Attribute("Alias")!.Value, a => a.Value);
var classes = new Dictionary<string, char>
{
    ["UAObject"] = 'O', ["UAVariable"] = 'V', ["UAMethod"] = 'M', ["UAObjectType"] = 'o', ["UAVariableType"] = 'v', ["UAReferenceType"] = 'R', ["UADataType"] = 'D', ["UAView"] = 'W',
};
var nodes = root.Elements().Where(e => classes.ContainsKey(e.Name.LocalName)).OrderBy(e => Id(e.Attribute("NodeId")!.Value)).ToList();
var known = nodes.Select(e => Id(e.Attribute("NodeId")!.Value)).ToHashSet();

// Each reference once, at its source.
var forward = known.ToDictionary(id => id, _ => new SortedSet<(uint Type, uint Target)>());
foreach (var node in nodes)
{
    var id = Id(node.Attribute("NodeId")!.Value);
    foreach (var reference in node.Element(ua + "References")?.Elements() ?? [])
    {
        var type = Id(reference.Attribute("ReferenceType")!.Value);
        var other = Id(reference.Value);
        if (!known.Contains(other))
        {
            continue;
        }

        _ = reference.Attribute("IsForward")?.Value == "false" ? forward[other].Add((type, id)) : forward[id].Add((type, other));
    }
}

var output = new StringBuilder();
foreach (var node in nodes)
{
    var id = Id(node.Attribute("NodeId")!.Value);
    var name = Text(node.Attribute("BrowseName")!.Value);
    var displayName = Text(node.Element(ua + "DisplayName")!.Value);
    var attributes = new List<string>();
    void Flag(string attribute, string key)
    {
        if (node.Attribute(attribute)?.Value == "true")
        {
            attributes.Add(key);
        }
    }

    Flag("IsAbstract", "abstract");
    Flag("Symmetric", "symmetric");
    if (node.Element(ua + "InverseName") is { } inverse)
    {
        attributes.Add("inverse=" + Text(inverse.Value));
    }

    if (node.Attribute("DataType") is { } dataType)
    {
        attributes.Add("type=" + Id(dataType.Value));
    }

    foreach (var (attribute, key) in new[] { ("ValueRank", "rank"), ("ArrayDimensions", "dims"), ("EventNotifier", "events"), ("AccessLevel", "access") })
    {
        if (node.Attribute(attribute) is { } value)
        {
            attributes.Add($"{key}={value.Value}");
        }
    }

    output.Append(classes[node.Name.LocalName]).Append('\t').Append(id).Append('\t').Append(name).Append('\t').Append(displayName == name ? "" : displayName)
        .Append('\t').AppendJoin(';', attributes)
        .Append('\t').AppendJoin(' ', forward[id].Select(r => $"{r.Type}:{r.Target}"))
        .Append('\t').Append(Definition(node.Element(ua + "Definition"), node))
        .Append('\t').Append(Value(node.Element(ua + "Value")?.Elements().FirstOrDefault()))
        .Append('\n');
}

Console.OutputEncoding = new UTF8Encoding(false);
Console.Out.Write(output);
return 0;

uint Id(string text)
{
    text = aliases.GetValueOrDefault(text, text);
    return text.StartsWith("i=", StringComparison.Ordinal) ? uint.Parse(text.AsSpan(2), CultureInfo.InvariantCulture) : throw new FormatException($"{text} is not of namespace 0");
}

static string Text(string text) =>
    text.AsSpan().IndexOfAny("\t\n|;,") < 0 ? text : throw new FormatException($"'{text}' holds a separator");

string Definition(XElement? definition, XElement node)
{
    if (definition is null)
    {
        return "";
    }

    var fields = definition.Elements(ua + "Field").ToList();
    if (fields.Any(f => f.Attribute("Value") is not null))
    {
        var kind = definition.Attribute("IsOptionSet")?.Value == "true" ? "options" : "enum";
        return kind + ":" + string.Join('|', fields.Select(f => $"{Text(f.Attribute("Name")!.Value)},{f.Attribute("Value")!.Value}"));
    }

    var form = definition.Attribute("IsUnion")?.Value == "true" ? "union"
        : fields.Any(f => f.Attribute("IsOptional")?.Value == "true") ? "optional"
        : fields.Any(f => f.Attribute("AllowSubTypes")?.Value == "true") ? "subtypes" : "structure";
    return form + ":" + string.Join('|', fields.Select(f =>
        $"{Text(f.Attribute("Name")!.Value)},{Id(f.Attribute("DataType")?.Value ?? "i=24")},{f.Attribute("ValueRank")?.Value ?? "-1"},"
        + (f.Attribute("IsOptional")?.Value == "true" || f.Attribute("AllowSubTypes")?.Value == "true" ? "1" : "0")));
}

// Values by kind; dictionaries of types (byte strings of XML) are left out.
static string Value(XElement? value)
{
    string Child(XElement e, string name) => e.Elements().FirstOrDefault(c => c.Name.LocalName == name)?.Value ?? "";
    IEnumerable<XElement> Bodies(XElement list) => list.Elements().Select(e => e.Elements().Single(c => c.Name.LocalName == "Body").Elements().Single());
    switch (value?.Name.LocalName)
    {
        case null or "ByteString":
            return "";
        case "String" or "Int32" or "UInt32" or "Boolean" or "DateTime":
            return $"{value.Name.LocalName}:{value.Value}";
        case "LocalizedText":
            return "LocalizedText:" + Text(Child(value, "Text"));
        case "ListOfLocalizedText":
            return "LocalizedTexts:" + string.Join('|', value.Elements().Select(e => Text(Child(e, "Text"))));
        case "ListOfInt32" or "ListOfString":
            return value.Name.LocalName["ListOf".Length..] + "s:" + string.Join('|', value.Elements().Select(e => Text(e.Value)));
        case "ListOfExtensionObject":
            var bodies = Bodies(value).ToList();
            return bodies.Count == 0 ? "" : bodies[0].Name.LocalName switch
            {
                "Argument" => "Arguments:" + string.Join('|', bodies.Select(b =>
                    $"{Text(Child(b, "Name"))},{Child(b, "DataType").Trim()["i=".Length..]},{Child(b, "ValueRank")}")),
                "EnumValueType" => "EnumValues:" + string.Join('|', bodies.Select(b =>
                    $"{Child(b, "Value")},{Text(Child(b.Elements().Single(c => c.Name.LocalName == "DisplayName"), "Text"))}")),
                var other => throw new FormatException(other),
            };
        case "ExtensionObject":
            // The units and ranges that a few variables of the standard carry.
            Console.Error.WriteLine("left out: " + value.ToString(SaveOptions.DisableFormatting));
            return "";
        case var other:
            throw new FormatException(other);
    }
}
