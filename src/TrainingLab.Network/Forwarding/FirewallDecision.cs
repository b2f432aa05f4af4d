using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Forwarding;

/// <summary>What a firewall does to a new flow; <see cref="Rule"/> is null when the default action decided.</summary>
internal readonly record struct FirewallDecision(FirewallAction Action, FirewallRule? Rule)
{
    /// <summary>The first rule that matches decides.</summary>
    /// <param name="port">The destination port.</param>
    public static FirewallDecision Of(
        Firewall firewall, NetworkState names, Ipv4Address from, Ipv4Address to, FirewallProtocol protocol, int port)
    {
        foreach (var rule in firewall.Rules)
        {
            if ((rule.Protocol == FirewallProtocol.Any || rule.Protocol == protocol) && rule.Ports.Contains(port)
                && Matches(rule.From, names, from) && Matches(rule.To, names, to))
                return new FirewallDecision(rule.Action, rule);
        }

        return new FirewallDecision(firewall.Default, null);
    }

    private static bool Matches(AddressMatch match, NetworkState names, Ipv4Address address) =>
        match.Subnet is { } subnet
            ? subnet.Contains(address)
            : match.HostName is not { } name || (names.TryResolve(name, out var resolved) && resolved == address);
}
