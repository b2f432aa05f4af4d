using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.Tests.OpcUa.Events;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>Push certificate management (OPC 10000-12, 7.10); sara is the security administrator.</summary>
public class ServerConfigurationTests
{
    private static readonly NodeId Configuration = new(0, 12637);
    private static readonly NodeId TrustList = new(0, 12642);
    private static readonly NodeId Group = new(0, 14156);
    private static readonly NodeId CertificateType = new(0, 12560);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Only_an_administrator_on_an_encrypted_channel_may() => Bench.Run(async bench =>
    {
        Prepare(bench);
        await using var olga = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("olga"));
        await using var signed = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("sara", MessageSecurityMode.Sign));
        foreach (var method in new uint[] { 12777, 12740, 25708 })
        {
            Assert.Equal("BadUserAccessDenied", (await Call(olga, Configuration, method)).Status.Name);
            Assert.Equal("BadSecurityModeInsufficient", (await Call(signed, Configuration, method)).Status.Name);
        }

        Assert.Equal("BadUserAccessDenied", (await Call(olga, TrustList, 12647, new Variant((byte)1))).Status.Name);
        Assert.Equal("BadSecurityModeInsufficient", (await Call(signed, TrustList, 12647, new Variant((byte)1))).Status.Name);
    });

    [Fact]
    public void A_client_that_was_refused_is_looked_at_and_trusted() => Bench.Run(async bench =>
    {
        var security = Prepare(bench);
        var stranger = SecureBench.Options(SecurityPolicy.Basic256Sha256, key: "long");
        Assert.Equal("BadSecurityChecksFailed", await bench.RefusalAsync(stranger));
        await using var sara = await ConnectAsync(bench);
        var rejected = (byte[][])(await Call(sara, Configuration, 12777)).Outputs![0].Elements!;
        Assert.Equal([stranger.Certificate!.RawData], rejected);
        Assert.Equal("Good", (await Call(sara, TrustList, 12668, new Variant(rejected[0]), true)).Status.Name);
        Assert.Equal("Good", await bench.RefusalAsync(stranger));
        Assert.Empty((byte[][])(await Call(sara, Configuration, 12777)).Outputs![0].Elements!);
        Assert.Equal(2, security.Store.Lists.Trusted.Count);
        Assert.Equal("BadCertificateInvalid", (await Call(sara, TrustList, 12668, new Variant(new byte[] { 1, 2, 3 }), true)).Status.Name);
    });

    [Fact]
    public void Who_is_no_longer_trusted_is_put_out() => Bench.Run(async bench =>
    {
        var security = Prepare(bench);
        var other = SecureBench.Options(SecurityPolicy.Basic256Sha256, key: "long");
        security.Store.Replace(security.Store.Lists with { Trusted = [.. security.Store.Lists.Trusted, other.Certificate!.Certificate] });
        await using var sara = await ConnectAsync(bench);
        var client = await bench.ConnectSecurelyAsync(other);
        Assert.Equal("BadInvalidArgument", (await Call(sara, TrustList, 12670, new string('0', 40), true)).Status.Name);
        Assert.Equal("Good", (await Call(sara, TrustList, 12670, other.Certificate!.Certificate.Thumbprint, true)).Status.Name);
        Assert.Equal(1, bench.Server.SessionCount);
        bench.Step(1_000);
        Assert.Equal(1, bench.Server.ConnectionCount);
        Assert.True(client.Closed.IsCompleted);
        Assert.Equal("BadSecurityChecksFailed", await bench.RefusalAsync(other));
        await client.DisposeAsync();
    });

    [Fact]
    public void The_trust_list_is_read_in_parts_and_written_as_a_file() => Bench.Run(async bench =>
    {
        var security = Prepare(bench);
        await using var sara = await ConnectAsync(bench);
        await using var second = await ConnectAsync(bench);
        var handle = await OpenAsync(sara, 1);
        Assert.Equal("BadInvalidArgument", (await Call(second, TrustList, 12652, handle, 10)).Status.Name);
        Assert.Equal("BadNotWritable", (await Call(second, TrustList, 12647, new Variant((byte)6))).Status.Name);
        Assert.Equal("BadNotSupported", (await Call(second, TrustList, 12647, new Variant((byte)3))).Status.Name);
        Assert.Equal(new Variant((ushort)1), (await sara.ReadAsync(new NodeId(0, 12646), Cancellation)).Value);
        var bytes = new List<byte>();
        while ((byte[])(await Call(sara, TrustList, 12652, handle, 100)).Outputs![0].ToObject()! is { Length: > 0 } part)
        {
            bytes.AddRange(part);
        }

        var list = Read([.. bytes]);
        Assert.Equal(TrustListMasks.All, list.SpecifiedLists);
        Assert.Equal(security.Store.Lists.Trusted.Single().RawData, list.TrustedCertificates.Single());
        Assert.Equal(new Variant((ulong)bytes.Count), (await Call(sara, TrustList, 12657, handle)).Outputs![0]);
        Assert.Equal("Good", (await Call(sara, TrustList, 12660, handle, new Variant(4ul))).Status.Name);
        Assert.Equal(bytes.Count - 4, ((byte[])(await Call(sara, TrustList, 12652, handle, 10_000)).Outputs![0].ToObject()!).Length);
        Assert.Equal("BadInvalidState", (await Call(sara, TrustList, 12655, handle, new Variant(new byte[1]))).Status.Name);
        Assert.Equal("BadInvalidState", (await Call(sara, TrustList, 12666, handle)).Status.Name);
        Assert.Equal("Good", (await Call(sara, TrustList, 12650, handle)).Status.Name);
        Assert.Equal("BadInvalidArgument", (await Call(sara, TrustList, 12650, handle)).Status.Name);

        // Only issuers' lists: what was not asked for is not told.
        var masked = (await Call(sara, TrustList, 12663, 12u)).Outputs![0];
        var issuers = Read((byte[])(await Call(sara, TrustList, 12652, masked, 10_000)).Outputs![0].ToObject()!);
        Assert.Equal((TrustListMasks.IssuerCertificates | TrustListMasks.IssuerCrls, 0), (issuers.SpecifiedLists, issuers.TrustedCertificates.Count));
        await Call(sara, TrustList, 12650, masked);

        var authority = TestAuthority.Root();
        var written = Bytes(list with { SpecifiedLists = TrustListMasks.TrustedCertificates | TrustListMasks.TrustedCrls, TrustedCertificates = [.. list.TrustedCertificates, authority.Certificate.RawData], TrustedCrls = [authority.Crl().RawData] });
        handle = await OpenAsync(sara, 6);
        Assert.Equal("BadNotReadable", (await Call(second, TrustList, 12647, new Variant((byte)1))).Status.Name);
        Assert.Equal("BadInvalidState", (await Call(sara, TrustList, 12652, handle, 1)).Status.Name);
        Assert.Equal("Good", (await Call(sara, TrustList, 12655, handle, new Variant(written[..40]))).Status.Name);
        Assert.Equal("Good", (await Call(sara, TrustList, 12655, handle, new Variant(written[40..]))).Status.Name);
        Assert.Equal(new Variant(true), (await Call(sara, TrustList, 12666, handle)).Outputs![0]);

        // It counts when it is applied; meanwhile nobody else changes anything.
        Assert.Single(security.Store.Lists.Trusted);
        Assert.Equal("BadTransactionPending", (await Call(second, TrustList, 12647, new Variant((byte)6))).Status.Name);
        Assert.Equal("BadTransactionPending", (await Call(second, TrustList, 12668, new Variant(authority.Certificate.RawData), true)).Status.Name);
        Assert.Equal("BadTransactionPending", (await Call(second, Configuration, 12740)).Status.Name);
        Assert.Equal("Good", (await Call(sara, Configuration, 12740)).Status.Name);
        Assert.Equal("BadNothingToDo", (await Call(sara, Configuration, 12740)).Status.Name);
        Assert.Equal((2, 1), (security.Store.Lists.Trusted.Count, security.Store.Lists.TrustedCrls.Count));
        Assert.Equal("Good", await bench.RefusalAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256) with { Certificate = authority.Issue(key: "long") }));

        // The lists of an authority go with it.
        Assert.Equal("Good", (await Call(sara, TrustList, 12670, authority.Certificate.Thumbprint, true)).Status.Name);
        Assert.Equal((1, 0), (security.Store.Lists.Trusted.Count, security.Store.Lists.TrustedCrls.Count));
    });

    [Theory]
    [InlineData("01000000FFFFFF7F")]
    [InlineData("0100000001000000FFFFFF7F")]
    [InlineData("010000000100000003000000010203")]
    [InlineData("")]
    public void What_is_no_trust_list_changes_nothing(string content) => Bench.Run(async bench =>
    {
        var security = Prepare(bench);
        await using var sara = await ConnectAsync(bench);
        var handle = await OpenAsync(sara, 6);
        await Call(sara, TrustList, 12655, handle, new Variant(Convert.FromHexString(content)));
        Assert.Equal("BadCertificateInvalid", (await Call(sara, TrustList, 12666, handle)).Status.Name);
        Assert.Equal("BadInvalidArgument", (await Call(sara, TrustList, 12650, handle)).Status.Name);
        Assert.Equal("BadNothingToDo", (await Call(sara, Configuration, 12740)).Status.Name);
        Assert.Single(security.Store.Lists.Trusted);
    });

    [Fact]
    public void The_file_and_its_handles_have_limits_and_go_with_their_session() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxTrustListSize = 1_000, MaxTrustListHandles = 3 } };
        Prepare(bench);
        await using var sara = await ConnectAsync(bench);
        var second = await ConnectAsync(bench);
        for (var i = 0; i < 3; i++)
        {
            await OpenAsync(second, 1);
        }

        Assert.Equal("BadResourceUnavailable", (await Call(sara, TrustList, 12647, new Variant((byte)1))).Status.Name);
        await second.DisposeAsync();
        var handle = await OpenAsync(sara, 6);
        Assert.Equal("Good", (await Call(sara, TrustList, 12655, handle, new Variant(new byte[999]))).Status.Name);
        Assert.Equal("BadEncodingLimitsExceeded", (await Call(sara, TrustList, 12655, handle, new Variant(new byte[2]))).Status.Name);
        Assert.Equal(new Variant(1_000u), (await sara.ReadAsync(new NodeId(0, 12640), Cancellation)).Value);
    });

    [Fact]
    public void A_transaction_is_cancelled_or_ends_with_its_session() => Bench.Run(async bench =>
    {
        var security = Prepare(bench);
        await using var sara = await ConnectAsync(bench);
        async Task WriteNothingAsync(OpcUaClient client)
        {
            var handle = await OpenAsync(client, 6);
            await Call(client, TrustList, 12655, handle, new Variant(Bytes(new TrustListContent(TrustListMasks.TrustedCertificates, [], [], [], []))));
            Assert.Equal("Good", (await Call(client, TrustList, 12666, handle)).Status.Name);
        }

        await WriteNothingAsync(sara);
        Assert.Equal("Good", (await Call(sara, Configuration, 25708)).Status.Name);
        Assert.Equal("BadNothingToDo", (await Call(sara, Configuration, 25708)).Status.Name);
        var second = await ConnectAsync(bench);
        await WriteNothingAsync(second);
        Assert.Equal("BadTransactionPending", (await Call(sara, Configuration, 25708)).Status.Name);
        await second.DisposeAsync();
        Assert.Equal("BadNothingToDo", (await Call(sara, Configuration, 12740)).Status.Name);
        Assert.Single(security.Store.Lists.Trusted);
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_servers_certificate_is_replaced_by_one_of_an_authority(bool newKey) => Bench.Run(async bench =>
    {
        Prepare(bench);
        var authority = TestAuthority.Root();
        var sara = await ConnectAsync(bench);
        var answer = await Call(sara, Configuration, 12737, new Variant(Group), new Variant(CertificateType), "CN=signed/O=Plant", newKey, new Variant(new byte[32]));
        Assert.Equal("Good", answer.Status.Name);
        var request = CertificateRequest.LoadSigningRequest(
            (byte[])answer.Outputs![0].ToObject()!, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);
        Assert.Equal("CN=signed, O=Plant", request.SubjectName.Name);
        Assert.Contains(request.CertificateExtensions, static e => e is X509SubjectAlternativeNameExtension);

        var signed = authority.Sign(request).RawData;
        Assert.Equal("BadCertificateChainIncomplete", (await Update(sara, signed)).Status.Name);
        Assert.Equal("BadSecurityChecksFailed", (await Update(sara, authority.Issue(TestCertificates.ServerUri, "long").RawData, authority)).Status.Name);
        Assert.Equal("BadCertificateUriInvalid", (await Update(sara, authority.Issue("urn:somebody:else", "b").RawData, authority)).Status.Name);
        Assert.Equal("BadCertificateInvalid", (await Update(sara, [1, 2, 3], authority)).Status.Name);
        Assert.Equal(new Variant(true), (await Update(sara, signed, authority)).Outputs![0]);
        Assert.NotEqual(signed, await ShownAsync(bench));
        Assert.Equal("Good", (await Call(sara, Configuration, 12740)).Status.Name);
        Assert.Equal(signed, await ShownAsync(bench));

        // The answer has left; then the channel under the old certificate ends, and the next one is under the new.
        bench.Step(1_000);
        Assert.True(sara.Closed.IsCompleted);
        Assert.Equal("Good", await bench.RefusalAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256)));
        await sara.DisposeAsync();
    });

    [Fact]
    public void A_certificate_comes_with_its_key_in_PEM() => Bench.Run(async bench =>
    {
        Prepare(bench);
        await using var sara = await ConnectAsync(bench);
        var made = ApplicationCertificate.SelfSigned(TestCertificates.Content(TestCertificates.ServerUri), TestKeys.Of("c"));
        var key = new Variant(System.Text.Encoding.UTF8.GetBytes(made.Save()[made.Save().IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]));
        Assert.Equal("BadSecurityChecksFailed", (await Update(sara, made.RawData)).Status.Name);
        Assert.Equal("BadNotSupported", (await Update(sara, made.RawData, null, "PFX", key)).Status.Name);
        Assert.Equal("BadCertificateInvalid", (await Update(sara, made.RawData, null, "PEM", new Variant("no key"u8.ToArray()))).Status.Name);
        Assert.Equal("Good", (await Update(sara, made.RawData, null, "PEM", key)).Status.Name);
        Assert.Equal("Good", (await Call(sara, Configuration, 12740)).Status.Name);
        Assert.Equal(made.RawData, await ShownAsync(bench));
        Assert.Equal("Good", await bench.RefusalAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256)));
    });

    [Fact]
    public void What_is_asked_for_must_be_there() => Bench.Run(async bench =>
    {
        Prepare(bench);
        await using var sara = await ConnectAsync(bench);
        async Task<string> RequestAsync(NodeId group, NodeId type, string subject, bool newKey = false, int nonce = 0) =>
            (await Call(sara, Configuration, 12737, new Variant(group), new Variant(type), subject, newKey, new Variant(new byte[nonce]))).Status.Name;
        Assert.Equal("Good", await RequestAsync(default, default, ""));
        Assert.Equal("BadInvalidArgument", await RequestAsync(new NodeId(0, 14088), CertificateType, ""));
        Assert.Equal("BadInvalidArgument", await RequestAsync(Group, new NodeId(0, 12559), ""));
        Assert.Equal("BadInvalidArgument", await RequestAsync(Group, CertificateType, "no name"));
        Assert.Equal("BadInvalidArgument", await RequestAsync(Group, CertificateType, "", newKey: true, nonce: 31));
        Assert.Equal("PEM", Assert.Single((string?[])(await sara.ReadAsync(new NodeId(0, 12639), Cancellation)).Value.Elements!));
        Assert.Equal(CertificateType, Assert.Single((NodeId[])(await sara.ReadAsync(new NodeId(0, 14161), Cancellation)).Value.Elements!));
    });

    [Fact]
    public void Changes_of_certificate_trust_and_roles_are_told_as_events_of_their_own_types() => Bench.Run(async bench =>
    {
        Prepare(bench);
        await using var sara = await ConnectAsync(bench);
        await using var olga = await bench.ConnectSecurelyAsync(NodeAccessTests.Secured("olga"));
        var told = new List<Variant[]>();
        var heard = 0;
        EventFilter Everything(params string[] fields) => new(
            [.. fields.Select(EventSubscriptionTests.Field)],
            new ContentFilter([new ContentFilterElement(FilterOperator.OfType, [new ExtensionObject(new LiteralOperand(new Variant(EventTypeIds.AuditUpdateMethodEventType)))])]));
        await using var ofSara = await sara.SubscribeEventsAsync(
            100, ObjectIds.Server, Everything("EventType", "ClientUserId", "SourceNode", "MethodId", "InputArguments", "TrustListId", "CertificateGroup", "CertificateType", "Status"), told.Add, Cancellation);
        await using var ofOlga = await olga.SubscribeEventsAsync(100, ObjectIds.Server, Everything("EventType"), _ => heard++, Cancellation);

        var made = ApplicationCertificate.SelfSigned(TestCertificates.Content(TestCertificates.ServerUri), TestKeys.Of("c"));
        var key = System.Text.Encoding.UTF8.GetBytes(made.Save()[made.Save().IndexOf("-----BEGIN PRIVATE", StringComparison.Ordinal)..]);
        await Call(sara, TrustList, 12668, new Variant(TestAuthority.Root().Certificate.RawData), true);
        await Call(sara, TrustList, 12670, new string('0', 40), true);
        await Update(sara, made.RawData, null, "PEM", new Variant(key));
        await Call(sara, Configuration, 12740);
        var role = bench.Server.AddressSpace.Find(WellKnownRoles.IdOf(Roles.Engineer))!;
        var addIdentity = bench.Server.AddressSpace.FindPart(role, "AddIdentity")!.Id;
        await sara.CallAsync(role.Id, addIdentity, [new Variant(new ExtensionObject(new IdentityMappingRule(IdentityCriteria.UserName, "anna")))], Cancellation);
        bench.Step(200);

        Assert.Equal(
            [
                (EventTypeIds.TrustListUpdatedAuditEventType, true), (EventTypeIds.TrustListUpdateRequestedAuditEventType, true), (EventTypeIds.TrustListUpdateRequestedAuditEventType, false),
                (EventTypeIds.CertificateUpdateRequestedAuditEventType, true), (EventTypeIds.CertificateUpdatedAuditEventType, true), (EventTypeIds.AuditUpdateMethodEventType, true),
                (EventTypeIds.RoleMappingRuleChangedAuditEventType, true),
            ],
            told.Select(static e => ((NodeId)e[0].ToObject()!, (bool)e[8].ToObject()!)));
        Assert.All(told, static e => Assert.Equal("sara", e[1]));
        Assert.Equal(new Variant(TrustList), told[0][5]);
        Assert.Equal([new Variant(Group), new Variant(CertificateType)], told[4][6..8]);
        Assert.Equal([new Variant(role.Id), new Variant(addIdentity)], told[6][2..4]);

        // The private key that came along is told to nobody, and an operator hears nothing of all this.
        var inputs = (Variant[])told[3][4].Elements!;
        Assert.Equal((6, true, new Variant(made.RawData)), (inputs.Length, inputs[5].IsNull, inputs[2]));
        Assert.Equal(0, heard);
    });

    private static Task<CallResult> Update(OpcUaClient client, byte[] certificate, TestAuthority? issuer = null, string format = "", Variant? key = null) => Call(
        client, Configuration, 13737, new Variant(Group), new Variant(CertificateType), new Variant(certificate),
        Variant.From(issuer is null ? [] : new[] { issuer.Certificate.RawData }), format, key ?? new Variant(Array.Empty<byte>()));

    private static async Task<byte[]?> ShownAsync(Bench bench) =>
        (await OpcUaClient.GetEndpointsAsync(bench.Connect(), Bench.ClientOptions, bench.Time, Cancellation))[0].ServerCertificate;

    private static async Task<Variant> OpenAsync(OpcUaClient client, byte mode)
    {
        var opened = await Call(client, TrustList, 12647, new Variant(mode));
        Assert.Equal("Good", opened.Status.Name);
        return opened.Outputs![0];
    }

    private static Task<CallResult> Call(OpcUaClient client, NodeId target, uint method, params Variant[] inputs) => client.CallAsync(target, new NodeId(0, method), inputs, Cancellation);

    private static Task<OpcUaClient> ConnectAsync(Bench bench) => bench.ConnectSecurelyAsync(NodeAccessTests.Secured("sara"));

    private static ServerSecurity Prepare(Bench bench)
    {
        var security = bench.Secure();
        NodeAccessTests.Machine(bench);
        return security;
    }

    private static byte[] Bytes(TrustListContent content)
    {
        using var writer = new UaWriter();
        content.Write(writer);
        return writer.Written.ToArray();
    }

    private static TrustListContent Read(byte[] bytes)
    {
        var reader = new UaReader(bytes);
        return TrustListContent.Read(ref reader);
    }
}
