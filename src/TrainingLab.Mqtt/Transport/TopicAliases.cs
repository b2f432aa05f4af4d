using System.Text;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Mqtt.Transport;

/// <summary>The topics for which the peer of one connection has given numbers (MQTT 5 §3.3.2.3.4).</summary>
/// <param name="maximum">Highest number.</param>
/// <param name="memory">What it shares with others, until <see cref="Dispose"/>; null: it is alone.</param>
internal sealed class TopicAliases(int maximum, ClientMemory? memory = null) : IDisposable
{
    private readonly Dictionary<ushort, (string Topic, byte[] Utf8)> topics = [];
    private long bytes;

    /// <summary>About how many bytes of memory a topic takes.</summary>
    public static int SizeOf(string topic) => 128 + (3 * topic.Length);

    /// <summary>The message of a packet, whose topic may be a number.</summary>
    /// <exception cref="MqttProtocolException">A number of 0, beyond the maximum, or not given yet; or no memory for another topic.</exception>
    public MqttMessage Resolve(in PublishPacket packet)
    {
        if (packet.Properties?.TopicAlias is not { } alias) return packet.ToMessage();
        if (alias == 0 || alias > maximum) throw new MqttProtocolException(MqttReasonCode.TopicAliasInvalid, $"Topic alias {alias}; the maximum is {maximum}.");
        if (!packet.Topic.IsEmpty)
            Keep(alias, packet);
        else if (!topics.ContainsKey(alias))
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"Topic alias {alias} stands for nothing yet.");
        var (topic, utf8) = topics[alias];
        return packet.ToMessage(topic, utf8);
    }

    public void Dispose() => Add(-bytes);

    private void Keep(ushort alias, in PublishPacket packet)
    {
        if (topics.Remove(alias, out var old)) Add(-SizeOf(old.Topic));
        if (memory?.HasRoom(bytes) == false) throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, "No memory for another topic alias.");
        var topic = Encoding.UTF8.GetString(packet.Topic);
        topics.Add(alias, (topic, packet.Topic.ToArray()));
        Add(SizeOf(topic));
    }

    private void Add(long size)
    {
        bytes += size;
        memory?.Add(size);
    }
}
