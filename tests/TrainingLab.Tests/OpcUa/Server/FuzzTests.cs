using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.Tests.OpcUa.Channel;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>Requests with bytes changed at random, in a session that is signed in: answers and protocol errors only (the bench fails on anything else).</summary>
public class FuzzTests
{
    private const int Seed = 20260105;
    private const int Rounds = 60;

    public static TheoryData<string> Services() => [.. Requests.Keys];

    private static readonly Dictionary<string, Func<NodeId, byte[]>> Requests = new()
    {
        ["Read"] = token => Body(token, new ReadRequest(0, TimestampsToReturn.Both, [new ReadValueId(Bench.Id("Speed"), AttributeId.Value, "1:2", new QualifiedName(0, "Default Binary"))])),
        ["Write"] = token => Body(token, new WriteRequest([new WriteValue(Bench.Id("Setpoint"), AttributeId.Value, "0", new DataValue(Variant.From(new[] { 1.0, 2.0 })))])),
        ["Browse"] = token => Body(token, new BrowseRequest(default, 1, [new BrowseDescription(Bench.Id("Machine"), BrowseDirection.Both, ReferenceTypeIds.References, true, 0, 63)])),
        ["BrowseNext"] = token => Body(token, new BrowseNextRequest(false, [[1, 0, 0, 0], null])),
        ["Translate"] = token => Body(token, new TranslateBrowsePathsToNodeIdsRequest(
            [new BrowsePath(ObjectIds.ObjectsFolder, [new RelativePathElement(ReferenceTypeIds.HierarchicalReferences, false, true, new QualifiedName(2, "Machine"))])])),
        ["Call"] = token => Body(token, new CallRequest([new CallMethodRequest(ObjectIds.Server, new NodeId(0, 11492), [1u])])),
        ["RegisterNodes"] = token => Body(token, new RegisterNodesRequest([Bench.Id("Speed"), new NodeId(1, Guid.Empty), new NodeId(1, new byte[3])])),
        ["CreateSubscription"] = token => Body(token, new CreateSubscriptionRequest(100, 1000, 10, 0, true, 1)),
        ["ModifySubscription"] = token => Body(token, new ModifySubscriptionRequest(1, double.NaN, uint.MaxValue, uint.MaxValue, 1, 1)),
        ["CreateMonitoredItems"] = token => Body(token, new CreateMonitoredItemsRequest(1, TimestampsToReturn.Both, [
            new MonitoredItemCreateRequest(
                new ReadValueId(Bench.Id("Speed"), AttributeId.Value, null, default),
                MonitoringMode.Reporting,
                new MonitoringParameters(1, double.PositiveInfinity, new ExtensionObject(new DataChangeFilter(DataChangeTrigger.StatusValue, 2, 2)), uint.MaxValue, true)),
        ])),
        ["CreateEventItems"] = token => Body(token, new CreateMonitoredItemsRequest(1, TimestampsToReturn.Both, [
            new MonitoredItemCreateRequest(
                new ReadValueId(ObjectIds.Server, AttributeId.EventNotifier, null, default),
                MonitoringMode.Reporting,
                new MonitoringParameters(1, 0, new ExtensionObject(new EventFilter(
                    [new SimpleAttributeOperand(new NodeId(0, 2041), [new QualifiedName(0, "Message")], AttributeId.Value, "1:2")],
                    new ContentFilter([
                        new ContentFilterElement(FilterOperator.Not, [new ExtensionObject(new ElementOperand(1))]),
                        new ContentFilterElement(FilterOperator.OfType, [new ExtensionObject(new LiteralOperand(new Variant(new NodeId(0, 2782))))]),
                    ]))), 5, true)),
        ])),
        ["SetTriggering"] = token => Body(token, new SetTriggeringRequest(1, 1, [1, 2], [3])),
        ["TransferSubscriptions"] = token => Body(token, new TransferSubscriptionsRequest([1, 2], SendInitialValues: true)),
        ["Cancel"] = token => Body(token, new CancelRequest(3)),
        ["AddNodes"] = token => Body(token, new AddNodesRequest(
            [new AddNodesItem(ObjectIds.ObjectsFolder, ReferenceTypeIds.Organizes, default, new QualifiedName(2, "x"), NodeClass.Object, null, ObjectTypeIds.FolderType)])),
        ["DeleteReferences"] = token => Body(token, new DeleteReferencesRequest([new DeleteReferencesItem(Bench.Id("Speed"), ReferenceTypeIds.Organizes, true, ObjectIds.Server, true)])),
        ["Publish"] = token => Body(token, new PublishRequest([new SubscriptionAcknowledgement(1, 1)])),
        ["Republish"] = token => Body(token, new RepublishRequest(1, 1)),
        ["ActivateSession"] = token => Body(token, new ActivateSessionRequest(default, [], ["en"], new ExtensionObject(new UserNameIdentityToken("username", "u", [1, 2], null)), default)),
        ["CreateSession"] = token => Body(token, new CreateSessionRequest(
            new ApplicationDescription("urn:c", "urn:c", "c", ApplicationType.Client), null, "opc.tcp://x:1", "s", new byte[32], null, double.NaN, 0)),
        ["GetEndpoints"] = token => Body(token, new GetEndpointsRequest("opc.tcp://x:1", ["en"], [])),
    };

    [Theory]
    [MemberData(nameof(Services))]
    public void Changed_bytes_are_answered_or_refused(string service) => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with
        {
            Limits = bench.Options.Limits with { MaxSessions = 10_000 },
            Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.BadUserAccessDenied),
        };
        bench.AddMachine();
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var client = new SilentClient(bench);
            await client.OpenAsync();
            client.Send(new CreateSubscriptionRequest(100, 1000, 10, 0, PublishingEnabled: true, 0));
            for (uint sequence = 5; sequence < 25; sequence++)
            {
                var body = Requests[service](client.Token);
                for (var i = random.Next(4); i > 0; i--)
                {
                    var at = random.Next(2, 14) == 2 ? random.Next(body.Length) : random.Next(Math.Min(44, body.Length - 1), body.Length);
                    body[at] = random.Next(3) switch { 0 => 0xFF, 1 => (byte)random.Next(6), _ => (byte)random.Next(256) };
                }

                await client.SendRawAsync(MessageReaderTests.Chunk("MSGF", sequence, sequence, body, client.Writer.ChannelId, client.Writer.TokenId));
            }

            bench.Settle();
            bench.Step(200);
        }

        await using var other = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(Bench.Id("Speed"), TestContext.Current.CancellationToken)).Status.Code);
    });

    private static byte[] Body<T>(NodeId token, T request)
        where T : IServiceMessage<T>
    {
        using var writer = new UaWriter();
        writer.WriteNodeId(new NodeId(0, T.TypeId));
        new RequestHeader(token, default, 1, 0, null, 0).Write(writer);
        request.Write(writer);
        return writer.Written.ToArray();
    }
}
