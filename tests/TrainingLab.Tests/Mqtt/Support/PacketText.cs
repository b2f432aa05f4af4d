using System.Buffers;
using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>Packets as short lines, e.g. "PUBLISH a/b hello qos1 id7 dup"; properties stand in braces at the end.</summary>
internal static class PacketText
{
    public static IReadOnlyList<string> All(ReadOnlyMemory<byte> bytes, MqttProtocolVersion version = MqttProtocolVersion.V311)
    {
        var buffer = new ReadOnlySequence<byte>(bytes);
        var lines = new List<string>();
        while (FixedHeader.TryReadPacket(ref buffer, int.MaxValue, out var header, out var body)) lines.Add(One(header, body.ToArray(), version));
        Assert.True(buffer.IsEmpty, "Part of a packet was sent.");
        return lines;
    }

    private static string One(FixedHeader header, byte[] body, MqttProtocolVersion version)
    {
        var reader = new MqttReader(body, version);
        switch (header.Type)
        {
            case MqttPacketType.Connect:
                var connect = ConnectPacket.Read(ref reader);
                return $"CONNECT {connect.ClientId}{(connect.CleanSession ? " clean" : "")}{(connect.Will is { } will ? $" will:{will.Topic}" : "")}{(connect.UserName is { } user ? $" user:{user}" : "")}";
            case MqttPacketType.Subscribe:
                var subscribe = SubscribePacket.Read(ref reader);
                return $"SUBSCRIBE {subscribe.PacketId} {string.Join(',', subscribe.Filters.Select(f => f.Filter))}";
            case MqttPacketType.Unsubscribe:
                var unsubscribe = UnsubscribePacket.Read(ref reader);
                return $"UNSUBSCRIBE {unsubscribe.PacketId} {string.Join(',', unsubscribe.Filters)}";
            case MqttPacketType.PingReq:
                PingReqPacket.Read(ref reader);
                return "PINGREQ";
            case MqttPacketType.ConnAck:
                var answer = ConnAckPacket.Read(ref reader);
                return $"CONNACK {answer.Reason}{(answer.SessionPresent ? " present" : "")}{Of(answer.Properties)}";
            case MqttPacketType.Publish:
                var publish = PublishPacket.Read(header.Flags, ref reader);
                var text = $"PUBLISH {Encoding.UTF8.GetString(publish.Topic)} {Encoding.UTF8.GetString(publish.Payload)}";
                if (publish.QoS != MqttQoS.AtMostOnce) text += $" qos{(int)publish.QoS} id{publish.PacketId}";
                if (publish.Duplicate) text += " dup";
                if (publish.Retain) text += " retain";
                return text + Of(publish.Properties);
            case MqttPacketType.PubAck: return Acknowledgement("PUBACK", PubAckPacket.Read(ref reader) is var a ? (a.PacketId, a.Reason, a.Properties) : default);
            case MqttPacketType.PubRec: return Acknowledgement("PUBREC", PubRecPacket.Read(ref reader) is var b ? (b.PacketId, b.Reason, b.Properties) : default);
            case MqttPacketType.PubRel: return Acknowledgement("PUBREL", PubRelPacket.Read(ref reader) is var c ? (c.PacketId, c.Reason, c.Properties) : default);
            case MqttPacketType.PubComp: return Acknowledgement("PUBCOMP", PubCompPacket.Read(ref reader) is var d ? (d.PacketId, d.Reason, d.Properties) : default);
            case MqttPacketType.SubAck:
                var granted = SubAckPacket.Read(ref reader);
                return $"SUBACK {granted.PacketId} {string.Join(',', granted.ReturnCodes.Select(c => c <= MqttSubscribeReturnCode.Failure ? $"{(int)c}" : $"{c}"))}{Of(granted.Properties)}";
            case MqttPacketType.UnsubAck:
                var removed = UnsubAckPacket.Read(ref reader);
                return $"UNSUBACK {removed.PacketId}{(removed.Reasons.Count == 0 ? "" : $" {string.Join(',', removed.Reasons)}")}";
            case MqttPacketType.PingResp:
                PingRespPacket.Read(ref reader);
                return "PINGRESP";
            case MqttPacketType.Disconnect:
                var disconnect = DisconnectPacket.Read(ref reader);
                return $"DISCONNECT {disconnect.Reason}{Of(disconnect.Properties)}";
            case MqttPacketType.Auth:
                var auth = AuthPacket.Read(ref reader);
                return $"AUTH {auth.Reason} {Encoding.UTF8.GetString((auth.Properties?.AuthenticationData ?? default).Span)}";
            default: return header.Type.ToString();
        }
    }

    private static string Acknowledgement(string name, (ushort PacketId, MqttReasonCode Reason, MqttProperties? Properties) packet) =>
        $"{name} {packet.PacketId}{(packet.Reason == MqttReasonCode.Success ? "" : $" {packet.Reason}")}{Of(packet.Properties)}";

    private static string Of(MqttProperties? p)
    {
        if (p is null) return "";
        var parts = new List<string>();
        Add("expiry", p.MessageExpiryInterval);
        Add("text", p.PayloadIsText);
        Add("type", p.ContentType);
        Add("response", p.ResponseTopic);
        Add("correlation", p.CorrelationData is { } data ? Encoding.UTF8.GetString(data.Span) : null);
        foreach (var id in p.SubscriptionIdentifiers) Add("id", id);
        Add("session", p.SessionExpiryInterval);
        Add("assigned", p.AssignedClientIdentifier);
        Add("keepalive", p.ServerKeepAlive);
        Add("info", p.ResponseInformation);
        Add("server", p.ServerReference);
        Add("reason", p.ReasonString);
        Add("receive", p.ReceiveMaximum);
        Add("aliases", p.TopicAliasMaximum);
        Add("alias", p.TopicAlias);
        Add("packet", p.MaximumPacketSize);
        Add("method", p.AuthenticationMethod);
        if (p.AuthenticationMethod is not null) Add("data", p.AuthenticationData is { } step ? Encoding.UTF8.GetString(step.Span) : null);
        foreach (var (name, value) in p.UserProperties) parts.Add($"{name}={value}");
        return $" {{{string.Join(' ', parts)}}}";

        void Add(string name, object? value)
        {
            if (value is not null) parts.Add($"{name}:{value}");
        }
    }
}
