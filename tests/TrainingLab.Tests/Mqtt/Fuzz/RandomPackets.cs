using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>Well-formed packets of every type, with every property that the type may have.</summary>
internal static class RandomPackets
{
    private static readonly string[] Topics = ["a", "a/b", "line/1/speed", "é/中文/𝄞", "/", "$SYS/x", "a//b"];

    private static readonly string[] Filters = ["a", "a/+", "#", "+/b/#", "$share/g/a/#", "line/+/speed", "/"];

    private static readonly string[] Texts = ["", "a", "水位", "a rather longer text that goes on for a while"];

    /// <summary>A value of each property as it is encoded.</summary>
    private static readonly Dictionary<MqttPropertyId, string[]> Values = new()
    {
        [MqttPropertyId.PayloadFormatIndicator] = ["00", "01"],
        [MqttPropertyId.MessageExpiryInterval] = ["00000000", "0000003C", "FFFFFFFF"],
        [MqttPropertyId.ContentType] = ["0000", "00046A736F6E"],
        [MqttPropertyId.ResponseTopic] = ["000161", "0003612F62"],
        [MqttPropertyId.CorrelationData] = ["0000", "0003000102"],
        [MqttPropertyId.SubscriptionIdentifier] = ["01", "FF01", "FFFFFF7F"],
        [MqttPropertyId.SessionExpiryInterval] = ["00000000", "0000000A", "FFFFFFFF"],
        [MqttPropertyId.AssignedClientIdentifier] = ["00066175746F2D31"],
        [MqttPropertyId.ServerKeepAlive] = ["0000", "003C"],
        [MqttPropertyId.AuthenticationMethod] = ["000D" + "534352414D2D5348412D323536"],
        [MqttPropertyId.AuthenticationData] = ["0000", "0003616263"],
        [MqttPropertyId.RequestProblemInformation] = ["00", "01"],
        [MqttPropertyId.WillDelayInterval] = ["00000000", "00000005"],
        [MqttPropertyId.RequestResponseInformation] = ["00", "01"],
        [MqttPropertyId.ResponseInformation] = ["000161"],
        [MqttPropertyId.ServerReference] = ["000162"],
        [MqttPropertyId.ReasonString] = ["0000", "0006E6B0B4E4BD8D"],
        [MqttPropertyId.ReceiveMaximum] = ["0001", "FFFF"],
        [MqttPropertyId.TopicAliasMaximum] = ["0000", "0010"],
        [MqttPropertyId.TopicAlias] = ["0001", "0002"],
        [MqttPropertyId.MaximumQoS] = ["00", "01"],
        [MqttPropertyId.RetainAvailable] = ["00", "01"],
        [MqttPropertyId.UserProperty] = ["00000000", "000161000162"],
        [MqttPropertyId.MaximumPacketSize] = ["00000100", "FFFFFFFF"],
        [MqttPropertyId.WildcardSubscriptionAvailable] = ["00", "01"],
        [MqttPropertyId.SubscriptionIdentifierAvailable] = ["00", "01"],
        [MqttPropertyId.SharedSubscriptionAvailable] = ["00", "01"],
    };

    /// <summary>A packet of a type.</summary>
    public static byte[] Of(MqttPacketType type, MqttProtocolVersion version, Random random)
    {
        var v5 = version == MqttProtocolVersion.V5;
        var id = (ushort)random.Next(1, random.Next(2) == 0 ? 4 : ushort.MaxValue);
        var properties = v5 && type is not (MqttPacketType.PingReq or MqttPacketType.PingResp) ? Properties(type, random) : null;
        return PacketTestBytes.Write(
            (ref MqttWriter writer) =>
            {
                switch (type)
                {
                    case MqttPacketType.Connect: Connect(version, properties, random).Write(ref writer); break;
                    case MqttPacketType.ConnAck: new ConnAckPacket(random.Next(3) == 0, MqttReasonCode.Success, properties).Write(ref writer); break;
                    case MqttPacketType.Publish: Publish(id, properties, random).Write(ref writer); break;
                    case MqttPacketType.PubAck: new PubAckPacket(id, v5 && random.Next(3) == 0 ? MqttReasonCode.NotAuthorized : MqttReasonCode.Success, properties).Write(ref writer); break;
                    case MqttPacketType.PubRec: new PubRecPacket(id, v5 && random.Next(3) == 0 ? MqttReasonCode.QuotaExceeded : MqttReasonCode.Success, properties).Write(ref writer); break;
                    case MqttPacketType.PubRel: new PubRelPacket(id, v5 && random.Next(3) == 0 ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success, properties).Write(ref writer); break;
                    case MqttPacketType.PubComp: new PubCompPacket(id, MqttReasonCode.Success, properties).Write(ref writer); break;
                    case MqttPacketType.Subscribe: new SubscribePacket(id, [.. Some(random, () => new SubscribeFilter(random.One(Filters), (MqttQoS)random.Next(3)))], properties).Write(ref writer); break;
                    case MqttPacketType.SubAck: new SubAckPacket(id, [.. Some(random, () => (MqttSubscribeReturnCode)random.One([0, 1, 2, 0x80]))], properties).Write(ref writer); break;
                    case MqttPacketType.Unsubscribe: new UnsubscribePacket(id, [.. Some(random, () => random.One(Filters))], properties).Write(ref writer); break;
                    case MqttPacketType.UnsubAck: new UnsubAckPacket(id, [.. Some(random, () => MqttReasonCode.Success)], properties).Write(ref writer); break;
                    case MqttPacketType.PingReq: PingReqPacket.Write(ref writer); break;
                    case MqttPacketType.PingResp: PingRespPacket.Write(ref writer); break;
                    case MqttPacketType.Auth: new AuthPacket(MqttReasonCode.ContinueAuthentication, properties).Write(ref writer); break;
                    default: new DisconnectPacket(v5 && random.Next(2) == 0 ? MqttReasonCode.UnspecifiedError : MqttReasonCode.Success, properties).Write(ref writer); break;
                }
            },
            version);
    }

