using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;
using TrainingLab.InteropTests.Peers;
using TrainingLab.Network;
using TrainingLab.Network.Capture;
using TrainingLab.Network.Topology;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Client;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;
using Xunit;

namespace TrainingLab.InteropTests.OpcUa;

/// <summary>Wireshark's dissector reads a captured session that asks for every service our server answers: each message to its end, none malformed.</summary>
public class TsharkOpcUaTests
{
    private const ushort Port = 4840;

    /// <summary>Binary encoding ids of the requests that are sent and the responses that come (OPC 10000-6, annex A); 397 is ServiceFault, 446 and 449 open the channel.</summary>
    private static readonly uint[] Services =
    [
        446, 449, 428, 431, 422, 425, 461, 464, 467, 470, 473, 476, 479, 482, 397,
        527, 530, 533, 536, 554, 557, 560, 563, 566, 569, 631, 634, 673, 676, 664, 667, 700, 703, 712, 715,
        787, 790, 793, 796, 799, 802, 826, 829, 832, 835, 841, 844, 847, 850, 751, 754, 763, 766, 769, 772, 775, 778, 781, 784,
        488, 491, 494, 497, 500, 503, 506, 509,
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_service_is_dissected_and_nothing_is_malformed()
    {
        var packets = await DissectAsync(await CaptureAsync(EndpointSecurity.None));
        var seen = packets.SelectMany(static p => p.Services).ToHashSet();
        Assert.DoesNotContain(Services, s => !seen.Contains(s));
        Assert.Contains(packets, static p => p.Transport.Contains("HEL", StringComparison.Ordinal));
        Assert.Contains(packets, static p => p.Transport.Contains("ACK", StringComparison.Ordinal));
        Assert.Contains(packets, static p => p.Transport.Contains("ERR", StringComparison.Ordinal));
        Assert.Contains(packets, static p => p.Transport.Contains("CLO", StringComparison.Ordinal));
        Assert.True(packets.Sum(static p => p.Chunks) > 4, "no message in chunks");
    }

    [Theory]
    [InlineData("Basic256Sha256", MessageSecurityMode.Sign)]
    [InlineData("Basic256Sha256", MessageSecurityMode.SignAndEncrypt)]
    [InlineData("Aes128_Sha256_RsaOaep", MessageSecurityMode.SignAndEncrypt)]
    [InlineData("Aes256_Sha256_RsaPss", MessageSecurityMode.Sign)]
    [InlineData("Aes256_Sha256_RsaPss", MessageSecurityMode.SignAndEncrypt)]
    public async Task Protected_messages_have_their_frames_and_nothing_is_malformed(string policy, MessageSecurityMode mode)
    {
        var packets = await DissectAsync(await CaptureAsync(new EndpointSecurity(SecurityPolicy.All.First(p => p.Name == policy), mode)));
        Assert.Contains(packets, static p => p.Transport.Contains("OPN", StringComparison.Ordinal));
        Assert.True(packets.Count(static p => p.Transport.Contains("MSG", StringComparison.Ordinal)) > 40);
    }

    /// <summary>A session that asks for every service, on a plant network of two hosts that is captured at the client's.</summary>
    private static async Task<byte[]> CaptureAsync(EndpointSecurity wanted)
    {
        using var context = new SerialContext();
        return await context.InvokeAsync(async () =>
        {
            using var network = new PlantNetwork(
                new PlantTopology(
                    [Host("desk", "10.9.0.10"), Host("machine", "10.9.0.11")],
                    [new PlantSwitch("sw", [SwitchPort.Access(1, 10), SwitchPort.Access(2, 10)], Ipv4Address.Parse("10.9.0.2"), 24, 10)],
                    null,
                    [new Cable(new CableEnd("desk"), new CableEnd("sw", 1)), new Cable(new CableEnd("machine"), new CableEnd("sw", 2))]),
                new PlantNetworkOptions { Time = TimeProvider.System });
            using var own = Certificate("urn:test:desk");
            var server = AlarmingServer.Create(wanted.Policy.IsSecure
                ? new ServerSecurity { Certificate = Certificate("urn:test:filler-1"), Store = new MemoryCertificateStore(), Endpoints = ServerSecurity.AllSecured, Rules = new CertificateRules { AcceptAll = true } }
                : null);
            network.Listen("machine", Port, (transport, peer, cancellationToken) =>
                server.ServeAsync(transport, new OpcUaPeer(peer.Host, "10.9.0.10", TimeProvider.System), cancellationToken));
            var capture = network.StartCapture(new CaptureOptions { Points = ["desk"], MaxBytes = 64 * 1024 * 1024 });
            async ValueTask<IDuplexPipe> DialAsync() => (await network.ConnectAsync("desk", "machine", Port, cancellationToken: Cancellation)).Connection!;
            var options = new OpcUaClientOptions { EndpointUrl = $"opc.tcp://machine:{Port}/", Certificate = own, Security = wanted, Limits = new OpcUaLimits { MaxChunkSize = wanted.Policy.IsSecure ? 65_536 : 8192 } };
            if (wanted.Policy.IsSecure)
            {
                options = options with { Endpoint = ServerTrust.Choose(await OpcUaClient.GetEndpointsAsync(await DialAsync(), options, TimeProvider.System, Cancellation), wanted) };
            }

            await new EveryService(await OpenAsync(await DialAsync(), options), server, nodes: wanted.Policy.IsSecure ? 40 : 300).AskAsync(async () => await OpenAsync(await DialAsync(), options));
            if (!wanted.Policy.IsSecure)
            {
                await BreakOffAsync(await DialAsync());
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation);
            capture.Dispose();
            return capture.ToArray();
        });
    }

    private static async Task<ClientChannel> OpenAsync(IDuplexPipe transport, OpcUaClientOptions options) =>
        await ClientChannel.OpenAsync(transport, options, ServerTrust.Secure(options, TimeProvider.System.GetUtcNow()), TimeProvider.System, Cancellation);

    /// <summary>A client whose buffers are smaller than the standard allows: the server says so in an error message.</summary>
    private static async Task BreakOffAsync(IDuplexPipe transport)
    {
        using var writer = new MessageWriter(transport.Output);
        writer.WriteHandshake(MessageType.Hello, new Hello(0, 100, 100, 0, 0, $"opc.tcp://machine:{Port}/"));
        writer.Send();
        await transport.Input.ReadAsync(Cancellation);
        await transport.Output.CompleteAsync();
        await transport.Input.CompleteAsync();
    }

    private static PlantHost Host(string id, string address) => new(id, Ipv4Address.Parse(address), 24, Ipv4Address.Parse("10.9.0.1"));

    private static ApplicationCertificate Certificate(string uri) => ApplicationCertificate.SelfSigned(
        new CertificateContent { ApplicationUri = uri, CommonName = uri[(uri.LastIndexOf(':') + 1)..], Hosts = ["machine"], NotBefore = TimeProvider.System.GetUtcNow().AddDays(-1) }, RSA.Create(2048));

    private static async Task<IReadOnlyList<Packet>> DissectAsync(byte[] capture)
    {
        var tshark = PeerRequirement.Program("tshark");
        var file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".pcapng");
        await File.WriteAllBytesAsync(file, capture, Cancellation);
        try
        {
            Assert.Equal("", await RunAsync(tshark, "-r", file, "-Y", "_ws.malformed || _ws.expert.severity >= 0x00800000", "-V"));
            var lines = await RunAsync(tshark, "-r", file, "-Y", "opcua", "-T", "fields", "-E", "occurrence=a", "-E", "aggregator=,", "-e", "opcua.transport.type", "-e", "opcua.servicenodeid.numeric", "-e", "opcua.transport.chunk");
            return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => l.TrimEnd('\r').Split('\t')).Select(static f => new Packet(
                f[0],
                [.. f[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static n => uint.Parse(n, CultureInfo.InvariantCulture))],
                f[2].Count(static c => c == 'C')))];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, StandardOutputEncoding = Encoding.UTF8 };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }

    private sealed record Packet(string Transport, IReadOnlyList<uint> Services, int Chunks);

    /// <summary>Sends every request that the server knows, some that it refuses, and waits for data, events and a keep-alive.</summary>
    /// <param name="channel">Where.</param>
    /// <param name="server">Whom.</param>
    /// <param name="nodes">How many nodes it browses at once. What is signed comes in one chunk: the dissector takes the signatures between chunks for a part of the message.</param>
    private sealed class EveryService(ClientChannel channel, OpcUaServer server, int nodes)
    {
        private static readonly NodeId Level = FillerServer.Id("Filler.Level");

        public async Task AskAsync(Func<Task<ClientChannel>> dial)
        {
            var options = new OpcUaClientOptions { EndpointUrl = $"opc.tcp://machine:{Port}/" };
            await SendAsync<GetEndpointsRequest, GetEndpointsResponse>(new(options.EndpointUrl, null, null));
            await SendAsync<FindServersRequest, FindServersResponse>(new(options.EndpointUrl, null, null));
            await FailAsync<ReadRequest, ReadResponse>(new(0, TimestampsToReturn.Both, [new ReadValueId(Level, AttributeId.Value, null, default)]));
            await SessionOpening.OpenAsync(channel, channel.Options, Cancellation);
            await AttributesAsync();
            await ViewsAsync();
            await HistoryAsync();
            await NodesAsync();
            await SubscriptionsAsync(dial);
            await SendAsync<CloseSessionRequest, CloseSessionResponse>(new(DeleteSubscriptions: true));
            channel.Dispose();
        }

        private async Task AttributesAsync()
        {
            var wanted = server.AddressSpace.Model.Nodes.Take(nodes / 5).SelectMany(static n => Enumerable.Range(1, 27).Select(a => new ReadValueId(n.Id, (AttributeId)a, null, default))).Append(new ReadValueId(Level, AttributeId.Value, "1:2", default)).ToArray();
            await SendAsync<ReadRequest, ReadResponse>(new(0, TimestampsToReturn.Both, wanted));
            var values = new[] { VariableIds.NamespaceArray, new NodeId(0, 2256), new NodeId(0, 2268), new NodeId(0, 2275), Level };
            await SendAsync<ReadRequest, ReadResponse>(new(0, TimestampsToReturn.Source, [.. values.Select(static v => new ReadValueId(v, AttributeId.Value, null, default))]));
            await SendAsync<WriteRequest, WriteResponse>(new([
                new WriteValue(Level, AttributeId.Value, null, new DataValue(50.0)), new WriteValue(Level, AttributeId.Value, null, new DataValue("text")),
                new WriteValue(FillerServer.Id("Filler.Setpoint"), AttributeId.Value, null, new DataValue(51.5, StatusCodes.Good, AlarmingServer.Start)), new WriteValue(new NodeId(0, 9), AttributeId.DisplayName, null, new DataValue(1)),
            ]));
            await SendAsync<CallRequest, CallResponse>(new([
                new CallMethodRequest(ObjectIds.Server, new NodeId(0, 11492), [new Variant(1u)]), new CallMethodRequest(ObjectIds.Server, new NodeId(0, 11492), [new Variant("wrong"), new Variant(2.0)]), new CallMethodRequest(ObjectIds.Server, new NodeId(0, 1), []),
            ]));
            await SendAsync<CancelRequest, CancelResponse>(new(1));
        }

        private async Task ViewsAsync()
        {
            BrowseDescription Of(NodeId node) => new(node, BrowseDirection.Both, ReferenceTypeIds.References, IncludeSubtypes: true, 0, 63);
            var browsed = await SendAsync<BrowseRequest, BrowseResponse>(new(default, 2, [Of(ObjectIds.Server), Of(ObjectIds.ObjectsFolder), Of(new NodeId(7, "none"))]));
            await SendAsync<BrowseNextRequest, BrowseNextResponse>(new(ReleaseContinuationPoints: false, [browsed.Results[0].ContinuationPoint]));
            await SendAsync<BrowseNextRequest, BrowseNextResponse>(new(ReleaseContinuationPoints: true, [browsed.Results[1].ContinuationPoint]));
            await SendAsync<BrowseRequest, BrowseResponse>(new(default, 0, [.. server.AddressSpace.Model.Nodes.Take(nodes).Select(n => Of(n.Id))]));
            RelativePathElement Step(ushort ns, string name) => new(ReferenceTypeIds.HierarchicalReferences, IsInverse: false, IncludeSubtypes: true, new QualifiedName(ns, name));
            await SendAsync<TranslateBrowsePathsToNodeIdsRequest, TranslateBrowsePathsToNodeIdsResponse>(new([new BrowsePath(ObjectIds.ObjectsFolder, [Step(2, "Filler"), Step(2, "Level")]), new BrowsePath(ObjectIds.ObjectsFolder, [Step(0, "none")])]));
            await SendAsync<RegisterNodesRequest, RegisterNodesResponse>(new([Level]));
            await SendAsync<UnregisterNodesRequest, UnregisterNodesResponse>(new([Level]));
        }

        private async Task HistoryAsync()
        {
            var (from, to) = (AlarmingServer.Start, AlarmingServer.Start.AddMinutes(10));
            HistoryReadRequest Read(IStructure details, byte[]? point = null, bool release = false) => new(new ExtensionObject(details), TimestampsToReturn.Source, release, [new HistoryReadValueId(Level, null, default, point)]);
            var raw = new ReadRawModifiedDetails(IsReadModified: false, from, to, 3, ReturnBounds: true);
            var first = await SendAsync<HistoryReadRequest, HistoryReadResponse>(Read(raw));
            await SendAsync<HistoryReadRequest, HistoryReadResponse>(Read(raw, first.Results[0].ContinuationPoint));
            await SendAsync<HistoryReadRequest, HistoryReadResponse>(Read(new ReadProcessedDetails(from, to, 60_000, [new NodeId(0, 2342)], new AggregateConfiguration(UseServerDefaults: true, TreatUncertainAsBad: false, 100, 100, UseSlopedExtrapolation: false))));
            await SendAsync<HistoryReadRequest, HistoryReadResponse>(Read(raw with { IsReadModified = true }));
            await SendAsync<HistoryUpdateRequest, HistoryUpdateResponse>(new([new ExtensionObject(raw)]));
        }

        private async Task NodesAsync()
        {
            var target = new ExpandedNodeId(Level);
            await SendAsync<AddNodesRequest, AddNodesResponse>(new([new AddNodesItem(new ExpandedNodeId(ObjectIds.ObjectsFolder), ReferenceTypeIds.Organizes, target, new QualifiedName(2, "New"), NodeClass.Object, null, new ExpandedNodeId(ObjectTypeIds.FolderType))]));
            await SendAsync<AddReferencesRequest, AddReferencesResponse>(new([new AddReferencesItem(ObjectIds.Server, ReferenceTypeIds.Organizes, IsForward: true, null, target, NodeClass.Variable)]));
            await SendAsync<DeleteNodesRequest, DeleteNodesResponse>(new([new DeleteNodesItem(Level, DeleteTargetReferences: true)]));
            await SendAsync<DeleteReferencesRequest, DeleteReferencesResponse>(new([new DeleteReferencesItem(ObjectIds.Server, ReferenceTypeIds.Organizes, IsForward: true, target, DeleteBidirectional: true)]));
        }

        private async Task SubscriptionsAsync(Func<Task<ClientChannel>> dial)
        {
            await FailAsync<PublishRequest, PublishResponse>(new([]));
            var created = await SendAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(100, 1000, 3, 0, PublishingEnabled: true, 1));
            var id = created.SubscriptionId;
            await SendAsync<ModifySubscriptionRequest, ModifySubscriptionResponse>(new(id, 100, 1000, 3, 0, 2));
            await SendAsync<SetPublishingModeRequest, SetPublishingModeResponse>(new(PublishingEnabled: true, [id]));
            MonitoringParameters Parameters(uint handle, IStructure? filter) => new(handle, 0, filter is null ? null : new ExtensionObject(filter), 10, DiscardOldest: true);
            SimpleAttributeOperand Field(string name) => new(new NodeId(0, 2041), [new QualifiedName(0, name)], AttributeId.Value, null);
            var events = new EventFilter(
                [Field("EventId"), Field("EventType"), Field("SourceName"), Field("Time"), Field("Message"), Field("Severity"), Field("none")],
                new ContentFilter([new ContentFilterElement(FilterOperator.GreaterThanOrEqual, [new ExtensionObject(Field("Severity")), new ExtensionObject(new LiteralOperand(new Variant((ushort)1)))])]));
            var items = await SendAsync<CreateMonitoredItemsRequest, CreateMonitoredItemsResponse>(new(id, TimestampsToReturn.Both, [
                new MonitoredItemCreateRequest(new ReadValueId(Level, AttributeId.Value, null, default), MonitoringMode.Reporting, Parameters(1, new DataChangeFilter(DataChangeTrigger.StatusValueTimestamp, (uint)DeadbandKind.Percent, 0.5))),
                new MonitoredItemCreateRequest(new ReadValueId(FillerServer.Id("Filler.Setpoint"), AttributeId.Value, null, default), MonitoringMode.Sampling, Parameters(2, null)),
                new MonitoredItemCreateRequest(new ReadValueId(ObjectIds.Server, AttributeId.EventNotifier, null, default), MonitoringMode.Reporting, Parameters(3, events)),
                new MonitoredItemCreateRequest(new ReadValueId(new NodeId(9, "none"), AttributeId.Value, null, default), MonitoringMode.Reporting, Parameters(4, null)),
            ]));
            var (first, second) = (items.Results[0].MonitoredItemId, items.Results[1].MonitoredItemId);
            await SendAsync<ModifyMonitoredItemsRequest, ModifyMonitoredItemsResponse>(new(id, TimestampsToReturn.Both, [new MonitoredItemModifyRequest(second, Parameters(2, new DataChangeFilter(DataChangeTrigger.StatusValue, 0, 0))), new MonitoredItemModifyRequest(999, Parameters(9, null))]));
            await SendAsync<SetMonitoringModeRequest, SetMonitoringModeResponse>(new(id, MonitoringMode.Reporting, [second]));
            await SendAsync<SetTriggeringRequest, SetTriggeringResponse>(new(id, first, [second], []));
            await SendAsync<WriteRequest, WriteResponse>(new([new WriteValue(Level, AttributeId.Value, null, new DataValue(3.0))]));
            uint? toAcknowledge = null;
            var (data, alarm, keepAlive) = (false, false, false);
            for (var i = 0; i < 30 && !(data && alarm && keepAlive); i++)
            {
                var published = await SendAsync<PublishRequest, PublishResponse>(new(toAcknowledge is { } number ? [new SubscriptionAcknowledgement(id, number), new SubscriptionAcknowledgement(77, 1)] : []));
                var message = published.NotificationMessage;
                data |= message.Notifications.Any(static n => n?.Structure is DataChangeNotification);
                alarm |= message.Notifications.Any(static n => n?.Structure is EventNotificationList);
                keepAlive |= message.Notifications.Length == 0;
                if (message.Notifications.Length > 0)
                {
                    await SendAsync<RepublishRequest, RepublishResponse>(new(id, message.SequenceNumber));
                    toAcknowledge = message.SequenceNumber;
                }
            }

            Assert.True(data && alarm && keepAlive, "data, event or keep-alive is missing");
            var other = await dial();
            await SessionOpening.OpenAsync(other, other.Options, Cancellation);
            await other.SendAsync<TransferSubscriptionsRequest, TransferSubscriptionsResponse>(new([id, 12345], SendInitialValues: true), Cancellation);
            await other.SendAsync<CloseSessionRequest, CloseSessionResponse>(new(DeleteSubscriptions: true), Cancellation);
            other.Dispose();
            await FailAsync<RepublishRequest, RepublishResponse>(new(id, 99));
            await SendAsync<DeleteMonitoredItemsRequest, DeleteMonitoredItemsResponse>(new(await AnotherAsync(), [1, 2]));
        }

        private async Task<uint> AnotherAsync()
        {
            var id = (await SendAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(1000, 1000, 30, 0, PublishingEnabled: true, 0))).SubscriptionId;
            var gone = (await SendAsync<CreateSubscriptionRequest, CreateSubscriptionResponse>(new(1000, 1000, 30, 0, PublishingEnabled: true, 0))).SubscriptionId;
            await SendAsync<DeleteSubscriptionsRequest, DeleteSubscriptionsResponse>(new([gone, 4711]));
            return id;
        }

        private Task<TResponse> SendAsync<TRequest, TResponse>(TRequest request)
            where TRequest : IServiceMessage<TRequest>
            where TResponse : class, IServiceMessage<TResponse> => channel.SendAsync<TRequest, TResponse>(request, Cancellation);

        /// <summary>Sends what the server refuses with a ServiceFault.</summary>
        private async Task FailAsync<TRequest, TResponse>(TRequest request)
            where TRequest : IServiceMessage<TRequest>
            where TResponse : class, IServiceMessage<TResponse> =>
            await Assert.ThrowsAsync<OpcUaException>(() => channel.SendAsync<TRequest, TResponse>(request, Cancellation));
    }
}
