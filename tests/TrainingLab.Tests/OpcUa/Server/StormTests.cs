using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server.Services;
using TrainingLab.Tests.OpcUa.Channel;
using TrainingLab.Tests.OpcUa.Security;
using static TrainingLab.Tests.OpcUa.Server.NamedAttackTests;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>Clients that send what is allowed, and no end of it, or messages that never become whole: what it costs is bounded, nothing stays behind, and another client is answered throughout.</summary>
public class StormTests
{
    private static readonly ReadRequest ReadOfServer = new(0, TimestampsToReturn.Both, [new ReadValueId(ObjectIds.Server, AttributeId.NodeId, null, default)]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Chunks_of_two_requests_mixed() => Attack(async (bench, _) =>
    {
        var client = await OpenAsync(bench);
        await ChunkAsync(client, 'C', sequence: 4, request: 7, new byte[100]);
        await ChunkAsync(client, 'C', sequence: 5, request: 8, new byte[100]);
        Assert.Equal(StatusCodes.BadDecodingError, (await client.ErrorAsync())!.Value.Code);
        bench.Settle();
        Assert.Equal(0, bench.Server.Unfinished.Bytes);
    });

    [Fact]
    public void Messages_that_are_given_up_again_and_again() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        uint sequence = 3;
        for (var i = 0; i < 2_000; i++)
        {
            await ChunkAsync(client, 'C', ++sequence, request: 100, new byte[200]);
            await ChunkAsync(client, 'A', ++sequence, request: 100, new byte[8]);
        }

        await other();
        Assert.Equal(0, bench.Server.Unfinished.Bytes);
        using var body = new UaWriter();
        body.WriteNodeId(new NodeId(0, ReadRequest.TypeId));
        new RequestHeader(client.Token, default, 1, 0, null, 0).Write(body);
        ReadOfServer.Write(body);
        await ChunkAsync(client, 'F', ++sequence, request: 101, body.Written.ToArray());
        Assert.Equal(ObjectIds.Server, Single(await client.AnswerAsync<ReadResponse>()).Value.ToObject());
    });

    [Fact]
    public void Chunks_without_content() => Attack(async (bench, _) =>
    {
        var client = await OpenAsync(bench);
        for (uint i = 0; i < 200; i++)
        {
            await ChunkAsync(client, 'C', sequence: 4 + i, request: 7, []);
        }

        Assert.Equal(StatusCodes.BadTcpMessageTooLarge, (await client.ErrorAsync())!.Value.Code);
    });

    [Theory]
    [InlineData(0u, StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData(7u, StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData(8u, StatusCodes.BadDecodingError)]
    [InlineData(23u, StatusCodes.BadDecodingError)]
    [InlineData(65_537u, StatusCodes.BadTcpMessageTooLarge)]
    [InlineData(0x7FFF_FFFFu, StatusCodes.BadTcpMessageTooLarge)]
    [InlineData(0x8000_0000u, StatusCodes.BadTcpMessageTooLarge)]
    [InlineData(0xFFFF_FFFFu, StatusCodes.BadTcpMessageTooLarge)]
    public void A_chunk_of_a_size_that_cannot_be(uint size, uint expected) => Attack(async (bench, _) =>
    {
        var client = await OpenAsync(bench);
        var chunk = MessageReaderTests.Chunk("MSGF", 4, 4, new byte[8], client.Writer.ChannelId, client.Writer.TokenId);
        BitConverter.TryWriteBytes(chunk.AsSpan(4), size);
        await client.SendRawAsync(chunk);
        Assert.Equal(expected, (await client.ErrorAsync())!.Value.Code);
    });

    [Theory]
    [InlineData(0x7FFF_FFFF, StatusCodes.BadEncodingLimitsExceeded)]
    [InlineData(-2, StatusCodes.BadDecodingError)]
    [InlineData(int.MinValue, StatusCodes.BadDecodingError)]
    public void A_string_of_a_length_that_cannot_be(int length, uint expected) => Attack(async (bench, _) =>
    {
        var client = await OpenAsync(bench);
        using var body = new UaWriter();
        body.WriteNodeId(new NodeId(0, BrowseRequest.TypeId));
        new RequestHeader(client.Token, default, 1, 0, null, 0).Write(body);
        body.WriteRaw([3, 0, 0]);
        body.WriteInt32(length);
        await ChunkAsync(client, 'F', sequence: 4, request: 7, body.Written.ToArray());
        Assert.Equal(expected, (await client.ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void A_client_that_hangs_up_in_the_middle_of_everything() => Attack(async (bench, other) =>
    {
        for (var i = 0; i < 200; i++)
        {
            var client = await OpenAsync(bench);
            client.Send(new CreateSubscriptionRequest(100, 100, 10, 0, PublishingEnabled: true, 0));
            client.Send(new PublishRequest([]));
            await ChunkAsync(client, 'C', sequence: 6, request: 7, new byte[1_000 + i]);
            await client.LeaveAsync();
        }

        await other();
        Assert.Equal((1, 0L), (bench.Server.ConnectionCount, bench.Server.Unfinished.Bytes));
    });

    [Fact]
    public void Renewals_in_a_loop() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        for (var i = 0; i < 2_000; i++)
        {
            client.Writer.TokenId = (await client.OpenChannelAsync(SecurityTokenRequestType.Renew)).TokenId;
        }

        await other();
        await client.CallAsync<ReadRequest, ReadResponse>(ReadOfServer);
    });

    /// <summary>Each renewal is two uses of the private key, milliseconds: others come in between, however many wait in the pipe.</summary>
    [Fact]
    public void Renewals_of_a_protected_channel_leave_others_their_turn() => Bench.Run(async bench =>
    {
        bench.Secure();
        var speed = bench.AddMachine();
        await using var other = await bench.ConnectSecurelyAsync(SecureBench.Options(SecurityPolicy.Basic256Sha256, key: "a"));
        var hand = new SecureHand(bench);
        await hand.OpenAsync();
        var renewals = new List<byte[]>();
        for (var i = 0; i < 20; i++)
        {
            renewals.Add(hand.Open(SecurityTokenRequestType.Renew));
        }

        var connection = bench.Server.Connections.Single(c => c.ChannelId == hand.Channel.Id);
        await hand.SendAsync([.. renewals.SelectMany(static r => r)]);
        bench.Settle();
        Assert.InRange(connection.LastToken, 2u, 6u);
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(speed.Id, Cancellation)).Status.Code);
        bench.Step(10);
        Assert.Equal(21u, connection.LastToken);
    });

    /// <summary>A client signs in while another one creates sessions without end and never signs in to any.</summary>
    [Fact]
    public void Sessions_without_number_do_not_push_out_the_one_that_is_about_to_be_signed_in_to() => Attack(async (bench, other) =>
    {
        var attackers = new List<SilentClient>();
        for (var i = 0; i < 5; i++)
        {
            var attacker = new SilentClient(bench);
            await attacker.HelloAsync();
            await attacker.OpenChannelAsync();
            attackers.Add(attacker);
        }

        async Task FloodAsync()
        {
            for (var i = 0; i < 300; i++)
            {
                await CreateSessionAsync(attackers[i % attackers.Count]);
            }
        }

        await FloodAsync();
        var victim = new SilentClient(bench);
        await victim.HelloAsync();
        await victim.OpenChannelAsync();
        victim.Token = await CreateSessionAsync(victim);
        await FloodAsync();
        await victim.CallAsync<ActivateSessionRequest, ActivateSessionResponse>(new(default, [], null, new ExtensionObject(new AnonymousIdentityToken("anonymous")), default));
        await victim.CallAsync<ReadRequest, ReadResponse>(ReadOfServer);
        Assert.InRange(bench.Server.SessionCount, 1, bench.Server.Limits.MaxSessions);
        await other();

        // They go with the connections on which they could have been signed in to.
        foreach (var attacker in attackers)
        {
            await attacker.LeaveAsync();
        }

        bench.Settle();
        Assert.Equal(2, bench.Server.SessionCount);
    });

    [Fact]
    public void Sessions_that_were_left_behind_give_way() => Attack(async (bench, other) =>
    {
        for (var i = 0; i < 120; i++)
        {
            var attacker = await OpenAsync(bench);
            await attacker.LeaveAsync();
            bench.Step(1);
        }

        await using var late = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.Good, (await late.ReadAsync(Bench.Id("Speed"), Cancellation)).Status.Code);
        Assert.InRange(bench.Server.SessionCount, 2, bench.Server.Limits.MaxSessions);
        await other();
    });

    [Fact]
    public void Sessions_in_use_stay() => Attack(async (bench, other) =>
    {
        var clients = new List<SilentClient>();
        for (var i = 0; i < bench.Server.Limits.MaxSessions - 1; i++)
        {
            clients.Add(await OpenAsync(bench));
        }

        var late = new SilentClient(bench);
        await late.HelloAsync();
        await late.OpenChannelAsync();
        Assert.Equal(StatusCodes.BadTooManySessions, await RefusalAsync(() => CreateSessionAsync(late)));
        foreach (var client in clients)
        {
            await client.CallAsync<ReadRequest, ReadResponse>(ReadOfServer);
        }

        await other();
    });

    /// <summary>Some hundred bytes make the server look at a hundred thousand references: others come in between.</summary>
    [Fact]
    public void Much_work_in_few_bytes_leaves_others_their_turn() => Attack(async (bench, other) =>
    {
        var attacker = await OpenAsync(bench);
        var nothing = new BrowseDescription(new NodeId(0, 68), BrowseDirection.Both, default, true, NodeClassMask: 128, ResultMask: 0);
        for (var i = 0; i < 50; i++)
        {
            attacker.Send(new BrowseRequest(default, 0, [.. Enumerable.Repeat(nothing, 20)]));
        }

        bench.Settle();
        var session = bench.Server.Sessions.Single(s => s.AuthenticationToken == attacker.Token);
        Assert.InRange(session.Counters.Total.Total, 1u, 10u);
        await other();
        for (var i = 0; i < 100; i++)
        {
            bench.Step(1);
        }

        Assert.Equal(50u, session.Counters.Total.Total);
        for (var i = 0; i < 50; i++)
        {
            Assert.All((await attacker.AnswerAsync<BrowseResponse>()).Results, static r => Assert.Empty(r.References));
        }
    });

    [Fact]
    public void Pages_of_one_reference_are_together_the_whole() => Attack(async (bench, _) =>
    {
        var client = await OpenAsync(bench);
        var wanted = new BrowseDescription(new NodeId(0, 58), BrowseDirection.Both, default, true, 0, 63);
        var whole = (await client.CallAsync<BrowseRequest, BrowseResponse>(new(default, 0, [wanted]))).Results[0];
        Assert.Null(whole.ContinuationPoint);
        var first = (await client.CallAsync<BrowseRequest, BrowseResponse>(new(default, 1, [wanted]))).Results[0];
        var pages = new List<ReferenceDescription>(first.References);
        for (var point = first.ContinuationPoint; point is not null;)
        {
            var next = (await client.CallAsync<BrowseNextRequest, BrowseNextResponse>(new(false, [point]))).Results[0];
            Assert.Equal(StatusCodes.Good, next.Status.Code);
            pages.AddRange(next.References);
            point = next.ContinuationPoint;
        }

        Assert.Equal(whole.References, pages);

        // Where the nodes have changed meanwhile, a place among them is lost.
        var begun = (await client.CallAsync<BrowseRequest, BrowseResponse>(new(default, 1, [wanted]))).Results[0];
        bench.Space.AddFolder(ObjectIds.ObjectsFolder, Bench.Id("New"), "New");
        Assert.Equal(StatusCodes.BadContinuationPointInvalid, (await client.CallAsync<BrowseNextRequest, BrowseNextResponse>(new(false, [begun.ContinuationPoint]))).Results[0].Status.Code);
    });

    [Fact]
    public void Publish_requests_without_a_subscription() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        for (var i = 0; i < 3_000; i++)
        {
            Assert.Equal(StatusCodes.BadNoSubscription, await RefusalAsync(() => client.CallAsync<PublishRequest, PublishResponse>(new([]))));
        }

        Assert.Equal(0, bench.Server.Sessions.Single(s => s.AuthenticationToken == client.Token).Publishing.WaitingRequests);
        await other();
    });

    [Fact]
    public void Items_that_come_and_go() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        for (var i = 0; i < 100; i++)
        {
            var interval = 10 + i;
            var made = await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [.. Enumerable.Repeat(Item(Bench.Id("Speed"), interval), 500)]));
            await client.CallAsync<DeleteMonitoredItemsRequest, DeleteMonitoredItemsResponse>(new(subscription, [.. made.Results.Select(static r => r.MonitoredItemId)]));
            bench.Step(1);
        }

        await other();
        await client.CallAsync<CloseSessionRequest, CloseSessionResponse>(new(DeleteSubscriptions: true));
        Assert.Equal(1, bench.Server.Subscriptions.ItemCount);
        Assert.InRange(bench.Server.Subscriptions.Sampling.Count, 0, 130);
    });

    [Theory]
    [InlineData(double.NaN, 100)]
    [InlineData(double.PositiveInfinity, 3_600_000)]
    [InlineData(double.NegativeInfinity, 100)]
    [InlineData(-0.0, 0)]
    [InlineData(double.Epsilon, 10)]
    public void Queues_of_the_largest_number_and_intervals_that_are_none(double interval, double granted) => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var made = await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [.. Enumerable.Repeat(Item(Bench.Id("Speed")), 1_000)]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var changed = await client.CallAsync<ModifyMonitoredItemsRequest, ModifyMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [
            .. made.Results.Select(r => new MonitoredItemModifyRequest(r.MonitoredItemId, new MonitoringParameters(1, interval, null, uint.MaxValue, true))),
        ]));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        Assert.All(changed.Results, r => Assert.Equal((granted, (uint)bench.Server.Limits.MaxQueueSize), (r.RevisedSamplingInterval, r.RevisedQueueSize)));
        await other();
    });

    [Fact]
    public void Items_that_set_each_other_off_in_a_circle() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var made = await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [.. Enumerable.Repeat(Item(Bench.Id("Speed")) with { MonitoringMode = MonitoringMode.Sampling }, 100)]));
        var ids = made.Results.Select(static r => r.MonitoredItemId).ToArray();
        foreach (var id in ids)
        {
            await client.CallAsync<SetTriggeringRequest, SetTriggeringResponse>(new(subscription, id, ids, []));
        }

        for (var i = 0; i < 100; i++)
        {
            ((VariableNode)bench.Space.Find(Bench.Id("Speed"))!).SetValue(i);
        }

        await other();
        await client.CallAsync<DeleteSubscriptionsRequest, DeleteSubscriptionsResponse>(new([subscription]));
        Assert.Equal(1, bench.Server.Subscriptions.ItemCount);
    });

    [Fact]
    public void Republish_and_acknowledge_by_guessing() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        var own = await SubscribeAsync(client);
        for (uint i = 0; i < 1_000; i++)
        {
            var subscription = i % 5;
            var refused = await RefusalAsync(() => client.CallAsync<RepublishRequest, RepublishResponse>(new(subscription, uint.MaxValue - i)));
            Assert.Equal(subscription == own ? StatusCodes.BadMessageNotAvailable : StatusCodes.BadSubscriptionIdInvalid, refused);
        }

        client.Send(new PublishRequest([.. Enumerable.Range(0, 2_000).Select(static i => new SubscriptionAcknowledgement((uint)(i % 5), (uint)i))]));
        bench.Step(100);
        Assert.All((await client.AnswerAsync<PublishResponse>()).Results, static r => Assert.True(r.IsBad));
        await other();
    });

    [Fact]
    public void Cancel_without_end() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        await SubscribeAsync(client);
        for (uint i = 0; i < 2_000; i++)
        {
            Assert.Equal(0u, (await client.CallAsync<CancelRequest, CancelResponse>(new(1_000_000 + i))).CancelCount);
        }

        await other();
    });

    [Fact]
    public void Calls_with_what_the_method_does_not_take() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        var method = new NodeId(0, 11492);
        Variant[] wrong = ["text", Variant.From(new double[90_000]), Variant.From(new uint[] { 1 }), default, 1.5, new Variant(new byte[1_000_000])];
        foreach (var input in wrong)
        {
            var result = (await client.CallAsync<CallRequest, CallResponse>(new([new CallMethodRequest(ObjectIds.Server, method, [input])]))).Results[0];
            Assert.Equal(StatusCodes.BadInvalidArgument, result.Status.Code);
            Assert.True(Assert.Single(result.InputArgumentResults).IsBad);
        }

        var many = (await client.CallAsync<CallRequest, CallResponse>(new([new CallMethodRequest(ObjectIds.Server, method, new Variant[50_000])]))).Results[0];
        Assert.Equal(StatusCodes.BadTooManyArguments, many.Status.Code);
        await other();
    });

    [Fact]
    public void Megabytes_that_are_written_to_a_number() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        for (var i = 0; i < 20; i++)
        {
            var response = await client.CallAsync<WriteRequest, WriteResponse>(new([
                .. Enumerable.Repeat(new WriteValue(Bench.Id("Setpoint"), AttributeId.Value, null, new DataValue(new Variant(new byte[1_000_000]))), 4),
            ]));
            Assert.All(response.Results, static r => Assert.Equal(StatusCodes.BadTypeMismatch, r.Code));
        }

        await other();
        Assert.Equal(0, bench.Server.Unfinished.Bytes);
        client.Send(new WriteRequest([new WriteValue(Bench.Id("Setpoint"), AttributeId.Value, null, new DataValue(new string('x', 1_000_000)))]));
        Assert.Equal(StatusCodes.BadEncodingLimitsExceeded, (await client.ErrorAsync())!.Value.Code);
    });

    /// <summary>The table of subscriptions is as long as they are many, and its rows count their items: watched by thousands of items it is worked out once.</summary>
    [Fact]
    public void A_table_of_diagnostics_that_everybody_watches() => Attack(async (bench, other) =>
    {
        var table = new NodeId(0, 2290);
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        var made = await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [.. Enumerable.Repeat(Item(table), 2_000)]));
        Assert.All(made.Results, static r => Assert.Equal(1_000, r.RevisedSamplingInterval));
        var node = (VariableNode)bench.Space.Find(table)!;
        var now = node.Value.Value.Elements;
        Assert.Same(now, node.Value.Value.Elements);
        await client.CallAsync<ReadRequest, ReadResponse>(ReadOfServer);
        Assert.NotSame(now, node.Value.Value.Elements);
        bench.Step(1_000);
        await other();
    });

    [Fact]
    public void Endpoints_are_asked_for_and_never_read() => Attack(async (bench, other) =>
    {
        var client = new SilentClient(bench);
        await client.HelloAsync();
        await client.OpenChannelAsync();
        for (var i = 0; i < 5_000; i++)
        {
            client.Send(new GetEndpointsRequest("opc.tcp://filler-1:4840/", [], []));
        }

        bench.Settle();
        var connection = bench.Server.Connections.Single(c => c.ChannelId == client.Writer.ChannelId);
        Assert.InRange(connection.Writer.WaitingBytes, 0, bench.Server.Limits.MaxWaitingBytes + 10_000);
        await other();
        await client.LeaveAsync();
    });

    [Fact]
    public void Subscriptions_that_are_changed_without_end() => Attack(async (bench, other) =>
    {
        var client = await OpenAsync(bench);
        var subscription = await SubscribeAsync(client);
        for (var i = 0; i < 1_000; i++)
        {
            await client.CallAsync<ModifySubscriptionRequest, ModifySubscriptionResponse>(new(subscription, 50 + (i % 100), uint.MaxValue, uint.MaxValue, uint.MaxValue, 255));
            await client.CallAsync<SetPublishingModeRequest, SetPublishingModeResponse>(new(i % 2 == 0, [subscription]));
        }

        await other();
    });

    private static DataValue Single(ReadResponse response) => Assert.Single(response.Results);

    private static async Task<NodeId> CreateSessionAsync(SilentClient client) => (await client.CallAsync<CreateSessionRequest, CreateSessionResponse>(new(
        new ApplicationDescription("urn:c", "urn:c", "c", ApplicationType.Client), null, null, "s", new byte[32], null, 3_600_000, 0))).AuthenticationToken;

    private static Task ChunkAsync(SilentClient client, char isFinal, uint sequence, uint request, byte[] body) =>
        client.SendRawAsync(MessageReaderTests.Chunk("MSG" + isFinal, sequence, request, body, client.Writer.ChannelId, client.Writer.TokenId));

    private static async Task<SilentClient> OpenAsync(Bench bench)
    {
        var client = new SilentClient(bench);
        await client.OpenAsync(sessionTimeout: 3_600_000);
        return client;
    }

    private static async Task<uint> SubscribeAsync(SilentClient client) =>
        (await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(100, 10_000, 100, 0, PublishingEnabled: true, 0))).SubscriptionId;

    private static MonitoredItemCreateRequest Item(NodeId node, double samplingInterval = 0) => new(
        new ReadValueId(node, AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, samplingInterval, null, uint.MaxValue, true));

    private static async Task<uint> RefusalAsync<T>(Func<Task<T>> call) => (await Assert.ThrowsAsync<OpcUaException>(call)).Status.Code;
}
