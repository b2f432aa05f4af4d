#:property PublishAot=false
#:property TreatWarningsAsErrors=false
#:property ManagePackageVersionsCentrally=true
#:property RestorePackagesWithLockFile=false
// Makes the table of a model (Nodes/Namespace0.tsv, Nodes/Companions/*.tsv) from its published nodeset:
//
//   sets=tests/peers/node_modules/node-opcua-nodesets/nodesets
//   dotnet run src/TrainingLab.OpcUa/tools/MakeModelTable.cs $sets/Opc.Ua.NodeSet2.xml > src/TrainingLab.OpcUa/Nodes/Namespace0.tsv
//   dotnet run src/TrainingLab.OpcUa/tools/MakeModelTable.cs $sets/Opc.Ua.Di.NodeSet2.xml > src/TrainingLab.OpcUa/Nodes/Companions/DI.tsv
//
// It keeps ids, names, classes, types, references, definitions, values and permissions, and leaves out descriptions, documentation and type dictionaries.
// The columns are described where they are read, in Nodes/Models/ModelTable.cs.
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
var nodes = root.Elements().Where(e => classes.ContainsKey(e.Name.LocalName)).ToList();
var known = nodes.Select(e => Id(e.Attribute("NodeId")!.Value)).ToHashSet(StringComparer.Ordinal);

// Each reference once: at its source, or at its target when the source is of another nodeset.
var references = known.ToDictionary(id => id, _ => new List<string>(), StringComparer.Ordinal);
foreach (var node in nodes)
{
    var id = Id(node.Attribute("NodeId")!.Value);
    foreach (var reference in node.Element(ua + "References")?.Elements() ?? [])
    {
        var type = Id(reference.Attribute("ReferenceType")!.Value);
        var other = Id(reference.Value);
        var forward = reference.Attribute("IsForward")?.Value != "false";
        var (at, text) = forward ? (id, $"{type}>{other}") : known.Contains(other) ? (other, $"{type}>{id}") : (id, $"{type}<{other}");
        if (!references[at].Contains(text))
        {
            references[at].Add(text);
        }
    }
}

var output = new StringBuilder();
var uris = root.Element(ua + "NamespaceUris")?.Elements().Select(e => e.Value.Trim()).ToList() ?? [];
output.Append("#namespaces\t").AppendJoin('\t', uris).Append('\n');
foreach (var model in root.Element(ua + "Models")!.Elements())
{
    output.Append("#model\t").Append(model.Attribute("ModelUri")!.Value).Append('\t').Append(model.Attribute("Version")?.Value)
        .Append('\t').Append(model.Attribute("PublicationDate")?.Value).Append('\t').AppendJoin('|', model.Elements().Select(r => r.Attribute("ModelUri")!.Value)).Append('\n');
}

foreach (var node in nodes)
{
    var id = Id(node.Attribute("NodeId")!.Value);
    var name = node.Attribute("BrowseName")!.Value;
    var displayName = node.Element(ua + "DisplayName")!.Value;
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

    foreach (var (attribute, key) in new[] { ("DataType", "type"), ("MethodDeclarationId", "declaration") })
    {
        if (node.Attribute(attribute) is { } value)
        {
            attributes.Add($"{key}={Id(value.Value)}");
        }
    }

    foreach (var (attribute, key) in new[] { ("ValueRank", "rank"), ("ArrayDimensions", "dims"), ("EventNotifier", "events"), ("AccessLevel", "access"), ("MinimumSamplingInterval", "sampling") })
    {
        if (node.Attribute(attribute) is { Value.Length: > 0 } value)
        {
            attributes.Add($"{key}={value.Value}");
        }
    }

    if (node.Element(ua + "RolePermissions") is { } roles)
    {
        attributes.Add("roles=" + string.Join('|', roles.Elements().Select(r => $"{Id(r.Value)}>{r.Attribute("Permissions")?.Value ?? "0"}")));
    }

    if (node.Attribute("AccessRestrictions") is { } restrictions)
    {
        attributes.Add("restrict=" + restrictions.Value);
    }

    output.Append(classes[node.Name.LocalName]).Append('\t').Append(id).Append('\t').Append(Text(name)).Append('\t')
        .Append(displayName == name[(name.IndexOf(':') + 1)..] ? "" : Text(displayName))
        .Append('\t').AppendJoin(';', attributes)
        .Append('\t').AppendJoin(' ', references[id])
        .Append('\t').Append(Definition(node.Element(ua + "Definition")))
        .Append('\t').Append(Value(id, node.Element(ua + "Value")?.Elements().FirstOrDefault()))
        .Append('\n');
}

