namespace TrainingLab.OpcUa.Nodes;

/// <summary>Objects of namespace 0 that owners and clients name often.</summary>
public static class ObjectIds
{
    public static readonly NodeId RootFolder = new(0, 84);
    public static readonly NodeId ObjectsFolder = new(0, 85);
    public static readonly NodeId TypesFolder = new(0, 86);
    public static readonly NodeId ViewsFolder = new(0, 87);
    public static readonly NodeId Server = new(0, 2253);
    public static readonly NodeId ServerConfiguration = new(0, 12637);
}

/// <summary>Reference types of namespace 0.</summary>
public static class ReferenceTypeIds
{
    public static readonly NodeId References = new(0, 31);
    public static readonly NodeId HierarchicalReferences = new(0, 33);
    public static readonly NodeId HasChild = new(0, 34);
    public static readonly NodeId Organizes = new(0, 35);
    public static readonly NodeId HasEventSource = new(0, 36);
    public static readonly NodeId HasModellingRule = new(0, 37);
    public static readonly NodeId HasTypeDefinition = new(0, 40);
    public static readonly NodeId HasSubtype = new(0, 45);
    public static readonly NodeId HasProperty = new(0, 46);
    public static readonly NodeId HasComponent = new(0, 47);
    public static readonly NodeId HasNotifier = new(0, 48);
    public static readonly NodeId HasHistoricalConfiguration = new(0, 56);
    public static readonly NodeId HasCondition = new(0, 9006);
}

/// <summary>Object types of namespace 0.</summary>
public static class ObjectTypeIds
{
    public static readonly NodeId BaseObjectType = new(0, 58);
    public static readonly NodeId FolderType = new(0, 61);
}

/// <summary>Variable types of namespace 0.</summary>
public static class VariableTypeIds
{
    public static readonly NodeId BaseDataVariableType = new(0, 63);
    public static readonly NodeId PropertyType = new(0, 68);
    public static readonly NodeId DataItemType = new(0, 2365);
    public static readonly NodeId AnalogItemType = new(0, 2368);
    public static readonly NodeId MultiStateDiscreteType = new(0, 2376);
    public static readonly NodeId AnalogUnitType = new(0, 17497);
}

/// <summary>Variables of namespace 0 that every server gives values to.</summary>
public static class VariableIds
{
    public static readonly NodeId ServerArray = new(0, 2254);
    public static readonly NodeId NamespaceArray = new(0, 2255);
    public static readonly NodeId ServerStatus = new(0, 2256);
    public static readonly NodeId CurrentTime = new(0, 2258);
    public static readonly NodeId State = new(0, 2259);
}

/// <summary>Data types of namespace 0; those of built-in types have their encoding number.</summary>
public static class DataTypeIds
{
    public static readonly NodeId Range = new(0, 884);
    public static readonly NodeId EUInformation = new(0, 887);
    public static readonly NodeId Argument = new(0, 296);
    public static readonly NodeId UtcTime = new(0, 294);
    public static readonly NodeId Duration = new(0, 290);

    /// <summary>The data type of a built-in type.</summary>
    public static NodeId Of(BuiltInType type) => new(0, (uint)type);
}
