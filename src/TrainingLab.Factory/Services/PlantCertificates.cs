using System.Text.Json.Nodes;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Security;
using TrainingLab.Factory.Definitions.Devices;

namespace TrainingLab.Factory.Services;

/// <summary>
/// The application certificates of the hosts that are OPC UA clients: gateways and the workstation. There are some only where a machine of the plant protects its server. The keys come ready
/// from outside, so that none is made on the factory's scheduler.
/// </summary>
public sealed class PlantCertificates : IFactoryComponent
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);

    private readonly SortedDictionary<string, ApplicationCertificate> certificates = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, OpcUaSecurityDefinition> machines;
    private readonly Func<System.Security.Cryptography.RSA> takeKey;

    internal PlantCertificates(FactoryStart start, Func<System.Security.Cryptography.RSA> takeKey)
    {
        this.takeKey = takeKey;
        machines = start.Scenario.Devices
            .Where(d => start.Profiles[d.Profile].Faces.Opcua?.Security is not null)
            .ToDictionary(d => d.Id, d => start.Profiles[d.Profile].Faces.Opcua!.Security!, StringComparer.Ordinal);
        if (machines.Count == 0)
            return;
        foreach (var (machine, security) in machines)
            certificates[machine] = Make(machine, "urn:traininglab:" + machine, start.Epoch.AddDays(-security.CertificateAgeDays), TimeSpan.FromDays(security.CertificateDays), takeKey());
        foreach (var host in start.Scenario.Services.Gateways.Select(g => g.Id).Append(start.Scenario.Network.Workstation))
            certificates.TryAdd(host, Make(host, $"urn:traininglab:{host}:client", start.Epoch - Age, TimeSpan.FromDays(1825), takeKey()));
    }

    /// <inheritdoc/>
    public string Name => "certificates";

    /// <summary>Whether there are any.</summary>
    public bool Any => certificates.Count > 0;

    /// <summary>A host's certificate; null where it has none.</summary>
    public ApplicationCertificate? Of(string host) => certificates.GetValueOrDefault(host);

    /// <summary>A new key for a machine that an administrator gives another certificate.</summary>
    public System.Security.Cryptography.RSA TakeKey() => takeKey();

    /// <summary>Options with what a host needs to talk to a machine: its certificate, and the strongest protection where the machine serves no sessions without.</summary>
    public OpcUaClientOptions Protect(OpcUaClientOptions options, string host, string machine) =>
        machines.TryGetValue(machine, out var security) && !security.None && Of(host) is { } certificate
            ? options with { Certificate = certificate, Security = EndpointsOf(security).MaxBy(e => (Array.IndexOf([.. SecurityPolicy.All], e.Policy), e.Mode)) }
            : options with { Certificate = Of(host) };

    /// <inheritdoc/>
    public void Start()
    {
        // They are there from the beginning.
    }

    /// <inheritdoc/>
    /// <remarks>A machine keeps its own certificate in its own state, as it may get another one.</remarks>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = 1,
        ["hosts"] = new JsonObject(certificates.Where(c => !machines.ContainsKey(c.Key)).Select(c => KeyValuePair.Create(c.Key, (JsonNode?)JsonValue.Create(c.Value.Save())))),
    };

    /// <inheritdoc/>
    public void Load(JsonNode state)
    {
        foreach (var (host, text) in state["hosts"]!.AsObject())
            certificates[host] = ApplicationCertificate.Load((string)text!);
    }

    /// <inheritdoc/>
    public ValueTask ApplyAsync(JsonObject payload) => throw new NotSupportedException($"{Name} has no changes that could be recorded.");

    /// <summary>Reads <c>{host}/thumbprint</c>.</summary>
    public JsonNode? Read(ReadOnlySpan<string> path) => path switch
    {
        [var host, "thumbprint"] => Of(host) is { } certificate ? JsonValue.Create(certificate.Certificate.Thumbprint) : null,
        _ => null,
    };

    internal static IReadOnlyList<EndpointSecurity> EndpointsOf(OpcUaSecurityDefinition security) =>
    [
        .. security.Policies.SelectMany(p => security.Modes.Select(m => new EndpointSecurity(PolicyOf(p), ModeOf(m)))),
        .. security.None ? [EndpointSecurity.None] : Array.Empty<EndpointSecurity>(),
    ];

    internal static MessageSecurityMode ModeOf(OpcUaMode mode) => mode == OpcUaMode.Sign ? MessageSecurityMode.Sign : MessageSecurityMode.SignAndEncrypt;

    private static SecurityPolicy PolicyOf(OpcUaPolicy policy) => policy switch
    {
        OpcUaPolicy.Aes128Sha256RsaOaep => SecurityPolicy.Aes128Sha256RsaOaep,
        OpcUaPolicy.Basic256Sha256 => SecurityPolicy.Basic256Sha256,
        _ => SecurityPolicy.Aes256Sha256RsaPss,
    };

    private static ApplicationCertificate Make(string host, string uri, DateTimeOffset notBefore, TimeSpan validity, System.Security.Cryptography.RSA key) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = host, Hosts = [host, "localhost", "127.0.0.1"], NotBefore = notBefore, Validity = validity }, key);
}
