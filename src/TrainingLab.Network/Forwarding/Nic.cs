using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>
/// An address with the place where it is attached: at a cable end, or inside a switch (its management interface).
/// <paramref name="Vlan"/> is the tag that a router interface uses (null: untagged) or the management VLAN.
/// </summary>
internal sealed record Nic(
    string Node, Ipv4Address Address, int PrefixLength, Ipv4Address? Gateway, MacAddress Mac, CableEnd End, ushort? Vlan, bool InsideSwitch)
{
    public Ipv4Subnet Subnet { get; } = new(Address, PrefixLength);
}
