using System.Xml.Linq;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>Changes a nodeset so that it mostly stays XML: elements are removed, doubled, moved and renamed, attributes and texts exchanged for others.</summary>
internal static class NodeSetMutator
{
    private static readonly Func<byte[], Random, byte[]> ChangeText = TextMutator.Change(NodeSetSeed.Tokens);

    private static readonly string[] Values =
    [
        "ns=1;i=3001", "ns=1;i=3002", "ns=1;i=1001", "ns=1;i=6001", "ns=1;i=4001", "i=45", "i=22", "i=24", "i=29", "i=40", "i=84", "i=11", "i=6", "i=21", "i=884", "i=4294967296", "ns=9;i=1", "ns=1;g=x", "Double", "HasSubtype", "Nothing",
        "1", "2", "-1", "-3", "0", "7", "2147483648", "99999999999999999999", "NaN", "-INF", "true", "false", "", "1,2", "1:Press", "9:x", ":", "Closed_1", "_", "AQID", "====", "2026-01-05T08:00:00Z", "2026-13-45", "\uD83C\uDF0A", "http://opcfoundation.org/UA/", "http://example.org/Press/",
    ];

    public static byte[] Change(byte[] seed, Random random)
    {
        if (random.Next(5) == 0)
        {
            return ChangeText(seed, random);
        }

        var document = XDocument.Parse(System.Text.Encoding.UTF8.GetString(seed));
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var all = document.Root!.Descendants().ToArray();
            if (all.Length == 0)
            {
                break;
            }

            var one = all[random.Next(all.Length)];
            var other = all[random.Next(all.Length)];
            var attributes = one.Attributes().Where(static a => !a.IsNamespaceDeclaration).ToArray();
            switch (random.Next(9))
            {
                case 0:
                    one.Remove();
                    break;
                case 1:
                    one.AddAfterSelf(new XElement(one));
                    break;
                case 2:
                    one.Add(new XElement(other));
                    break;
                case 3:
                    one.Attributes().Where(static a => a.IsNamespaceDeclaration).Remove();
                    one.Name = other.Name;
                    break;
                case 4 when attributes.Length > 0:
                    attributes[random.Next(attributes.Length)].Remove();
                    break;
                case 5:
                    one.SetAttributeValue(other.Attributes().FirstOrDefault(static a => !a.IsNamespaceDeclaration)?.Name ?? "ValueRank", Values[random.Next(Values.Length)]);
                    break;
                case 6 when !one.HasElements:
                    one.Value = Values[random.Next(Values.Length)];
                    break;
                default:
                    if (attributes.Length > 0)
                    {
                        attributes[random.Next(attributes.Length)].Value = Values[random.Next(Values.Length)];
                    }

                    break;
            }
        }

        return System.Text.Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting));
    }
}

