using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>Why a packet does not arrive, or arrives and is not welcome.</summary>
public enum RefusalReason
{
    /// <summary>No node, alias or table entry has this name.</summary>
    NameUnknown,

    /// <summary>The sender itself is off.</summary>
    SenderDown,

    /// <summary>The sender's interface has no cable, or the other end of it is dead.</summary>
    NotConnected,

    /// <summary>The address is in another subnet and the sender has no gateway.</summary>
    NoGateway,

    /// <summary>The router has no interface in the target's subnet.</summary>
    NoRoute,

    /// <summary>No node has this address.</summary>
    NoSuchAddress,

    /// <summary>The node with this address is off or still starting.</summary>
    HostDown,

    /// <summary>A switch on the way is off or restarting.</summary>
    SwitchDown,

    /// <summary>A switch port on the way is shut down.</summary>
    PortDisabled,

    /// <summary>The frame's VLAN is not in the trunk's allowed list.</summary>
    VlanNotAllowed,

    /// <summary>The frame is in one VLAN, the access port towards the target in another.</summary>
    VlanMismatch,

    /// <summary>A tagged frame came to an access port.</summary>
    TaggedOnAccessPort,

    /// <summary>A tagged frame came to a host, or the router has no interface for this tag.</summary>
    TagNotUnderstood,

    /// <summary>No cable path leads to the target.</summary>
    NoCable,

    /// <summary>A firewall rule, or the default action, rejects audibly.</summary>
    FirewallReject,

    /// <summary>A firewall rule, or the default action, drops silently.</summary>
    FirewallDrop,

    /// <summary>A reply reached a stateful firewall that never saw the request.</summary>
    FirewallNoState,

    /// <summary>The packet arrived and nothing listens on that port.</summary>
    NoListener,

    /// <summary>The connection lasted, then its path was lost for too long or it was cut.</summary>
    Cut,
}

/// <summary>
/// The exact place and reason of a failure. Which fields are set depends on the reason: the switch port and VLAN of a layer-2 loss, the rule of a firewall's decision.
/// </summary>
/// <param name="Node">The device where it happened.</param>
/// <param name="OnReturn">True when the request arrived and only the answer was lost.</param>
public sealed record Refusal(
    RefusalReason Reason,
    string? Node = null,
    int? Port = null,
    int? Vlan = null,
    int? OtherVlan = null,
    string? RuleId = null,
    string? Target = null,
    bool OnReturn = false)
{
    /// <summary>One sentence for the user. <paramref name="language"/> starts with "zh" for Chinese; anything else is English.</summary>
    public string Describe(string language) => RefusalTexts.Describe(this, language);
}
