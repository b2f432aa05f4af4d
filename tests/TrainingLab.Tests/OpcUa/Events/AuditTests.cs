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
                "SecureChannel/OpenSecureChannel True null null null null",
                "Session/CreateSession True null null null null",
                "Session/ActivateSession False op null null null",
                "SecureChannel/OpenSecureChannel True null null null null",
                "Session/CreateSession True null null null null",
                "Session/ActivateSession True op null null null",
                "Attribute/Write True op 10 12 null",
                "Attribute/Write False op 100 12 null",
                "Method/Call False op null null i=11492",
                "Session/CloseSession True op null null null",
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
        var filter = new EventFilter([EventSubscriptionTests.Field("EventType"), EventSubscriptionTests.Field("Certificate")], ContentFilter.Everything);
        await using var subscription = await listener.SubscribeEventsAsync(100, ObjectIds.Server, filter, seen.Add, Cancellation);
        var stranger = SecureBench.Options(SecurityPolicy.Basic256Sha256, key: "long");
        Assert.Equal("BadSecurityChecksFailed", await bench.RefusalAsync(stranger));
        bench.Step(100);
        Assert.Contains(seen, e => e[0] == new Variant(EventTypeIds.AuditCertificateUntrustedEventType) && e[1] == new Variant(stranger.Certificate!.RawData));
        Assert.Single(seen, static e => e[0] == new Variant(EventTypeIds.AuditChannelEventType));
    });

    /// <summary>A method of the observer that the trail does not pass on would be lost without a sign.</summary>
    [Fact]
    public void The_trail_passes_everything_on_to_the_observer()
    {
        var map = typeof(AuditTrail).GetInterfaceMap(typeof(IOpcUaObserver));
        Assert.All(map.TargetMethods, static method => Assert.Equal(typeof(AuditTrail), method.DeclaringType));
    }
}
