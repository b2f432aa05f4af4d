using TrainingLab.Factory.Networks;
using TrainingLab.Network.Topology;

namespace TrainingLab.Factory.Definitions.Scenarios;

/// <summary>What must be right in a scenario's network: addresses, cables, VLANs, the router.</summary>
internal sealed class NetworkRules(ScenarioDefinition scenario, Mistakes mistakes)
{
    private readonly Dictionary<Ipv4Address, string> owners = [];
    private readonly Dictionary<(string Switch, int Port), string> plugged = [];

    private NetworkDefinition Network => scenario.Network;

    public void Check()
    {
        CheckRouter();
        foreach (var node in Network.Switches)
            CheckSwitch(node);
        foreach (var (id, at) in TopologyBuilder.Hosts(scenario))
            CheckAttachment(id, at);
        foreach (var cable in Network.Cables)
        {
            CheckCableEnd(cable.From, $"{cable.From} – {cable.To}", cable.Origin.Of(nameof(cable.From)));
            CheckCableEnd(cable.To, $"{cable.From} – {cable.To}", cable.Origin.Of(nameof(cable.To)));
        }

        foreach (var host in Network.Hosts)
            CheckListens(host);
        var vlans = new HashSet<int>();
        foreach (var vlan in Network.Vlans.Where(v => !vlans.Add(v.Id)))
        {
            mistakes.Add(vlan.Origin.Of(nameof(vlan.Id)), MistakeCodes.DuplicateId, $"VLAN {vlan.Id} is named twice", $"VLAN {vlan.Id} 重复命名", "name it once", "请只命名一次");
        }
    }

    private void CheckRouter()
    {
        if (Network.Router is not { } router)
            return;
        Plug(router.Switch, router.Port, router.Id, router.Origin.Of(nameof(router.Switch)), router.Origin.Of(nameof(router.Port)));
        var vlans = new HashSet<int>();
        foreach (var face in router.Interfaces)
        {
            if (!vlans.Add(face.Vlan))
                mistakes.Add(face.Origin.Of(nameof(face.Vlan)), MistakeCodes.DuplicateId, $"the router has two interfaces in VLAN {face.Vlan}", $"路由器在 VLAN {face.Vlan} 中有两个接口", "keep one", "请保留一个");
            Own(face.Address, $"{router.Id} vlan {face.Vlan}", face.Origin.Of(nameof(face.Address)));
        }

        var addresses = router.Interfaces.Select(i => i.Address.Split('/')[0]).ToList();
        if (router.Console.Length > 0 && !addresses.Contains(router.Console, StringComparer.Ordinal))
        {
            mistakes.Add(router.Origin.Of(nameof(router.Console)), ScenarioMistakeCodes.OutsideNetwork, $"the console address {router.Console} is none of the router's", $"控制台地址 {router.Console} 不是路由器的接口地址",
                $"write one of {string.Join(", ", addresses)}", $"请写 {string.Join("、", addresses)} 之一");
        }

        var rules = new HashSet<string>(StringComparer.Ordinal);
        foreach (var rule in router.Rules)
        {
            if (rule.Id.Length > 0 && !rules.Add(rule.Id))
                mistakes.Add(rule.Origin.Of(nameof(rule.Id)), MistakeCodes.DuplicateId, $"there are two rules '{rule.Id}'", $"规则“{rule.Id}”重复", "give it another name", "请换一个名称");
            CheckMatch(rule.From, rule.Origin.Of(nameof(rule.From)));
            CheckMatch(rule.To, rule.Origin.Of(nameof(rule.To)));
            for (var i = 0; i < rule.Ports.Count; i++)
            {
                if (!PortSet.TryParse(rule.Ports[i], out _))
                    BadFormat(rule.Origin.Of(nameof(rule.Ports), i), rule.Ports[i], "ports", "端口", "a port or a range such as 4840 or 8000-8099", "端口或范围，例如 4840 或 8000-8099");
            }
        }
    }

    private void CheckMatch(string text, SourceSpan span)
    {
        if (text.Length > 0 && !AddressMatch.TryParse(text, out _))
            BadFormat(span, text, "address", "地址", "an address, a network such as 10.10.1.0/24, or any", "地址、网段（例如 10.10.1.0/24）或 any");
    }

    private void CheckSwitch(SwitchDefinition node)
    {
        if (Own(node.Address, node.Id, node.Origin.Of(nameof(node.Address))) is { } own)
            CheckGateway(node.Gateway, own, node.Origin.Of(nameof(node.Gateway)));
        foreach (var (number, port) in node.Ports)
        {
            if (number is < 1 or > 64)
            {
                mistakes.Add(node.Origin.OfKey(nameof(node.Ports), number.ToString(System.Globalization.CultureInfo.InvariantCulture)), MistakeCodes.OutOfRange,
                    $"port {number} of '{node.Id}' is out of range", $"“{node.Id}”的端口号 {number} 超出范围", "number ports from 1 to 64", "端口号为 1 至 64");
            }

            if (port.Access is not null && (port.Native is not null || port.Allowed is not null))
            {
                mistakes.Add(port.Origin.Of(nameof(port.Access)), MistakeCodes.OneOf, "a port is either an access port or a trunk", "端口只能是接入口或中继口之一",
                    "write 'access', or 'native' and 'allowed'", "请只写 access，或写 native 与 allowed");
            }

            for (var i = 0; i < (port.Allowed?.Count ?? 0); i++)
            {
                if (!VlanSet.IsVlan(port.Allowed![i]))
                    mistakes.Add(port.Origin.Of(nameof(port.Allowed), i), MistakeCodes.OutOfRange, $"{port.Allowed[i]} is no VLAN", $"{port.Allowed[i]} 不是 VLAN 编号", "write a number from 1 to 4094", "请写 1 至 4094");
            }
        }
    }

