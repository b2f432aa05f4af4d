using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>Weak on purpose: the store of an application that trusts whoever comes, and remembers nobody. To be used with <see cref="CertificateRules.AcceptAll"/>.</summary>
public sealed class AnyCertificate : ICertificateStore
{
    /// <inheritdoc/>
    public TrustLists Lists => TrustLists.Empty;

    /// <inheritdoc/>
    public IReadOnlyList<X509Certificate2> Rejected => [];

    /// <inheritdoc/>
    public void Replace(TrustLists lists)
    {
        // There is nothing to keep.
    }

    /// <inheritdoc/>
    public void Reject(X509Certificate2 certificate)
    {
        // Nobody looks at it.
    }
}
