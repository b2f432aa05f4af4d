namespace TrainingLab.Network.Forwarding;

/// <summary>The sentences for <see cref="Refusal"/>, in both languages.</summary>
internal static class RefusalTexts
{
    public static string Describe(Refusal refusal, string language)
    {
        var zh = language is not null && language.StartsWith("zh", StringComparison.OrdinalIgnoreCase);
        var text = zh ? Chinese(refusal) : English(refusal);
        return refusal.OnReturn ? (zh ? "请求已到达，但应答丢失：" : "The request arrived, the answer was lost: ") + text : text;
    }

    private static string English(Refusal r) => r.Reason switch
    {
        RefusalReason.NameUnknown => $"no host is called '{r.Target}'.",
        RefusalReason.SenderDown => $"{r.Node} is off.",
        RefusalReason.NotConnected => $"{r.Node} has no cable on port {r.Port}.",
        RefusalReason.NoGateway => $"{r.Target} is in another subnet and {r.Node} has no gateway.",
        RefusalReason.NoRoute => $"{r.Node} has no interface in the subnet of {r.Target}.",
        RefusalReason.NoSuchAddress => $"nobody answers for the address {r.Target}.",
        RefusalReason.HostDown => $"{r.Node} does not answer; it is off or starting.",
        RefusalReason.SwitchDown => $"switch {r.Node} is off or starting.",
        RefusalReason.PortDisabled => $"port {r.Port} of {r.Node} is shut down.",
        RefusalReason.VlanNotAllowed => $"trunk port {r.Port} of {r.Node} does not allow VLAN {r.Vlan}.",
        RefusalReason.VlanMismatch when r.Port is null => $"the frame is in VLAN {r.Vlan}, but {r.Node} is managed in VLAN {r.OtherVlan}.",
        RefusalReason.VlanMismatch => $"the frame is in VLAN {r.Vlan}, but port {r.Port} of {r.Node} is in VLAN {r.OtherVlan}.",
        RefusalReason.TaggedOnAccessPort => $"a frame tagged {r.Vlan} came to access port {r.Port} of {r.Node}.",
        RefusalReason.TagNotUnderstood => $"{r.Node} does not understand a frame {(r.Vlan is null ? "without a tag" : $"tagged {r.Vlan}")}.",
        RefusalReason.NoCable => $"no cable leads from {r.Node} to {r.Target}.",
        RefusalReason.FirewallReject => $"the firewall of {r.Node} rejects it ({RuleEn(r)}).",
        RefusalReason.FirewallDrop => $"the firewall of {r.Node} drops it ({RuleEn(r)}).",
        RefusalReason.FirewallNoState => $"the firewall of {r.Node} saw the answer but never the request.",
        RefusalReason.NoListener => $"{r.Node} is there, but nothing listens on port {r.Port}.",
        RefusalReason.Cut => "the connection was cut.",
        _ => r.Reason.ToString(),
    };

    private static string Chinese(Refusal r) => r.Reason switch
    {
        RefusalReason.NameUnknown => $"没有名为“{r.Target}”的主机。",
        RefusalReason.SenderDown => $"{r.Node} 已关机。",
        RefusalReason.NotConnected => $"{r.Node} 的端口 {r.Port} 没有接线。",
        RefusalReason.NoGateway => $"{r.Target} 在另一个子网，而 {r.Node} 没有配置网关。",
        RefusalReason.NoRoute => $"{r.Node} 没有 {r.Target} 所在子网的接口。",
        RefusalReason.NoSuchAddress => $"地址 {r.Target} 无人应答。",
        RefusalReason.HostDown => $"{r.Node} 没有应答，已关机或正在启动。",
        RefusalReason.SwitchDown => $"交换机 {r.Node} 已关机或正在启动。",
        RefusalReason.PortDisabled => $"{r.Node} 的端口 {r.Port} 已关闭。",
        RefusalReason.VlanNotAllowed => $"{r.Node} 的 Trunk 端口 {r.Port} 不允许 VLAN {r.Vlan}。",
        RefusalReason.VlanMismatch when r.Port is null => $"帧属于 VLAN {r.Vlan}，而 {r.Node} 的管理 VLAN 是 {r.OtherVlan}。",
        RefusalReason.VlanMismatch => $"帧属于 VLAN {r.Vlan}，而 {r.Node} 的端口 {r.Port} 属于 VLAN {r.OtherVlan}。",
        RefusalReason.TaggedOnAccessPort => $"带标签 {r.Vlan} 的帧到达 {r.Node} 的 Access 端口 {r.Port}。",
        RefusalReason.TagNotUnderstood => $"{r.Node} 无法识别{(r.Vlan is null ? "不带标签的帧" : $"带标签 {r.Vlan} 的帧")}。",
        RefusalReason.NoCable => $"从 {r.Node} 到 {r.Target} 没有线路。",
        RefusalReason.FirewallReject => $"{r.Node} 的防火墙拒绝了它（{RuleZh(r)}）。",
        RefusalReason.FirewallDrop => $"{r.Node} 的防火墙丢弃了它（{RuleZh(r)}）。",
        RefusalReason.FirewallNoState => $"{r.Node} 的防火墙看到了应答，却从未见过请求。",
        RefusalReason.NoListener => $"{r.Node} 在线，但端口 {r.Port} 无人监听。",
        RefusalReason.Cut => "连接被切断。",
        _ => r.Reason.ToString(),
    };

    private static string RuleEn(Refusal r) => r.RuleId is { } id ? $"rule {id}" : "default action";

    private static string RuleZh(Refusal r) => r.RuleId is { } id ? $"规则 {id}" : "默认动作";
}
