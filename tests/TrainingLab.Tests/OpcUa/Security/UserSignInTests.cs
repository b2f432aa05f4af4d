using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;
using TrainingLab.Tests.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa.Security;

public class UserSignInTests
{
    [Theory]
    [InlineData("secret", "Good")]
    [InlineData("wrong", "BadUserAccessDenied")]
    [InlineData("", "BadUserAccessDenied")]
    public void A_password_is_encrypted_under_every_policy(string password, string expected) => Bench.Run(async bench =>
    {
        WithUsers(bench);
        foreach (var policy in SecurityPolicy.All.Where(static p => p.IsSecure))
        {
            Assert.Equal(expected, await bench.RefusalAsync(SecureBench.Options(policy) with { UserName = "operator", Password = password }));
        }
    });

    [Theory]
    [InlineData("secret", "Good")]
    [InlineData("wrong", "BadUserAccessDenied")]
    public void A_password_comes_in_the_newer_form(string password, string expected) => Bench.Run(async bench =>
    {
        WithUsers(bench, plain: false, [.. ServerSecurity.AllSecured, EndpointSecurity.None]);
        foreach (var policy in SecurityPolicy.All.Skip(expected == "Good" ? 0 : 1))
        {
            var options = policy.IsSecure ? SecureBench.Options(policy) : Bench.ClientOptions;
            Assert.Equal(expected, await bench.RefusalAsync(options with { UserName = "operator", Password = password, UseEncryptedSecret = true }));
        }
    });

