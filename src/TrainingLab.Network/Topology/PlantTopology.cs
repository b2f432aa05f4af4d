using System.Collections.Immutable;

namespace TrainingLab.Network.Topology;

/// <summary>A machine with one network interface.</summary>
/// <param name="Id">Unique among hosts, switches and the router.</param>
/// <param name="Gateway">Null: reaches its own subnet only.</param>
public sealed record PlantHost(string Id, Ipv4Address Address, int PrefixLength, Ipv4Address? Gateway = null)
{
    /// <summary>Further names by which others find it; the id always is one.</summary>
    public ImmutableArray<string> Names { get; init; } = [];

    public MacAddress Mac { get; init; } = MacAddress.FromId(Id);

    public Ipv4Subnet Subnet => new(Address, PrefixLength);
}

/// <summary>A switch that understands VLANs. It is also a host: its console listens at <paramref name="ManagementAddress"/> inside <paramref name="ManagementVlan"/>.</summary>
/// <param name="Ports">The configuration at the start, both running and saved.</param>
public sealed record PlantSwitch(
    string Id,
    ImmutableArray<SwitchPort> Ports,
    Ipv4Address ManagementAddress,
    int ManagementPrefixLength,
    ushort ManagementVlan,
    Ipv4Address? ManagementGateway = null)
{
    public ImmutableArray<string> Names { get; init; } = [];

    public MacAddress Mac { get; init; } = MacAddress.FromId(Id);
}

/// <summary>One address of a router, on one of its ports. <paramref name="Vlan"/> null means untagged frames.</summary>
public sealed record RouterInterface(string Name, Ipv4Address Address, int PrefixLength, ushort? Vlan = null, int Port = 1)
{
    public Ipv4Subnet Subnet => new(Address, PrefixLength);
}

/// <summary>The router between the VLANs, with its firewall. It forwards between its interfaces' subnets and nowhere else.</summary>
public sealed record PlantRouter(string Id, ImmutableArray<RouterInterface> Interfaces, Firewall Firewall)
{
    public ImmutableArray<string> Names { get; init; } = [];

    public MacAddress Mac { get; init; } = MacAddress.FromId(Id);
}

/// <summary>Where a cable ends: port <paramref name="Port"/> of a switch or router; a host's interface is port 1.</summary>
public readonly record struct CableEnd(string Node, int Port = 1) : IComparable<CableEnd>
{
    public int CompareTo(CableEnd other)
    {
        var byNode = string.CompareOrdinal(Node, other.Node);
        return byNode != 0 ? byNode : Port.CompareTo(other.Port);
    }

    public static bool operator <(CableEnd left, CableEnd right) => left.CompareTo(right) < 0;

    public static bool operator >(CableEnd left, CableEnd right) => left.CompareTo(right) > 0;

    public static bool operator <=(CableEnd left, CableEnd right) => left.CompareTo(right) <= 0;

    public static bool operator >=(CableEnd left, CableEnd right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Node}:{Port}";
}

/// <summary>A cable; its id is <c>a:1--b:2</c>.</summary>
public sealed record Cable(CableEnd A, CableEnd B)
{
    public string Id => $"{A}--{B}";
}

/// <summary>The whole network as drawn: what is there before anybody configures anything.</summary>
public sealed record PlantTopology(
    ImmutableArray<PlantHost> Hosts,
    ImmutableArray<PlantSwitch> Switches,
    PlantRouter? Router,
    ImmutableArray<Cable> Cables)
{
    /// <summary>Names beside those of the nodes themselves, for example a DNS alias.</summary>
    public ImmutableDictionary<string, Ipv4Address> Names { get; init; } = ImmutableDictionary<string, Ipv4Address>.Empty;

    /// <summary>
    /// Every mistake that makes the drawing impossible: double ids, names and addresses, cables to nowhere, two cables in one port. Empty when it can be built.
    /// </summary>
    public IReadOnlyList<TopologyError> Validate() => TopologyValidator.Validate(this);
}

public enum TopologyErrorKind
{
    BadId,
    DuplicateId,
    DuplicateName,
    DuplicateAddress,
    BadPrefix,
    GatewayOutsideSubnet,
    BadVlan,
    DuplicatePort,
    UnknownCableEnd,
    PortUsedTwice,
    DuplicateRule,
}

/// <summary>One impossible thing in a drawing: <paramref name="Subject"/> is the node, <paramref name="Detail"/> the value at fault.</summary>
public sealed record TopologyError(TopologyErrorKind Kind, string Subject, string Detail);
