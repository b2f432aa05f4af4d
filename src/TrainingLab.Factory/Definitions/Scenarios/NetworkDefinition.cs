using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>Where a host is plugged in.</summary>
public sealed record Attachment : DefinitionRecord
{
    [Description("IPv4 address with prefix length, such as 10.10.1.11/24.")]
    public required string Address { get; init; }

    [Description("Default gateway.")]
    [Form(TextForm.Address)]
    public string? Gateway { get; init; }

    [Description("Switch that the host is plugged into.")]
    public required string Switch { get; init; }

    [Description("Number of the switch port.")]
    public required int Port { get; init; }
}

/// <summary>The plant network.</summary>
public sealed record NetworkDefinition : DefinitionRecord
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
public sealed record VlanDefinition : DefinitionRecord
{
    [Description("VLAN number, 1 to 4094.")]
    [Range(1, 4094)]
    public required int Id { get; init; }

    [Description("Name of the VLAN.")]
    public required string Name { get; init; }
}

/// <summary>A switch.</summary>
public sealed record SwitchDefinition : DefinitionRecord
{
    [Description("Name of the switch.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Address of its console, with prefix length.")]
    public required string Address { get; init; }

    [Description("VLAN of its console.")]
    [Range(1, 4094)]
    public required int ManagementVlan { get; init; }

    [Description("Default gateway of its console.")]
    [Form(TextForm.Address)]
    public string? Gateway { get; init; }

    [Description("The ports, by number.")]
    public required IReadOnlyDictionary<int, PortDefinition> Ports { get; init; }
}

/// <summary>How a switch port is configured.</summary>
public sealed record PortDefinition : DefinitionRecord
{
    [Description("Number of the access VLAN. Left out, the port is a trunk.")]
    [Range(1, 4094)]
    public int? Access { get; init; }

    [Description("Trunk: VLAN of untagged frames.")]
    [Range(1, 4094)]
    public int? Native { get; init; }

    [Description("Trunk: VLANs that may pass.")]
    public IReadOnlyList<int>? Allowed { get; init; }

    [Description("Whether the port is on.")]
    public bool Enabled { get; init; } = true;

    [Description("Label on the port.")]
    public string? Label { get; init; }
}

/// <summary>A cable between two switch ports.</summary>
public sealed record CableDefinition : DefinitionRecord
{
    [Description("One end, as switch:port.")]
    public required string From { get; init; }

    [Description("The other end, as switch:port.")]
    public required string To { get; init; }
}

/// <summary>A host without a service of its own.</summary>
public sealed record HostDefinition : DefinitionRecord
{
    [Description("Name of the host.")]
    [Form(TextForm.Id)]
    public required string Id { get; init; }

    [Description("Name shown to people.")]
    public LocalizedText? Title { get; init; }

    [Description("Where it is plugged in.")]
    public required Attachment At { get; init; }

    [Description("TCP ports on which the host answers with its name, so that a path to it can be tried.")]
    public IReadOnlyList<int> Listens { get; init; } = [];

    [Description("How far the host's clock is off; positive is fast.")]
    [DurationRange("-1d", "1d")]
    public TimeSpan ClockOffset { get; init; }
}

/// <summary>The router and its firewall.</summary>
public sealed record RouterDefinition : DefinitionRecord
{
    [Description("Name of the router.")]
    [Form(TextForm.Id)]
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
    [Form(TextForm.Address)]
    public required string Console { get; init; }
}

/// <summary>A router interface in a VLAN.</summary>
public sealed record RouterInterfaceDefinition : DefinitionRecord
{
    [Description("VLAN number.")]
    [Range(1, 4094)]
    public required int Vlan { get; init; }

    [Description("IPv4 address with prefix length.")]
    public required string Address { get; init; }
}

/// <summary>A firewall rule.</summary>
public sealed record FirewallRuleDefinition : DefinitionRecord
{
    [Description("Name of the rule.")]
    [Form(TextForm.Id)]
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
