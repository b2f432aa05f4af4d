namespace TrainingLab.OpcUa.Nodes;

/// <content>What the server says about its namespaces: an object for each below <c>Server/Namespaces</c> (OPC 10000-5, 6.3.13). Models bring those of their own.</content>
public sealed partial class AddressSpace
{
    private const uint NamespacesObject = 11715;
    private const uint NamespaceMetadataType = 11616;
    private static readonly string[] AccessDefaults = ["DefaultRolePermissions", "DefaultUserRolePermissions", "DefaultAccessRestrictions"];

    /// <summary>Shows metadata of the server's own namespace and of its owner's.</summary>
    internal void DescribeNamespaces()
    {
        foreach (var uri in OwnNamespaceUris.Prepend(ApplicationUri).ToArray())
        {
            MetadataOf(uri);
        }
    }

    /// <summary>The metadata of one of those namespaces, made when it is first asked for.</summary>
    private ObjectNode MetadataOf(string namespaceUri)
    {
        var index = IndexOf(namespaceUri);
        var id = new NodeId(index, $"NamespaceMetadata.{namespaceUri}");
        if (Find(id) is ObjectNode there)
        {
            return there;
        }

        var metadata = AddInstance(new NodeId(0, NamespacesObject), ReferenceTypeIds.HasComponent, id, new QualifiedName(index, namespaceUri), new NodeId(0, NamespaceMetadataType));
        Show(metadata, "NamespaceUri", namespaceUri);
        Show(metadata, "NamespaceVersion", "1.0");
        Show(metadata, "NamespacePublicationDate", new Variant(DateTime.UnixEpoch));
        Show(metadata, "IsNamespaceSubset", false);
        Show(metadata, "StaticNodeIdTypes", Variant.From(Array.Empty<int>()));
        Show(metadata, "StaticNumericNodeIdRange", Variant.From(Array.Empty<string>()));
        Show(metadata, "StaticStringNodeIdPattern", "");
        return metadata;
    }

    /// <summary>Adds the properties that tell what holds for a whole namespace; only where something holds are they there.</summary>
    private void AddAccessDefaults(ObjectNode metadata)
    {
        if (FindPart(metadata, AccessDefaults[0]) is null)
        {
            foreach (var part in PartsOf(TypeDefinitionOf(metadata)!).Where(static p => AccessDefaults.Contains(p.Target.BrowseName.Name, StringComparer.Ordinal)).ToArray())
            {
                AddPart(metadata, part.Type, part.Target, "", [], 0);
            }
        }
    }

    private VariableNode Show(Node owner, string property, Variant value)
    {
        var variable = (VariableNode)Find(FindPart(owner, property)!.Id)!;
        variable.SetValue(value);
        return variable;
    }
}
