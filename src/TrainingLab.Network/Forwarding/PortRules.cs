using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>What one switch port does to one frame (IEEE 802.1Q ingress and egress rules).</summary>
internal static class PortRules
{
    /// <summary>The VLAN that a frame belongs to after it entered, or why it is dropped.</summary>
    public static Refusal? Enter(string device, SwitchPort port, ushort? tag, out ushort vlan)
    {
        vlan = port.Mode == PortMode.Access ? port.AccessVlan : tag ?? port.NativeVlan;
        if (!port.Enabled)
            return new Refusal(RefusalReason.PortDisabled, device, port.Number);
        if (port.Mode == PortMode.Access)
            return tag is null ? null : new Refusal(RefusalReason.TaggedOnAccessPort, device, port.Number, tag, port.AccessVlan);
        return port.Allowed.Contains(vlan) ? null : new Refusal(RefusalReason.VlanNotAllowed, device, port.Number, vlan);
    }

    /// <summary>The tag that a frame of a VLAN leaves with (null: untagged), or why it does not leave.</summary>
    public static Refusal? Leave(string device, SwitchPort port, ushort vlan, out ushort? tag)
    {
        tag = null;
        if (!port.Enabled)
            return new Refusal(RefusalReason.PortDisabled, device, port.Number, vlan);
        if (port.Mode == PortMode.Access)
            return port.AccessVlan == vlan ? null : new Refusal(RefusalReason.VlanMismatch, device, port.Number, vlan, port.AccessVlan);
        if (!port.Allowed.Contains(vlan))
            return new Refusal(RefusalReason.VlanNotAllowed, device, port.Number, vlan);
        tag = vlan == port.NativeVlan ? null : vlan;
        return null;
    }
}
