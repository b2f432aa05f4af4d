namespace TrainingLab.Mqtt.Packets;

/// <summary>The answer to one topic filter of a SUBSCRIBE (§3.9.3). The values are those on the wire.</summary>
public enum MqttSubscribeReturnCode : byte
{
    /// <summary>Granted at QoS 0.</summary>
    GrantedAtMostOnce = 0,

    /// <summary>Granted at QoS 1.</summary>
    GrantedAtLeastOnce = 1,

    /// <summary>Granted at QoS 2.</summary>
    GrantedExactlyOnce = 2,

    /// <summary>Not granted.</summary>
    Failure = 0x80,
}
