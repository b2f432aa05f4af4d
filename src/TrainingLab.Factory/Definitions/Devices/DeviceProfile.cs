using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.OpcUa.Nodes.Models;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>A kind of machine, from <c>devices/*.device.yaml</c>: its process model, tags, protocol faces and faults.</summary>
[Description("A kind of machine: its process model, tags, protocol faces and faults.")]
public sealed record DeviceProfile : DefinitionRecord
{
    [Description("Identifier of the profile; equals the file name before .device.yaml.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Name shown to people.")]
    public required LocalizedText Title { get; init; }

    [Description("What the machine does, in one or two sentences.")]
    public LocalizedText? Description { get; init; }

    [Description("Manufacturer on the name plate.")]
    public string Manufacturer { get; init; } = "TrainingLab";

    [Description("Model on the name plate.")]
    public required string Model { get; init; }

    [Description("The physical model that moves the tags. Left out, the machine has only signal tags.")]
    public ProcessDefinition? Process { get; init; }

    [Description("What the machine can be asked and told.")]
    public required IReadOnlyList<TagDeclaration> Tags { get; init; }

    [Description("The protocols that the machine speaks.")]
    public required FacesDefinition Faces { get; init; }

    [Description("Alarms that the machine raises over OPC UA.")]
    public IReadOnlyList<AlarmDeclaration> Alarms { get; init; } = [];

    [Description("Faults that a scenario or an instructor can switch on by name.")]
    public IReadOnlyList<FaultDeclaration> Faults { get; init; } = [];
}

/// <summary>The process model of a profile and its parameters.</summary>
public sealed record ProcessDefinition : DefinitionRecord
{
    [Description("Kind of process, as registered in the simulation (filler, capper, labeller, conveyor, energy-meter, hall-climate …).")]
    public required string Kind { get; init; }

    [Description("Parameters of the process; those left out keep their default.")]
    public IReadOnlyDictionary<string, ScalarValue> Parameters { get; init; } = new Dictionary<string, ScalarValue>(StringComparer.Ordinal);
}

/// <summary>One tag of a device: a process variable, or a signal of its own.</summary>
public sealed record TagDeclaration : DefinitionRecord
{
    [Description("Browse name of the tag, unique in the device.")]
    public required string Name { get; init; }

    [Description("Folder in the address space that shows the tag; left out, the machine's root.")]
    public string? Folder { get; init; }

    [Description("Process variable that the tag shows. Left out, the variable of the tag's own name.")]
    public string? Variable { get; init; }

    [Description("UNECE code of the engineering unit, such as CEL or BAR.")]
    public string? Unit { get; init; }

    [Description("Lower end of the range, in the unit.")]
    public double? Low { get; init; }

    [Description("Upper end of the range, in the unit.")]
    public double? High { get; init; }

    [Description("Whether a client may write the tag; left out, whether the variable is an input of the process.")]
    public bool? Writable { get; init; }

    [Description("What the tag means.")]
    public LocalizedText? Description { get; init; }
}

/// <summary>The protocols a device speaks.</summary>
public sealed record FacesDefinition : DefinitionRecord
{
    [Description("OPC UA server of the machine.")]
    public OpcUaFaceDefinition? Opcua { get; init; }

    [Description("MQTT publisher of the machine.")]
    public MqttFaceDefinition? Mqtt { get; init; }

    [Description("Sparkplug B edge node that the machine is.")]
    public SparkplugFaceDefinition? Sparkplug { get; init; }
}

/// <summary>The OPC UA server of a machine.</summary>
public sealed record OpcUaFaceDefinition : DefinitionRecord
{
    [Description("TCP port on the machine's address.")]
    [Range(1, 65535)]
    public int Port { get; init; } = 4840;

    [Description("Namespace URIs that the machine registers, in order, after the two that OPC UA fixes; {device} is the device's id. The tags live in the last.")]
    public required IReadOnlyList<string> Namespaces { get; init; }

    [Description("Companion specifications that the machine is modelled on: machinery, packML, machineTool, padim, jobControl. Their namespaces follow the machine's own.")]
    public IReadOnlyList<MachineModelKind> Models { get; init; } = [];

    [Description("Nodesets in XML beside this profile, by file name, with those that they require: companion specifications as they are published.")]
    public IReadOnlyList<string> Nodesets { get; init; } = [];

    [Description("Objects of types from the nodesets or models, below the machine.")]
    public IReadOnlyList<OpcUaInstanceDefinition> Instances { get; init; } = [];

    /// <summary>The nodesets, read.</summary>
    internal IReadOnlyList<NodeSetFile> NodesetFiles { get; init; } = [];

    [Description("Whether a client may come without a user name.")]
    public bool Anonymous { get; init; } = true;

    [Description("What a restart of the machine does to the order of its namespaces: keep or rotate. A method Restart on the machine restarts it.")]
    public NamespaceOrder OnRestart { get; init; }

    [Description("Whether clients may read the history of the tags, which the machine asks of the plant's historian.")]
    public bool History { get; init; }

    [Description("User names and passwords that the machine knows.")]
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("How the server protects itself; left out, it offers an endpoint without protection only.")]
    public OpcUaSecurityDefinition? Security { get; init; }
}

/// <summary>A companion specification that a machine can be modelled on.</summary>
public enum MachineModelKind
{
    Machinery,
    PackML,
    MachineTool,
    Padim,
    JobControl,
}

/// <summary>What a restart does to the order of a server's namespaces. A client must not care: it looks the index up by URI.</summary>
public enum NamespaceOrder
{
    Keep,
    Rotate,
}

/// <summary>The MQTT publisher of a machine.</summary>
public sealed record MqttFaceDefinition : DefinitionRecord
{
    [Description("Topic to publish to; {device} and {tag} are replaced.")]
    public required string Topic { get; init; }

    [Description("Time between two publications.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    [Description("Quality of service, 0 to 2.")]
    [Range(0, 2)]
    public int Qos { get; init; }

    [Description("Tags to publish; left out, all of them.")]
    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>A fault that can be switched on by name.</summary>
public sealed record FaultDeclaration : DefinitionRecord
{
    [Description("Name by which the fault is switched on.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Tag that the fault falsifies. Faults of the OPC UA server concern all tags without; those that concern none take none.")]
    public string? Tag { get; init; }

    [Description("Of the instrument: stuck, drift, spike, offset, dropout. Of the machine's clock: clockSkew. Of the OPC UA server: badQuality, frozenTimestamps, droppedPublish, slowAnswers, expiredCertificate, reorderedNamespaces, restart.")]
    public required FaultKind Kind { get; init; }

    [Description("Parameters of the fault; those left out keep their default.")]
    public IReadOnlyDictionary<string, ScalarValue> Parameters { get; init; } = new Dictionary<string, ScalarValue>(StringComparer.Ordinal);

    /// <summary>The name of its kind, as it is written.</summary>
    internal string KindName => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(Kind.ToString());
}

/// <summary>How a fault falsifies a tag, or what it does to the machine's clock or OPC UA server.</summary>
public enum FaultKind
{
    Stuck,
    Drift,
    Spike,
    Offset,
    Dropout,
    BadQuality,
    FrozenTimestamps,
    DroppedPublish,
    SlowAnswers,
    ExpiredCertificate,
    ReorderedNamespaces,
    Restart,
    ClockSkew,
}