/// <summary>A nodeset that has a little of everything, and what can be put into it.</summary>
internal static class NodeSetSeed
{
    public const string Text = """
        <UANodeSet xmlns="http://opcfoundation.org/UA/2011/03/UANodeSet.xsd">
        <NamespaceUris><Uri>http://example.org/Press/</Uri></NamespaceUris>
        <Models><Model ModelUri="http://example.org/Press/" Version="1.0"><RequiredModel ModelUri="http://opcfoundation.org/UA/"/></Model></Models>
        <Aliases><Alias Alias="Double">i=11</Alias><Alias Alias="HasSubtype">i=45</Alias><Alias Alias="HasTypeDefinition">i=40</Alias></Aliases>
        <UADataType NodeId="ns=1;i=3001" BrowseName="1:State"><DisplayName>State</DisplayName>
        <References><Reference ReferenceType="HasSubtype" IsForward="false">i=29</Reference></References>
        <Definition Name="1:State"><Field Name="Open" Value="0"/><Field Name="Closed" Value="1"/></Definition></UADataType>
        <UADataType NodeId="ns=1;i=3002" BrowseName="1:Stroke"><DisplayName>Stroke</DisplayName>
        <References><Reference ReferenceType="HasSubtype" IsForward="false">i=22</Reference></References>
        <Definition Name="1:Stroke"><Field Name="Number" DataType="i=7"/><Field Name="State" DataType="ns=1;i=3001"/><Field Name="Forces" DataType="Double" ValueRank="1"/>
        <Field Name="Matrix" DataType="i=6" ValueRank="2" ArrayDimensions="2,2"/><Field Name="Comment" DataType="i=21" IsOptional="true"/></Definition></UADataType>
        <UAObject NodeId="ns=1;i=5001" BrowseName="Default Binary" SymbolicName="DefaultBinary"><DisplayName>Default Binary</DisplayName>
        <References><Reference ReferenceType="i=38" IsForward="false">ns=1;i=3002</Reference><Reference ReferenceType="HasTypeDefinition">i=76</Reference></References></UAObject>
        <UAObject NodeId="ns=1;i=1001" BrowseName="1:Press" EventNotifier="1"><DisplayName Locale="en">Press</DisplayName>
        <References><Reference ReferenceType="i=35" IsForward="false">i=85</Reference><Reference ReferenceType="HasTypeDefinition">i=58</Reference></References>
        <RolePermissions><RolePermission Permissions="97">i=15644</RolePermission></RolePermissions></UAObject>
        <UAVariable NodeId="ns=1;i=6001" BrowseName="1:Last" DataType="ns=1;i=3002"><DisplayName>Last</DisplayName>
        <References><Reference ReferenceType="i=47" IsForward="false">ns=1;i=1001</Reference><Reference ReferenceType="HasTypeDefinition">i=63</Reference></References>
        <Value><ExtensionObject xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd"><TypeId><Identifier>ns=1;i=3002</Identifier></TypeId><Body><Stroke>
        <Number>7</Number><State>Closed_1</State><Forces><Double>1.5</Double><Double>INF</Double></Forces>
        <Comment><Locale>en</Locale><Text>good</Text></Comment></Stroke></Body></ExtensionObject></Value></UAVariable>
        <UAVariable NodeId="ns=1;i=6002" BrowseName="1:Many" DataType="i=24" ValueRank="1"><DisplayName>Many</DisplayName>
        <References><Reference ReferenceType="i=47" IsForward="false">ns=1;i=1001</Reference><Reference ReferenceType="HasTypeDefinition">i=63</Reference></References>
        <Value><ListOfVariant xmlns="http://opcfoundation.org/UA/2008/02/Types.xsd"><Variant><Value><ByteString>AQID</ByteString></Value></Variant><Variant><Value><Guid><String>72962B91-FA75-4AE6-8D28-B404DC7DAF63</String></Guid></Value></Variant>
        <Variant><Value><DateTime>2026-01-05T08:00:00Z</DateTime></Value></Variant><Variant><Value><NodeId><Identifier>i=84</Identifier></NodeId></Value></Variant><Variant><Value><QualifiedName><NamespaceIndex>1</NamespaceIndex><Name>a</Name></QualifiedName></Value></Variant></ListOfVariant></Value></UAVariable>
        <UAMethod NodeId="ns=1;i=7001" BrowseName="1:Start"><DisplayName>Start</DisplayName><References><Reference ReferenceType="i=47" IsForward="false">ns=1;i=1001</Reference></References></UAMethod>
        <UAReferenceType NodeId="ns=1;i=4001" BrowseName="1:Feeds" Symmetric="false"><DisplayName>Feeds</DisplayName><InverseName>FedBy</InverseName><References><Reference ReferenceType="HasSubtype" IsForward="false">i=32</Reference></References></UAReferenceType>
        </UANodeSet>
        """;

    public static string[] Tokens { get; } =
    [
        "ns=1;i=3001", "ns=1;i=3002", "ns=1;i=1001", "i=45", "i=22", "i=24", "i=29", "i=84", "i=4294967296", "ns=9;i=1", "ns=1;g=x", "HasSubtype", "HasTypeDefinition", "HasComponent", "1", "2", "-1", "-9", "0", "2147483648", "99999999999999999999", "NaN", "INF",
        "true", "false", "IsForward=\"false\"", "ValueRank=\"1\"", "ValueRank=\"7\"", "ArrayDimensions=\"4294967295\"", "IsOptional=\"true\"", "IsUnion=\"true\"", "AllowSubTypes=\"true\"", "Value=\"-1\"", "DataType=\"ns=1;i=3002\"", "ParentNodeId=\"ns=1;i=1001\"",
        "<UADataType NodeId=\"ns=1;i=3001\" BrowseName=\"1:A\">", "</UADataType>", "<UAObject NodeId=\"ns=1;i=1001\" BrowseName=\"1:Press\">", "</UAObject>", "<UAVariable NodeId=\"ns=1;i=1\" BrowseName=\"1:\">", "<UAView NodeId=\"ns=1;i=8\" BrowseName=\"v\"/>", "<UAMethod/>",
        "<Field Name=\"Number\" DataType=\"ns=1;i=3002\"/>", "<Reference ReferenceType=\"HasSubtype\">ns=1;i=3002</Reference>", "<Reference ReferenceType=\"i=40\">ns=1;i=6001</Reference>", "<Value/>", "<Value>", "</Value>", "<Body/>", "<Double/>", "<ListOfDouble>", "<Variant/>",
        "<Matrix><Dimensions><Int32>65536</Int32><Int32>65536</Int32></Dimensions></Matrix>", "<!--", "-->", "<![CDATA[", "]]>", "&#0;", "&amp;", "&x;", "<!DOCTYPE a [<!ENTITY x \"y\">]>", "<?xml version=\"1.1\"?>", "\0", "\uFEFF", "xmlns=\"\"", "xsi:nil=\"true\"",
    ];
}