Console.OutputEncoding = new UTF8Encoding(false);
Console.Out.Write(output);
return 0;

// 84, 1:1001, 2:s=text
string Id(string text)
{
    text = text.Trim();
    text = aliases.GetValueOrDefault(text, text);
    var ns = "";
    if (text.StartsWith("ns=", StringComparison.Ordinal))
    {
        ns = text[3..text.IndexOf(';')] + ":";
        text = text[(text.IndexOf(';') + 1)..];
    }

    return ns + (text.StartsWith("i=", StringComparison.Ordinal) ? text[2..] : Text(text).Replace(" ", "%20", StringComparison.Ordinal));
}

static string Text(string text)
{
    var escaped = new StringBuilder();
    foreach (var c in text)
    {
        _ = c is '%' or '\t' or '\n' or '\r' or '|' or ';' or ',' or '<' or '>'
            ? escaped.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture))
            : escaped.Append(c);
    }

    return escaped.ToString();
}

string Definition(XElement? definition)
{
    if (definition is null)
    {
        return "";
    }

    bool Is(XElement e, string attribute) => e.Attribute(attribute)?.Value == "true";
    var fields = definition.Elements(ua + "Field").ToList();
    if (fields.Any(f => f.Attribute("Value") is not null))
    {
        return (Is(definition, "IsOptionSet") ? "options" : "enum") + ":" + string.Join('|', fields.Select(f => $"{Text(f.Attribute("Name")!.Value)},{f.Attribute("Value")!.Value}"));
    }

    return (Is(definition, "IsUnion") ? "union" : "structure") + ":" + string.Join('|', fields.Select(f =>
        $"{Text(f.Attribute("Name")!.Value)},{Id(f.Attribute("DataType")?.Value ?? "i=24")},{f.Attribute("ValueRank")?.Value ?? "-1"},"
        + (Is(f, "IsOptional") ? "o" : "") + (Is(f, "AllowSubTypes") ? "s" : "")));
}

// Values by kind; dictionaries of types (byte strings of XML) are left out.
string Value(string id, XElement? value)
{
    string Child(XElement e, string name) => e.Elements().FirstOrDefault(c => c.Name.LocalName == name)?.Value.Trim() ?? "";
    XElement Part(XElement e, string name) => e.Elements().First(c => c.Name.LocalName == name);
    string Scalar(XElement e)
    {
        switch (e.Name.LocalName)
        {
            case "LocalizedText":
                return Text(Child(e, "Text"));
            case "NodeId" or "ExpandedNodeId":
                return Id(Child(e, "Identifier"));
            case "QualifiedName":
                return $"{(Child(e, "NamespaceIndex") is { Length: > 0 } ns ? ns : "0")}:{Text(Child(e, "Name"))}";
            case "ExtensionObject":
                var body = Part(e, "Body").Elements().Single();
                return body.Name.LocalName switch
                {
                    "Argument" => $"Argument,{Text(Child(body, "Name"))},{Id(Child(body, "DataType"))},{(Child(body, "ValueRank") is { Length: > 0 } rank ? rank : "-1")}",
                    "EnumValueType" => $"EnumValueType,{Child(body, "Value")},{Text(Child(Part(body, "DisplayName"), "Text"))}",
                    "EUInformation" => $"EUInformation,{Text(Child(body, "NamespaceUri"))},{Child(body, "UnitId")},{Text(Child(Part(body, "DisplayName"), "Text"))}",
                    "Range" => $"Range,{Child(body, "Low")},{Child(body, "High")}",
                    _ => throw new NotSupportedException(body.Name.LocalName),
                };
            case "String" or "Boolean" or "SByte" or "Byte" or "Int16" or "UInt16" or "Int32" or "UInt32" or "Int64" or "UInt64" or "Float" or "Double" or "DateTime" or "Guid":
                return Text(e.Value);
            default:
                throw new NotSupportedException(e.Name.LocalName);
        }
    }

    try
    {
        switch (value?.Name.LocalName)
        {
            case null or "ByteString":
                return "";
            case "Matrix":
                var elements = Part(value, "Elements").Elements().ToList();
                return $"{elements[0].Name.LocalName}[{string.Join('x', Part(value, "Dimensions").Elements().Select(d => d.Value))}]:{string.Join('|', elements.Select(Scalar))}";
            case { } name when name.StartsWith("ListOf", StringComparison.Ordinal):
                return $"{name["ListOf".Length..]}[]:{string.Join('|', value.Elements().Select(Scalar))}";
            case { } name:
                return $"{name}:{Scalar(value)}";
        }
    }
    catch (NotSupportedException e)
    {
        Console.Error.WriteLine($"value of {id} left out: {e.Message}");
        return "";
    }
}
