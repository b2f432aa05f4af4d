using System.Collections.Immutable;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>What is asked of the network: may this packet go there?</summary>
public readonly record struct PacketQuery(string From, Ipv4Address To, FirewallProtocol Protocol, int Port);

/// <summary>A device that the packet passed, with the ports it used and the VLAN it was in there. A host has no VLAN.</summary>
public sealed record Hop(string Node, int? InPort, int? OutPort, ushort? Vlan);

/// <summary>One cable crossed, as the frame looked on it.</summary>
/// <param name="Forward">True from <see cref="Cable.A"/> to <see cref="Cable.B"/>.</param>
/// <param name="Tag">The 802.1Q VLAN id on the wire; null when untagged.</param>
/// <param name="Destination">Broadcast when address resolution was as far as it came.</param>
/// <param name="Ttl">The IP time to live on this cable.</param>
public readonly record struct Crossing(string CableId, bool Forward, ushort? Tag, MacAddress Source, MacAddress Destination, byte Ttl);

/// <summary>The way of a packet and of its answer; or as far as they came, and why no further.</summary>
/// <param name="ReturnCrossings">The cables of the answer in the order it crosses them.</param>
/// <param name="RuleId">The firewall rule that allowed it, when one was asked; null for the default action or a path inside one subnet.</param>
public sealed record PathResult(
    string? Target,
    ImmutableArray<Hop> Hops,
    ImmutableArray<Crossing> Crossings,
    ImmutableArray<Crossing> ReturnCrossings,
    string? RuleId,
    Refusal? Refusal)
{
    public bool Reached => Refusal is null;
}
