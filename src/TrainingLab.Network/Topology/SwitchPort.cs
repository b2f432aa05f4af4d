namespace TrainingLab.Network.Topology;

/// <summary>How a port treats tags (IEEE 802.1Q).</summary>
public enum PortMode
{
    /// <summary>One VLAN, frames untagged; a tagged frame that enters is dropped.</summary>
    Access,

    /// <summary>Many VLANs, frames tagged except those of the native VLAN; ids outside the allowed list are dropped in both directions.</summary>
    Trunk,
}

/// <summary>
/// The configuration of one switch port. It keeps the settings of both modes, as switches do, so that changing the mode back and forth loses nothing.
/// </summary>
/// <param name="Number">As printed on the case, from 1.</param>
public sealed record SwitchPort(int Number)
{
    public PortMode Mode { get; init; } = PortMode.Access;

    /// <summary>The VLAN of an access port. Default 1.</summary>
    public ushort AccessVlan { get; init; } = 1;

    /// <summary>
    /// The VLAN of untagged frames on a trunk. Default 1. It passes only if <see cref="Allowed"/> contains it. The two ends of a cable may disagree
    /// about it, and then frames leak from one VLAN into another.
    /// </summary>
    public ushort NativeVlan { get; init; } = 1;

    /// <summary>The VLANs that a trunk carries, in both directions. Default all.</summary>
    public VlanSet Allowed { get; init; } = VlanSet.All;

    /// <summary>False is "shutdown": nothing enters or leaves.</summary>
    public bool Enabled { get; init; } = true;

    public string Description { get; init; } = "";

    public static SwitchPort Access(int number, ushort vlan, string description = "") =>
        new(number) { AccessVlan = vlan, Description = description };

    public static SwitchPort Trunk(int number, VlanSet allowed, ushort native = 1, string description = "") =>
        new(number) { Mode = PortMode.Trunk, NativeVlan = native, Allowed = allowed, Description = description };
}
