using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using TrainingLab.Network;
using TrainingLab.Network.Capture;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Topology;

namespace TrainingLab.InteropTests.Network;

/// <summary>Wireshark's dissectors read our captures: right to the top, with every checksum and without a complaint.</summary>
public sealed class Tshark_Tests
{
    // OPC UA part 6, 7.1.2.3 Hello and 7.1.2.4 Acknowledge.
    private const string Hello = "48454C4636000000 0000000000000100000001000000000000000000 16000000"
        + "6F70632E7463703A2F2F66696C6C65723A343834302F";

    private const string Acknowledge = "41434B46 1C000000 00000000 00000100 00000100 00000000 00000000";

    // MQTT 3.1.1, 3.1 CONNECT, 3.2 CONNACK, 3.3 PUBLISH, 3.14 DISCONNECT.
    private const string Connect = "10 0F 00 04 4D515454 04 02 003C 0003 657773";
    private const string ConnAck = "20 02 00 00";
    private const string Publish = "30 09 0004 6C696E65 3432 39";
    private const string Disconnect = "E0 00";

    [Fact]
    public async Task Opc_ua_and_mqtt_are_dissected_from_the_handshake_on()
    {
        using var plant = new Plant();
        var captures = plant.Capture("ews", "filler", "broker", "sw1:8--sw2:8");
        plant.Exchange("ews", "broker", 4840, [Hello], [Acknowledge]);
        plant.Exchange("filler", "broker", 1883, [Connect, Publish, Disconnect], [ConnAck]);
        plant.Exchange("ews", "filler", 8000, [Convert.ToHexString(Encoding.ASCII.GetBytes(new string('x', 5000)))], []);

        var packets = await DissectAsync(captures);

        Clean(packets);
        Assert.Contains(packets, p => p.Protocols == "eth:ethertype:ip:tcp:opcua");
        Assert.Contains(packets, p => p.Protocols == "eth:ethertype:vlan:ethertype:ip:tcp:opcua" && p.Vlan == "110");
        Assert.Contains(packets, p => p.Protocols == "eth:ethertype:ip:tcp:mqtt");
        Assert.Contains(packets, p => p.Protocols == "eth:ethertype:vlan:ethertype:ip:tcp:mqtt" && p.Vlan == "110");
        Assert.Contains(packets, p => p.Protocols == "eth:ethertype:arp");
        Assert.Contains(packets, p => p.Info.Contains("Publish Message", StringComparison.Ordinal));
        Assert.Equal(["0x0002", "0x0012", "0x0010"], packets.Where(p => p.Interface == "ews" && p.Flags.Length > 0).Take(3).Select(p => p.Flags));
    }

    [Fact]
    public async Task A_capture_from_the_middle_of_a_connection_goes_on_plausibly()
    {
        using var plant = new Plant();
        var (client, server) = plant.Connect("filler", "broker", 1883);
        Say(client, Connect);
        Say(server, ConnAck);
        var captures = plant.Capture("filler", "sw1:8--sw2:8");
        Say(client, Publish);
        client.Dispose();
        server.Dispose();

        var packets = await DissectAsync(captures);

        Clean(packets);
        Assert.Equal(2, packets.Select(p => p.Interface).Distinct(StringComparer.Ordinal).Count());
        Assert.Contains(packets, p => p.Protocols.EndsWith(":mqtt", StringComparison.Ordinal));
        Assert.Contains(packets, p => p.Flags == "0x0011");
    }

    [Fact]
    public async Task Refusals_and_resets_look_like_themselves()
    {
        using var plant = new Plant();
        await plant.Network.ExecuteAsync("fw", "rule add reject from ews to broker");
        await plant.Network.ExecuteAsync("fw", "rule add drop from filler to ews");
        var captures = plant.Capture("ews", "filler");
        await plant.Network.ConnectAsync("ews", "broker", 1883, cancellationToken: TestContext.Current.CancellationToken);
        await plant.Network.ConnectAsync("ews", "filler", 1, cancellationToken: TestContext.Current.CancellationToken);
        _ = plant.Network.ConnectAsync("filler", "ews", 80, cancellationToken: TestContext.Current.CancellationToken);
        var (client, _) = plant.Connect("filler", "broker", 1883);
        client.Flow.Cut();
        using var ews = plant.Network.BindDatagram("ews", 5000);
        ews.Send("filler", 9, new byte[3]);

        var packets = await DissectAsync(captures);

        Clean(packets);
        string Flags(string node) => string.Join(' ', packets.Where(p => p.Interface == node && p.Flags.Length > 0).Select(p => p.Flags[^2..]));
        Assert.Equal("02 14 02 14", Flags("ews"));
        // The refused attempt of ews as seen here, the dropped SYN, then the connection that was cut.
        Assert.Equal("02 14 02 02 12 10 14 14", Flags("filler"));
        Assert.Contains(packets, p => p.Protocols.StartsWith("eth:ethertype:ip:udp", StringComparison.Ordinal));
    }

    private static void Clean(IReadOnlyList<Packet> packets)
    {
        Assert.NotEmpty(packets);
        Assert.All(packets, p =>
        {
            Assert.Equal("", p.Malformed);
            // 1 is "good"; ARP has none.
            Assert.True(p.IpChecksum is "1" or "", p.ToString());
            Assert.True(p.TcpChecksum is "1" or "", p.ToString());
            Assert.True(p.UdpChecksum is "1" or "", p.ToString());
            Assert.DoesNotContain("Retransmission", p.Info, StringComparison.Ordinal);
            Assert.DoesNotContain("Out-Of-Order", p.Info, StringComparison.Ordinal);
            Assert.DoesNotContain("unseen", p.Info, StringComparison.Ordinal);
            Assert.DoesNotContain("not captured", p.Info, StringComparison.Ordinal);
        });
    }

