using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace TrainingLab.Cli.Readiness;

/// <summary>Addresses of this machine that students can open.</summary>
internal static class HostAddresses
{
    /// <summary>Those of interfaces with a way out first; link-local ones and loopback never.</summary>
    public static IReadOnlyList<IPAddress> ToHandOut() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(n => n.GetIPProperties())
            .OrderByDescending(p => p.GatewayAddresses.Count)
            .SelectMany(p => p.UnicastAddresses)
            .Select(a => a.Address)
            .Where(IsReachable)
            .OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1),
    ];

    public static Finding Check(IReadOnlyList<IPAddress> addresses) => addresses.Count switch
    {
        0 => new Finding("addresses", FindingState.Bad, "this machine has no address that another one can open", "connect it to the classroom's network"),
        _ => new Finding("addresses", FindingState.Good, $"students open {string.Join(" or ", addresses)}"),
    };

    private static bool IsReachable(IPAddress address) =>
        !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);
}
