using System.Globalization;
using TrainingLab.Network;
using TrainingLab.Network.Topology;

namespace TrainingLab.Factory.Networks;

/// <summary>The peer of a plant connection as the protocol libraries carry it: node, <c>address:port</c>, account.</summary>
public static class PlantPeers
{
    /// <summary>Writes the address and port of a peer.</summary>
    public static string AddressOf(PlantPeer peer) => string.Create(CultureInfo.InvariantCulture, $"{peer.Address}:{peer.Port}");

    /// <summary>Reads what <see cref="AddressOf"/> wrote.</summary>
    public static PlantPeer Read(string node, string address, string? account)
    {
        var colon = address.LastIndexOf(':');
        _ = Ipv4Address.TryParse(colon < 0 ? address : address.AsSpan(0, colon).ToString(), out var ip);
        _ = int.TryParse(address.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port);
        return new PlantPeer(node, ip, port, account);
    }
}
