using TrainingLab.Factory.Definitions.Devices;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Devices;

/// <summary>The nodes of a machine's OPC UA server: an object that is named like the machine, below it a variable for each tag, and what its companion specifications add.</summary>
internal sealed class MachineNodes
{
    private readonly DeviceEmulator device;
    private readonly FactoryContext context;
    private readonly AddressSpace space;
    private readonly string machineNamespace;
    private readonly ushort firstIndex;
    private readonly bool hasHistory;
    private readonly MachineModel model;
    private readonly Dictionary<string, ObjectNode> folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VariableNode> nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<VariableNode, Tag> tags = [];

    /// <param name="device">The machine.</param>
    /// <param name="space">Where the nodes go; its own namespaces are the machine's, the tags' last.</param>
    /// <param name="instances">Objects of types from nodesets.</param>
    /// <param name="hasHistory">Whether the tags' history can be read.</param>
    /// <param name="restart">Answers the machine's method Restart.</param>
    /// <param name="context">The factory.</param>
    public MachineNodes(DeviceEmulator device, AddressSpace space, IReadOnlyList<OpcUaInstanceDefinition> instances, bool hasHistory, CallHandler restart, FactoryContext context)
    {
        this.device = device;
        this.context = context;
        this.space = space;
        this.hasHistory = hasHistory;
        machineNamespace = space.OwnNamespaceUris.Last();
        firstIndex = space.IndexOf(machineNamespace);
        Machine = AddMachine(restart);
        model = new MachineModel(space, device, Machine.Id, space.IndexOf(space.OwnNamespaceUris.First()));
        foreach (var instance in instances)
            NodeSetInstances.Add(space, device, Machine.Id, instance, model);
    }

    /// <summary>The machine's own object.</summary>
    public ObjectNode Machine { get; }

    /// <summary>What clients see of a tag in place of the value; null where they see the value.</summary>
    public Func<string, DataValue, DataValue>? Distorted { get; set; }

    /// <summary>The machine's method.</summary>
    public MethodNode Restart { get; private set; } = null!;

    /// <summary>The folders of tags by name.</summary>
    public IReadOnlyDictionary<string, ObjectNode> Folders => folders;

    /// <summary>Each tag with its folder, and all variables that show its value or are made of it.</summary>
    public IEnumerable<(string Name, ObjectNode? Folder, IEnumerable<Node> Shown)> Tags => device.DeclaredTags.Select(
        t => (t.Tag.Name, t.Declaration.Folder is { } folder ? folders[folder] : null, (IEnumerable<Node>)[nodes[t.Tag.Name], .. model.NodesOf(t.Tag.Name)]));

    /// <summary>Whether the namespace of the tags has another index than at first.</summary>
    public bool HaveMoved => space.IndexOf(machineNamespace) != firstIndex;

    /// <summary>The variable of a tag.</summary>
    public VariableNode this[string tag] => nodes[tag];

    /// <summary>The tag that a variable shows; null where it shows none.</summary>
    public Tag? TagOf(VariableNode variable) => tags.GetValueOrDefault(variable);

    /// <summary>The name of the tag that a node shows; null where it shows none.</summary>
    public string? NameOf(NodeId node) => space.Find(node) is VariableNode variable && tags.TryGetValue(variable, out var tag) ? tag.Name : null;

    /// <summary>The name in a node's browse name; null where there is no such node.</summary>
    public string? BrowseNameOf(NodeId node) => space.Find(node)?.BrowseName.Name;

    /// <summary>Shows all tags as they are.</summary>
    public void PushAll()
    {
        foreach (var tag in device.Tags.Tags)
            Push(tag);
    }

    /// <summary>Shows a tag as it is now.</summary>
    public void Push(Tag tag)
    {
        if (!nodes.TryGetValue(tag.Name, out var node))
            return;
        var sample = tag.Observed;
        var source = (context.Clock.Epoch + sample.At + context.ClockOf(device.Id).Skew).UtcDateTime;
        var value = new DataValue(VariantOf(sample.Value), StatusOf(sample.Quality), source, context.ClockOf(device.Id).GetUtcNow().UtcDateTime);
        value = Distorted?.Invoke(tag.Name, value) ?? value;
        node.SetValue(value);
        model.Push(tag.Name, value);
    }

