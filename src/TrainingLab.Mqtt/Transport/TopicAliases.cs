using System.Text;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Transport;

/// <summary>The topics for which the peer of one connection has given numbers (MQTT 5 §3.3.2.3.4).</summary>
internal sealed class TopicAliases(int maximum)
{
    private readonly Dictionary<ushort, (string Topic, byte[] Utf8)> topics = [];

    /// <summary>The message of a packet, whose topic may be a number.</summary>
    /// <exception cref="MqttProtocolException">A number of 0, beyond the maximum, or not given yet.</exception>
    public MqttMessage Resolve(in PublishPacket packet)
    {
        if (packet.Properties?.TopicAlias is not { } alias) return packet.ToMessage();
        if (alias == 0 || alias > maximum) throw new MqttProtocolException(MqttReasonCode.TopicAliasInvalid, $"Topic alias {alias}; the maximum is {maximum}.");
        if (!packet.Topic.IsEmpty)
            topics[alias] = (Encoding.UTF8.GetString(packet.Topic), packet.Topic.ToArray());
        else if (!topics.ContainsKey(alias))
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"Topic alias {alias} stands for nothing yet.");
        var (topic, utf8) = topics[alias];
        return packet.ToMessage(topic, utf8);
    }
}
