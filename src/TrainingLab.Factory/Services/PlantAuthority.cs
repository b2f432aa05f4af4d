using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Actions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Networks;
using TrainingLab.Network;

namespace TrainingLab.Factory.Services;

/// <summary>
/// The certificate authority of a plant whose broker speaks TLS: it has issued the broker's certificate and those of clients, and revokes them. Keys come ready from outside, so that none is
/// made on the factory's scheduler; which one somebody gets decides nothing but ciphertext. All are part of the state.
/// </summary>
public sealed class PlantAuthority : IFactoryComponent, IDisposable
{
    /// <summary>Name of the component.</summary>
    public const string ComponentName = "authority";

    /// <summary>Longest name on a certificate, in characters (RFC 5280, ub-common-name).</summary>
    public const int MaxNameLength = 64;

    private const string ServerPurpose = "1.3.6.1.5.5.7.3.1";
    private const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan Age = TimeSpan.FromDays(30);
    private static readonly TimeSpan Validity = TimeSpan.FromDays(5 * 365);

    private readonly SortedDictionary<string, X509Certificate2> certificates = new(StringComparer.Ordinal);
    private readonly SortedSet<string> revoked = new(StringComparer.Ordinal);
    private readonly FactoryContext context;
    private readonly Func<RSA> takeKey;
    private X509Certificate2 authority;
    private long issued;

    internal PlantAuthority(ScenarioDefinition scenario, FactoryContext context, Func<RSA> takeKey)
    {
        this.context = context;
        this.takeKey = takeKey;
        var start = context.Clock.Epoch - Age;
        authority = MakeAuthority(takeKey(), start);
        var broker = scenario.Services.Broker!;
        var address = broker.At.Address.Split('/')[0];
        Server = broker.Id;
        certificates[broker.Id] = Make(broker.Id, [broker.Id, address, "localhost", "127.0.0.1"], start);
        foreach (var name in ClientsOf(scenario).Where(n => !certificates.ContainsKey(n)).Distinct(StringComparer.Ordinal))
            certificates[name] = Make(name, [], start);
    }

    /// <inheritdoc/>
    public string Name => ComponentName;

    /// <summary>The authority's own certificate, which clients trust.</summary>
    public X509Certificate2 Certificate => X509CertificateLoader.LoadCertificate(authority.RawData);

    /// <summary>The name on the broker's certificate.</summary>
    public string Server { get; }

    /// <summary>The names that have a client certificate, ordered.</summary>
    public IReadOnlyList<string> Clients => [.. certificates.Keys.Where(n => n != Server)];

    /// <summary>The certificate of a name, with its key; null where it has none.</summary>
    public X509Certificate2? Of(string name) => certificates.GetValueOrDefault(name);

    /// <summary>Whether the present certificate of a name is revoked.</summary>
    public bool IsRevoked(string name) => certificates.TryGetValue(name, out var certificate) && revoked.Contains(certificate.SerialNumber);

    /// <summary>Whether a certificate's serial number is on the list of those revoked.</summary>
    public bool IsRevoked(X509Certificate2 certificate) => revoked.Contains(certificate.SerialNumber);

