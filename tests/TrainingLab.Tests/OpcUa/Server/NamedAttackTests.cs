using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server;
using TrainingLab.Tests.OpcUa.Channel;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>
/// The attacks that everybody tries, by name, on an unprotected server: each costs the attacker its connection or is refused, what it may make the server hold is bounded, and
/// another client is answered before, during and after. On a protected server: <see cref="Security.HostileSecurityTests"/> (long certificate chain, wrong nonce length, replay, token of
/// another channel) and <see cref="Security.UserSignInTests"/> (password guessing).
/// </summary>
public class NamedAttackTests
{
    [Fact]
    public void Endless_chunks_without_a_final_one() => Attack(async (bench, other) =>
    {
        var attackers = new List<SilentClient>();
        for (var i = 0; i < 30; i++)
        {
            var attacker = new SilentClient(bench);
            await attacker.HelloAsync();
            await attacker.OpenChannelAsync();
            attackers.Add(attacker);
        }

        // 30 connections with 60 chunks of 60 kB each would be more than 100 MB.
        var body = new byte[60_000];
        for (uint chunk = 0; chunk < 60; chunk++)
        {
            foreach (var attacker in attackers)
            {
                await attacker.SendRawAsync(MessageReaderTests.Chunk("MSGC", chunk + 2, 9, body, attacker.Writer.ChannelId, attacker.Writer.TokenId));
            }

            bench.Settle();
            Assert.InRange(bench.Server.Unfinished.Bytes, 0, bench.Server.Limits.MaxUnfinishedBytes);
            await other();
        }

        Assert.Equal(StatusCodes.BadTcpNotEnoughResources, (await attackers[0].ErrorAsync())!.Value.Code);

        // One alone comes to the end of what a message may be.
        var alone = new SilentClient(bench);
        await alone.HelloAsync();
        await alone.OpenChannelAsync();
        for (uint chunk = 0; chunk < 80; chunk++)
        {
            await alone.SendRawAsync(MessageReaderTests.Chunk("MSGC", chunk + 2, 9, body, alone.Writer.ChannelId, alone.Writer.TokenId));
        }

        Assert.Equal(StatusCodes.BadTcpMessageTooLarge, (await alone.ErrorAsync())!.Value.Code);
        foreach (var attacker in attackers)
        {
            await attacker.LeaveAsync();
        }

        bench.Settle();
        Assert.Equal(0, bench.Server.Unfinished.Bytes);
    });

