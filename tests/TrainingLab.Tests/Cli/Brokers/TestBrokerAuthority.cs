using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.Tests.Cli.Brokers;

/// <summary>An authority with the files that a broker's configuration names: its certificate, a server's with its key, and a revocation list.</summary>
internal sealed class TestBrokerAuthority : IDisposable
{
    private readonly AsymmetricAlgorithm key;
    private readonly X509Certificate2 withKey;

    public TestBrokerAuthority(string algorithm = "ECDSA")
    {
        var name = new X500DistinguishedName("CN=Plant CA");
        CertificateRequest request;
        if (algorithm == "RSA")
        {
            var rsa = RSA.Create(2048);
            key = rsa;
            request = new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
        else
        {
            var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            key = ecdsa;
            request = new CertificateRequest(name, ecdsa, HashAlgorithmName.SHA256);
        }
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        withKey = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
        Certificate = X509CertificateLoader.LoadCertificate(withKey.RawData);
    }

    /// <summary>The authority's own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Writes ca.pem, server.pem and server.key (for localhost and 127.0.0.1), and revoked.pem.</summary>
    public void Save(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "ca.pem"), Certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "revoked.pem"), RevocationList(1234));
        Issue(folder, "server", "localhost", forServer: true);
    }

    /// <summary>Issues a client's certificate for a common name: writes NAME.pem and NAME.key.</summary>
    public void SaveClient(string folder, string file, string commonName) => Issue(folder, file, commonName, forServer: false);

    private void Issue(string folder, string file, string commonName, bool forServer)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", own, HashAlgorithmName.SHA256);
        if (forServer)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName("localhost");
            names.AddIpAddress(System.Net.IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }
        using var issued = request.Create(Certificate.SubjectName, Generator(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(5), RandomNumberGenerator.GetBytes(8));
        File.WriteAllText(Path.Combine(folder, $"{file}.pem"), issued.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, $"{file}.key"), own.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A list in PEM that revokes one serial number.</summary>
    public string RevocationList(ushort serial)
    {
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry([(byte)(serial >> 8), (byte)serial]);
        var der = builder.Build(withKey, 1, DateTimeOffset.UtcNow.AddDays(5), HashAlgorithmName.SHA256, key is RSA ? RSASignaturePadding.Pkcs1 : null);
        return PemEncoding.WriteString("X509 CRL", der);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        withKey.Dispose();
        key.Dispose();
    }

    private X509SignatureGenerator Generator() => key is RSA rsa ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1) : X509SignatureGenerator.CreateForECDsa((ECDsa)key);
}
