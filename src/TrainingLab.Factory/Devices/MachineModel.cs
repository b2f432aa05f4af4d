using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Nodes.Models;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>
/// What a machine shows of itself on the companion specifications of its profile, beside its own tags: Machinery's identification and item state (OPC 40001-1), and
/// PackML's Admin, Status and state machine (OPC 30050).
/// </summary>
internal sealed class MachineModel
{
    private const string UriPrefix = "nsu=";

    private static readonly NodeId HasAddIn = new(0, 17604);

    /// <summary>The names of the PackML states by their numbers.</summary>
    private static readonly string[] PackMLStates =
    [
        "Undefined", "Clearing", "Stopped", "Starting", "Idle", "Suspended", "Execute", "Stopping", "Aborting", "Aborted", "Holding", "Held", "Unholding", "Suspending",
        "Unsuspending", "Resetting", "Completing", "Complete",
    ];

    private const int Aborted = 9;
    private const int Aborting = 8;
    private const int Execute = 6;
    private const int Clearing = 1;

    private readonly AddressSpace space;
    private readonly Dictionary<string, Action<DataValue>> shown = new(StringComparer.Ordinal);

    public MachineModel(AddressSpace space, DeviceEmulator device, NodeId machine, ushort identityIndex)
    {
        this.space = space;
        if (space.NamespaceUris.Contains(CompanionModels.Machinery, StringComparer.Ordinal))
            AddMachinery(device, machine, identityIndex);
        else
            AddPlainIdentification(device, machine, identityIndex);
        if (space.NamespaceUris.Contains(CompanionModels.PackML, StringComparer.Ordinal))
            AddPackML(device, machine);
    }

    /// <summary>Shows the value that a tag has now, where the models have a place for it.</summary>
    public void Push(string tag, in DataValue value)
    {
        if (shown.TryGetValue(tag, out var show))
            show(value);
    }

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
        .Where(static r => r.IsForward && r.Type.IsAggregation && r.Target.Id.Text is not null)
        .SelectMany(r => PartsOf(space, r.Target, $"{prefix}{r.Target.BrowseName.Name}/").Prepend(prefix + r.Target.BrowseName.Name));

