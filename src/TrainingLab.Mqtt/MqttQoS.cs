namespace TrainingLab.Mqtt;

/// <summary>Quality of service of a message (MQTT 3.1.1 §4.3). The values are those on the wire.</summary>
public enum MqttQoS : byte
{
    /// <summary>At most once: not acknowledged, never sent again.</summary>
    AtMostOnce = 0,

    /// <summary>At least once: acknowledged by PUBACK, may arrive twice after a reconnect.</summary>
    AtLeastOnce = 1,

    /// <summary>Exactly once: PUBREC, PUBREL, PUBCOMP.</summary>
    ExactlyOnce = 2,
}