    /// <summary>How to check what the other side of a connection shows: it must be of this authority, valid at a host's own time, and for its purpose.</summary>
    public X509ChainPolicy PolicyFor(bool server, TimeProvider time)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // Revoked ones are known here; nothing is fetched.
            DisableCertificateDownloads = true,
            VerificationTime = time.GetUtcNow().UtcDateTime,
        };
        policy.CustomTrustStore.Add(Certificate);
        policy.ApplicationPolicy.Add(new Oid(server ? ServerPurpose : ClientPurpose));
        return policy;
    }

    /// <summary>Connects a host of the plant to a server over TLS, trusting this authority alone.</summary>
    /// <param name="from">The host.</param>
    /// <param name="target">The server; its certificate must have this name.</param>
    /// <param name="port">TCP port.</param>
    /// <param name="account">On whose behalf; null for a program of the plant.</param>
    /// <param name="certificate">Whose certificate is shown; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">There is no connection, or one of both was not accepted; the message says why.</exception>
    public async ValueTask<IDuplexPipe> ConnectAsync(string from, string target, int port, string? account, string? certificate, CancellationToken cancellationToken)
    {
        var shown = certificate is null ? null : Of(certificate) ?? throw new IOException($"{certificate} has no certificate");
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = target,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateContext = shown is null ? null : SslStreamCertificateContext.Create(shown, additionalCertificates: null, offline: true),
            CertificateChainPolicy = PolicyFor(server: true, context.ClockOf(from)),
            AllowTlsResume = false, // A resumed handshake would depend on what else the process has done.
            RemoteCertificateValidationCallback = static (_, _, _, errors) => errors == SslPolicyErrors.None,
        };
        var plant = await context.ConnectAsync(from, target, port, account, cancellationToken);
        return await PlantTls.ConnectAsync(plant, options, context.Scheduler, cancellationToken);
    }

    /// <summary>Gives a name a client certificate, in place of one that it may have had.</summary>
    /// <param name="who">Who does it; null for the lab itself.</param>
    /// <param name="name">The name, of at most <see cref="MaxNameLength"/> characters, not the server's.</param>
    public ValueTask IssueAsync(PlantPeer? who, string name)
    {
        certificates[name] = Make(name, [], context.Clock.GetUtcNow());
        return ChangedAsync(who, $"cert issue {name}", new JsonObject { ["name"] = name, ["certificate"] = PemOf(certificates[name]), ["issued"] = issued });
    }

    /// <summary>Revokes the certificate of a name.</summary>
    /// <param name="who">Who does it; null for the lab itself.</param>
    /// <param name="name">One of <see cref="Clients"/>.</param>
    public ValueTask RevokeAsync(PlantPeer? who, string name)
    {
        revoked.Add(certificates[name].SerialNumber);
        return ChangedAsync(who, $"cert revoke {name}", new JsonObject { ["revoked"] = certificates[name].SerialNumber });
    }

    /// <summary>A certificate and its key in PEM.</summary>
    public static string PemOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        return certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem();
    }

    /// <inheritdoc/>
    public void Start()
    {
        // It is there from the beginning.
    }

    /// <inheritdoc/>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = 1,
        ["authority"] = PemOf(authority),
        ["certificates"] = new JsonObject(certificates.Select(c => KeyValuePair.Create(c.Key, (JsonNode?)JsonValue.Create(PemOf(c.Value))))),
        ["revoked"] = new JsonArray([.. revoked.Select(r => (JsonNode)JsonValue.Create(r)!)]),
        ["issued"] = issued,
    };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        authority = Read((string)state["authority"]!);
        certificates.Clear();
        foreach (var (name, pem) in state["certificates"]!.AsObject())
            certificates[name] = Read((string)pem!);
        revoked.Clear();
        revoked.UnionWith(state["revoked"]!.AsArray().Select(r => (string)r!));
        issued = (long)state["issued"]!;
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload)
    {
        if ((string?)payload["name"] is { } name)
        {
            certificates[name] = Read((string)payload["certificate"]!);
            issued = (long)payload["issued"]!;
        }

        if ((string?)payload["revoked"] is { } serial)
            revoked.Add(serial);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads <c>clients</c> (names with a client certificate), and <c>clients/{name}/revoked</c>.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => path switch
    {
        ["clients"] => new JsonArray([.. Clients.Select(c => (JsonNode)JsonValue.Create(c)!)]),
        ["clients", var name, "revoked"] => certificates.ContainsKey(name) ? JsonValue.Create(IsRevoked(name)) : null,
        _ => null,
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        authority.Dispose();
        foreach (var certificate in certificates.Values)
            certificate.Dispose();
    }

    /// <summary>Whom the scenario gives a client certificate.</summary>
    private static IEnumerable<string> ClientsOf(ScenarioDefinition scenario) =>
    [
        .. scenario.Services.Broker!.Tls!.Certificates,
        .. scenario.Services.Gateways.Select(g => (g.Id, g.Login)).Concat(scenario.Services.Collectors.Select(c => (c.Id, c.Login))).Concat(scenario.Devices.Select(d => (d.Id, d.Login)))
            .Where(l => l.Login is { Certificate: true }).Select(l => l.Login!.User ?? l.Id),
    ];

    private static X509Certificate2 MakeAuthority(RSA key, DateTimeOffset start)
    {
        using var owned = key;
        var request = new CertificateRequest(NameOf("Plant authority"), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var made = request.CreateSelfSigned(start, start + (2 * Validity));
        return Keep(made);
    }

    private X509Certificate2 Make(string name, IReadOnlyList<string> hosts, DateTimeOffset start)
    {
        using var key = takeKey();
        var request = new CertificateRequest(NameOf(name), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(hosts.Count > 0 ? ServerPurpose : ClientPurpose)], critical: false));
        if (hosts.Count > 0)
            request.CertificateExtensions.Add(Names(hosts));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().First()));
        var serial = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(serial, 0x4000_0000_0000_0000 + ++issued);
        using var made = request.Create(authority, start, start + Validity, serial);
        using var withKey = made.CopyWithPrivateKey(key);
        return Keep(withKey);
    }

    private static X509Extension Names(IReadOnlyList<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address))
                names.AddIpAddress(address);
            else
                names.AddDnsName(host);
        }

        return names.Build();
    }

    private static X500DistinguishedName NameOf(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name);
        builder.AddOrganizationName("TrainingLab");
        return builder.Build();
    }

    private ValueTask ChangedAsync(PlantPeer? who, string text, JsonObject input) =>
        context.ChangedAsync(who, "mqtt", "configure", Server, "Success", new JsonObject { ["command"] = text }, new FactoryInput(Name, input));

    private static X509Certificate2 Read(string pem)
    {
        using var read = X509Certificate2.CreateFromPem(pem, pem);
        return Keep(read);
    }

    /// <summary>The same certificate with its key in a store of its own, as TLS wants it; the key stays exportable.</summary>
    private static X509Certificate2 Keep(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
}
