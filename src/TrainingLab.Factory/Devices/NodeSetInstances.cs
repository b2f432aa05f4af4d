using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;

namespace TrainingLab.Factory.Devices;

/// <summary>What a profile makes of companion specifications: those that are part of the program, and those in nodesets that lie beside it.</summary>
internal static class NodeSetInstances
{
    private const string UriPrefix = "nsu=";

    /// <summary>A space with the machine's own namespaces, its companion specifications, and the nodesets that its profile names, which go before those that are part of the program.</summary>
    public static AddressSpace SpaceOf(string applicationUri, IReadOnlyCollection<string> namespaces, OpcUaFaceDefinition server)
    {
        var given = server.NodesetFiles.SelectMany(static f => f.Uris).ToHashSet(StringComparer.Ordinal);
        return new AddressSpace(applicationUri, namespaces, [.. server.NodesetFiles, .. server.Models.Select(UriOf).Where(u => !given.Contains(u)).Select(static u => CompanionModels.Find(u)!)]);
    }

    /// <summary>An object type by its browse name, or by its id with its namespace's URI; null where there is none.</summary>
    public static ObjectTypeNode? FindType(AddressSpace space, string type)
    {
        if (!type.StartsWith(UriPrefix, StringComparison.Ordinal))
            return space.Model.Nodes.OfType<ObjectTypeNode>().FirstOrDefault(t => t.Id.NamespaceIndex > 0 && t.BrowseName.Name == type);
        var end = type.IndexOf(';', StringComparison.Ordinal);
        return end > 0 && space.NamespaceUris.Contains(type[UriPrefix.Length..end], StringComparer.Ordinal) && NodeId.TryParse(type[(end + 1)..], out var id)
            ? space.Find(id.InNamespace(space.IndexOf(type[UriPrefix.Length..end]))) as ObjectTypeNode
            : null;
    }

    /// <summary>The browse names of the object types of the models.</summary>
    public static IEnumerable<string> TypesOf(AddressSpace space) =>
        space.Model.Nodes.OfType<ObjectTypeNode>().Where(static t => t.Id.NamespaceIndex > 0).Select(static t => t.BrowseName.Name!).Distinct(StringComparer.Ordinal);

    /// <summary>The parts of an object, as browse names joined by slashes.</summary>
    public static IEnumerable<string> PartsOf(AddressSpace space, Node node, string prefix = "") => space.ReferencesOf(node)
        .Where(r => r.IsForward && r.Target.Id.Text?.StartsWith(node.Id.Text + ".", StringComparison.Ordinal) == true)
        .SelectMany(r => PartsOf(space, r.Target, $"{prefix}{r.Target.BrowseName.Name}/").Prepend(prefix + r.Target.BrowseName.Name));

    /// <summary>Adds an object of a type from a nodeset; its variables show tags from now on.</summary>
    public static void Add(AddressSpace space, DeviceEmulator device, NodeId machine, OpcUaInstanceDefinition instance, MachineModel model)
    {
        var type = FindType(space, instance.Type)!;
        var node = space.AddInstance(
            machine, ReferenceTypeIds.HasComponent, new NodeId(machine.NamespaceIndex, $"{device.Id}.{instance.Name}"), new QualifiedName(machine.NamespaceIndex, instance.Name), type.Id, instance.Wanted);
        foreach (var (path, tag) in instance.Tags)
        {
            var variable = (VariableNode)space.FindPart(node, path.Split('/'))!;
            var wanted = DataTypeRules.BuiltInOf(space, variable.DataType);
            model.Show(tag, variable, value => variable.SetValue(Converted(value, wanted)));
        }
    }

    /// <summary>A tag's value in the type that the variable declares; a bad status where there is no such value.</summary>
    private static DataValue Converted(in DataValue value, BuiltInType type)
    {
        if (value.Value.IsNull || type is BuiltInType.Null or BuiltInType.Variant || value.Value.Type == type)
            return value;
        if (type is BuiltInType.LocalizedText)
            return value with { Value = new Variant(new LocalizedText(value.Value.ToString())) };
        if (type is BuiltInType.String)
            return value with { Value = new Variant(value.Value.ToString()) };
        return Variant.TryConvert(value.Value, type, out var converted) ? value with { Value = converted } : value with { Value = default, Status = StatusCodes.BadTypeMismatch };
    }

    private static string UriOf(MachineModelKind kind) => kind switch
    {
        MachineModelKind.Machinery => CompanionModels.Machinery,
        MachineModelKind.PackML => CompanionModels.PackML,
        MachineModelKind.MachineTool => CompanionModels.MachineTool,
        MachineModelKind.Padim => CompanionModels.Padim,
        _ => CompanionModels.JobControl,
    };
}
