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
    private readonly Dictionary<string, List<VariableNode>> showing = new(StringComparer.Ordinal);

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

    /// <summary>The variables of the models that show a tag, or what follows from it.</summary>
    public IEnumerable<VariableNode> NodesOf(string tag) => showing.GetValueOrDefault(tag, []);

    /// <summary>Lets a variable of an object show a tag, too.</summary>
    public void Show(string tag, VariableNode node, Action<DataValue> show)
    {
        shown[tag] = shown.GetValueOrDefault(tag) + show;
        showing[tag] = [.. showing.GetValueOrDefault(tag, []), node];
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

        Note("StateCurrent", current, currentId);

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
        {
            var node = Part(root, "Status", part);
            shown[tag] = Shows(node);
            Note(tag, node);
        }

        foreach (var speed in new[] { "MachSpeed", "CurMachSpeed" })
        {
            var node = Part(root, "Status", speed);
            Note(speed, node);
            shown[speed] = value => node?.SetValue(value with { Value = value.Value.TryGetDouble(out var number) ? new Variant((float)number) : default });
            if (device.Tags.Find(speed)?.Definition.Range is { } range)
                Set(root, new Variant(new UaRange(range.Low, range.High)), "Status", speed, "EURange");
        }

        // Production is the only mode of these machines (ISA-TR88: mode 1).
        Set(root, 1, "Status", "UnitModeCurrent");
        var machinery = shown.GetValueOrDefault("StateCurrent");
        var current = Part(root, "BaseStateMachine", "CurrentState");
        Note("StateCurrent", current);
        shown["StateCurrent"] = value =>
        {
            machinery?.Invoke(value);
            if (value.Value.TryGetDouble(out var number) && number >= 0 && number < PackMLStates.Length)
                current?.SetValue(value with { Value = new Variant(new LocalizedText(PackMLStates[(int)number], "en")) });
        };
    }

    private void Note(string tag, params ReadOnlySpan<VariableNode?> nodes)
    {
        if (!showing.TryGetValue(tag, out var known))
            showing[tag] = known = [];
        foreach (var node in nodes)
        {
            if (node is not null)
                known.Add(node);
        }
    }

    private void Set(Node instance, Variant value, params ReadOnlySpan<string> path) => Part(instance, path)?.SetValue(value);

    private VariableNode? Part(Node instance, params ReadOnlySpan<string> path) => space.FindPart(instance, path) as VariableNode;

    private static Action<DataValue> Shows(VariableNode? node) => value => node?.SetValue(value);
}
