using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.Tests.OpcUa.Channel;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>Bytes that no client should send close that connection with the protocol's own error, and disturb nobody else.</summary>
public class HostileClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("web browser", "474554202F20485454502F312E310D0A", StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData("message before hello", "4D534746180000000000000000000000010000000100000000", StatusCodes.BadTcpMessageTypeInvalid)]
    [InlineData("huge hello", "48454C46FFFFFF7F", StatusCodes.BadTcpMessageTooLarge)]
    [InlineData("short hello", "48454C460C00000000000000", StatusCodes.BadDecodingError)]
    [InlineData("small buffers", "48454C46200000000000000000100000001000000000000000000000FFFFFFFF", StatusCodes.BadConnectionRejected)]
    [InlineData("an acknowledge", "41434B461C0000000000000000000100000001000000000000000000", StatusCodes.BadTcpMessageTypeInvalid)]
    public void Wrong_first_bytes(string what, string hex, uint expected) => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var other = await bench.ConnectAsync();
        var client = new SilentClient(bench);
        await client.SendRawAsync(Convert.FromHexString(hex));
        Assert.True(await client.ErrorAsync() == expected, what);
        Assert.Equal(1, bench.Server.ConnectionCount);
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(Bench.Id("Speed"), Cancellation)).Status.Code);
    });

    [Fact]
    public void An_endpoint_url_of_more_than_4096_bytes() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        client.Writer.WriteHandshake(TrainingLab.OpcUa.Channel.MessageType.Hello, new Hello(0, 65_536, 65_536, 0, 0, "opc.tcp://" + new string('x', 5000)));
        client.Writer.Send();
        Assert.Equal(StatusCodes.BadTcpEndpointUrlInvalid, (await client.ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void A_second_hello() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        client.Writer.WriteHandshake(TrainingLab.OpcUa.Channel.MessageType.Hello, new Hello(0, 65_536, 65_536, 0, 0, null));
        client.Writer.Send();
        Assert.Equal(StatusCodes.BadTcpMessageTypeInvalid, (await client.ErrorAsync())!.Value.Code);
    });

    [Theory]
    [InlineData(2u, 1u, StatusCodes.BadTcpSecureChannelUnknown)]
    [InlineData(0u, 9u, StatusCodes.BadSecureChannelTokenUnknown)]
    public void A_channel_or_token_that_is_not_the_clients(uint channelOffset, uint tokenOffset, uint expected) => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        client.Writer.ChannelId += channelOffset;
        client.Writer.TokenId += tokenOffset;
        client.Send(new ReadRequest(0, TimestampsToReturn.Both, [new ReadValueId(ObjectIds.Server, AttributeId.NodeId, null, default)]));
        Assert.Equal(expected, (await client.ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void The_old_token_is_good_until_the_new_one_is_used() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var read = new ReadRequest(0, TimestampsToReturn.Both, [new ReadValueId(ObjectIds.Server, AttributeId.NodeId, null, default)]);
        var old = client.Writer.TokenId;
        var renewed = await client.OpenChannelAsync(SecurityTokenRequestType.Renew);
        client.Writer.TokenId = old;
        await client.CallAsync<ReadRequest, ReadResponse>(read);
        client.Writer.TokenId = renewed.TokenId;
        await client.CallAsync<ReadRequest, ReadResponse>(read);
        client.Writer.TokenId = old;
        client.Send(read);
        Assert.Equal(StatusCodes.BadSecureChannelTokenUnknown, (await client.ErrorAsync())!.Value.Code);
    });

    [Fact]
    public void A_token_that_is_never_renewed_ends_the_channel() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync(sessionTimeout: 3_600_000);
        bench.Step(749_000);
        Assert.Equal(1, bench.Server.ConnectionCount);
        bench.Step(2_000);
        Assert.Equal(0, bench.Server.ConnectionCount);
    });

    [Fact]
    public void A_connection_that_says_nothing_is_closed() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        bench.Step(14_000);
        Assert.Equal(1, bench.Server.ConnectionCount);
        bench.Step(2_000);
        Assert.Equal(StatusCodes.BadTimeout, (await client.ErrorAsync())!.Value.Code);
        Assert.Equal(0, bench.Server.ConnectionCount);
    });

    [Fact]
    public void The_session_of_another_channel() => Bench.Run(async bench =>
    {
        var owner = new SilentClient(bench);
        await owner.OpenAsync();
        var thief = new SilentClient(bench);
        await thief.OpenAsync();
        thief.Token = owner.Token;
        var read = new ReadRequest(0, TimestampsToReturn.Both, [new ReadValueId(ObjectIds.Server, AttributeId.NodeId, null, default)]);
        var e = await Assert.ThrowsAsync<OpcUaException>(() => thief.CallAsync<ReadRequest, ReadResponse>(read));
        Assert.Equal(StatusCodes.BadSecureChannelIdInvalid, e.Status.Code);
        thief.Token = new NodeId(0, new byte[32]);
        e = await Assert.ThrowsAsync<OpcUaException>(() => thief.CallAsync<ReadRequest, ReadResponse>(read));
        Assert.Equal(StatusCodes.BadSessionIdInvalid, e.Status.Code);
    });

    [Fact]
    public void Sessions_that_are_created_and_never_used_give_way() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        await using var other = await bench.ConnectAsync();
        var client = new SilentClient(bench);
        await client.HelloAsync();
        await client.OpenChannelAsync();
        for (var i = 0; i < 200; i++)
        {
            await client.CallAsync<CreateSessionRequest, CreateSessionResponse>(new CreateSessionRequest(
                new ApplicationDescription("urn:c", "urn:c", "c", ApplicationType.Client), null, null, "s", new byte[32], null, 3_600_000, 0));
        }

        await using var late = await bench.ConnectAsync();
        Assert.Equal(StatusCodes.Good, (await late.ReadAsync(Bench.Id("Speed"), Cancellation)).Status.Code);
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(Bench.Id("Speed"), Cancellation)).Status.Code);
    });

    [Fact]
    public void A_service_that_is_not_there_is_answered() => Bench.Run(async bench =>
    {
        var client = new SilentClient(bench);
        await client.OpenAsync();
        var e = await Assert.ThrowsAsync<OpcUaException>(() => client.CallAsync<QueryFirst, ReadResponse>(new QueryFirst()));
        Assert.Equal(StatusCodes.BadServiceUnsupported, e.Status.Code);
    });

    [Fact]
    public void A_request_cut_at_every_byte_never_harms_anybody_else() => Bench.Run(async bench =>
    {
        bench.Options = bench.Options with { Limits = bench.Options.Limits with { MaxSessions = 1_000 } };
        bench.AddMachine();
        await using var other = await bench.ConnectAsync();
        var request = new CreateMonitoredItemsRequest(1, TimestampsToReturn.Both, [
            new MonitoredItemCreateRequest(
                new ReadValueId(Bench.Id("Speed"), AttributeId.Value, "1:2", default),
                MonitoringMode.Reporting,
                new MonitoringParameters(1, 100, new ExtensionObject(new DataChangeFilter(DataChangeTrigger.StatusValue, 1, 2)), 1, true)),
        ]);
        var total = Body(request, new NodeId(0, new byte[32])).Length;
        for (var length = 0; length < total; length++)
        {
            var client = new SilentClient(bench);
            await client.OpenAsync();
            var body = Body(request, client.Token);
            await client.SendRawAsync(MessageReaderTests.Chunk("MSGF", 4, 4, body[..length], client.Writer.ChannelId, client.Writer.TokenId));
            var error = await client.ErrorAsync();
            Assert.True(error?.Code is StatusCodes.BadDecodingError, $"cut at {length}: {error}");
        }

        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(Bench.Id("Speed"), Cancellation)).Status.Code);
    });

    [Fact]
    public void A_client_that_stops_reading_stops_being_read() => Bench.Run(async bench =>
    {
        bench.AddMachine();
        bench.Space.AddVariable(Bench.Id("Machine"), Bench.Id("Curve"), "Curve", BuiltInType.Double, new VariableOptions { ValueRank = 1, InitialValue = Variant.From(new double[20_000]) });
        await using var other = await bench.ConnectAsync();
        var client = new SilentClient(bench);
        await client.OpenAsync();
        for (var i = 0; i < 200; i++)
        {
            client.Send(new ReadRequest(0, TimestampsToReturn.Neither, [new ReadValueId(Bench.Id("Curve"), AttributeId.Value, null, default)]));
        }

        bench.Settle();
        Assert.Equal(StatusCodes.Good, (await other.ReadAsync(Bench.Id("Speed"), Cancellation)).Status.Code);
        await bench.Server.CloseAsync();
        bench.Settle();
        Assert.Equal(0, bench.Server.ConnectionCount);
    });

    private static byte[] Body<T>(T request, NodeId token)
        where T : IServiceMessage<T>
    {
        using var writer = new UaWriter();
        writer.WriteNodeId(new NodeId(0, T.TypeId));
        new RequestHeader(token, default, 1, 0, null, 0).Write(writer);
        request.Write(writer);
        return writer.Written.ToArray();
    }

    /// <summary>A request that this server does not know.</summary>
    private sealed record QueryFirst : IServiceMessage<QueryFirst>
    {
        public static uint TypeId => 615;

        public void Write(UaWriter writer)
        {
            writer.WriteUInt32Array([1]);
            writer.WriteBoolean(true);
        }

        public static QueryFirst Read(ref UaReader reader) => new();
    }
}
