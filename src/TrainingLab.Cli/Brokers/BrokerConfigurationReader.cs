using System.Net;
using System.Security.Cryptography;
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
/// <param name="Store">File of the persistent state, null for none.</param>
internal sealed record BrokerSetup(
    IReadOnlyList<(BrokerListener Definition, MqttListenerOptions Options)> Listeners,
    bool Anonymous,
    IReadOnlyDictionary<string, ScramCredentials> Users,
    AccessRules? Access,
    MqttLimits Limits,
    string? Store)
{
    /// <summary>Without a configuration: anybody, on loopback.</summary>
    public static BrokerSetup OnLoopback(int port) => new(
        [(new BrokerListener { Port = port }, new MqttListenerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, port) })],
        Anonymous: true, new Dictionary<string, ScramCredentials>(StringComparer.Ordinal), Access: null, new MqttLimits { MaxQueuedMessages = 10_000 }, Store: null);
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
        if (!mistakes.None) return null;
        return new BrokerSetup(
            listeners,
            configuration.Anonymous,
            users,
            access,
            configuration.Limits.ForBroker(),
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
        var key = listener.Key ?? certificate;
        var own = Using(nameof(listener.Certificate), () =>
        {
            using var leaf = X509Certificate2.CreateFromPemFile(Path.Combine(folder, certificate), Path.Combine(folder, key));
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(Path.Combine(folder, certificate));
            // The first is the server's own; SslStream wants its key in a store of its own, not beside it.
            all.RemoveAt(0);
            all.Insert(0, X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), password: null));
            return all;
        });
        var authorities = listener.ClientCa is not { } ca ? [] : Using(nameof(listener.ClientCa), () =>
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPemFile(Path.Combine(folder, ca));
            return all;
        });
        var revoked = listener.Crl is not { } crl ? [] : Using(nameof(listener.Crl), () => RevocationList.SerialNumbersOf(File.ReadAllText(Path.Combine(folder, crl))));
        if (own is null || authorities is null || revoked is null) return null;
        return new MqttTlsOptions
        {
            Certificates = own,
            ClientAuthorities = authorities,
            RequireClientCertificate = listener.RequireCertificate,
            CertificateNamesUser = listener.CertificateNamesUser,
            Revoked = revoked,
        };

        T? Using<T>(string property, Func<T> read)
            where T : class
        {
            try
            {
                return read();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException or FormatException)
            {
                mistakes.Add(listener.Origin.Of(property), FileCode, $"this file cannot be used: {failure.Message}", $"该文件无法使用：{failure.Message}", "name a readable PEM file, relative to this one", "请写出可读的 PEM 文件，路径相对于本文件");
                return null;
            }
        }
    }
}
