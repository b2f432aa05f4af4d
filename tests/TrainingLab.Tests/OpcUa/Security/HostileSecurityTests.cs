using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>Attacks on a protected server. Each ends its own connection with one code, and the server goes on answering others.</summary>
public class HostileSecurityTests
{
    private static readonly ReadRequest Read = new(0, TimestampsToReturn.Both, [new ReadValueId(ObjectIds.Server, AttributeId.NodeId, null, default)]);

    [Fact]
    public void A_bit_flipped_at_every_position_of_a_message() => Attack(async bench =>
    {
        var length = await MessageLengthAsync(bench);
        for (var at = 0; at < length; at += at < 24 ? 1 : 5)
        {
            var hand = new SecureHand(bench);
            await hand.OpenAsync();
            await hand.SignInAsync();
            var bytes = hand.Request(Read);
            bytes[at] ^= (byte)(1 << (at % 8));
            await hand.SendAsync(bytes);
            bench.Settle();

            // A length that is longer makes the server wait for the rest, until the client's time is over.
            bench.Step(at is >= 4 and < 8 ? 800_000 : 0);
            var error = await hand.ErrorAsync();
            Assert.True(error is not null, $"byte {at}");
            if (at >= 16)
            {
                Assert.Equal($"{at}: BadSecurityChecksFailed", $"{at}: {error}");
            }
        }
    });

    [Fact]
    public void A_bit_flipped_at_every_position_of_an_OPN() => Attack(async bench =>
    {
        var length = new SecureHand(bench).Open().Length;
        for (var at = 0; at < length; at += at < 140 ? 3 : 41)
        {
            var hand = new SecureHand(bench);
            await hand.HelloAsync();
            var bytes = hand.Open();
            bytes[at] ^= (byte)(1 << (at % 8));
            await hand.SendAsync(bytes);
            bench.Settle();
            bench.Step(16_000);
            Assert.True(await hand.ErrorAsync() is { } error && error.StartsWith("Bad", StringComparison.Ordinal), $"byte {at}");
        }
    });

    [Fact]
    public void A_message_sent_once_more() => Attack(async bench =>
    {
        var hand = new SecureHand(bench);
        await hand.OpenAsync();
        await hand.SignInAsync();
        var bytes = hand.Request(Read);
        await hand.SendAsync(bytes);
        await hand.SendAsync(bytes);
        Assert.Equal("BadSequenceNumberInvalid", await hand.ErrorAsync());
    });

    [Fact]
    public void The_old_token_after_the_new_one_has_been_used() => Attack(async bench =>
    {
        var hand = new SecureHand(bench);
        await hand.OpenAsync();
        await hand.SignInAsync();
        await hand.SendAsync(hand.Open(SecurityTokenRequestType.Renew));
        var late = hand.Request(Read);
        await hand.OpenedAsync();
        await hand.SendAsync(late);
        await hand.CallAsync<ReadRequest, ReadResponse>(Read);

        // Once the new token is in use, whatever comes under the old one ends the connection.
        var replay = new SecureHand(bench);
        await replay.OpenAsync();
        await replay.SignInAsync();
        var old = replay.Request(Read);
        await replay.SendAsync(old);
        await replay.AnswerAsync<ReadResponse>();
        await replay.SendAsync(replay.Open(SecurityTokenRequestType.Renew));
        await replay.OpenedAsync();
        await replay.SendAsync(replay.Request(Read));
        await replay.SendAsync(old);
        Assert.Equal("BadSecureChannelTokenUnknown", await replay.ErrorAsync());
    });

