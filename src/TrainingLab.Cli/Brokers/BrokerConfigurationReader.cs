using System.Net;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Mqtt.Access;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Hosting;

namespace TrainingLab.Cli.Brokers;

/// <summary>A configuration that has been read, checked and turned into what the broker takes.</summary>
/// <param name="Listeners">Where it is reached, each with the record that says so.</param>
/// <param name="Anonymous">Whether a client may come without a user name.</param>
/// <param name="Users">Credentials by user name.</param>
/// <param name="Access">Who may do what; null: everybody everything.</param>
/// <param name="Limits">The bounds.</param>
/// <param name="Bridges">Other brokers with which messages are exchanged.</param>
/// <param name="Store">File of the persistent state, null for none.</param>
internal sealed record BrokerSetup(
    IReadOnlyList<(BrokerListener Definition, MqttListenerOptions Options)> Listeners,
    bool Anonymous,
    IReadOnlyDictionary<string, ScramCredentials> Users,
    AccessRules? Access,
    MqttLimits Limits,
    IReadOnlyList<BridgeSetup> Bridges,
    string? Store)
{
    /// <summary>Without a configuration: anybody, on loopback.</summary>
    public static BrokerSetup OnLoopback(int port) => new(
        [(new BrokerListener { Port = port }, new MqttListenerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, port) })],
        Anonymous: true, new Dictionary<string, ScramCredentials>(StringComparer.Ordinal), Access: null, new MqttLimits { MaxQueuedMessages = 10_000 }, Bridges: [], Store: null);
}

/// <summary>Reads the configuration of <c>lab broker</c> and reports every mistake with its place.</summary>
internal static class BrokerConfigurationReader
{
    /// <summary>Code of a file that cannot be used.</summary>
    public const string FileCode = "broker-file";

    /// <summary>Code of a value that makes no sense here.</summary>
    public const string ValueCode = "broker-value";

    private static readonly DefinitionReader Reader = new(new KindRegistry());

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="port">Replaces the port of the first plain listener; null keeps it.</param>
    /// <param name="mistakes">Takes every mistake.</param>
    /// <returns>The setup; null when there are mistakes.</returns>
    public static BrokerSetup? Read(string path, int? port, Mistakes mistakes)
    {
        if (SourceFile.FromBytes(path, File.ReadAllBytes(path), mistakes) is not { } source) return null;
        if (Reader.Read<BrokerConfiguration>(source, mistakes) is not { } configuration) return null;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var users = ReadUsers(configuration, mistakes);
        var access = ReadAccess(configuration, mistakes);
        var definitions = configuration.Listeners.Count > 0 ? configuration.Listeners : [new BrokerListener { Port = 1883 }];
        var listeners = new List<(BrokerListener, MqttListenerOptions)>();
        foreach (var definition in definitions)
        {
            var chosen = port is { } number && definition.Transport == BrokerTransport.Tcp && listeners.Count == 0 ? definition with { Port = number } : definition;
            if (ReadListener(chosen, folder, mistakes) is { } options) listeners.Add((chosen, options));
        }
        var bridges = BrokerBridgeReader.Read(configuration.Bridges, folder, mistakes);
        if (!mistakes.None) return null;
        return new BrokerSetup(
            listeners,
            configuration.Anonymous,
            users,
            access,
            configuration.Limits.ForBroker(),
            bridges,
            configuration.Store is { } store ? Path.Combine(folder, store) : null);
    }

    private static Dictionary<string, ScramCredentials> ReadUsers(BrokerConfiguration configuration, Mistakes mistakes)
    {
        var users = new Dictionary<string, ScramCredentials>(StringComparer.Ordinal);
        foreach (var (name, hash) in configuration.Users)
        {
            if (ScramCredentials.Parse(hash) is { } credentials) users.Add(name, credentials);
            else
            {
                mistakes.Add(configuration.Origin.Of(nameof(configuration.Users), name), ValueCode, "this is no password hash", "这不是口令散列", "make one with lab broker --hash-password", "请用 lab broker --hash-password 生成");
            }
        }
        return users;
    }

