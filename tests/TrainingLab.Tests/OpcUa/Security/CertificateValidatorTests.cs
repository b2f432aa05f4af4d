using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>Each thing that can be wrong with a certificate has a code of its own (OPC 10000-4, 6.1.3).</summary>
public class CertificateValidatorTests
{
    private readonly TestAuthority _root = TestAuthority.Root();

    [Fact]
    public void A_self_signed_certificate_in_the_trust_list() => Assert.Equal("Good", Check(TestCertificates.Client(), Trusting(TestCertificates.Client().Certificate)));

    [Fact]
    public void A_certificate_that_nobody_has_trusted() => Assert.Equal("BadCertificateUntrusted", Check(TestCertificates.Client(), new MemoryCertificateStore()));

    [Fact]
    public void A_certificate_of_a_trusted_authority() => Assert.Equal("Good", Check(_root.Issue(), Trusting(_root.Certificate, _root.Crl())));

    [Fact]
    public void A_certificate_of_an_unknown_authority() => Assert.Equal("BadCertificateChainIncomplete", Check(_root.Issue(), new MemoryCertificateStore()));

    [Fact]
    public void An_authority_in_the_issuer_list_completes_a_chain_but_is_not_trusted()
    {
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Issuers = [_root.Certificate], IssuerCrls = [_root.Crl()] });
        var certificate = _root.Issue();
        Assert.Equal("BadCertificateUntrusted", Check(certificate, store));
        store.Replace(store.Lists with { Trusted = [certificate.Certificate] });
        Assert.Equal("Good", Check(certificate, store));
    }

    [Fact]
    public void An_authority_that_the_peer_sends_along_completes_a_chain_but_is_not_trusted()
    {
        var certificate = _root.Issue();
        Assert.Equal("BadCertificateUntrusted", CertificateValidator.Check(
            certificate.Certificate, [_root.Certificate], CertificateUse.Client, new MemoryCertificateStore(), new CertificateRules(), TestCertificates.Now).Status.Name);
    }

    [Fact]
    public void An_authority_of_the_same_name_with_another_key()
    {
        var impostor = TestAuthority.Root(key: "b");
        Assert.Contains(Check(impostor.Issue(), Trusting(_root.Certificate, _root.Crl())), new[] { "BadCertificateInvalid", "BadCertificateChainIncomplete" });
    }

    [Fact]
    public void One_changed_bit_of_the_certificate()
    {
        var bytes = TestCertificates.Client().RawData;
        for (var i = 200; i < bytes.Length; i += 7)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 1;
            try
            {
                using var certificate = X509CertificateLoader.LoadCertificate(changed);
                Assert.NotEqual("Good", CertificateValidator.Check(certificate, [], CertificateUse.Client, Trusting(TestCertificates.Client().Certificate), new CertificateRules(), TestCertificates.Now).Status.Name);
            }
            catch (CryptographicException)
            {
                // No certificate any more.
            }
        }
    }

    [Theory]
    [InlineData(-2, "BadCertificateTimeInvalid")]
    [InlineData(99, "Good")]
    [InlineData(101, "BadCertificateTimeInvalid")]
    public void A_certificate_before_and_after_its_time(int days, string expected) =>
        Assert.Equal(expected, Check(_root.Issue(), Trusting(_root.Certificate, _root.Crl(days: 400)), now: TestCertificates.Now.AddDays(days), rules: new CertificateRules { RequireRevocationLists = false }));

    [Fact]
    public void An_authority_after_its_time()
    {
        var old = TestAuthority.Root(days: 20);
        Assert.Equal("BadCertificateIssuerTimeInvalid", Check(old.Issue(), Trusting(old.Certificate, old.Crl(days: 100)), now: TestCertificates.Now.AddDays(50)));
    }

    [Theory]
    [InlineData("filler-1", "Good")]
    [InlineData("FILLER-1", "Good")]
    [InlineData("127.0.0.1", "Good")]
    [InlineData("press-7", "BadCertificateHostNameInvalid")]
    [InlineData("127.0.0.2", "BadCertificateHostNameInvalid")]
    public void A_certificate_for_another_host(string host, string expected) => Assert.Equal(expected, Check(TestCertificates.Client(), Trusting(TestCertificates.Client().Certificate), host: host));

    [Fact]
    public void A_certificate_for_another_application() =>
        Assert.Equal("BadCertificateUriInvalid", Check(TestCertificates.Client(), Trusting(TestCertificates.Client().Certificate), uri: "urn:test:somebody-else"));

    [Fact]
    public void A_certificate_that_is_for_servers_only()
    {
        var certificate = _root.Issue(change: static r => Replace(r, new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)));
        Assert.Equal("BadCertificateUseNotAllowed", Check(certificate, Trusting(_root.Certificate, _root.Crl())));
    }

    [Fact]
    public void A_key_that_may_not_encipher()
    {
        var certificate = _root.Issue(change: static r => Replace(r, new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)));
        Assert.Equal("BadCertificateUseNotAllowed", Check(certificate, Trusting(_root.Certificate, _root.Crl())));
    }

    [Fact]
    public void An_issuer_that_is_no_authority()
    {
        using var plain = TestCertificates.Server("b").Certificate;
        using var key = TestKeys.Of("b");
        using var withKey = plain.CopyWithPrivateKey(key);
        using var rsa = TestKeys.Of("a");
        var request = ApplicationCertificate.Request(TestCertificates.Content(TestCertificates.ClientUri), rsa, selfSigned: false);
        using var certificate = request.Create(withKey.SubjectName, X509SignatureGenerator.CreateForRSA(key, RSASignaturePadding.Pkcs1), TestCertificates.Now.AddDays(-1), TestCertificates.Now.AddDays(9), [9]);
        var verdict = CertificateValidator.Check(certificate, [], CertificateUse.Client, Trusting(plain), new CertificateRules(), TestCertificates.Now);
        Assert.Equal("BadCertificateIssuerUseNotAllowed", verdict.Status.Name);
    }

    [Fact]
    public void A_revoked_certificate()
    {
        var certificate = _root.Issue();
        _root.Revoke(certificate.Certificate);
        Assert.Equal("BadCertificateRevoked", Check(certificate, Trusting(_root.Certificate, _root.Crl())));
        Assert.Equal("Good", Check(_root.Issue(), Trusting(_root.Certificate, _root.Crl())));
    }

    [Fact]
    public void A_revoked_authority()
    {
        var middle = _root.Intermediate("middle", "b");
        _root.Revoke(middle.Certificate);
        var store = Trusting(_root.Certificate, _root.Crl(), middle.Crl());
        store.Replace(store.Lists with { Issuers = [middle.Certificate] });
        Assert.Equal("BadCertificateIssuerRevoked", Check(middle.Issue(), store));
    }

    [Theory]
    [InlineData(true, "BadCertificateRevocationUnknown")]
    [InlineData(false, "Good")]
    public void No_revocation_list(bool required, string expected) =>
        Assert.Equal(expected, Check(_root.Issue(), Trusting(_root.Certificate), rules: new CertificateRules { RequireRevocationLists = required }));

    [Fact]
    public void A_revocation_list_that_is_overdue_or_of_another_authority()
    {
        Assert.Equal("BadCertificateRevocationUnknown", Check(_root.Issue(), Trusting(_root.Certificate, _root.Crl(days: 0)), now: TestCertificates.Now.AddHours(1)));
        Assert.Equal("BadCertificateRevocationUnknown", Check(_root.Issue(), Trusting(_root.Certificate, TestAuthority.Root(key: "b").Crl())));
    }

    [Fact]
    public void No_revocation_list_of_the_authority_in_between()
    {
        var middle = _root.Intermediate("middle", "b");
        var store = Trusting(_root.Certificate, middle.Crl());
        store.Replace(store.Lists with { Issuers = [middle.Certificate] });
        Assert.Equal("BadCertificateIssuerRevocationUnknown", Check(middle.Issue(), store));
    }

    [Fact]
    public void A_short_key() => Assert.Equal("BadCertificatePolicyCheckFailed", Check(TestCertificates.Client("short"), Trusting(TestCertificates.Client("short").Certificate)));

    [Fact]
    public void Whoever_is_not_trusted_learns_nothing()
    {
        foreach (var (status, told) in new (uint, uint)[]
        {
            (StatusCodes.BadCertificateUntrusted, StatusCodes.BadSecurityChecksFailed), (StatusCodes.BadCertificateRevoked, StatusCodes.BadSecurityChecksFailed),
            (StatusCodes.BadCertificateChainIncomplete, StatusCodes.BadSecurityChecksFailed), (StatusCodes.BadCertificateTimeInvalid, StatusCodes.BadCertificateTimeInvalid),
            (StatusCodes.BadCertificateUseNotAllowed, StatusCodes.BadCertificateUseNotAllowed),
        })
        {
            Assert.Equal(told, new CertificateVerdict(status, "").Told.Code);
        }
    }

    [Fact]
    public void A_store_is_saved_loaded_and_kept_in_a_folder()
    {
        var store = Trusting(_root.Certificate, _root.Crl());
        store.Reject(TestCertificates.Client().Certificate);
        var loaded = new MemoryCertificateStore();
        loaded.Load(store.Save());
        Assert.Equal(store.Save().ToJsonString(), loaded.Save().ToJsonString());

        var path = Directory.CreateTempSubdirectory("pki-");
        try
        {
            var folder = new PkiFolder(path.FullName);
            folder.Replace(store.Lists);
            folder.Reject(TestCertificates.Client().Certificate);
            Assert.Equal("Good", Check(_root.Issue(), folder));
            Assert.Equal("BadCertificateUntrusted", Check(TestCertificates.Client(), folder));
            var rejected = Assert.Single(Directory.GetFiles(Path.Combine(path.FullName, "rejected")));
            File.Move(rejected, Path.Combine(path.FullName, "trusted", "certs", "client.der"));
            File.WriteAllText(Path.Combine(path.FullName, "trusted", "certs", "readme.txt"), "no certificate");
            Assert.Equal("Good", Check(TestCertificates.Client(), folder));
        }
        finally
        {
            path.Delete(recursive: true);
        }
    }

    private static void Replace(CertificateRequest request, X509Extension extension)
    {
        request.CertificateExtensions.Remove(request.CertificateExtensions.First(e => e.Oid!.Value == extension.Oid!.Value));
        request.CertificateExtensions.Add(extension);
    }

    private static MemoryCertificateStore Trusting(X509Certificate2 certificate, params RevocationList[] lists)
    {
        var store = new MemoryCertificateStore();
        store.Replace(TrustLists.Empty with { Trusted = [certificate], TrustedCrls = lists });
        return store;
    }

    private static string Check(ApplicationCertificate certificate, ICertificateStore store, DateTimeOffset? now = null, string? host = null, string? uri = null, CertificateRules? rules = null) =>
        CertificateValidator.Check(certificate.Certificate, [], CertificateUse.Client, store, rules ?? new CertificateRules(), now ?? TestCertificates.Now, host, uri).Status.Name;
}