    [Fact]
    public void A_message_of_another_channel() => Attack(async bench =>
    {
        var first = new SecureHand(bench);
        await first.OpenAsync();
        await first.SignInAsync();
        var second = new SecureHand(bench);
        await second.OpenAsync();
        await second.SendAsync(first.Request(Read));
        Assert.Equal("BadTcpSecureChannelUnknown", await second.ErrorAsync());

        // With the channel's number put right, the keys are still another's.
        var third = new SecureHand(bench);
        await third.OpenAsync();
        var bytes = first.Request(Read);
        BitConverter.TryWriteBytes(bytes.AsSpan(8), third.Channel.Id);
        await third.SendAsync(bytes);
        Assert.Equal("BadSecurityChecksFailed", await third.ErrorAsync());
    });

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(4096)]
    public void A_nonce_of_the_wrong_length(int length) => Attack(async bench =>
    {
        var hand = new SecureHand(bench);
        await hand.HelloAsync();
        await hand.SendAsync(hand.Open(nonce: new byte[length]));
        Assert.Equal("BadNonceInvalid", await hand.ErrorAsync());
    });

    [Fact]
    public void The_nonce_of_the_token_before() => Attack(async bench =>
    {
        var nonce = Enumerable.Repeat((byte)5, 32).ToArray();
        var hand = new SecureHand(bench);
        await hand.HelloAsync();
        await hand.SendAsync(hand.Open(nonce: nonce));
        await hand.OpenedAsync();
        await hand.SendAsync(hand.Open(SecurityTokenRequestType.Renew, nonce));
        Assert.Equal("BadNonceInvalid", await hand.ErrorAsync());
    });

    [Fact]
    public void A_certificate_chain_without_end() => Attack(async bench =>
    {
        var certificate = TestCertificates.Client().RawData;
        foreach (var count in new[] { 7, 60 })
        {
            var hand = new SecureHand(bench);
            await hand.HelloAsync();
            using var writer = new UaWriter();
            writer.WriteUInt32(0x464E504F);
            writer.WriteUInt32(0);
            writer.WriteUInt32(0);
            writer.WriteString(SecurityPolicy.Basic256Sha256.Uri);
            writer.WriteByteString([.. Enumerable.Repeat(certificate, count).SelectMany(static c => c)]);
            writer.WriteByteString(TestCertificates.Server().Certificate.GetCertHash());
            writer.WriteRaw(new byte[256]);
            writer.PatchInt32(4, writer.Length);
            await hand.SendAsync(writer.Written.ToArray());
            Assert.Equal("BadSecurityChecksFailed", await hand.ErrorAsync());
        }
    });

    [Fact]
    public void A_message_encrypted_for_another_server() => Attack(async bench =>
    {
        var hand = new SecureHand(bench, server: TestCertificates.Server("c"));
        await hand.HelloAsync();
        await hand.SendAsync(hand.Open());
        Assert.Equal("BadCertificateInvalid", await hand.ErrorAsync());
    });

    [Fact]
    public void Somebody_else_with_the_clients_certificate() => Attack(async bench =>
    {
        // The certificate is public; the key is not.
        var hand = new SecureHand(bench, own: Stolen());
        await hand.HelloAsync();
        await hand.SendAsync(hand.Open());
        Assert.Equal("BadSecurityChecksFailed", await hand.ErrorAsync());
    });

    [Fact]
    public void The_session_of_another_application() => Attack(async bench =>
    {
        var owner = new SecureHand(bench);
        await owner.OpenAsync();
        var created = await owner.CreateSessionAsync();
        var activated = await owner.ActivateAsync(created.ServerNonce);

        // Even with the token and the nonce: another certificate, and another channel of the same one without a signature.
        bench.Server.Security!.Store.Replace(TrustLists.Empty with { Trusted = [TestCertificates.Client().Certificate, TestCertificates.Client("c").Certificate] });
        var thief = new SecureHand(bench, own: TestCertificates.Client("c")) { Token = owner.Token };
        await thief.OpenAsync();
        Assert.Equal("BadSecurityChecksFailed", await RefusalAsync(() => thief.ActivateAsync(activated.ServerNonce)));
        Assert.Equal("BadSecureChannelIdInvalid", await RefusalAsync(() => thief.CallAsync<ReadRequest, ReadResponse>(Read)));
        var again = new SecureHand(bench) { Token = owner.Token };
        await again.OpenAsync();
        Assert.Equal("BadApplicationSignatureInvalid", await RefusalAsync(() => again.ActivateAsync(new byte[32])));
        await owner.CallAsync<ReadRequest, ReadResponse>(Read);

        // Done properly, the session moves.
        await again.ActivateAsync(activated.ServerNonce);
        await again.CallAsync<ReadRequest, ReadResponse>(Read);
        Assert.Equal("BadSecureChannelIdInvalid", await RefusalAsync(() => owner.CallAsync<ReadRequest, ReadResponse>(Read)));
    });

    [Fact]
    public void A_session_with_another_name_or_certificate_than_the_channels() => Attack(async bench =>
    {
        var hand = new SecureHand(bench);
        await hand.OpenAsync();
        Assert.Equal("BadCertificateUriInvalid", await RefusalAsync(() => hand.CreateSessionAsync(
            static r => r with { ClientDescription = r.ClientDescription with { ApplicationUri = "urn:test:somebody-else" } })));
        Assert.Equal("BadSecurityChecksFailed", await RefusalAsync(() => hand.CreateSessionAsync(static r => r with { ClientCertificate = TestCertificates.Client("c").RawData })));
        Assert.Equal("BadNonceInvalid", await RefusalAsync(() => hand.CreateSessionAsync(static r => r with { ClientNonce = new byte[31] })));
    });

    [Fact]
    public void A_thousand_connections_that_open_halfway() => Attack(async bench =>
    {
        for (var i = 0; i < 1_000; i++)
        {
            await bench.Connect().Output.WriteAsync("H"u8.ToArray(), TestContext.Current.CancellationToken);
        }

        bench.Settle();
        Assert.True(bench.Server.ConnectionCount <= bench.Server.Limits.MaxConnections);
        bench.Step(16_000);
    });

    private static void Attack(Func<Bench, Task> attack) => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxSessions = 1_000 } };
        bench.Secure();
        var speed = bench.AddMachine();
        await using var other = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Aes256Sha256RsaPss));
        await attack(bench);
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(speed.Id, TestContext.Current.CancellationToken)).Status.Code);
    });

    private static async Task<int> MessageLengthAsync(Bench bench)
    {
        var hand = new SecureHand(bench);
        await hand.OpenAsync();
        await hand.SignInAsync();
        return hand.Request(Read).Length;
    }

    /// <summary>The client's certificate before another key's messages.</summary>
    private static ApplicationCertificate Stolen() => ApplicationCertificate.WithWrongKey(TestCertificates.Client().Certificate, TestKeys.Of("c"));

    private static async Task<string> RefusalAsync<T>(Func<Task<T>> call) => (await Assert.ThrowsAsync<OpcUaException>(call)).Status.Name;
}
