namespace TrainingLab.Mqtt;

/// <summary>
/// The protocol level as CONNECT carries it (§3.1.2.2). Reader and writer carry it, so that a packet that version 5 extends is
/// written once and asks for its version where the two differ.
/// </summary>
public enum MqttProtocolVersion : byte
{
    /// <summary>MQTT 3.1.1 (OASIS Standard, 29 October 2014).</summary>
    V311 = 4,

    /// <summary>MQTT 5.0 (OASIS Standard, 7 March 2019).</summary>
    V5 = 5,
}
