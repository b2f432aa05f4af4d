using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Topics;

/// <summary>
/// The subscription identifiers of a message on its way to one client (MQTT 5 §3.3.2.3.8). As a rule there is none or one, which allocates
/// nothing; only overlapping subscriptions make more.
/// </summary>
internal readonly struct SubscriptionIds
{
    private readonly int first;
    private readonly int[]? others;

    private SubscriptionIds(int first, int[]? others)
    {
        this.first = first;
        this.others = others;
    }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => first == 0;

    /// <summary>Bytes on the wire.</summary>
    public int Size
    {
        get
        {
            if (first == 0) return 0;
            var size = 1 + FixedHeader.SizeOfRemainingLength(first);
            foreach (var id in others ?? []) size += 1 + FixedHeader.SizeOfRemainingLength(id);
            return size;
        }
    }

    /// <summary>One identifier more; 0 adds nothing.</summary>
    public SubscriptionIds Add(int id) =>
        id == 0 ? this : first == 0 ? new SubscriptionIds(id, null) : new SubscriptionIds(first, [.. others ?? [], id]);

    /// <summary>The identifiers in order.</summary>
    public IReadOnlyList<int> ToList() => first == 0 ? [] : [first, .. others ?? []];

    /// <summary>The identifiers of a list.</summary>
    public static SubscriptionIds Of(IEnumerable<int> ids) => ids.Aggregate(default(SubscriptionIds), static (all, id) => all.Add(id));

    public void Write(ref MqttWriter writer)
    {
        if (first == 0) return;
        WriteOne(ref writer, first);
        foreach (var id in others ?? []) WriteOne(ref writer, id);
    }

    private static void WriteOne(ref MqttWriter writer, int id)
    {
        writer.WriteByte((byte)MqttPropertyId.SubscriptionIdentifier);
        writer.WriteVariableInteger(id);
    }
}
