namespace TrainingLab.Mqtt.Sessions;

/// <summary>
/// Writes down what a session must not forget when the process is killed. The calls only note; what leaves for the peer waits until it is
/// durable, see <see cref="Transport.PacketOutput"/>. Entries are numbered in the order queued, from 1, and never reused within a session.
/// </summary>
internal interface IDeliveryLog
{
    /// <summary>A message waits.</summary>
    void Queued(long entry, in Delivery delivery);

    /// <summary>It is sent under an identifier, QoS 1 and 2.</summary>
    void Sent(long entry, ushort packetId);

    /// <summary>PUBREC came, QoS 2.</summary>
    void Released(long entry);

    /// <summary>It is acknowledged, or thrown away.</summary>
    void Completed(long entry);

    /// <summary>A QoS 2 message of the peer was taken.</summary>
    void Received(ushort packetId);

    /// <summary>Its identifier was released.</summary>
    void Forgotten(ushort packetId);
}