    [Theory]
    [InlineData(int.MaxValue, StatusCodes.BadEncodingLimitsExceeded)]
    [InlineData(100_001, StatusCodes.BadEncodingLimitsExceeded)]
    [InlineData(100_000, StatusCodes.BadDecodingError)]
    public void Huge_array_length(int length, uint expected) => Attack(async (bench, _) =>
    {
        var attacker = await OpenAsync(bench);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await SendAsync(attacker, ReadRequest.TypeId, [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, .. BitConverter.GetBytes(length)]);
        Assert.Equal(expected, (await attacker.ErrorAsync())!.Value.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    });

    [Fact]
    public void Deep_variant_nesting() => Attack(async (bench, _) =>
    {
        var attacker = await OpenAsync(bench);
        byte[] opening = [0x98, 1, 0, 0, 0];
        await SendAsync(attacker, WriteRequest.TypeId, [1, 0, 0, 0, 0, 84, 13, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, .. Enumerable.Repeat(opening, 10_000).SelectMany(static b => b)]);
        Assert.Equal(StatusCodes.BadEncodingLimitsExceeded, (await attacker.ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void Recursive_filter_operands() => Attack(async (bench, other) =>
    {
        var attacker = await OpenAsync(bench);
        var subscription = await SubscribeAsync(attacker);

        // An element that names itself or an earlier one is refused; one that names the next one twice, a hundred times over, would be 2^100 steps if it were followed naively.
        foreach (var index in new uint[] { 0, 1, uint.MaxValue })
        {
            var circle = await CreateEventItemAsync(attacker, subscription, [new(FilterOperator.Not, [new ExtensionObject(new ElementOperand(index))])]);
            Assert.Equal(StatusCodes.BadEventFilterInvalid, circle.Status.Code);
        }

        var ladder = Enumerable.Range(1, 100).Select(static i => i == 100
            ? new ContentFilterElement(FilterOperator.IsNull, [new ExtensionObject(new LiteralOperand(default))])
            : new ContentFilterElement(FilterOperator.And, [new ExtensionObject(new ElementOperand((uint)i)), new ExtensionObject(new ElementOperand((uint)i))]));
        Assert.Equal(StatusCodes.Good, (await CreateEventItemAsync(attacker, subscription, [.. ladder])).Status.Code);
        await other();
    });

    [Fact]
    public void Replayed_sequence_number() => Attack(async (bench, _) =>
    {
        var attacker = await OpenAsync(bench);
        byte[] nothing = [0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        await SendAsync(attacker, ReadRequest.TypeId, nothing);
        await SendAsync(attacker, ReadRequest.TypeId, nothing);
        Assert.Equal(StatusCodes.BadSequenceNumberInvalid, (await attacker.ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void Old_token_after_renewal() => Attack(async (bench, _) =>
    {
        var attacker = await OpenAsync(bench);
        var old = attacker.Writer.TokenId;
        await attacker.OpenChannelAsync(SecurityTokenRequestType.Renew);
        await attacker.CallAsync<ReadRequest, ReadResponse>(ReadOf(ObjectIds.Server));
        attacker.Writer.TokenId = old;
        attacker.Send(ReadOf(ObjectIds.Server));
        Assert.Equal(StatusCodes.BadSecureChannelTokenUnknown, (await attacker.ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void Session_token_of_another_channel() => Attack(async (bench, _) =>
    {
        var owner = await OpenAsync(bench);
        var thief = await OpenAsync(bench);
        thief.Token = owner.Token;
        Assert.Equal(StatusCodes.BadSecureChannelIdInvalid, await RefusalAsync(() => thief.CallAsync<ReadRequest, ReadResponse>(ReadOf(ObjectIds.Server))));
        Assert.Equal(StatusCodes.BadSecureChannelIdInvalid, await RefusalAsync(() => thief.CallAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(true))));
        await owner.CallAsync<ReadRequest, ReadResponse>(ReadOf(ObjectIds.Server));
    });

    [Fact]
    public void Browse_path_recursion() => Attack(async (bench, other) =>
    {
        // To and fro between a type and everything that is of that type: a path without end, and many paths at once.
        var attacker = await OpenAsync(bench);
        var there = new RelativePathElement(ReferenceTypeIds.HasTypeDefinition, IsInverse: true, IncludeSubtypes: true, new QualifiedName(0, "EURange"));
        var back = new RelativePathElement(ReferenceTypeIds.HasTypeDefinition, IsInverse: false, IncludeSubtypes: true, new QualifiedName(0, "PropertyType"));
        RelativePathElement[] Path(int steps) => [.. Enumerable.Range(0, steps).Select(i => i % 2 == 0 ? there : back)];
        var propertyType = new NodeId(0, 68);
        var endless = await attacker.CallAsync<TranslateBrowsePathsToNodeIdsRequest, TranslateBrowsePathsToNodeIdsResponse>(new([new BrowsePath(propertyType, Path(50_000))]));
        Assert.Equal(StatusCodes.BadQueryTooComplex, endless.Results[0].Status.Code);
        await other();
        var many = await attacker.CallAsync<TranslateBrowsePathsToNodeIdsRequest, TranslateBrowsePathsToNodeIdsResponse>(new([.. Enumerable.Repeat(new BrowsePath(propertyType, Path(100)), 1_000)]));
        Assert.All(many.Results, static r => Assert.Contains(r.Status.Code, new uint[] { StatusCodes.Good, StatusCodes.BadNoMatch, StatusCodes.BadQueryTooComplex }));
        Assert.Equal(StatusCodes.BadQueryTooComplex, many.Results[^1].Status.Code);
    });

    [Fact]
    public void Subscription_flood() => Attack(async (bench, other) =>
    {
        var granted = 0;
        for (var i = 0; i < 15; i++)
        {
            var attacker = await OpenAsync(bench);
            for (var status = 0u; status == 0;)
            {
                try
                {
                    await attacker.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(0, uint.MaxValue, uint.MaxValue, 0, PublishingEnabled: true, 255));
                    granted++;
                }
                catch (OpcUaException e)
                {
                    status = e.Status.Code;
                    Assert.Equal(StatusCodes.BadTooManySubscriptions, status);
                }
            }

            await other();
        }

        // The other client's own is of its reserve.
        Assert.Equal(bench.Server.Limits.MaxSubscriptions + (15 * bench.Server.Limits.ReservedSubscriptionsPerSession), granted);
        bench.Step(1_000);
        await other();
    });

    [Fact]
    public void Monitored_item_flood() => Attack(async (bench, other) =>
    {
        var granted = 0;
        for (var i = 0; i < 3; i++)
        {
            var attacker = await OpenAsync(bench);
            var subscription = await SubscribeAsync(attacker);
            for (var round = 0; round < 6; round++)
            {
                var response = await attacker.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [.. Enumerable.Repeat(
                    new MonitoredItemCreateRequest(
                        new ReadValueId(Bench.Id("Speed"), AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, double.NaN, null, uint.MaxValue, true)),
                    1_000)]));
                granted += response.Results.Count(static r => r.Status.IsGood);
                bench.Step(2);
                Assert.All(response.Results, r => Assert.True(r.Status.IsGood ? r.RevisedQueueSize <= bench.Server.Limits.MaxQueueSize : r.Status.Code == StatusCodes.BadTooManyMonitoredItems));
            }

            await other();
        }

        // The other client's item is of its reserve.
        Assert.Equal(bench.Server.Limits.MaxMonitoredItems + (3 * bench.Server.Limits.ReservedMonitoredItemsPerSession), granted);
        for (var i = 0; i < 300; i++)
        {
            ((VariableNode)bench.Space.Find(Bench.Id("Speed"))!).SetValue(i);
        }

        Assert.InRange(bench.Server.Subscriptions.Memory.Used, 1, bench.Server.Limits.MaxNotificationBytes + (bench.Server.Limits.MaxMonitoredItems * 100));
        await other();
    });

    [Fact]
    public void Slow_reader_that_never_takes_an_answer() => Attack(async (bench, other) =>
    {
        var curve = bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Curve"), "Curve", BuiltInType.Double, new VariableOptions { ValueRank = 1, InitialValue = Variant.From(new double[20_000]) });
        var attacker = await OpenAsync(bench);
        var subscription = await SubscribeAsync(attacker);
        await attacker.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [
            new MonitoredItemCreateRequest(new ReadValueId(Bench.Id("Curve"), AttributeId.Value, null, default), MonitoringMode.Reporting, new MonitoringParameters(1, 0, null, uint.MaxValue, true)),
        ]));
        for (var i = 0; i < 50; i++)
        {
            attacker.Send(new PublishRequest([]));
            attacker.Send(new ReadRequest(0, TimestampsToReturn.Neither, [.. Enumerable.Repeat(new ReadValueId(Bench.Id("Curve"), AttributeId.Value, null, default), 25)]));
        }

        var limits = bench.Server.Limits;
        var connection = bench.Server.Sessions.Single(s => s.AuthenticationToken == attacker.Token).Connection;
        for (var i = 0; i < 500; i++)
        {
            curve.SetValue(Variant.From(new double[20_000]));
            bench.Step(50);
            Assert.InRange(connection.Writer.WaitingBytes, 0, limits.MaxWaitingBytes + limits.MaxMessageSize + 10_000);
            Assert.InRange(bench.Server.Subscriptions.Memory.Used, 0, limits.MaxNotificationBytes + 1_000_000);
        }

        await other();
    });

    [Fact]
    public void One_thousand_half_open_connections() => Attack(async (bench, other) =>
    {
        var idle = new List<SilentClient>();
        for (var i = 0; i < 1_000; i++)
        {
            var attacker = new SilentClient(bench);
            if (i % 2 == 0)
            {
                await attacker.SendRawAsync([(byte)'H', (byte)'E']);
            }
            else
            {
                await attacker.HelloAsync();
                await attacker.OpenChannelAsync();
            }

            idle.Add(attacker);
            Assert.InRange(bench.Server.ConnectionCount, 0, bench.Server.Limits.MaxConnections);
        }

        // A newcomer is let in: whoever is idle for longest gives way (OPC 10000-4, 5.6.2.1). Those with a session stay.
        await using var late = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.Good, (await late.ReadAsync(Bench.Id("Speed"), TestContext.Current.CancellationToken)).Status.Code);
        await other();
        bench.Settle();
        Assert.Equal(StatusCodes.BadTcpNotEnoughResources, (await idle[1].ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void Password_guessing_is_slowed_down_and_told_as_audit_events() => Attack(
        async (bench, other) =>
        {
            await using var auditor = await bench.ConnectAsync();
            var told = new List<string>();
            SimpleAttributeOperand Field(string name) => new(default, [new QualifiedName(0, name)], AttributeId.Value, null);
            var activations = new ContentFilter([new ContentFilterElement(FilterOperator.OfType, [new ExtensionObject(new LiteralOperand(new Variant(new NodeId(0, 2075))))])]);
            await using var subscription = await auditor.SubscribeEventsAsync(
                100, ObjectIds.Server, new EventFilter([Field("Status"), Field("ClientUserId")], activations), fields => told.Add($"{fields[1]} {fields[0]}"), TestContext.Current.CancellationToken);
            var attacker = new SilentClient(bench);
            await attacker.HelloAsync();
            await attacker.OpenChannelAsync();
            var session = await attacker.CallAsync<CreateSessionRequest, CreateSessionResponse>(new CreateSessionRequest(
                new ApplicationDescription("urn:c", "urn:c", "c", ApplicationType.Client), null, null, "s", new byte[32], null, 3_600_000, 0));
            attacker.Token = session.AuthenticationToken;
            var waited = new List<int>();
            for (var guess = 0; guess < 8; guess++)
            {
                attacker.Send(new ActivateSessionRequest(
                    default, [], null, new ExtensionObject(new UserNameIdentityToken("username", "admin", System.Text.Encoding.UTF8.GetBytes($"guess {guess}"), null)), default));
                var answer = attacker.AnswerAsync<ActivateSessionResponse>();
                var seconds = 0;
                for (bench.Settle(); !answer.IsCompleted; seconds++)
                {
                    bench.Step(1_000);
                }

                Assert.Equal(StatusCodes.BadUserAccessDenied, await RefusalAsync(() => answer));
                waited.Add(seconds);
                await other();
            }

            Assert.Equal([0, 0, 0, 1, 2, 4, 8, 16], waited);
            bench.Step(200);
            Assert.Equal(8, told.Count(static t => t.StartsWith("admin ", StringComparison.Ordinal)));
        },
        prepare: static bench => bench.Options = bench.Options with { Users = static (_, _, _, _) => ValueTask.FromResult<StatusCode>(StatusCodes.BadUserAccessDenied) });

    /// <summary>Runs an attack; the second argument reads a value as another client does and sees that its subscription goes on.</summary>
    internal static void Attack(Func<Bench, Func<Task>, Task> attack, Action<Bench>? prepare = null) => Bench.Run(async bench =>
    {
        prepare?.Invoke(bench);
        var speed = bench.AddMachine();
        await using var client = await bench.ConnectAsync();
        var seen = 0;
        await using var subscription = await client.SubscribeAsync(100, [new WatchItem(speed.Id, 0)], _ => seen++, TestContext.Current.CancellationToken);
        var value = 0;
        async Task Other()
        {
            Assert.Equal(StatusCodes.Good, (await client.ReadAsync(speed.Id, TestContext.Current.CancellationToken)).Status.Code);
            var before = seen;
            speed.SetValue(1_000 + ++value);
            bench.Step(200);
            Assert.True(seen > before, "the other client's subscription has stopped");
        }

        await Other();
        await attack(bench, Other);
        await Other();
    });

    /// <summary>Sends the body of a request as it is, as the fourth chunk of a client that has just signed in.</summary>
    private static async Task SendAsync(SilentClient client, uint type, byte[] rest)
    {
        using var writer = new UaWriter();
        writer.WriteNodeId(new NodeId(0, type));
        new RequestHeader(client.Token, default, 1, 0, null, 0).Write(writer);
        writer.WriteRaw(rest);
        await client.SendRawAsync(MessageReaderTests.Chunk("MSGF", 4, 4, writer.Written.ToArray(), client.Writer.ChannelId, client.Writer.TokenId));
    }

    private static async Task<SilentClient> OpenAsync(Bench bench)
    {
        var client = new SilentClient(bench);
        await client.OpenAsync(sessionTimeout: 3_600_000);
        return client;
    }

    private static async Task<uint> SubscribeAsync(SilentClient client) =>
        (await client.CallAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(100, 10_000, 100, 0, PublishingEnabled: true, 0))).SubscriptionId;

    private static async Task<MonitoredItemCreateResult> CreateEventItemAsync(SilentClient client, uint subscription, ContentFilterElement[] where) =>
        (await client.CallAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(subscription, TimestampsToReturn.Both, [
            new MonitoredItemCreateRequest(
                new ReadValueId(ObjectIds.Server, AttributeId.EventNotifier, null, default), MonitoringMode.Reporting,
                new MonitoringParameters(1, 0, new ExtensionObject(new EventFilter([new SimpleAttributeOperand(default, [new QualifiedName(0, "Message")], AttributeId.Value, null)], new ContentFilter(where))), 10, true)),
        ]))).Results[0];

    private static ReadRequest ReadOf(NodeId node) => new(0, TimestampsToReturn.Both, [new ReadValueId(node, AttributeId.NodeId, null, default)]);

    private static async Task<uint> RefusalAsync<T>(Func<Task<T>> call) => (await Assert.ThrowsAsync<OpcUaException>(call)).Status.Code;
}
