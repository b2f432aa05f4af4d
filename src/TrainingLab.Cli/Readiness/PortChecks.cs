using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TrainingLab.Cli.Readiness;

/// <summary>TCP ports from one to another, both included.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    public int Count => Last - First + 1;

    /// <summary>Reads <c>FIRST-LAST</c>.</summary>
    public static bool TryParse(string text, out PortRange range)
    {
        range = default;
        if (text.Split('-') is not [var first, var last]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            || from < 1 || to > IPEndPoint.MaxPort || to < from)
            return false;
        range = new PortRange(from, to);
        return true;
    }

    public override string ToString() => First == Last ? First.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{First}-{Last}");
}

/// <summary>Which ports can be opened, and how the firewall of this system lets students in.</summary>
internal static class PortChecks
{
    private const string EphemeralFile = "/proc/sys/net/ipv4/ip_local_port_range";

    /// <summary>The ports of a range that cannot be opened, as ranges.</summary>
    public static IReadOnlyList<PortRange> Unusable(PortRange range)
    {
        var bad = new List<PortRange>();
        for (var port = range.First; port <= range.Last; port++)
        {
            if (CanOpen(port))
                continue;
            if (bad.Count > 0 && bad[^1].Last == port - 1)
                bad[^1] = bad[^1] with { Last = port };
            else
                bad.Add(new PortRange(port, port));
        }

        return bad;
    }

    public static Finding CheckWebPort(int port) => CanOpen(port)
        ? new Finding("webPort", FindingState.Good, $"port {port} is free for the web application")
        : new Finding("webPort", FindingState.Warning, $"port {port} is taken: by a running TrainingLab, or by something else", "lab serve --urls http://0.0.0.0:PORT takes another one");

    /// <summary>Whether the range has enough ports for a class.</summary>
    /// <param name="range">The range.</param>
    /// <param name="unusable">Those that cannot be opened.</param>
    /// <param name="students">How many students work at the same time.</param>
    /// <param name="perFactory">Ports of the factory that needs most.</param>
    public static Finding CheckRange(PortRange range, IReadOnlyList<PortRange> unusable, int students, int perFactory)
    {
        var taken = unusable.Sum(r => r.Count);
        var needed = students * perFactory;
        var text = $"{range}: {range.Count - taken} of {range.Count} ports can be opened; {students} students need at most {needed}"
            + (taken == 0 ? "" : $"; not {string.Join(", ", unusable.Take(10))}{(unusable.Count > 10 ? " …" : "")}");
        return range.Count - taken < needed
            ? new Finding("ports", FindingState.Bad, text, "lab serve --ports A-B takes a larger range; every lab also works through the web port alone")
            : new Finding("ports", FindingState.Good, text);
    }

    /// <summary>Whether the system gives ports of the range to outgoing connections.</summary>
    public static Finding? CheckEphemeral(PortRange range)
    {
        if (!File.Exists(EphemeralFile) || File.ReadAllText(EphemeralFile).Split('\t', ' ', '\n') is not [var low, var high, ..] || !PortRange.TryParse($"{low}-{high}", out var ephemeral))
            return null;
        return ephemeral.First <= range.Last && range.First <= ephemeral.Last
            ? new Finding(
                "ephemeralPorts", FindingState.Warning, $"this system gives {ephemeral} to outgoing connections, so that ports of {range} may be taken when a student comes back",
                $"sudo sysctl -w net.ipv4.ip_local_port_range=\"{Math.Min(range.Last + 1, 60_000)} 65535\"")
            : new Finding("ephemeralPorts", FindingState.Good, $"outgoing connections use {ephemeral}");
    }

    /// <summary>The command that opens the firewall of this system.</summary>
    public static Finding CheckFirewall(int webPort, PortRange range)
    {
        if (OperatingSystem.IsWindows())
        {
            return new Finding(
                "firewall", FindingState.Warning, "Windows Firewall lets students in after this, once, as administrator:",
                $"netsh advfirewall firewall add rule name=TrainingLab dir=in action=allow protocol=TCP localport={webPort},{range}");
        }

        if (OperatingSystem.IsMacOS())
            return new Finding("firewall", FindingState.Warning, "the firewall of macOS asks when lab serve opens its first port", "allow incoming connections for lab");
        if (ReadOrEmpty("/etc/ufw/ufw.conf").Contains("ENABLED=yes", StringComparison.Ordinal))
        {
            return new Finding(
                "firewall", FindingState.Warning, "ufw is on; it lets students in after this:",
                $"sudo ufw allow {webPort}/tcp && sudo ufw allow {range.First}:{range.Last}/tcp");
        }

        if (Directory.Exists("/run/firewalld"))
        {
            return new Finding(
                "firewall", FindingState.Warning, "firewalld is on; it lets students in after this:",
                $"sudo firewall-cmd --permanent --add-port={webPort}/tcp --add-port={range}/tcp && sudo firewall-cmd --reload");
        }

        return new Finding(
            "firewall", FindingState.Good, "neither ufw nor firewalld is on; should nftables keep students out:",
            $"sudo nft add rule inet filter input tcp dport '{{ {webPort}, {range} }}' accept");
    }

    private static bool CanOpen(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