    // One capture, one point: the same segment seen on two cables would look like a retransmission.
    private static async Task<IReadOnlyList<Packet>> DissectAsync(IEnumerable<PacketCapture> captures)
    {
        RequireTshark();
        var packets = new List<Packet>();
        foreach (var capture in captures)
        {
            capture.Dispose();
            var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pcapng");
            await File.WriteAllBytesAsync(file, capture.ToArray(), TestContext.Current.CancellationToken);
            try
            {
                var lines = await RunAsync(file, "-T", "fields",
                    "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-o", "gui.column.format:\"Info\",\"%i\"",
                    "-e", "frame.interface_name", "-e", "frame.protocols", "-e", "vlan.id", "-e", "tcp.flags", "-e", "ip.checksum.status", "-e", "tcp.checksum.status",
                    "-e", "udp.checksum.status", "-e", "_ws.malformed", "-e", "_ws.col.Info");
                packets.AddRange(lines.Select(line => line.Split('\t')).Select(f => new Packet(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8])));
            }
            finally
            {
                File.Delete(file);
            }
        }

        return packets;
    }

    private static void RequireTshark()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "tshark.exe" : "tshark")));
        if (found)
            return;
        Assert.False(Environment.GetEnvironmentVariable("TRAININGLAB_REQUIRE_PEERS") == "1", "tshark is not installed, and TRAININGLAB_REQUIRE_PEERS=1.");
        Assert.Skip("tshark is not installed.");
    }

    private static async Task<string[]> RunAsync(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo("tshark", ["-r", file, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r')).ToArray();
    }

    private static void Say(IDuplexPipe transport, string hex)
    {
        transport.Output.Write(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.True(transport.Output.FlushAsync(TestContext.Current.CancellationToken).IsCompletedSuccessfully);
    }

    private sealed record Packet(
        string Interface, string Protocols, string Vlan, string Flags, string IpChecksum, string TcpChecksum, string UdpChecksum, string Malformed, string Info);

    /// <summary>filler and ews on sw1 in 110 and 130, broker on sw2 in 110, the router on sw1; time stands still.</summary>
    private sealed class Plant : IDisposable
    {
        private readonly StoppedTime _time = new();
        private readonly Dictionary<string, PlantConnection> _accepted = [];

        public Plant()
        {
            var trunk = VlanSet.Of(110, 130);
            Network = new PlantNetwork(
                new PlantTopology(
                    [Host("filler", "10.1.110.11", "10.1.110.1"), Host("broker", "10.1.110.60", "10.1.110.1"), Host("ews", "10.1.130.21", "10.1.130.1")],
                    [
                        Switch("sw1", "10.1.110.2", [SwitchPort.Access(1, 110), SwitchPort.Access(2, 130), SwitchPort.Trunk(7, trunk), SwitchPort.Trunk(8, trunk)]),
                        Switch("sw2", "10.1.110.3", [SwitchPort.Access(1, 110), SwitchPort.Trunk(8, trunk)]),
                    ],
                    new PlantRouter("fw", [Interface("a", "10.1.110.1", 110), Interface("b", "10.1.130.1", 130)], Firewall.AllowAll),
                    [
                        new Cable(new CableEnd("filler"), new CableEnd("sw1", 1)), new Cable(new CableEnd("ews"), new CableEnd("sw1", 2)),
                        new Cable(new CableEnd("broker"), new CableEnd("sw2", 1)), new Cable(new CableEnd("sw1", 8), new CableEnd("sw2", 8)),
                        new Cable(new CableEnd("sw1", 7), new CableEnd("fw")),
                    ]),
                new PlantNetworkOptions { Time = _time });
            foreach (var (node, port) in (ReadOnlySpan<(string, int)>)[("broker", 4840), ("filler", 8000), ("broker", 1883)])
            {
                Network.Listen(node, port, (transport, _, cancellationToken) =>
                {
                    _accepted[node] = (PlantConnection)transport;
                    return Task.Delay(Timeout.Infinite, cancellationToken);
                });
            }
        }

        public PlantNetwork Network { get; }

        public PacketCapture[] Capture(params string[] points) =>
            [.. points.Select(p => Network.StartCapture(new CaptureOptions { Points = [p] }))];

        public void Dispose() => Network.Dispose();

        public (PlantConnection Client, PlantConnection Server) Connect(string from, string to, int port)
        {
            var connect = Network.ConnectAsync(from, to, port);
            Assert.True(connect.IsCompletedSuccessfully);
            return (connect.Result.Connection!, _accepted[to]);
        }

        /// <summary>A whole connection: the client's messages, the server's, and an orderly end.</summary>
        public void Exchange(string from, string to, int port, ImmutableArray<string> requests, ImmutableArray<string> replies)
        {
            var (client, server) = Connect(from, to, port);
            Say(client, requests[0]);
            foreach (var reply in replies)
                Say(server, reply);
            foreach (var request in requests.Skip(1))
                Say(client, request);
            client.Dispose();
            server.Dispose();
        }

        private static PlantHost Host(string id, string address, string gateway) => new(id, Ipv4Address.Parse(address), 24, Ipv4Address.Parse(gateway));

        private static PlantSwitch Switch(string id, string address, ImmutableArray<SwitchPort> ports) => new(id, ports, Ipv4Address.Parse(address), 24, 110);

        private static RouterInterface Interface(string name, string address, ushort vlan) => new(name, Ipv4Address.Parse(address), 24, vlan);
    }

    private sealed class StoppedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

        private sealed class Never : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
