using System.Collections.Concurrent;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>Certificates for tests, valid at the time of <see cref="SteppedTime"/> unless a test wants otherwise.</summary>
internal static class TestCertificates
{
    public const string ClientUri = "urn:test:client";
    public const string ServerUri = "urn:test:server";

    private static readonly ConcurrentDictionary<(string Uri, string Key), string> Made = new();

    public static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    public static CertificateContent Content(string uri) => new()
    {
        ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["filler-1", "127.0.0.1"], NotBefore = Now.AddDays(-1), Validity = TimeSpan.FromDays(365),
    };

    public static ApplicationCertificate Client(string key = "a") => Of(ClientUri, key);

    public static ApplicationCertificate Server(string key = "b") => Of(ServerUri, key);

    /// <summary>The same certificate each time that it is asked for.</summary>
    private static ApplicationCertificate Of(string uri, string key) =>
        ApplicationCertificate.Load(Made.GetOrAdd((uri, key), static k => ApplicationCertificate.SelfSigned(Content(k.Uri), TestKeys.Of(k.Key)).Save()));

    /// <summary>A store that trusts these.</summary>
    public static MemoryCertificateStore Trusting(params ApplicationCertificate[] certificates)
    {
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Trusted = [.. certificates.Select(static c => c.Certificate)] });
        return store;
    }
}