    [Fact]
    public void A_secret_is_for_one_server_one_policy_and_one_nonce_and_is_not_changed()
    {
        var policy = SecurityPolicy.Aes256Sha256RsaPss;
        var own = TestCertificates.Server();
        var nonce = Enumerable.Range(1, 32).Select(static i => (byte)i).ToArray();
        byte[] Encrypt(byte[] password) => RsaEncryptedSecret.Encrypt(policy, own.Certificate.GetRSAPublicKey()!, own.Thumbprint, password, nonce, TestCertificates.Now.UtcDateTime);
        for (var length = 0; length <= UserSecrets.MaxPasswordLength; length += 37)
        {
            var password = Enumerable.Range(0, length).Select(static i => (byte)(i % 251)).ToArray();
            Assert.Equal(password, RsaEncryptedSecret.TryDecrypt(policy, own, Encrypt(password), nonce));
        }

        var secret = Encrypt("secret"u8.ToArray());
        Assert.Null(RsaEncryptedSecret.TryDecrypt(SecurityPolicy.Aes128Sha256RsaOaep, own, secret, nonce));
        Assert.Null(RsaEncryptedSecret.TryDecrypt(policy, TestCertificates.Server("c"), secret, nonce));
        Assert.Null(RsaEncryptedSecret.TryDecrypt(policy, own, secret, new byte[32]));
        Assert.Null(RsaEncryptedSecret.TryDecrypt(policy, own, Encrypt(new byte[UserSecrets.MaxPasswordLength + 1]), nonce));
        for (var at = 0; at < secret.Length; at++)
        {
            var changed = secret.ToArray();
            changed[at] ^= 1;
            Assert.Null(RsaEncryptedSecret.TryDecrypt(policy, own, changed, nonce));
            Assert.Null(RsaEncryptedSecret.TryDecrypt(policy, own, secret[..at], nonce));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_protection_of_the_channel_a_password_is_encrypted_unless_the_server_is_weak(bool plain) => Bench.Run(async bench =>
    {
        WithUsers(bench, plain, EndpointSecurity.None);
        var endpoint = Assert.Single(await OpcUaClient.GetEndpointsAsync(bench.Connect(), Bench.ClientOptions, bench.Time, TestContext.Current.CancellationToken));
        var token = endpoint.UserIdentityTokens.Single(static t => t.TokenType == UserTokenType.UserName);
        Assert.Equal(plain ? SecurityPolicy.None.Uri : SecurityPolicy.Basic256Sha256.Uri, token.SecurityPolicyUri);
        Assert.Equal("Good", await bench.RefusalAsync(Bench.ClientOptions with { UserName = "operator", Password = "secret" }));
        Assert.Equal("BadUserAccessDenied", await bench.RefusalAsync(Bench.ClientOptions with { UserName = "operator", Password = "wrong" }));
    });

    [Fact]
    public void A_password_in_clear_text_where_it_should_be_encrypted() => Bench.Run(async bench =>
    {
        WithUsers(bench);
        var hand = new SecureHand(bench);
        await hand.OpenAsync();
        var nonce = (await hand.CreateSessionAsync()).ServerNonce;
        var refused = await Assert.ThrowsAsync<OpcUaException>(() => hand.ActivateAsync(nonce, new UserNameIdentityToken("username_Basic256Sha256", "operator", "secret"u8.ToArray(), null)));
        Assert.Equal("BadIdentityTokenInvalid", refused.Status.Name);
    });

    [Fact]
    public void A_password_with_the_nonce_of_another_session() => Bench.Run(async bench =>
    {
        WithUsers(bench);
        var hand = new SecureHand(bench);
        await hand.OpenAsync();
        var nonce = (await hand.CreateSessionAsync()).ServerNonce;
        using var key = TestCertificates.Server().Certificate.GetRSAPublicKey();
        var heard = UserSecrets.Encrypt(SecurityPolicy.Basic256Sha256, key!, "secret"u8, new byte[32]);
        var refused = await Assert.ThrowsAsync<OpcUaException>(() => hand.ActivateAsync(nonce, new UserNameIdentityToken("username_Basic256Sha256", "operator", heard, SecurityPolicy.Basic256Sha256.EncryptionUri)));
        Assert.Equal("BadIdentityTokenInvalid", refused.Status.Name);
        var right = UserSecrets.Encrypt(SecurityPolicy.Basic256Sha256, key!, "secret"u8, nonce);
        await hand.ActivateAsync(nonce, new UserNameIdentityToken("username_Basic256Sha256", "operator", right, SecurityPolicy.Basic256Sha256.EncryptionUri));
    });

    [Fact]
    public void A_person_signs_in_with_a_certificate() => Bench.Run(async bench =>
    {
        WithUsers(bench);
        var person = ApplicationCertificate.SelfSigned(TestCertificates.Content("urn:test:anna"), TestKeys.Of("c"));
        foreach (var policy in SecurityPolicy.All.Where(static p => p.IsSecure))
        {
            Assert.Equal("Good", await bench.RefusalAsync(SecureBench.Options(policy) with { UserCertificate = person }));
        }

        // Whoever has only seen the certificate cannot sign.
        var seen = ApplicationCertificate.WithWrongKey(person.Certificate, TestKeys.Of("long"));
        Assert.Equal("BadUserSignatureInvalid", await bench.RefusalAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256) with { UserCertificate = seen }));
        Assert.Equal("BadIdentityTokenRejected", await bench.RefusalAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256) with { UserCertificate = TestCertificates.Client() }));
    });

    [Fact]
    public void Guessing_passwords_takes_longer_and_longer_and_is_written_down() => Bench.Run(async bench =>
    {
        var log = new ActionLog();
        bench.Observer = log;
        WithUsers(bench);
        var options = SecureBench.Options(SecurityPolicy.Basic256Sha256) with { UserName = "operator", RequestTimeout = TimeSpan.FromMinutes(2) };
        for (var i = 0; i < SignInThrottle.FreeFailures; i++)
        {
            Assert.Equal("BadUserAccessDenied", await bench.RefusalAsync(options with { Password = "guess" }));
        }

        for (var seconds = 1; seconds <= 8; seconds *= 2)
        {
            var guess = bench.RefusalAsync(options with { Password = "guess" });
            bench.Settle();
            bench.Step((seconds * 1000) - 1);
            Assert.False(guess.IsCompleted);
            bench.Step(1);
            Assert.Equal("BadUserAccessDenied", await guess);
        }

        // Somebody else is not held up meanwhile, and the right password clears the account.
        Assert.Equal("Good", await bench.RefusalAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256)));
        var right = bench.RefusalAsync(options with { Password = "secret" });
        bench.Settle();
        bench.Step(17_000);
        Assert.Equal("Good", await right);
        Assert.Equal("Good", await bench.RefusalAsync(options with { Password = "secret" }));
        Assert.Equal(7, log.Lines.Count(static l => l.StartsWith("activated operator BadUserAccessDenied", StringComparison.Ordinal)));
    });

    private static void WithUsers(Bench bench, bool plain = false, params EndpointSecurity[] endpoints)
    {
        bench.Options = bench.Options with
        {
            Users = static (user, password, _, _) => ValueTask.FromResult<StatusCode>(user == "operator" && password == "secret" ? StatusCodes.Good : StatusCodes.BadUserAccessDenied),
            UserCertificates = static (certificate, _, _) => ValueTask.FromResult<(StatusCode, string?)>(
                certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is "anna" ? (StatusCodes.Good, "anna") : (StatusCodes.BadIdentityTokenRejected, null)),
            Security = new ServerSecurity
            {
                Certificate = TestCertificates.Server(),
                Store = TestCertificates.Trusting(TestCertificates.Client()),
                Endpoints = endpoints.Length > 0 ? endpoints : ServerSecurity.AllSecured,
                PlainPasswords = plain,
            },
        };
    }
}
