using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>What an application believes: four lists as in OPC 10000-12, 7.8.2, and those that it refused.</summary>
/// <param name="Trusted">Certificates that are trusted, of applications or of authorities.</param>
/// <param name="TrustedCrls">Lists of what trusted authorities have revoked.</param>
/// <param name="Issuers">Authorities that are needed to complete chains, but are not trusted by themselves.</param>
/// <param name="IssuerCrls">Lists of what those have revoked.</param>
public sealed record TrustLists(
    IReadOnlyList<X509Certificate2> Trusted, IReadOnlyList<RevocationList> TrustedCrls, IReadOnlyList<X509Certificate2> Issuers, IReadOnlyList<RevocationList> IssuerCrls)
{
    /// <summary>Nobody is trusted.</summary>
    public static TrustLists Empty { get; } = new([], [], [], []);
}

/// <summary>Where an application keeps whom it trusts. Used on one serial context.</summary>
public interface ICertificateStore
{
    /// <summary>The lists as they are now.</summary>
    TrustLists Lists { get; }

    /// <summary>The certificates that were refused, the latest last.</summary>
    IReadOnlyList<X509Certificate2> Rejected { get; }

    /// <summary>Puts other lists in their place.</summary>
    void Replace(TrustLists lists);

    /// <summary>Remembers a certificate that was refused, so that a person can look at it and trust it; the oldest gives way to a new one.</summary>
    void Reject(X509Certificate2 certificate);
}
