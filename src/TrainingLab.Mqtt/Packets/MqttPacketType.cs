namespace TrainingLab.Mqtt.Packets;

/// <summary>The control packet types (MQTT 3.1.1 §2.2.1, table 2.1): the high four bits of a packet's first byte.</summary>
public enum MqttPacketType : byte
{
    /// <summary>Client to server: asks for a connection.</summary>
    Connect = 1,

    /// <summary>Server to client: answers CONNECT.</summary>
    ConnAck = 2,

    /// <summary>Both ways: a message.</summary>
    Publish = 3,

    /// <summary>Both ways: acknowledges a QoS 1 message.</summary>
    PubAck = 4,

    /// <summary>Both ways: a QoS 2 message was received.</summary>
    PubRec = 5,

    /// <summary>Both ways: a QoS 2 message is released.</summary>
    PubRel = 6,

    /// <summary>Both ways: a QoS 2 message is complete.</summary>
    PubComp = 7,

    /// <summary>Client to server: asks for subscriptions.</summary>
    Subscribe = 8,

    /// <summary>Server to client: answers SUBSCRIBE.</summary>
    SubAck = 9,

    /// <summary>Client to server: ends subscriptions.</summary>
    Unsubscribe = 10,

    /// <summary>Server to client: answers UNSUBSCRIBE.</summary>
    UnsubAck = 11,

    /// <summary>Client to server: is alive.</summary>
    PingReq = 12,

    /// <summary>Server to client: answers PINGREQ.</summary>
    PingResp = 13,

    /// <summary>Client to server: ends the connection in order. In MQTT 5 also server to client: says why it closes.</summary>
    Disconnect = 14,

    /// <summary>Both ways, MQTT 5 only: a step of enhanced authentication.</summary>
    Auth = 15,
}