    /// <summary>Adds an object of a type from a nodeset; its variables show tags from now on.</summary>
    public void Add(DeviceEmulator device, NodeId machine, OpcUaInstanceDefinition instance)
    {
        var type = FindType(space, instance.Type)!;
        var node = space.AddInstance(
            machine, ReferenceTypeIds.HasComponent, new NodeId(machine.NamespaceIndex, $"{device.Id}.{instance.Name}"), new QualifiedName(machine.NamespaceIndex, instance.Name), type.Id, instance.Wanted);
        foreach (var (path, tag) in instance.Tags)
        {
            var variable = Part(node, path.Split('/'))!;
            var wanted = DataTypeRules.BuiltInOf(space, variable.DataType);
            shown[tag] = shown.GetValueOrDefault(tag) + (value => variable.SetValue(Converted(value, wanted)));
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

    private void AddPlainIdentification(DeviceEmulator device, NodeId machine, ushort identity)
    {
        var identification = space.AddObject(machine, new NodeId(identity, $"{device.Id}.Identification"), "Identification").Id;
        NodeId Id(string name) => new(identity, $"{device.Id}.Identification.{name}");
        space.AddProperty(identification, Id("Manufacturer"), "Manufacturer", new Variant(new LocalizedText(device.Profile.Manufacturer, "en")));
        space.AddProperty(identification, Id("Model"), "Model", new Variant(new LocalizedText(device.Profile.Model, "en")));
        space.AddProperty(identification, Id("SerialNumber"), "SerialNumber", device.SerialNumber);
    }

    private void AddMachinery(DeviceEmulator device, NodeId machine, ushort identity)
    {
        var machinery = space.IndexOf(CompanionModels.Machinery);
        var di = space.IndexOf(CompanionModels.Di);
        space.AddReference(new NodeId(machinery, 1001), ReferenceTypeIds.Organizes, machine);
        var identification = space.AddInstance(
            machine, HasAddIn, new NodeId(identity, $"{device.Id}.Identification"), new QualifiedName(di, "Identification"), new NodeId(machinery, 1012), ["Model"]);
        Set(identification, new Variant(new LocalizedText(device.Profile.Manufacturer, "en")), "Manufacturer");
        Set(identification, new Variant(new LocalizedText(device.Profile.Model, "en")), "Model");
        Set(identification, device.SerialNumber, "SerialNumber");
        Set(identification, $"urn:traininglab:{device.Profile.Id}:{device.SerialNumber}", "ProductInstanceUri");
        var blocks = space.AddInstance(
            machine, ReferenceTypeIds.HasComponent, new NodeId(machine.NamespaceIndex, $"{device.Id}.MachineryBuildingBlocks"), new QualifiedName(machinery, "MachineryBuildingBlocks"),
            ObjectTypeIds.FolderType);
        space.AddReference(blocks.Id, HasAddIn, identification.Id);
        var type = space.Find(new NodeId(machinery, 1002))!;
        var state = space.AddInstance(
            blocks.Id, HasAddIn, new NodeId(machine.NamespaceIndex, $"{device.Id}.MachineryItemState"), new QualifiedName(machinery, "MachineryItemState"), type.Id, ["CurrentState.Number"]);
        var current = Part(state, "CurrentState");
        var currentId = Part(state, "CurrentState", "Id");
        var states = new[] { "OutOfService", "NotExecuting", "Executing" }.ToDictionary(static n => n, n => space.FindPart(type, n)!.Id, StringComparer.Ordinal);
        void ShowState(string name, in DataValue at)
        {
            current?.SetValue(at with { Value = new Variant(new LocalizedText(name, "en")) });
            currentId?.SetValue(at with { Value = new Variant(states[name]) });
        }

        // A machine without PackML states measures as long as it has power.
        ShowState("Executing", new DataValue(default));
        shown["StateCurrent"] = value =>
        {
            if (value.Value.TryGetDouble(out var number))
                ShowState((int)number switch { Aborted or Aborting or Clearing => "OutOfService", Execute => "Executing", _ => "NotExecuting" }, value);
        };
    }

    private void AddPackML(DeviceEmulator device, NodeId machine)
    {
        var index = space.IndexOf(CompanionModels.PackML);
        var root = space.AddInstance(
            machine, ReferenceTypeIds.HasComponent, new NodeId(machine.NamespaceIndex, $"{device.Id}.PackML"), new QualifiedName(index, "PackML"), new NodeId(index, 6),
            ["PackMLVersion", "TagID", "Status.StateRequested", "Admin.MachDesignSpeed"]);
        Set(root, device.Id, "TagID");
        foreach (var (tag, part) in new[] { ("EquipmentInterlock.Blocked", "EquipmentBlocked"), ("EquipmentInterlock.Starved", "EquipmentStarved") })
            shown[tag] = Shows(Part(root, "Status", part));
        foreach (var speed in new[] { "MachSpeed", "CurMachSpeed" })
        {
            var node = Part(root, "Status", speed);
            shown[speed] = value => node?.SetValue(value with { Value = value.Value.TryGetDouble(out var number) ? new Variant((float)number) : default });
            if (device.Tags.Find(speed)?.Definition.Range is { } range)
                Set(root, new Variant(new UaRange(range.Low, range.High)), "Status", speed, "EURange");
        }

        // Production is the only mode of these machines (ISA-TR88: mode 1).
        Set(root, 1, "Status", "UnitModeCurrent");
        var machinery = shown.GetValueOrDefault("StateCurrent");
        var current = Part(root, "BaseStateMachine", "CurrentState");
        shown["StateCurrent"] = value =>
        {
            machinery?.Invoke(value);
            if (value.Value.TryGetDouble(out var number) && number >= 0 && number < PackMLStates.Length)
                current?.SetValue(value with { Value = new Variant(new LocalizedText(PackMLStates[(int)number], "en")) });
        };
    }

    private void Set(Node instance, Variant value, params ReadOnlySpan<string> path) => Part(instance, path)?.SetValue(value);

    private VariableNode? Part(Node instance, params ReadOnlySpan<string> path) => space.FindPart(instance, path) as VariableNode;

    private static Action<DataValue> Shows(VariableNode? node) => value => node?.SetValue(value);

    private static string UriOf(MachineModelKind kind) => kind switch
    {
        MachineModelKind.Machinery => CompanionModels.Machinery,
        MachineModelKind.PackML => CompanionModels.PackML,
        MachineModelKind.MachineTool => CompanionModels.MachineTool,
        MachineModelKind.Padim => CompanionModels.Padim,
        _ => CompanionModels.JobControl,
    };
}