    /// <summary>Types that one side sends.</summary>
    public static IReadOnlyList<MqttPacketType> Types(MqttProtocolVersion version, bool fromClient)
    {
        MqttPacketType[] both = [MqttPacketType.Publish, MqttPacketType.PubAck, MqttPacketType.PubRec, MqttPacketType.PubRel, MqttPacketType.PubComp];
        MqttPacketType[] own = fromClient
            ? [MqttPacketType.Subscribe, MqttPacketType.Unsubscribe, MqttPacketType.PingReq, MqttPacketType.Disconnect]
            : [MqttPacketType.SubAck, MqttPacketType.UnsubAck, MqttPacketType.PingResp];
        return version == MqttProtocolVersion.V5 ? [.. both, .. own, MqttPacketType.Auth, .. fromClient ? [] : new[] { MqttPacketType.Disconnect }] : [.. both, .. own];
    }

    private static ConnectPacket Connect(MqttProtocolVersion version, MqttProperties? properties, Random random) => new()
    {
        ProtocolLevel = (byte)version,
        ClientId = random.One(["", "a", "水", "client-with-a-longer-name"]),
        CleanSession = random.Next(3) > 0,
        KeepAlive = (ushort)random.Next(ushort.MaxValue),
        Properties = properties is { AuthenticationMethod: null } ? properties with { AuthenticationData = null } : properties,
        UserName = random.Next(2) == 0 ? "op" : null,
        Password = null,
        Will = random.Next(2) == 0 ? null : new MqttMessage(random.One(Topics), random.Bytes(20), (MqttQoS)random.Next(3), random.Next(2) == 0)
        {
            Properties = version == MqttProtocolVersion.V5 ? Properties(MqttProperties.Will, random) : null,
        },
    };

    private static PublishPacket Publish(ushort id, MqttProperties? properties, Random random)
    {
        var qos = (MqttQoS)random.Next(3);
        return new PublishPacket
        {
            Topic = properties?.TopicAlias is not null && random.Next(2) == 0 ? default : Encoding.UTF8.GetBytes(random.One(Topics)),
            Payload = Encoding.UTF8.GetBytes(random.One(Texts)),
            QoS = qos,
            PacketId = qos == MqttQoS.AtMostOnce ? (ushort)0 : id,
            Retain = random.Next(3) == 0,
            Duplicate = qos != MqttQoS.AtMostOnce && random.Next(4) == 0,
            Properties = properties,
        };
    }

    private static MqttProperties? Properties(MqttPacketType packet, Random random)
    {
        if (random.Next(4) == 0) return null;
        var bytes = new List<byte>();
        foreach (var (id, values) in Values)
        {
            if ((MqttProperties.AllowedIn(id) & (1 << (int)packet)) == 0 || random.Next(3) != 0) continue;
            for (var i = id == MqttPropertyId.UserProperty ? random.Next(1, 4) : 1; i > 0; i--) bytes.AddRange([(byte)id, .. Convert.FromHexString(random.One(values))]);
        }
        if (bytes.Count > 127) return null;
        var reader = new MqttReader([(byte)bytes.Count, .. bytes], MqttProtocolVersion.V5);
        return MqttProperties.Read(ref reader, packet);
    }

    private static IEnumerable<T> Some<T>(Random random, Func<T> make)
    {
        for (var i = random.Next(1, 4); i > 0; i--) yield return make();
    }
}