    private void CheckAttachment(string id, Attachment at)
    {
        if (Own(at.Address, id, at.Origin.Of(nameof(at.Address))) is { } own)
            CheckGateway(at.Gateway, own, at.Origin.Of(nameof(at.Gateway)));
        Plug(at.Switch, at.Port, id, at.Origin.Of(nameof(at.Switch)), at.Origin.Of(nameof(at.Port)));
    }

    private void CheckCableEnd(string text, string cable, SourceSpan span)
    {
        if (text.Length == 0)
            return;
        if (text.Split(':') is [var name, var number] && int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var port))
            Plug(name, port, cable, span, span);
        else
            BadFormat(span, text, "end of a cable", "线缆端点", "switch:port, such as sw-1:8", "交换机:端口，例如 sw-1:8");
    }

    private void CheckListens(HostDefinition host)
    {
        for (var i = 0; i < host.Listens.Count; i++)
        {
            var span = host.Origin.Of(nameof(host.Listens), i);
            if (host.Listens[i] is < 1 or > 65535)
                mistakes.Add(span, MistakeCodes.OutOfRange, $"{host.Listens[i]} is no TCP port", $"{host.Listens[i]} 不是 TCP 端口", "write a number from 1 to 65535", "请写 1 至 65535");
            else if (host.Listens.Take(i).Contains(host.Listens[i]))
                mistakes.Add(span, ScenarioMistakeCodes.PortTaken, $"'{host.Id}' listens on {host.Listens[i]} twice", $"“{host.Id}”重复监听端口 {host.Listens[i]}", "name each port once", "每个端口只写一次");
        }
    }

    /// <summary>Reads an address with its prefix length and notes whose it is; null where it cannot be read.</summary>
    private (Ipv4Address Address, int Length)? Own(string text, string owner, SourceSpan span)
    {
        if (text.Length == 0)
            return null;
        if (text.Split('/') is not [var before, var after] || !Ipv4Address.TryParse(before, out var address)
            || !int.TryParse(after, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var length) || length is < 8 or > 30)
        {
            BadFormat(span, text, "address", "地址", "an address with prefix length (8 to 30), such as 10.10.1.11/24", "带前缀长度（8 至 30）的地址，例如 10.10.1.11/24");
            return null;
        }

        var mask = uint.MaxValue >> length;
        if ((address.Value & mask) == 0 || (address.Value & mask) == mask)
            BadFormat(span, text, "address of a host", "主机地址", "an address that is neither the network's own nor its broadcast address", "既非网络地址也非广播地址的地址");
        else if (!owners.TryAdd(address, owner))
            mistakes.Add(span, ScenarioMistakeCodes.DuplicateAddress, $"{address} is the address of '{owners[address]}' already", $"地址 {address} 已被“{owners[address]}”使用", "choose a free address", "请选择未使用的地址");
        return (address, length);
    }

    private void CheckGateway(string? text, (Ipv4Address Address, int Length) own, SourceSpan span)
    {
        if (string.IsNullOrEmpty(text) || !Ipv4Address.TryParse(text, out var gateway))
            return;
        if (((gateway.Value ^ own.Address.Value) & ~(uint.MaxValue >> own.Length)) != 0 || gateway == own.Address)
        {
            mistakes.Add(span, ScenarioMistakeCodes.OutsideNetwork, $"the gateway {text} is not another node of {own.Address}/{own.Length}", $"网关 {text} 不在 {own.Address}/{own.Length} 所在网段内",
                "write the router's address in this network, or leave it out", "请写路由器在该网段的地址，或省略");
        }
    }

    private void Plug(string name, int port, string what, SourceSpan switchSpan, SourceSpan portSpan)
    {
        if (name.Length == 0)
            return;
        if (Network.Switches.FirstOrDefault(s => s.Id == name) is not { } node)
            mistakes.UnknownReference(switchSpan, "switch", "交换机", name, Network.Switches.Select(s => s.Id));
        else if (!node.Ports.ContainsKey(port))
            mistakes.UnknownReference(portSpan, $"port of {name}", $"{name} 的端口", port.ToString(System.Globalization.CultureInfo.InvariantCulture), node.Ports.Keys.Select(p => p.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        else if (!plugged.TryAdd((name, port), what))
            mistakes.Add(portSpan, ScenarioMistakeCodes.PortTaken, $"port {port} of '{name}' has the cable of '{plugged[(name, port)]}' already", $"“{name}”的端口 {port} 已接“{plugged[(name, port)]}”", "choose a free port", "请选择空闲端口");
    }

    private void BadFormat(SourceSpan span, string text, string whatEn, string whatZh, string remedyEn, string remedyZh) =>
        mistakes.Add(span, MistakeCodes.BadFormat, $"'{text}' is no {whatEn}", $"“{text}”不是有效的{whatZh}", $"write {remedyEn}", $"请写{remedyZh}");
}
