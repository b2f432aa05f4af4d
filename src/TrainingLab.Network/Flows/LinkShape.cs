namespace TrainingLab.Network.Flows;

/// <summary>What a cable does to what crosses it, per direction. The default value does nothing.</summary>
/// <param name="Latency">Added to every segment.</param>
/// <param name="Jitter">At most this much more, drawn anew for every segment; segments stay in order.</param>
/// <param name="BytesPerSecond">Bandwidth shared by all flows on the cable; 0 is unlimited.</param>
/// <param name="Loss">The chance in [0,1] that a segment must be sent again, which shows as delay; a datagram is lost.</param>
public readonly record struct LinkShape(TimeSpan Latency, TimeSpan Jitter = default, long BytesPerSecond = 0, double Loss = 0)
{
    public bool IsNone => this == default;
}
