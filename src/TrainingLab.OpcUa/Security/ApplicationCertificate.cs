using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>What a new application instance certificate says (OPC 10000-6, 6.2.2).</summary>
public sealed record CertificateContent
{
    /// <summary>The application's URI, in the subject's alternative names; a certificate without it is of no use.</summary>
    public required string ApplicationUri { get; init; }

    /// <summary>The application's name, the common name.</summary>
    public required string CommonName { get; init; }

    /// <summary>Who runs it, or null.</summary>
    public string? Organization { get; init; } = "TrainingLab";

    /// <summary>Host names and IP addresses under which it is reached.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>From when on it is valid.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>Until when; five years by default.</summary>
    public TimeSpan Validity { get; init; } = TimeSpan.FromDays(5 * 365);
}

/// <summary>
/// An application's own certificate with its private key, of a server, a client or a user. Signing and decrypting take about a millisecond with 2048 bits; the object may be shared by
/// channels of one serial context.
/// </summary>
public sealed class ApplicationCertificate : IDisposable
{
    private readonly byte[] _thumbprint;

    private ApplicationCertificate(X509Certificate2 certificate, RSA privateKey)
    {
        Certificate = certificate;
        PrivateKey = privateKey;
        RawData = certificate.RawData;
        _thumbprint = certificate.GetCertHash();
    }

    /// <summary>The certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate's DER bytes, as they stand in messages.</summary>
    public byte[] RawData { get; }

    internal RSA PrivateKey { get; }

    /// <summary>SHA-1 of the certificate: how the sender of an OPN message says for whom it is encrypted.</summary>
    internal ReadOnlySpan<byte> Thumbprint => _thumbprint;

    /// <summary>A certificate and its key, which the result owns from then on.</summary>
    /// <exception cref="ArgumentException">The key is not the certificate's.</exception>
    public static ApplicationCertificate Join(X509Certificate2 certificate, RSA privateKey)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(privateKey);
        return Fits(certificate, privateKey)
            ? new ApplicationCertificate(certificate, privateKey)
            : throw new ArgumentException("The private key is not the one of the certificate", nameof(privateKey));
    }

    /// <summary>Whether a key is the one of a certificate.</summary>
    internal static bool Fits(X509Certificate2 certificate, RSA privateKey)
    {
        using var publicKey = certificate.GetRSAPublicKey();
        return publicKey is not null && publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(privateKey.ExportSubjectPublicKeyInfo());
    }

    /// <summary>For tests: somebody who shows a certificate whose key he does not have.</summary>
    internal static ApplicationCertificate WithWrongKey(X509Certificate2 certificate, RSA otherKey) => new(certificate, otherKey);

    /// <summary>A self-signed application instance certificate with a key, which the result owns from then on.</summary>
    public static ApplicationCertificate SelfSigned(CertificateContent content, RSA key)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentNullException.ThrowIfNull(key);
        var request = Request(content, key, selfSigned: true);
        using var signed = request.CreateSelfSigned(content.NotBefore, content.NotBefore + content.Validity);
        return new ApplicationCertificate(X509CertificateLoader.LoadCertificate(signed.RawData), key);
    }

    /// <summary>Reads what <see cref="Save"/> gave.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static ApplicationCertificate Load(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var key = RSA.Create();
            key.ImportFromPem(text);
            return Join(X509Certificate2.CreateFromPem(text), key);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException("no certificate with its private key", e);
        }
    }

    /// <summary>Certificate and private key in PEM.</summary>
    public string Save() => Certificate.ExportCertificatePem() + "\n" + PrivateKey.ExportPkcs8PrivateKeyPem();

    /// <summary>A self-signed certificate of the same key and content that was valid as long as this one, up to <paramref name="notAfter"/>.</summary>
    public ApplicationCertificate Reissued(DateTimeOffset notAfter)
    {
        var request = new CertificateRequest(Certificate.SubjectName, PrivateKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (var extension in Certificate.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using var signed = request.CreateSelfSigned(notAfter - (Certificate.NotAfter - Certificate.NotBefore), notAfter);
        var key = RSA.Create();
        key.ImportParameters(PrivateKey.ExportParameters(includePrivateParameters: true));
        return new ApplicationCertificate(X509CertificateLoader.LoadCertificate(signed.RawData), key);
    }

    /// <summary>A request for a certificate of the same content, for an authority to sign (PKCS #10, DER).</summary>
    /// <param name="subject">The subject; that of the present certificate when null.</param>
    /// <param name="newKey">The key that it is for; the present one when null.</param>
    /// <exception cref="CryptographicException">The subject is no name.</exception>
    public byte[] SigningRequest(string? subject = null, RSA? newKey = null)
    {
        var request = new CertificateRequest(
            string.IsNullOrEmpty(subject) ? Certificate.SubjectName : new X500DistinguishedName(subject), newKey ?? PrivateKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        foreach (var extension in Certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension)
            {
                request.CertificateExtensions.Add(extension);
            }
        }

        return request.CreateSigningRequest();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        PrivateKey.Dispose();
    }

    /// <summary>A certificate to be signed by the key itself or by an authority's.</summary>
    internal static CertificateRequest Request(CertificateContent content, RSA key, bool selfSigned)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(content.CommonName);
        if (!string.IsNullOrEmpty(content.Organization))
        {
            name.AddOrganizationName(content.Organization);
        }

        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(content.ApplicationUri));
        foreach (var host in content.Hosts.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        var usages = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.NonRepudiation | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment;
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(selfSigned ? usages | X509KeyUsageFlags.KeyCertSign : usages, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(KeyPurposes.ServerAuthentication), new Oid(KeyPurposes.ClientAuthentication)], critical: false));
        request.CertificateExtensions.Add(names.Build());
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(identifier);
        if (selfSigned)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        }

        return request;
    }
}

/// <summary>Extended key usages of application instance certificates.</summary>
internal static class KeyPurposes
{
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
}
