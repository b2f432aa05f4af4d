using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace TrainingLab.OpcUa.Security;

/// <summary>A store in memory, which is saved and loaded with its owner's state.</summary>
public sealed class MemoryCertificateStore : ICertificateStore
{
    /// <summary>Most refused certificates kept.</summary>
    public const int MaxRejected = 50;

    private readonly List<X509Certificate2> _rejected = [];

    /// <inheritdoc/>
    public TrustLists Lists { get; private set; } = TrustLists.Empty;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Rejected => _rejected;

    /// <inheritdoc/>
    public void Replace(TrustLists lists)
    {
        ArgumentNullException.ThrowIfNull(lists);
        Lists = lists;
        _rejected.RemoveAll(r => lists.Trusted.Any(t => t.RawDataMemory.Span.SequenceEqual(r.RawDataMemory.Span)));
    }

    /// <inheritdoc/>
    public void Reject(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        _rejected.RemoveAll(r => r.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));
        if (_rejected.Count == MaxRejected)
        {
            _rejected.RemoveAt(0);
        }

        _rejected.Add(X509CertificateLoader.LoadCertificate(certificate.RawDataMemory.Span));
    }

    /// <summary>All lists, each element in Base64.</summary>
    public JsonObject Save() => new()
    {
        ["trusted"] = Texts(Lists.Trusted.Select(static c => c.RawData)),
        ["trustedCrls"] = Texts(Lists.TrustedCrls.Select(static c => c.RawData)),
        ["issuers"] = Texts(Lists.Issuers.Select(static c => c.RawData)),
        ["issuerCrls"] = Texts(Lists.IssuerCrls.Select(static c => c.RawData)),
        ["rejected"] = Texts(_rejected.Select(static c => c.RawData)),
    };

    /// <summary>Brings back what <see cref="Save"/> gave.</summary>
    public void Load(JsonObject state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Lists = new TrustLists(Certificates(state["trusted"]), Crls(state["trustedCrls"]), Certificates(state["issuers"]), Crls(state["issuerCrls"]));
        _rejected.Clear();
        _rejected.AddRange(Certificates(state["rejected"]));
    }

    private static JsonArray Texts(IEnumerable<byte[]> items) => [.. items.Select(static bytes => (JsonNode)JsonValue.Create(Convert.ToBase64String(bytes)))];

    private static List<X509Certificate2> Certificates(JsonNode? texts) => [.. Bytes(texts).Select(static bytes => X509CertificateLoader.LoadCertificate(bytes))];

    private static List<RevocationList> Crls(JsonNode? texts) => [.. Bytes(texts).Select(RevocationList.Read)];

    private static IEnumerable<byte[]> Bytes(JsonNode? texts) => (texts as JsonArray ?? []).Select(static text => Convert.FromBase64String((string)text!));
}
