using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Security;

public class SecureChannelTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, MessageSecurityMode, string, string> Channels()
    {
        var data = new TheoryData<string, MessageSecurityMode, string, string>();
        foreach (var (policy, mode) in ServerSecurity.AllSecured)
        {
            foreach (var (client, server) in new[] { ("a", "b"), ("long", "b"), ("a", "longest"), ("longest", "long") })
            {
                data.Add(policy.Name, mode, client, server);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Reads_writes_and_subscribes_under_every_policy(string policy, MessageSecurityMode mode, string clientKey, string serverKey) => Bench.Run(async bench =>
    {
        bench.Secure(serverKey, clientKey);
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Find(policy)!, mode, clientKey));
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync(Bench.Id("Setpoint"), 12.5, Cancellation)).Code);
        Assert.Equal(new Variant(12.5), (await client.ReadAsync(Bench.Id("Setpoint"), Cancellation)).Value);
        var changes = new List<string>();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0)], c => changes.Add(c.Value.Value.ToString()), Cancellation);
        bench.Step(200);
        speed.SetValue(7.0);
        bench.Step(200);
        Assert.Equal(["100", "7"], changes);
    });

    [Theory]
    [InlineData(MessageSecurityMode.Sign)]
    [InlineData(MessageSecurityMode.SignAndEncrypt)]
    public void A_message_of_many_chunks(MessageSecurityMode mode) => Bench.Run(async bench =>
    {
        bench.Secure();
        bench.AddMachine();
        var values = Enumerable.Range(0, 40_000).Select(static i => (double)i).ToArray();
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Curve"), "Curve", BuiltInType.Double, new VariableOptions { ValueRank = 1, Writable = true, InitialValue = Variant.From(new double[1]) });
        await using var client = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Aes256Sha256RsaPss, mode));
        Assert.Equal(StatusCodes.Good, (await client.WriteAsync(Bench.Id("Curve"), Variant.From(values), Cancellation)).Code);
        Assert.Equal(values, (double[])(await client.ReadAsync(Bench.Id("Curve"), Cancellation)).Value.Elements!);
    });

    [Fact]
    public void Chunks_of_every_length_fit_and_come_back() => Bench.Run(async bench =>
    {
        bench.Secure();
        bench.AddMachine();
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Text"), "Text", BuiltInType.String, new VariableOptions { Writable = true, InitialValue = "" });
        var options = SecureBench.Options(SecurityPolicy.Basic256Sha256);
        await using var client = await bench.ConnectSecurelyAsync(options with { Limits = options.Limits with { MaxChunkSize = 8192 } });
        for (var length = 8_000; length < 8_200; length++)
        {
            var text = new string('x', length);
            Assert.Equal(StatusCodes.Good, (await client.WriteAsync(Bench.Id("Text"), text, Cancellation)).Code);
            Assert.Equal(new Variant(text), (await client.ReadAsync(Bench.Id("Text"), Cancellation)).Value);
        }
    });

    [Fact]
    public void Tokens_are_renewed_under_load() => Bench.Run(async bench =>
    {
        bench.Secure();
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256) with { ChannelLifetime = TimeSpan.FromMinutes(10) });
        var seen = 0;
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0)], _ => seen++, Cancellation);
        for (var i = 0; i < 500; i++)
        {
            var reads = Enumerable.Range(0, 5).Select(_ => client.ReadAsync(speed.Id, Cancellation)).ToArray();
            speed.SetValue(i);
            bench.Step(6_000);
            Assert.All(await Task.WhenAll(reads), static v => Assert.Equal(StatusCodes.Good, v.Status.Code));
        }

        Assert.True(client.IsConnected);
        Assert.InRange(seen, 500, 502);
    });

    [Fact]
    public void A_server_that_only_sends_goes_over_to_the_new_token_when_the_old_one_ends() => Bench.Run(async bench =>
    {
        bench.Secure();
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256) with { ChannelLifetime = TimeSpan.FromMinutes(10), SessionTimeout = TimeSpan.FromHours(1) });
        var seen = new List<string>();
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0)], c => seen.Add(c.Value.Value.ToString()), Cancellation);
        bench.Step(749_000);
        speed.SetValue(1.0);
        bench.Step(500);
        bench.Step(3_000);
        speed.SetValue(2.0);
        bench.Step(500);
        Assert.Equal(["100", "1", "2"], seen);
    });

    [Fact]
    public void Where_nothing_unprotected_is_offered_a_plain_channel_serves_discovery_only() => Bench.Run(async bench =>
    {
        bench.Secure();
        var endpoints = await OpcUaClient.GetEndpointsAsync(bench.Connect(), Bench.ClientOptions, bench.Time, Cancellation);
        Assert.Equal(ServerSecurity.AllSecured.Count, endpoints.Count);
        Assert.Equal(SecurityPolicy.Aes256Sha256RsaPss.Uri, endpoints[0].SecurityPolicyUri);
        Assert.All(endpoints, static e => Assert.NotNull(e.ServerCertificate));
        Assert.Equal("BadSecurityPolicyRejected", await bench.RefusalAsync(Bench.ClientOptions));
    });

    [Fact]
    public void A_policy_or_mode_that_is_not_offered() => Bench.Run(async bench =>
    {
        var security = bench.Secure();
        bench.Options = bench.Options with
        {
            Security = new ServerSecurity { Certificate = security.Certificate, Store = security.Store, Endpoints = [new EndpointSecurity(SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt)] },
        };
        var options = SecureBench.Options(SecurityPolicy.Basic256Sha256);
        var endpoint = (await OpcUaClient.GetEndpointsAsync(bench.Connect(), Bench.ClientOptions, bench.Time, Cancellation))[0];
        Assert.Equal("Good", await bench.RefusalAsync(options));
        Assert.Equal("BadSecurityModeRejected", await bench.RefusalAsync(options with { Endpoint = endpoint, Security = new EndpointSecurity(SecurityPolicy.Basic256Sha256, MessageSecurityMode.Sign) }));
        Assert.Equal("BadSecurityPolicyRejected", await bench.RefusalAsync(options with { Endpoint = endpoint, Security = new EndpointSecurity(SecurityPolicy.Aes256Sha256RsaPss, MessageSecurityMode.Sign) }));
    });

    [Fact]
    public void Protecting_a_message_allocates_nothing()
    {
        var nonce = new byte[32];
        using var sending = SymmetricSecurity.Derive(SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt, nonce, nonce, sending: true);
        using var receiving = SymmetricSecurity.Derive(SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt, nonce, nonce, sending: false);
        const int body = 1000;
        var buffer = new byte[24 + body + sending.TrailerLength(body)];
        var scratch = Array.Empty<byte>();
        void Round()
        {
            buffer.AsSpan(0, 24 + body).Fill(7);
            sending.Protect(buffer, 0, body);
            Assert.True(receiving.TryOpen(buffer, ref scratch, out var opened) && opened.Length == body + 8 && !opened.ContainsAnyExcept((byte)7));
        }

        Round();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
