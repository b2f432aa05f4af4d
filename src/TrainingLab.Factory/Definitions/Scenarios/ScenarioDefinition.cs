using System.ComponentModel;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>A plant, from <c>scenarios/*.scenario.yaml</c>: its network, placed devices, services, material flow and timed faults.</summary>
[Description("A plant: its network, placed devices, services, material flow and timed faults.")]
public sealed record ScenarioDefinition
{
    [Description("Identifier of the scenario; equals the file name before .scenario.yaml.")]
    public required string Id { get; init; }

    [Description("Name shown to people.")]
    public required LocalizedText Title { get; init; }

    [Description("What plant this is.")]
    public LocalizedText? Description { get; init; }

    [Description("Values that a lab may set with `with`, and their defaults; used as ${name}.")]
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("Plant time at the start of a headless run; a live attempt starts at the real time.")]
    public DateTimeOffset Start { get; init; } = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    [Description("Step of the simulation.")]
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(100);

    [Description("Past that is simulated before the start, into the historian.")]
    public HistoryDefinition? History { get; init; }

    [Description("Switches, router, cables and hosts.")]
    public required NetworkDefinition Network { get; init; }

    [Description("The machines.")]
    public required IReadOnlyList<DevicePlacement> Devices { get; init; }

    [Description("Material flow: machines in the order that bottles pass them.")]
    public IReadOnlyList<string> Line { get; init; } = [];

    [Description("Servers and programs of the plant.")]
    public required ServicesDefinition Services { get; init; }

    [Description("Faults that come by themselves.")]
    public IReadOnlyList<TimedFault> Faults { get; init; } = [];
}

/// <summary>How much past a scenario has.</summary>
public sealed record HistoryDefinition
{
    [Description("Length of the past.")]
    public required TimeSpan Duration { get; init; }

    [Description("Step of the simulation in the past; coarser than the tick.")]
    public TimeSpan Step { get; init; } = TimeSpan.FromSeconds(1);

    [Description("Time between two samples in the historian.")]
    public TimeSpan Sample { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>Where a host is plugged in.</summary>
public sealed record Attachment
{
    [Description("IPv4 address with prefix length, such as 10.10.1.11/24.")]
    public required string Address { get; init; }

    [Description("Default gateway.")]
    public string? Gateway { get; init; }

    [Description("Switch that the host is plugged into.")]
    public required string Switch { get; init; }

    [Description("Number of the switch port.")]
    public required int Port { get; init; }
}

/// <summary>The plant network.</summary>
public sealed record NetworkDefinition
{
    [Description("Names of the VLANs, by number.")]
    public IReadOnlyList<VlanDefinition> Vlans { get; init; } = [];

    [Description("The switches.")]
    public required IReadOnlyList<SwitchDefinition> Switches { get; init; }

    [Description("Cables between switches, each end as switch:port.")]
    public IReadOnlyList<CableDefinition> Cables { get; init; } = [];

    [Description("The router with its firewall.")]
    public RouterDefinition? Router { get; init; }

    [Description("Hosts that are neither machines nor services: office computers and the student's workstation.")]
    public required IReadOnlyList<HostDefinition> Hosts { get; init; }

    [Description("Host at which a student's tools enter.")]
    public required string Workstation { get; init; }
}

/// <summary>A VLAN's number and name.</summary>
public sealed record VlanDefinition
{
    [Description("VLAN number, 1 to 4094.")]
    public required int Id { get; init; }

    [Description("Name of the VLAN.")]
    public required string Name { get; init; }
}

/// <summary>A switch.</summary>
public sealed record SwitchDefinition
{
    [Description("Name of the switch.")]
    public required string Id { get; init; }

    [Description("Address of its console, with prefix length.")]
    public required string Address { get; init; }

    [Description("VLAN of its console.")]
    public required int ManagementVlan { get; init; }

    [Description("Default gateway of its console.")]
    public string? Gateway { get; init; }

    [Description("The ports, by number.")]
    public required IReadOnlyDictionary<int, PortDefinition> Ports { get; init; }
}

/// <summary>How a switch port is configured.</summary>
public sealed record PortDefinition
{
    [Description("Number of the access VLAN. Left out, the port is a trunk.")]
    public int? Access { get; init; }

    [Description("Trunk: VLAN of untagged frames.")]
    public int? Native { get; init; }

    [Description("Trunk: VLANs that may pass.")]
    public IReadOnlyList<int>? Allowed { get; init; }

    [Description("Whether the port is on.")]
    public bool Enabled { get; init; } = true;

    [Description("Label on the port.")]
    public string? Label { get; init; }
}

/// <summary>A cable between two switch ports.</summary>
public sealed record CableDefinition
{
    [Description("One end, as switch:port.")]
    public required string From { get; init; }

    [Description("The other end, as switch:port.")]
    public required string To { get; init; }
}

/// <summary>A host without a service of its own.</summary>
public sealed record HostDefinition
{
    [Description("Name of the host.")]
    public required string Id { get; init; }

    [Description("Name shown to people.")]
    public LocalizedText? Title { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP ports on which the host answers with its name, so that a path to it can be tried.")]
    public IReadOnlyList<int> Listens { get; init; } = [];

    [Description("How far the host's clock is off; positive is fast.")]
    public TimeSpan ClockOffset { get; init; }
}

/// <summary>The router and its firewall.</summary>
public sealed record RouterDefinition
{
    [Description("Name of the router.")]
    public required string Id { get; init; }

    [Description("Switch that its trunk is plugged into.")]
    public required string Switch { get; init; }

    [Description("Port of that switch.")]
    public required int Port { get; init; }

    [Description("One interface per VLAN.")]
    public required IReadOnlyList<RouterInterfaceDefinition> Interfaces { get; init; }

    [Description("Firewall rules; the first that fits decides.")]
    public IReadOnlyList<FirewallRuleDefinition> Rules { get; init; } = [];

    [Description("What happens to a connection that no rule fits.")]
    public FirewallActionDefinition Otherwise { get; init; } = FirewallActionDefinition.Drop;

    [Description("Address among the interfaces on which the console answers.")]
    public required string Console { get; init; }
}

/// <summary>A router interface in a VLAN.</summary>
public sealed record RouterInterfaceDefinition
{
    [Description("VLAN number.")]
    public required int Vlan { get; init; }

    [Description("IPv4 address with prefix length.")]
    public required string Address { get; init; }
}

/// <summary>A firewall rule.</summary>
public sealed record FirewallRuleDefinition
{
    [Description("Name of the rule.")]
    public required string Id { get; init; }

    [Description("allow, reject or drop.")]
    public required FirewallActionDefinition Action { get; init; }

    [Description("Source: address, network with prefix length, or any.")]
    public string From { get; init; } = "any";

    [Description("Destination: address, network with prefix length, or any.")]
    public string To { get; init; } = "any";

    [Description("Destination ports: 4840, or 20000-29999; left out, any.")]
    public IReadOnlyList<string> Ports { get; init; } = [];

    [Description("What the rule is for.")]
    public string? Comment { get; init; }
}

/// <summary>What a firewall rule does.</summary>
public enum FirewallActionDefinition
{
    Allow,
    Reject,
    Drop,
}

/// <summary>A machine in the plant.</summary>
public sealed record DevicePlacement
{
    [Description("Name of the machine, unique in the plant; also its host name.")]
    public required string Id { get; init; }

    [Description("Device profile.")]
    public required string Profile { get; init; }

    [Description("Name shown to people; left out, the profile's.")]
    public LocalizedText? Title { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("Parameters of its process that differ from the profile's.")]
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("How far the machine's clock is off; positive is fast.")]
    public TimeSpan ClockOffset { get; init; }
}

/// <summary>Servers and programs of the plant.</summary>
public sealed record ServicesDefinition
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

/// <summary>The MQTT broker.</summary>
public sealed record BrokerDefinition
{
    [Description("Host name.")]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP port.")]
    public int Port { get; init; } = 1883;

    [Description("Whether a client may come without a user name.")]
    public bool Anonymous { get; init; } = true;

    [Description("User names and passwords.")]
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>The historian.</summary>
public sealed record HistorianDefinition
{
    [Description("Host name.")]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP port.")]
    public int Port { get; init; } = 8086;

    [Description("Database that exists from the start.")]
    public string Database { get; init; } = "plant";
}

/// <summary>An edge gateway.</summary>
public sealed record GatewayDefinition
{
    [Description("Host name.")]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("Machines to poll over OPC UA.")]
    public required IReadOnlyList<string> Poll { get; init; }

    [Description("Time between two polls.")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    [Description("Host name of the broker.")]
    public required string Broker { get; init; }

    [Description("Topic to publish to; ${device} is replaced.")]
    public string Topic { get; init; } = "plant/${device}";
}

/// <summary>A collector.</summary>
public sealed record CollectorDefinition
{
    [Description("Host name.")]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("Host name of the broker.")]
    public required string Broker { get; init; }

    [Description("Topic filter to subscribe to; the level below the prefix names the device.")]
    public string Subscribe { get; init; } = "plant/+";

    [Description("Host name of the historian.")]
    public required string Historian { get; init; }

    [Description("Time between two writes.")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>A node of the identifier-resolution hierarchy.</summary>
public sealed record IdentifierNodeDefinition
{
    [Description("Host name.")]
    public required string Id { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP port of its HTTP interface.")]
    public int Port { get; init; } = 8000;

    [Description("root, national, secondLevel, enterprise or recursive.")]
    public required IdentifierRole Role { get; init; }

    [Description("Prefixes that the node is home to.")]
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    [Description("Prefixes that the node delegates, and the host name of the node below.")]
    public IReadOnlyDictionary<string, string> Delegates { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    [Description("Handles that exist from the start.")]
    public IReadOnlyList<HandleDefinition> Handles { get; init; } = [];

    [Description("Recursive node: host name of the root that it starts at.")]
    public string? Root { get; init; }
}

/// <summary>What an identifier node is.</summary>
public enum IdentifierRole
{
    Root,
    National,
    SecondLevel,
    Enterprise,
    Recursive,
}

/// <summary>A handle and its values.</summary>
public sealed record HandleDefinition
{
    [Description("prefix/suffix")]
    public required string Handle { get; init; }

    [Description("Values of the handle.")]
    public required IReadOnlyList<HandleValueDefinition> Values { get; init; }
}

/// <summary>One value of a handle.</summary>
public sealed record HandleValueDefinition
{
    [Description("Index, 1 and above, unique in the handle.")]
    public required int Index { get; init; }

    [Description("Type, such as URL or PRODUCT.BATCH.")]
    public required string Type { get; init; }

    [Description("Data.")]
    public required string Data { get; init; }

    [Description("Time to live, in seconds.")]
    public int Ttl { get; init; } = 86400;

    [Description("Whether everybody may read it.")]
    public bool Public { get; init; } = true;
}

/// <summary>A fault that comes by itself.</summary>
public sealed record TimedFault
{
    [Description("Machine.")]
    public required string Device { get; init; }

    [Description("Name of the fault in its profile.")]
    public required string Fault { get; init; }

    [Description("Plant time after the start at which the fault comes; negative is in the simulated past.")]
    public required TimeSpan At { get; init; }

    [Description("How long it stays; left out, for good.")]
    public TimeSpan? Lasts { get; init; }
}
