using System.Collections.Immutable;

namespace TrainingLab.Network.Topology;

public enum FirewallAction
{
    Allow,

    /// <summary>Refuse audibly: a TCP reset, or ICMP administratively prohibited.</summary>
    Reject,

    /// <summary>Refuse silently.</summary>
    Drop,
}

public enum FirewallProtocol
{
    Any,
    Tcp,
    Udp,
}

/// <summary>One end of a firewall rule: anybody, a block of addresses, or a host by name (looked up when the rule is evaluated).</summary>
public sealed record AddressMatch
{
    public static readonly AddressMatch Any = new();

    public Ipv4Subnet? Subnet { get; private init; }

    public string? HostName { get; private init; }

    public bool IsAny => Subnet is null && HostName is null;

    public static AddressMatch Of(Ipv4Subnet subnet) => new() { Subnet = subnet };

    public static AddressMatch Of(string hostName) => new() { HostName = hostName };

    /// <summary>Reads <c>any</c>, <c>10.1.0.0/16</c>, <c>10.1.10.5</c> or a host name (letters, digits, '-', '_' and '.', starting with a letter).</summary>
    public static bool TryParse(string text, out AddressMatch match)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        match = Any;
        if (text.Equals("any", StringComparison.OrdinalIgnoreCase))
            return true;
        if (Ipv4Subnet.TryParse(text, out var subnet))
            match = Of(subnet);
        else if (HostNames.IsName(text))
            match = Of(text.ToLowerInvariant());
        else
            return false;
        return true;
    }

    public override string ToString() => Subnet?.ToString() ?? HostName ?? "any";
}

/// <summary>One line of the firewall; the first line that matches decides.</summary>
/// <param name="Id">Unique within the firewall, chosen by the user or given by the device.</param>
/// <param name="Ports">Destination ports; has no meaning for <see cref="FirewallProtocol.Any"/>, where it must be any.</param>
public sealed record FirewallRule(
    string Id,
    FirewallAction Action,
    AddressMatch From,
    AddressMatch To,
    FirewallProtocol Protocol,
    PortSet Ports,
    string Comment = "");

/// <summary>
/// An ordered, stateful packet filter on the forwarding path of a router. Replies of an allowed flow pass without a rule. Traffic to the router's own
/// addresses is not filtered, so that nobody locks himself out of the console.
/// </summary>
public sealed record Firewall(ImmutableArray<FirewallRule> Rules, FirewallAction Default)
{
    public static readonly Firewall AllowAll = new([], FirewallAction.Allow);

    public bool Equals(Firewall? other) => other is not null && Default == other.Default && Rules.SequenceEqual(other.Rules);

    public override int GetHashCode() => HashCode.Combine(Default, Rules.Length);
}
