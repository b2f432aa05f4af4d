using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using TrainingLab.Factory.Definitions.Devices;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>Servers and programs of the plant.</summary>
public sealed record ServicesDefinition : DefinitionRecord
{
    [Description("MQTT broker.")]
    public BrokerDefinition? Broker { get; init; }

    [Description("Historian.")]
    public HistorianDefinition? Historian { get; init; }

    [Description("Edge gateways: poll OPC UA, publish MQTT.")]
    public IReadOnlyList<GatewayDefinition> Gateways { get; init; } = [];

    [Description("Collectors: subscribe MQTT, write the historian.")]
    public IReadOnlyList<CollectorDefinition> Collectors { get; init; } = [];

    [Description("Identifier-resolution nodes.")]
    public IReadOnlyList<IdentifierNodeDefinition> Identifiers { get; init; } = [];
}

/// <summary>The historian.</summary>
public sealed record HistorianDefinition : DefinitionRecord
{
    [Description("Host name.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP port.")]
    [Range(1, 65535)]
    public int Port { get; init; } = 8086;

    [Description("Database that exists from the start.")]
    public string Database { get; init; } = "plant";
}

/// <summary>An edge gateway.</summary>
public sealed record GatewayDefinition : DefinitionRecord
{
    [Description("Host name.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("Machines to poll over OPC UA.")]
    public required IReadOnlyList<string> Poll { get; init; }

    [Description("Time between two polls.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    [Description("Host name of the broker.")]
    public required string Broker { get; init; }

    [Description("Topic to publish to; {device} is replaced.")]
    public string Topic { get; init; } = "plant/{device}";

    [Description("How it logs in to the broker; left out, without a user.")]
    public MqttLoginDefinition? Login { get; init; }

    [Description("Sparkplug B edge node that the gateway is as well: its machines are the devices behind it.")]
    public GatewaySparkplugDefinition? Sparkplug { get; init; }
}

/// <summary>A gateway as a Sparkplug B edge node.</summary>
public sealed record GatewaySparkplugDefinition : SparkplugNodeDefinition
{
    [Description("Whether it is one; false in scenarios in which a lab can ask for it by a parameter.")]
    public bool Enabled { get; init; } = true;

    [Description("Identifier of the edge node, unique in its group; left out, the gateway's host name.")]
    public string? Node { get; init; }

    [Description("Least change of a number that is reported, in percent of the tag's range; tags without a range report each change.")]
    [Range(0, 100)]
    public double Deadband { get; init; }
}

/// <summary>A collector.</summary>
public sealed record CollectorDefinition : DefinitionRecord
{
    [Description("Host name.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("Host name of the broker.")]
    public required string Broker { get; init; }

    [Description("Topic filter to subscribe to; the level below the prefix names the device.")]
    public string Subscribe { get; init; } = "plant/+";

    [Description("How it logs in to the broker; left out, without a user.")]
    public MqttLoginDefinition? Login { get; init; }

    [Description("Host name of the historian.")]
    public required string Historian { get; init; }

    [Description("Time between two writes.")]
    [DurationRange("100ms", "1h")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
}
