using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>An authority for tests: signs certificates and revokes them.</summary>
internal sealed class TestAuthority
{
    private readonly X509Certificate2 _withKey;
    private readonly List<byte[]> _revoked = [];
    private byte _lastSerial;

    private TestAuthority(X509Certificate2 withKey)
    {
        _withKey = withKey;
        Certificate = X509CertificateLoader.LoadCertificate(withKey.RawData);
    }

    public X509Certificate2 Certificate { get; }

    public static TestAuthority Root(string name = "root", string key = "c", bool isAuthority = true, int days = 1000)
    {
        using var rsa = TestKeys.Of(key);
        return new TestAuthority(Request(name, rsa, isAuthority).CreateSelfSigned(TestCertificates.Now.AddDays(-10), TestCertificates.Now.AddDays(-10 + days)));
    }

    public TestAuthority Intermediate(string name, string key, int days = 500)
    {
        using var rsa = TestKeys.Of(key);
        using var signed = Request(name, rsa, isAuthority: true).Create(_withKey, TestCertificates.Now.AddDays(-5), TestCertificates.Now.AddDays(-5 + days), NextSerial());
        return new TestAuthority(signed.CopyWithPrivateKey(rsa));
    }

    /// <summary>A certificate for 100 days, whether or not the authority lasts as long.</summary>
    public ApplicationCertificate Issue(string uri = TestCertificates.ClientUri, string key = "a", Action<CertificateRequest>? change = null)
    {
        var rsa = TestKeys.Of(key);
        var request = ApplicationCertificate.Request(TestCertificates.Content(uri), rsa, selfSigned: false);
        change?.Invoke(request);
        using var own = _withKey.GetRSAPrivateKey()!;
        var certificate = request.Create(
            _withKey.SubjectName, X509SignatureGenerator.CreateForRSA(own, RSASignaturePadding.Pkcs1), TestCertificates.Now.AddDays(-1), TestCertificates.Now.AddDays(100), NextSerial());
        return ApplicationCertificate.Join(certificate, rsa);
    }

    /// <summary>A certificate for what a request asks for, for 100 days.</summary>
    public X509Certificate2 Sign(CertificateRequest request)
    {
        using var own = _withKey.GetRSAPrivateKey()!;
        return request.Create(
            _withKey.SubjectName, X509SignatureGenerator.CreateForRSA(own, RSASignaturePadding.Pkcs1), TestCertificates.Now.AddDays(-1), TestCertificates.Now.AddDays(100), NextSerial());
    }

    public void Revoke(X509Certificate2 certificate) => _revoked.Add(certificate.SerialNumberBytes.ToArray());

    public RevocationList Crl(int days = 30)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (var serial in _revoked)
        {
            builder.AddEntry(serial, TestCertificates.Now.AddHours(-1));
        }

        return RevocationList.Read(builder.Build(_withKey, 1, TestCertificates.Now.AddDays(days), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1, TestCertificates.Now.AddDays(-1)));
    }

    private static CertificateRequest Request(string name, RSA key, bool isAuthority)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private byte[] NextSerial() => [1, ++_lastSerial];
}