    private static AccessRules? ReadAccess(BrokerConfiguration configuration, Mistakes mistakes)
    {
        if (configuration.Access is not { } definitions) return null;
        BrokerRules.CheckAccess(definitions, configuration.Users.Keys, configuration.Listeners.Any(l => l.ClientCa is not null), ValueCode, mistakes);
        return new AccessRules([.. definitions.Select(r => new AccessRule(r.Topic, r.User, r.Client, r.Allow.Contains(BrokerAction.Publish), r.Allow.Contains(BrokerAction.Subscribe)))]);
    }

    private static MqttListenerOptions? ReadListener(BrokerListener listener, string folder, Mistakes mistakes)
    {
        if (!IPAddress.TryParse(listener.Bind, out var address))
        {
            mistakes.Add(listener.Origin.Of(nameof(listener.Bind)), ValueCode, $"'{listener.Bind}' is not an address", $"“{listener.Bind}”不是地址", "write 127.0.0.1, 0.0.0.0 or another address of this machine", "请写 127.0.0.1、0.0.0.0 或本机的其他地址");
            return null;
        }
        var isSecure = listener.Transport is BrokerTransport.Tls or BrokerTransport.Wss;
        MqttTlsOptions? tls = null;
        if (isSecure && (tls = ReadTls(listener, folder, mistakes)) is null) return null;
        return new MqttListenerOptions
        {
            Endpoint = new IPEndPoint(address, listener.Port),
            WebSocket = listener.Transport is BrokerTransport.Ws or BrokerTransport.Wss,
            Tls = tls,
        };
    }

    private static MqttTlsOptions? ReadTls(BrokerListener listener, string folder, Mistakes mistakes)
    {
        if (listener.Certificate is not { } certificate)
        {
            mistakes.Add(listener.Origin.Span, ValueCode, "tls and wss need a certificate", "tls 和 wss 需要证书", "add certificate: server.pem", "请添加 certificate: server.pem");
            return null;
        }
        var own = PemFiles.Use(listener.Origin.Of(nameof(listener.Certificate)), mistakes, () => PemFiles.WithKey(Path.Combine(folder, certificate), Path.Combine(folder, listener.Key ?? certificate)));
        var authorities = listener.ClientCa is not { } ca ? [] : PemFiles.Use(listener.Origin.Of(nameof(listener.ClientCa)), mistakes, () => PemFiles.Certificates(Path.Combine(folder, ca)));
        var revoked = ReadRevoked(listener, authorities, folder, mistakes);
        if (own is null || authorities is null || revoked is null) return null;
        return new MqttTlsOptions
        {
            Certificates = own,
            ClientAuthorities = authorities,
            RequireClientCertificate = listener.RequireCertificate,
            CertificateNamesUser = listener.CertificateNamesUser,
            Revoked = revoked,
        };
    }

    private static IReadOnlyCollection<byte[]>? ReadRevoked(BrokerListener listener, X509Certificate2Collection? authorities, string folder, Mistakes mistakes)
    {
        if (listener.Crl is not { } crl || authorities is null) return [];
        if (listener.ClientCa is null)
        {
            mistakes.Add(listener.Origin.Of(nameof(listener.Crl)), ValueCode, "a revocation list without the authority that has signed it", "有吊销列表但没有签发它的机构", "add clientCa: ca.pem", "请添加 clientCa: ca.pem");
            return null;
        }
        return PemFiles.Use(listener.Origin.Of(nameof(listener.Crl)), mistakes, () => RevocationList.SerialNumbersOf(File.ReadAllText(Path.Combine(folder, crl)), authorities));
    }

    /// <summary>Reports a text that is no topic filter.</summary>
    internal static void NoFilter(SourceSpan place, string filter, Mistakes mistakes) =>
        mistakes.Add(place, ValueCode, $"'{filter}' is not a topic filter", $"“{filter}”不是主题过滤器", "+ stands for a whole level, # for all levels at the end", "+ 代表一整级，# 只能在末尾代表其余各级");
}
