namespace TrainingLab.Mqtt;

/// <summary>
/// Why a connection is closed for what its peer sent. The numbers are those of MQTT 5 §2.4, which can send them;
/// MQTT 3.1.1 closes without saying, so there they are for evidence and logs.
/// </summary>
public enum MqttReasonCode : byte
{
    /// <summary>Bytes that are no packet of this protocol version.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet that must not come here or now.</summary>
    ProtocolError = 0x82,

    /// <summary>Nothing was received for one and a half times the keep-alive.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>A topic filter that breaks §4.7.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>A topic name that breaks §4.7, or exceeds this broker's limits.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>More unreleased QoS 2 messages than this side accepts.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>Longer than this side accepts.</summary>
    PacketTooLarge = 0x95,
}
