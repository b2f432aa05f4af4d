using System.Collections.Immutable;
using TrainingLab.Network.Topology;

namespace TrainingLab.Network.Configuration;

/// <summary>What a switch can be told: its ports, in the order of their numbers.</summary>
public sealed record SwitchConfiguration(ImmutableArray<SwitchPort> Ports)
{
    public SwitchPort? Port(int number)
    {
        foreach (var port in Ports)
        {
            if (port.Number == number)
                return port;
        }

        return null;
    }

    public bool Equals(SwitchConfiguration? other) => other is not null && Ports.SequenceEqual(other.Ports);

    public override int GetHashCode() => Ports.Length;
}

/// <summary>What the router can be told: its firewall.</summary>
public sealed record RouterConfiguration(Firewall Firewall);
