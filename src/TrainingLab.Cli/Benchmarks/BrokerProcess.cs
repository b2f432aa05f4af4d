using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>A broker in a process of its own, on loopback, with a plain port and where it can one for TLS.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private readonly Process process;
    private readonly string folder;

    private BrokerProcess(string name, Process process, string folder, int port, int? tlsPort)
    {
        Name = name;
        this.process = process;
        this.folder = folder;
        Port = port;
        TlsPort = tlsPort;
    }

    public string Name { get; }

    public int Port { get; }

    public int? TlsPort { get; }

    /// <summary>Processor time used since its start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Memory of its own in bytes, without what it shares with files: on Linux the anonymous pages that are in memory, elsewhere the working set.</summary>
    public long Memory
    {
        get
        {
            var pages = $"/proc/{process.Id}/smaps_rollup";
            if (OperatingSystem.IsLinux() && File.Exists(pages) && File.ReadLines(pages).FirstOrDefault(l => l.StartsWith("Anonymous:", StringComparison.Ordinal)) is { } line)
                return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The memory when it has stopped to change by more than a hundredth, or after a few seconds.</summary>
    public async Task<long> SettledMemoryAsync(CancellationToken cancellation)
    {
        var before = Memory;
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(400), cancellation);
            var now = Memory;
            if (Math.Abs(now - before) < before / 100) return now;
            before = now;
        }
        return before;
    }

    /// <summary>Starts the brokers that are installed: ours, mosquitto, and aedes where its package lies below the folder of peers.</summary>
    public static async Task<IReadOnlyList<BrokerProcess>> StartAsync(string? peers, CancellationToken cancellation)
    {
        var brokers = new List<BrokerProcess>();
        var folder = Directory.CreateTempSubdirectory("lab-bench").FullName;
        var (certificate, key) = WriteCertificate(folder);
        var (port, tls) = (ChildProcess.FreePort(), ChildProcess.FreePort());

        var configuration = Path.Combine(folder, "ours.yaml");
        await File.WriteAllTextAsync(configuration, $"anonymous: true\nlisteners:\n  - {{ port: {port} }}\n  - {{ transport: tls, port: {tls}, certificate: server.pem, key: server.key }}\n", cancellation);
        brokers.Add(new BrokerProcess("lab", ChildProcess.StartOwn("broker", "--config", configuration), folder, port, tls));

        (port, tls) = (ChildProcess.FreePort(), ChildProcess.FreePort());
        configuration = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(
            configuration,
            $"per_listener_settings false\nallow_anonymous true\nset_tcp_nodelay true\nmax_queued_messages 0\nmax_inflight_messages 100\nlog_type none\nlistener {port} 127.0.0.1\nlistener {tls} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\n",
            cancellation);
        // A daemon of root gives up its rights, and must still read the key.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        if (ChildProcess.TryStart("mosquitto", ["-c", configuration]) is { } mosquitto) brokers.Add(new BrokerProcess("mosquitto", mosquitto, folder, port, tls));

        var script = peers is null ? null : Path.Combine(peers, "mqtt", "aedes-broker.js");
        port = ChildProcess.FreePort();
        if (script is not null && Directory.Exists(Path.Combine(peers!, "node_modules", "aedes")) && ChildProcess.TryStart("node", [script, port.ToString(CultureInfo.InvariantCulture)]) is { } aedes)
            brokers.Add(new BrokerProcess("aedes", aedes, folder, port, null));

        foreach (var broker in brokers) await broker.ReadyAsync(cancellation);
        return brokers;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private static (string Certificate, string Key) WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        var (certificateFile, keyFile) = (Path.Combine(folder, "server.pem"), Path.Combine(folder, "server.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    private async Task ReadyAsync(CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, Port, cancellation);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(50, cancellation);
            }
        }
        throw new CannotRunException($"{Name} does not come up");
    }
}
