using System.Collections;

namespace TrainingLab.Mqtt.Sessions;

/// <summary>A message that was sent and is not acknowledged.</summary>
internal struct Inflight
{
    public ushort PacketId { get; init; }

    /// <summary>Its number in the <see cref="IDeliveryLog"/>.</summary>
    public long Entry { get; init; }

    public Delivery Delivery { get; init; }

    /// <summary>QoS 2: PUBREC came, so PUBREL is what is sent again.</summary>
    public bool Released { get; set; }

    public Action<MqttReasonCode?>? Done { get; set; }
}

/// <summary>
/// The messages in flight, in the order sent. Acknowledgements come in that order as a rule, so a ring whose front is taken away does what
/// a list would do by moving everything; identifiers are given in sequence, so the place of one is its distance from the first.
/// </summary>
internal sealed class InflightWindow : IEnumerable<Inflight>
{
    private const int FirstSize = 4;
    private Inflight[] ring = [];
    private int head;

    public int Count { get; private set; }

    /// <summary>The entry at a place, 0 the oldest.</summary>
    public ref Inflight this[int index] => ref ring[(head + index) & (ring.Length - 1)];

    public void Add(in Inflight entry)
    {
        if (Count == ring.Length) Grow();
        Count++;
        this[Count - 1] = entry;
    }

    public void RemoveAt(int index)
    {
        for (var i = index; i > 0; i--) this[i] = this[i - 1];
        this[0] = default;
        head = (head + 1) & (ring.Length - 1);
        Count--;
    }

    public bool Contains(ushort packetId) => IndexOf(packetId) >= 0;

    /// <summary>The place of an identifier, negative when it is not in flight.</summary>
    public int IndexOf(ushort packetId)
    {
        if (Count == 0) return -1;
        var guess = (ushort)(packetId - this[0].PacketId);
        if (guess < Count && this[guess].PacketId == packetId) return guess;
        // In sequence and beyond the last one: the identifier that is given next, as a rule.
        if (this[Count - 1].PacketId == (ushort)(packetId - 1) && (ushort)(this[Count - 1].PacketId - this[0].PacketId) == Count - 1) return -1;
        for (var i = 0; i < Count; i++)
            if (this[i].PacketId == packetId) return i;
        return -1;
    }

    public void Clear()
    {
        ring = [];
        head = 0;
        Count = 0;
    }

    public IEnumerator<Inflight> GetEnumerator()
    {
        for (var i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Grow()
    {
        var larger = new Inflight[Math.Max(FirstSize, ring.Length * 2)];
        for (var i = 0; i < Count; i++) larger[i] = this[i];
        ring = larger;
        head = 0;
    }
}