    private ObjectNode AddMachine(CallHandler restart)
    {
        var node = space.AddObject(ObjectIds.ObjectsFolder, new NodeId(firstIndex, device.Id), device.Id, new LocalizedText(device.Title.En, "en"));
        node.EventNotifier = 1;
        if (device.Title.Zh is { } title)
            node.Translations = [new NodeTexts(new LocalizedText(title, "zh"), default)];
        space.AddReference(ObjectIds.Server, ReferenceTypeIds.HasNotifier, node.Id);
        var machine = node.Id;
        Restart = space.AddMethod(machine, new NodeId(firstIndex, $"{device.Id}.Restart"), "Restart", [], [], restart);
        foreach (var (declaration, tag) in device.DeclaredTags)
        {
            var parent = node;
            if (declaration.Folder is { } folder && !folders.TryGetValue(folder, out parent))
                folders[folder] = parent = space.AddObject(machine, new NodeId(firstIndex, $"{device.Id}/{folder}"), folder);
            AddVariable(parent.Id, tag);
        }

        return node;
    }

    private void AddVariable(NodeId parent, Tag tag)
    {
        var definition = tag.Definition;
        var node = space.AddVariable(parent, new NodeId(firstIndex, $"{device.Id}.{definition.Name}"), definition.Name, TypeOf(definition.Kind), new VariableOptions
        {
            Description = new LocalizedText(definition.Description.En ?? "", "en"),
            Units = definition.Unit is { } unit ? Units.OpcUa(unit) : null,
            Range = definition.Range is { } range ? new UaRange(range.Low, range.High) : null,
            Writable = definition.Writable,
            OnWrite = definition.Writable ? WriteAsync : null,
        });
        if (definition.Description.Zh is { } chinese)
            node.Translations = [new NodeTexts(default, new LocalizedText(chinese, "zh"))];
        nodes[definition.Name] = node;
        tags[node] = tag;
        if (hasHistory)
            space.AddHistory(node);
    }

    private async ValueTask<StatusCode> WriteAsync(VariableNode node, DataValue value, OpcUaCaller caller, CancellationToken cancellationToken)
    {
        var tag = tags[node];
        if (!TryRead(value.Value, tag.Definition.Kind, out var written))
            return StatusCodes.BadTypeMismatch;
        return tag.Write(written) switch
        {
            TagWriteOutcome.Written => StatusCodes.Good,
            TagWriteOutcome.NotWritable => StatusCodes.BadNotWritable,
            TagWriteOutcome.OutOfRange => StatusCodes.BadOutOfRange,
            TagWriteOutcome.WrongKind => StatusCodes.BadTypeMismatch,
            _ => StatusCodes.BadNodeIdUnknown,
        };
    }

    private static BuiltInType TypeOf(TagKind kind) => kind switch
    {
        TagKind.Boolean => BuiltInType.Boolean,
        TagKind.Integer => BuiltInType.Int64,
        TagKind.Double => BuiltInType.Double,
        _ => BuiltInType.String,
    };

    internal static Variant VariantOf(TagValue value) => value.Kind switch
    {
        TagKind.Boolean => new Variant(value.AsBoolean),
        TagKind.Integer => new Variant(value.AsInteger),
        TagKind.Double => new Variant(value.AsDouble),
        _ => new Variant(value.AsText),
    };

    private static bool TryRead(Variant variant, TagKind kind, out TagValue value)
    {
        value = default;
        switch (kind)
        {
            case TagKind.Boolean when variant.TryGet<bool>(out var flag):
                value = TagValue.From(flag);
                return true;
            case TagKind.Integer when variant.TryGet<long>(out var integer):
                value = TagValue.From(integer);
                return true;
            case TagKind.Double when variant.TryGetDouble(out var number):
                value = TagValue.From(number);
                return true;
            case TagKind.Text when variant.TryGet<string>(out var text) && text is not null:
                value = TagValue.From(text);
                return true;
            default:
                return false;
        }
    }

    private static StatusCode StatusOf(Quality quality) => (quality.Level, quality.Reason) switch
    {
        (QualityLevel.Good, _) => StatusCodes.Good,
        (QualityLevel.Uncertain, _) => StatusCodes.UncertainSensorNotAccurate,
        (_, "dropout") => StatusCodes.BadNoCommunication,
        _ => StatusCodes.BadSensorFailure,
    };
}
