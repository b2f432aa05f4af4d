using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Sessions;

/// <summary>
/// What all clients of a broker together make it hold: messages on their way to them, wills, topics behind aliases, packets that have come in part. While there is room
/// anybody may take it; when it is used up, only who holds less than an equal share gets more, so that the greedy cannot take from the modest; when twice as much is held, only who holds next to nothing.
/// A message is shared by all who wait for it, so it is counted once, and each place in a queue besides.
/// </summary>
/// <param name="max">Bytes that all may hold.</param>
/// <param name="sharers">Among how many an equal share is reckoned.</param>
internal sealed class ClientMemory(Func<long> max, Func<int> sharers)
{
    /// <summary>About what an entry in a queue takes.</summary>
    public const int PlaceSize = 64;

    /// <summary>About what a message takes beside its bytes.</summary>
    private const int MessageOverhead = 128;

    /// <summary>What anybody may hold in any case, in bytes.</summary>
    private const long LeastShare = 16 * 1024;

    /// <summary>Bytes that are held.</summary>
    public long Used { get; private set; }

    /// <summary>Whether who holds so much may get more.</summary>
    public bool HasRoom(long own) => HasRoom(Used, max(), own);

    /// <summary>The same for something else of which there is so much, and which has its own bound.</summary>
    public bool HasRoom(long used, long bound, long own) => used < bound || own < LeastShare || (used < 2 * bound && own < bound / Math.Max(1, sharers()));

    /// <summary>So much more is held; less where it is negative.</summary>
    public void Add(long bytes) => Used += bytes;

    /// <summary>The message has one more place in a queue.</summary>
    public void Hold(MqttMessage message)
    {
        Used += PlaceSize;
        if (message.Places++ == 0) Used += MessageOverhead + OutgoingPacket.SizeOf(message);
    }

    /// <summary>It has one place less.</summary>
    public void Release(MqttMessage message)
    {
        Used -= PlaceSize;
        if (--message.Places == 0) Used -= MessageOverhead + OutgoingPacket.SizeOf(message);
    }
}
