using System.Buffers;
using System.Text;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt;

/// <summary>
/// An application message: topic, payload, quality of service and the retain flag. Immutable, so one instance is shared by every
/// subscriber it is delivered to; its topic is encoded once.
/// </summary>
public sealed class MqttMessage
{
    private byte[]? topicUtf8;
    private byte[]? forwardedProperties;

    /// <summary>Makes a message.</summary>
    /// <param name="topic">A topic name: 1 to 65,535 UTF-8 bytes, no wildcard, no NUL (§4.7).</param>
    /// <param name="payload">The payload; not copied, and must not change afterwards.</param>
    /// <param name="qos">The quality of service, <see cref="MqttQoS.AtMostOnce"/> by default.</param>
    /// <param name="retain">Whether the broker keeps it as the topic's last known value. An empty retained payload deletes the value.</param>
    /// <exception cref="ArgumentException">The topic is not a valid topic name.</exception>
    public MqttMessage(string topic, ReadOnlyMemory<byte> payload, MqttQoS qos = MqttQoS.AtMostOnce, bool retain = false)
    {
        if (!MqttTopic.IsValidName(topic))
            throw new ArgumentException($"'{topic}' is not a topic name (MQTT 3.1.1 §4.7.3).", nameof(topic));
        Topic = topic;
        Payload = payload;
        QoS = qos;
        Retain = retain;
    }

    // For readers that have validated the topic while it was still bytes.
    private MqttMessage(string topic, byte[]? topicUtf8, ReadOnlyMemory<byte> payload, MqttQoS qos, bool retain, MqttProperties? properties)
    {
        Properties = properties;
        Topic = topic;
        this.topicUtf8 = topicUtf8;
        Payload = payload;
        QoS = qos;
        Retain = retain;
    }

    /// <summary>The topic name.</summary>
    public string Topic { get; }

    /// <summary>The payload; may be empty.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The quality of service at which it was published; a subscriber receives it at this or at its subscription's, whichever is lower.</summary>
    public MqttQoS QoS { get; }

    /// <summary>As published: to be retained. As received by a client: this is a retained value, sent because of a new subscription (§3.3.1.3).</summary>
    public bool Retain { get; }

    /// <summary>
    /// What MQTT 5 carries beside: format, expiry, content type, response topic, correlation data, user properties, and on a received message
    /// the subscription identifiers. Null (the default) for none; MQTT 3.1.1 carries none.
    /// </summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>The payload read as UTF-8; bytes that are not UTF-8 become U+FFFD.</summary>
    public string PayloadText => Encoding.UTF8.GetString(Payload.Span);

    /// <summary>In how many queues of one broker it waits, see <see cref="Sessions.ClientMemory"/>.</summary>
    internal int Places { get; set; }

    /// <summary>The instant at which it expires, as a timestamp of the broker's clock; 0 for never.</summary>
    internal long ExpiresAt { get; init; }

    /// <summary>The properties that every receiver gets unaltered (MQTT 5 §3.3.2.3), encoded once.</summary>
    internal ReadOnlySpan<byte> ForwardedProperties => Properties is null ? default : forwardedProperties ??= EncodeForwarded(Properties);

    internal ReadOnlySpan<byte> TopicUtf8 => topicUtf8 ??= Encoding.UTF8.GetBytes(Topic);

    /// <summary>A message whose payload is the text's UTF-8 bytes. Same parameters and errors as the constructor.</summary>
    public static MqttMessage FromText(string topic, string text, MqttQoS qos = MqttQoS.AtMostOnce, bool retain = false) =>
        new(topic, Encoding.UTF8.GetBytes(text), qos, retain);

    /// <summary>The same message with another retain flag; itself when it is equal already.</summary>
    public MqttMessage WithRetain(bool retain) => retain == Retain ? this : new(Topic, topicUtf8, Payload, QoS, retain, Properties) { ExpiresAt = ExpiresAt, forwardedProperties = forwardedProperties };

    /// <summary>The same message under another topic, a valid one; itself when it is equal already.</summary>
    internal MqttMessage WithTopic(string topic) => topic == Topic ? this : new(topic, null, Payload, QoS, Retain, Properties) { ExpiresAt = ExpiresAt, forwardedProperties = forwardedProperties };

    /// <summary>The same message as an object of its own.</summary>
    internal MqttMessage Copy() => new(Topic, topicUtf8, Payload, QoS, Retain, Properties) { ExpiresAt = ExpiresAt, forwardedProperties = forwardedProperties };

    /// <summary>The same message, worthless after some time.</summary>
    internal MqttMessage ExpiringIn(TimeSpan left, TimeProvider time) =>
        new(Topic, topicUtf8, Payload, QoS, Retain, Properties) { ExpiresAt = time.GetTimestamp() + (long)(left.TotalSeconds * time.TimestampFrequency), forwardedProperties = forwardedProperties };

    /// <summary>What is left of the lifetime; negative when it is over. Only for a message that has one.</summary>
    internal TimeSpan TimeLeft(TimeProvider time) => time.GetElapsedTime(time.GetTimestamp(), ExpiresAt);

    /// <summary>Whether its lifetime is over (MQTT 5 §3.3.2.3.3).</summary>
    internal bool HasExpired(TimeProvider time) => ExpiresAt != 0 && time.GetTimestamp() >= ExpiresAt;

    internal static MqttMessage FromValidated(string topic, byte[]? topicUtf8, ReadOnlyMemory<byte> payload, MqttQoS qos, bool retain, MqttProperties? properties = null) =>
        new(topic, topicUtf8, payload, qos, retain, properties);

    private static byte[] EncodeForwarded(MqttProperties properties)
    {
        var forwarded = properties with { MessageExpiryInterval = null, TopicAlias = null, SubscriptionIdentifiers = [] };
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, MqttProtocolVersion.V5);
        forwarded.WriteValues(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }
}
