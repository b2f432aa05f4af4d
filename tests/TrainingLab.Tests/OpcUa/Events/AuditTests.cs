using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;
using TrainingLab.Tests.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Events;

/// <summary>Audit events (OPC 10000-4, 6.5).</summary>
public class AuditTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Sessions_writes_and_calls_are_told() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Users = static (_, password, _, _) => ValueTask.FromResult<StatusCode>(password == "secret" ? StatusCodes.Good : StatusCodes.BadUserAccessDenied) };
        bench.AddMachine();
        await using var listener = await bench.ConnectAsync();
        var seen = new List<string>();
        var filter = new EventFilter(
            [.. new[] { "SourceName", "Status", "ClientUserId", "OldValue", "NewValue", "MethodId" }.Select(EventSubscriptionTests.Field)],
            new ContentFilter([new ContentFilterElement(FilterOperator.OfType, [new ExtensionObject(new LiteralOperand(new Variant(EventTypeIds.AuditEventType)))])]));
        await using var subscription = await listener.SubscribeEventsAsync(100, ObjectIds.Server, filter, f => seen.Add(string.Join(' ', f)), Cancellation);
        await Assert.ThrowsAsync<OpcUaException>(() => bench.ConnectAsync(Bench.ClientOptions with { UserName = "op", Password = "wrong" }));
        var client = await bench.ConnectAsync(Bench.ClientOptions with { UserName = "op", Password = "secret" });
        await client.WriteAsync(Bench.Id("Setpoint"), 12.0, Cancellation);
        await client.WriteAsync(Bench.Id("Speed"), 12.0, Cancellation);
        await client.CallAsync(ObjectIds.Server, new NodeId(0, 11492), [99u], Cancellation);
        await client.DisposeAsync();
        bench.Step(200);
        Assert.Equal(
            [
                "SecureChannel/OpenSecureChannel True System/OpenSecureChannel null null null",
                "Session/CreateSession True System/CreateSession null null null",
                "Session/ActivateSession False op null null null",
                "SecureChannel/CloseSecureChannel True null null null null",
                "SecureChannel/OpenSecureChannel True System/OpenSecureChannel null null null",
                "Session/CreateSession True System/CreateSession null null null",
                "Session/ActivateSession True op null null null",
                "Attribute/Write True op 10 12 null",
                "Attribute/Write False op 100 12 null",
                "Attribute/Call False op null null i=11492",
                "Session/CloseSession True op null null null",
                "SecureChannel/CloseSecureChannel True null null null null",
            ],
            seen);
    });

    [Theory]
    [InlineData(StatusCodes.BadCertificateTimeInvalid, 2085u)]
    [InlineData(StatusCodes.BadCertificateRevoked, 2088u)]
    [InlineData(StatusCodes.BadCertificateUntrusted, 2087u)]
    [InlineData(StatusCodes.BadCertificateUseNotAllowed, 2089u)]
    [InlineData(StatusCodes.BadCertificateHostNameInvalid, 2082u)]
    [InlineData(StatusCodes.BadCertificateInvalid, 2086u)]
    public void A_certificate_with_a_problem_is_told_by_its_type(uint status, uint type) => Bench.Run(async bench =>
    {
        await using var listener = await bench.ConnectAsync();
        var seen = new List<Variant[]>();
        var filter = new EventFilter([EventSubscriptionTests.Field("EventType"), EventSubscriptionTests.Field("Certificate")], ContentFilter.Everything);
        await using var subscription = await listener.SubscribeEventsAsync(100, ObjectIds.Server, filter, seen.Add, Cancellation);
        bench.Server.Audit.Certificate(new OpcUaPeer("workstation", "10.0.0.7:1", bench.Time), [1, 2, 3], status);
        bench.Step(100);
        Assert.Equal([new Variant(new NodeId(0, type)), new Variant(new byte[] { 1, 2, 3 })], Assert.Single(seen));
    });

    [Fact]
    public void A_refused_client_is_told_with_its_certificate() => Bench.Run(async bench =>
    {
        bench.Secure();
        await using var listener = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256));
        var seen = new List<Variant[]>();
        var filter = new EventFilter([.. new[] { "EventType", "Certificate", "EventId", "CertificateErrorEventId", "Status" }.Select(EventSubscriptionTests.Field)], ContentFilter.Everything);
        await using var subscription = await listener.SubscribeEventsAsync(100, ObjectIds.Server, filter, seen.Add, Cancellation);
        var stranger = SecureBench.Options(SecurityPolicy.Basic256Sha256, key: "long");
        Assert.Equal("BadSecurityChecksFailed", await bench.RefusalAsync(stranger));
        bench.Step(100);
        var wrong = Assert.Single(seen, e => e[0] == new Variant(EventTypeIds.AuditCertificateUntrustedEventType) && e[1] == new Variant(stranger.Certificate!.RawData));

        // The channel that was not opened tells which event says why.
        Assert.Equal(wrong[2], Assert.Single(seen, static e => e[0] == new Variant(EventTypeIds.AuditOpenSecureChannelEventType) && e[4] == false)[3]);
    });

    /// <summary>Who, over which channel, as what: what the types of the standard declare as mandatory, and what belongs together names the same channel.</summary>
    [Fact]
    public void The_events_of_a_session_name_its_channel_its_certificate_and_its_user_without_the_password() => Bench.Run(async bench =>
    {
        bench.Secure();
        bench.Options = bench.Options with { Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.Good) };
        await using var listener = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256));
        var seen = new List<Variant[]>();
        string[] fields =
        [
            "EventType", "SecureChannelId", "ClientCertificateThumbprint", "SecurityPolicyUri", "SecurityMode", "RequestType", "RequestedLifetime", "RevisedSessionTimeout", "UserIdentityToken",
            "CurrentRoleIds", "ClientApplicationUri",
        ];
        await using var subscription = await listener.SubscribeEventsAsync(100, ObjectIds.Server, new EventFilter([.. fields.Select(EventSubscriptionTests.Field)], ContentFilter.Everything), seen.Add, Cancellation);
        var options = SecureBench.Options(SecurityPolicy.Aes256Sha256RsaPss) with { UserName = "op", Password = "secret" };
        await using var client = await bench.ConnectSecurelyAsync(options);
        bench.Step(100);
        var opened = seen.Last(static e => e[0] == new Variant(EventTypeIds.AuditOpenSecureChannelEventType));
        var created = seen.Last(static e => e[0] == new Variant(EventTypeIds.AuditCreateSessionEventType));
        var activated = seen.Last(static e => e[0] == new Variant(EventTypeIds.AuditActivateSessionEventType));
        Assert.True(opened[1].TryGet(out string? channel) && channel is not null);
        Assert.Equal([opened[1], opened[1]], [created[1], activated[1]]);
        Variant thumbprint = options.Certificate!.Certificate.Thumbprint;
        Assert.Equal([thumbprint, SecurityPolicy.Aes256Sha256RsaPss.Uri, 3, 0, 3_600_000.0], opened[2..7]);
        Assert.Equal([thumbprint, 60_000.0], [created[2], created[7]]);
        var token = Assert.IsType<UserNameIdentityToken>(((ExtensionObject)activated[8].ToObject()!).Structure);
        Assert.Equal(("op", null), (token.UserName, token.Password));
        Assert.Equal([new NodeId(0, 15644), new NodeId(0, 15656), new NodeId(0, 18625)], (NodeId[])activated[9].Elements!);
        Assert.Equal(TestCertificates.ClientUri, activated[10]);
    });

    [Fact]
    public void Changes_that_are_refused_are_told_with_what_was_asked_for() => Bench.Run(async bench =>
    {
        await using var listener = await bench.ConnectAsync();
        var seen = new List<Variant[]>();
        string[] fields = ["SourceName", "NodesToAdd", "NodesToDelete", "ReferencesToAdd", "ReferencesToDelete", "RequestHandle", "Status"];
        await using var subscription = await listener.SubscribeEventsAsync(100, ObjectIds.Server, new EventFilter([.. fields.Select(EventSubscriptionTests.Field)], ContentFilter.Everything), seen.Add, Cancellation);
        var client = new Server.SilentClient(bench);
        await client.OpenAsync();
        seen.Clear();
        await client.CallAsync<AddNodesRequest, AddNodesResponse>(new([new AddNodesItem(new(ObjectIds.ObjectsFolder), ReferenceTypeIds.Organizes, default, new(2, "New"), NodeClass.Object, null, default)]));
        await client.CallAsync<DeleteNodesRequest, DeleteNodesResponse>(new([new(ObjectIds.Server, true), new(ObjectIds.ObjectsFolder, true)]));
        await client.CallAsync<AddReferencesRequest, AddReferencesResponse>(new([new(ObjectIds.Server, ReferenceTypeIds.Organizes, true, null, new(ObjectIds.ObjectsFolder), NodeClass.Object)]));
        await client.CallAsync<DeleteReferencesRequest, DeleteReferencesResponse>(new([new(ObjectIds.Server, ReferenceTypeIds.Organizes, true, new(ObjectIds.ObjectsFolder), true)]));
        await client.CallAsync<HistoryUpdateRequest, HistoryUpdateResponse>(new([null]));
        await client.CallAsync<TransferSubscriptionsRequest, TransferSubscriptionsResponse>(new([99], false));
        await client.CallAsync<CancelRequest, CancelResponse>(new(77));
        bench.Step(100);
        seen.RemoveAll(static e => e[0].ToString().StartsWith("SecureChannel/", StringComparison.Ordinal) || e[0].ToString() is "Session/CreateSession" or "Session/ActivateSession");
        Assert.Equal(
            [
                "NodeManagement/AddNodes", "NodeManagement/DeleteNodes", "NodeManagement/AddReferences", "NodeManagement/DeleteReferences", "Attribute/HistoryUpdate", "Session/TransferSubscriptions", "Session/Cancel",
            ],
            seen.Select(static e => e[0].ToString()));
        Assert.Equal([1, 2, 1, 1], [seen[0][1].Elements!.Length, seen[1][2].Elements!.Length, seen[2][3].Elements!.Length, seen[3][4].Elements!.Length]);
        Assert.Equal(77u, seen[6][5]);
        Assert.Equal([false, false, false, false, false, false, true], seen.Select(static e => e[6]));
    });

    /// <summary>A method of the observer that the trail does not pass on would be lost without a sign.</summary>
    [Fact]
    public void The_trail_passes_everything_on_to_the_observer()
    {
        var map = typeof(AuditTrail).GetInterfaceMap(typeof(IOpcUaObserver));
        Assert.All(map.TargetMethods, static method => Assert.Equal(typeof(AuditTrail), method.DeclaringType));
    }
}
