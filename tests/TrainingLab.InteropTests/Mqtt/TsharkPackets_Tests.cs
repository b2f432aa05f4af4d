using System.Buffers;
using System.Globalization;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Wireshark dissects every type of packet that we write, of both versions, with and without what is optional, and complains of nothing.</summary>
public sealed class TsharkPackets_Tests
{
    private static readonly MqttUserProperty[] Users = [new("k", "v"), new("k", "w")];

    private delegate void PacketWrite(ref MqttWriter writer);

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V5)]
    public async Task Each_packet_type_is_understood(MqttProtocolVersion version)
    {
        var packets = (version == MqttProtocolVersion.V5 ? Packets5() : Packets311()).ToList();
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (text, capture) = (Path.Combine(folder.FullName, "packets.txt"), Path.Combine(folder.FullName, "packets.pcap"));
            await File.WriteAllTextAsync(text, string.Concat(packets.Select(p => HexDump(Bytes(version, p.Write)))), TestContext.Current.CancellationToken);
            using (var convert = ForeignProgram.Start("text2pcap", "-q", "-T", "50000,1883", text, capture)) Assert.Equal(0, (await convert.WaitAsync()).ExitCode);
            using var tshark = ForeignProgram.Start("tshark", "-r", capture, "-T", "fields", "-e", "frame.number", "-e", "mqtt.msgtype", "-e", "_ws.malformed", "-e", "_ws.expert.message", "-Y", "mqtt");
            var (exitCode, lines) = await tshark.WaitAsync();
            Assert.True(exitCode == 0, string.Join('\n', lines));
            Assert.Equal(
                packets.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}\t{(int)p.Type}")),
                lines.Where(l => l.Contains('\t', StringComparison.Ordinal)).Select(l => l.TrimEnd('\t')));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        // None is left out: 1 to 14, and AUTH in MQTT 5.
        Assert.Equal(Enumerable.Range(1, version == MqttProtocolVersion.V5 ? 15 : 14), packets.Select(p => (int)p.Type).Distinct().Order());
    }

    private static IEnumerable<(MqttPacketType Type, PacketWrite Write)> Packets311()
    {
        var will = MqttMessage.FromText("will", "gone", MqttQoS.ExactlyOnce, retain: true);
        yield return (MqttPacketType.Connect, new ConnectPacket { ClientId = "c", UserName = "u", Password = "p"u8.ToArray(), Will = will, KeepAlive = 60 }.Write);
        yield return (MqttPacketType.ConnAck, new ConnAckPacket(true, MqttReasonCode.Success, null).Write);
        foreach (var packet in Common(properties: null)) yield return packet;
        yield return (MqttPacketType.Disconnect, new DisconnectPacket(MqttReasonCode.Success, null).Write);
    }

    private static IEnumerable<(MqttPacketType Type, PacketWrite Write)> Packets5()
    {
        var will = new MqttMessage("will", "gone"u8.ToArray(), MqttQoS.AtLeastOnce)
        {
            Properties = new MqttProperties { PayloadIsText = true, MessageExpiryInterval = 5, ContentType = "t", ResponseTopic = "r", CorrelationData = "c"u8.ToArray(), UserProperties = Users },
        };
        yield return (MqttPacketType.Connect, new ConnectPacket
        {
            ProtocolLevel = 5, ClientId = "c", UserName = "u", Password = "p"u8.ToArray(), Will = will, WillDelay = 9, CleanSession = false,
            Properties = new MqttProperties
            {
                SessionExpiryInterval = 60, ReceiveMaximum = 10, MaximumPacketSize = 100000, TopicAliasMaximum = 5, RequestResponseInformation = true, RequestProblemInformation = false, UserProperties = Users,
                AuthenticationMethod = "SCRAM-SHA-256", AuthenticationData = "n"u8.ToArray(),
            },
        }.Write);
        yield return (MqttPacketType.ConnAck, new ConnAckPacket(false, MqttReasonCode.Success, new MqttProperties
        {
            SessionExpiryInterval = 30, ReceiveMaximum = 10, MaximumQoS = MqttQoS.AtLeastOnce, RetainAvailable = false, MaximumPacketSize = 1000, AssignedClientIdentifier = "auto-1", TopicAliasMaximum = 5, ReasonString = "why",
            UserProperties = Users, ServerKeepAlive = 20, ResponseInformation = "i", ServerReference = "s", AuthenticationMethod = "SCRAM-SHA-256", AuthenticationData = "v"u8.ToArray(),
        }).Write);
        foreach (var packet in Common(properties: null)) yield return packet;
        foreach (var packet in Common(new MqttProperties { ReasonString = "why", UserProperties = Users })) yield return packet;
        yield return (MqttPacketType.Auth, new AuthPacket(MqttReasonCode.ContinueAuthentication, new MqttProperties { AuthenticationMethod = "m", AuthenticationData = "d"u8.ToArray(), ReasonString = "why", UserProperties = Users }).Write);
        yield return (MqttPacketType.Disconnect, new DisconnectPacket(MqttReasonCode.ServerMoved, new MqttProperties { SessionExpiryInterval = 5, ReasonString = "why", UserProperties = Users, ServerReference = "s" }).Write);
        yield return (MqttPacketType.Disconnect, new DisconnectPacket(MqttReasonCode.Success, null).Write);
    }

    /// <summary>What both versions have. With properties only in MQTT 5, and a reason other than success where there may be one.</summary>
    private static IEnumerable<(MqttPacketType Type, PacketWrite Write)> Common(MqttProperties? properties)
    {
        var v5 = properties is not null;
        foreach (var qos in new[] { MqttQoS.AtMostOnce, MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce })
        {
            yield return (MqttPacketType.Publish, (ref MqttWriter writer) => new PublishPacket
            {
                Topic = "a/b"u8, Payload = "x"u8, QoS = qos, PacketId = (ushort)qos, Retain = qos == MqttQoS.AtMostOnce, Duplicate = qos == MqttQoS.ExactlyOnce,
                Properties = v5 ? new MqttProperties { PayloadIsText = true, MessageExpiryInterval = 5, TopicAlias = 2, ContentType = "t", ResponseTopic = "r", CorrelationData = "c"u8.ToArray(), UserProperties = Users } : null,
            }.Write(ref writer));
        }

        yield return (MqttPacketType.PubAck, new PubAckPacket(1, v5 ? MqttReasonCode.NoMatchingSubscribers : MqttReasonCode.Success, properties).Write);
        yield return (MqttPacketType.PubRec, new PubRecPacket(2, v5 ? MqttReasonCode.QuotaExceeded : MqttReasonCode.Success, properties).Write);
        yield return (MqttPacketType.PubRel, new PubRelPacket(2, v5 ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success, properties).Write);
        yield return (MqttPacketType.PubComp, new PubCompPacket(2, v5 ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success, properties).Write);
        SubscribeFilter[] filters = [new("a/+", MqttQoS.AtMostOnce), new("#", MqttQoS.ExactlyOnce, NoLocal: v5, RetainAsPublished: v5, v5 ? MqttRetainHandling.DoNotSend : MqttRetainHandling.Send)];
        yield return (MqttPacketType.Subscribe, new SubscribePacket(3, filters, v5 ? new MqttProperties { SubscriptionIdentifiers = [300], UserProperties = Users } : null).Write);
        yield return (MqttPacketType.SubAck, new SubAckPacket(3, [MqttSubscribeReturnCode.GrantedAtMostOnce, v5 ? MqttSubscribeReturnCode.QuotaExceeded : MqttSubscribeReturnCode.Failure]).Write);
        yield return (MqttPacketType.Unsubscribe, new UnsubscribePacket(4, ["a/+", "#"]).Write);
        yield return (MqttPacketType.UnsubAck, new UnsubAckPacket(4, [MqttReasonCode.Success, MqttReasonCode.NoSubscriptionExisted]).Write);
        yield return (MqttPacketType.PingReq, PingReqPacket.Write);
        yield return (MqttPacketType.PingResp, PingRespPacket.Write);
    }

    private static byte[] Bytes(MqttProtocolVersion version, PacketWrite write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, version);
        write(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>One frame: offsets begin anew.</summary>
    private static string HexDump(byte[] bytes) =>
        string.Concat(bytes.Chunk(16).Select((row, i) => $"{(i * 16).ToString("x6", CultureInfo.InvariantCulture)} {string.Join(' ', row.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)))}\n")) + "\n";
}
