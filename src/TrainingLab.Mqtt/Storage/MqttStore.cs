using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Storage;

/// <summary>
/// Keeps persistent sessions and retained messages over the end of the process. Changes are noted in memory and made durable in groups;
/// nothing that depends on a change leaves the broker before it is durable. Used on the broker's context only.
/// </summary>
public abstract class MqttStore : IAsyncDisposable
{
    /// <summary>Ends it; what was noted is durable then.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>What was kept.</summary>
    internal abstract StoredState Load();

    /// <summary>Notes a change.</summary>
    internal abstract void Note(StoreChange change);

    /// <summary>Complete when every change noted so far is durable.</summary>
    /// <exception cref="IOException">They cannot be written now; they are kept, and tried again with the next ones.</exception>
    internal abstract ValueTask CommitAsync();

    /// <summary>Whether so much waits to become durable that whoever causes more should wait as well.</summary>
    internal abstract bool IsBehind { get; }
}

/// <summary>One change of what is kept.</summary>
internal abstract record StoreChange
{
    /// <summary>A session is there, with this expiry interval in seconds; its client is connected.</summary>
    public sealed record SessionOpened(string Client, uint Expiry) : StoreChange;

    /// <summary>Its client is gone since this instant.</summary>
    public sealed record SessionLeft(string Client, uint Expiry, DateTimeOffset Since) : StoreChange;

    /// <summary>The session and all that belongs to it is over.</summary>
    public sealed record SessionEnded(string Client) : StoreChange;

    public sealed record Subscribed(string Client, string Filter, SubscriptionOptions Options) : StoreChange;

    public sealed record Unsubscribed(string Client, string Filter) : StoreChange;

    public sealed record Queued(string Client, long Entry, Delivery Delivery) : StoreChange;

    public sealed record Sent(string Client, long Entry, ushort PacketId) : StoreChange;

    public sealed record Released(string Client, long Entry) : StoreChange;

    public sealed record Completed(string Client, long Entry) : StoreChange;

    public sealed record Received(string Client, ushort PacketId) : StoreChange;

    public sealed record Forgotten(string Client, ushort PacketId) : StoreChange;

    /// <summary>A will waits for its delay.</summary>
    public sealed record WillLeft(string Client, string? User, MqttMessage Will, DateTimeOffset Due) : StoreChange;

    /// <summary>It waits no longer: it is published, or its client is back.</summary>
    public sealed record WillGone(string Client) : StoreChange;

    /// <summary>The will of a client that is connected; should the process end, it is published by the next one.</summary>
    public sealed record WillHeld(string Client, string? User, MqttMessage Will, uint Delay) : StoreChange;

    /// <summary>Its connection has ended, and what was to be done with the will is done or noted.</summary>
    public sealed record WillReleased(string Client) : StoreChange;

    /// <summary>A retained message; one without payload deletes.</summary>
    public sealed record Retained(MqttMessage Message) : StoreChange;
}

/// <summary>What was kept.</summary>
internal sealed record StoredState(IReadOnlyList<StoredSession> Sessions, IReadOnlyList<MqttMessage> Retained)
{
    /// <summary>The wills of clients that were connected when the process ended.</summary>
    public IReadOnlyList<StoreChange.WillHeld> Wills { get; init; } = [];
}

/// <summary>A session that was kept.</summary>
/// <param name="Client">Whose.</param>
/// <param name="Expiry">Its expiry interval in seconds.</param>
/// <param name="Since">Since when its client is gone; null: it was connected when the process ended.</param>
/// <param name="Subscriptions">By filter.</param>
/// <param name="Entries">In the order queued.</param>
/// <param name="Received">Identifiers of received QoS 2 messages that are not released.</param>
internal sealed record StoredSession(
    string Client,
    uint Expiry,
    DateTimeOffset? Since,
    List<(string Filter, SubscriptionOptions Options)> Subscriptions,
    List<(long Number, Delivery Delivery, ushort PacketId, bool Released)> Entries,
    List<ushort> Received)
{
    /// <summary>The will that waits for its delay, whose it is, and when it is due; null for none.</summary>
    public (string? User, MqttMessage Message, DateTimeOffset Due)? Will { get; set; }
}

/// <summary>The changes of one session's deliveries.</summary>
internal sealed class SessionLog(MqttStore store, string client) : IDeliveryLog
{
    public void Queued(long entry, in Delivery delivery) => store.Note(new StoreChange.Queued(client, entry, delivery));

    public void Sent(long entry, ushort packetId) => store.Note(new StoreChange.Sent(client, entry, packetId));

    public void Released(long entry) => store.Note(new StoreChange.Released(client, entry));

    public void Completed(long entry) => store.Note(new StoreChange.Completed(client, entry));

    public void Received(ushort packetId) => store.Note(new StoreChange.Received(client, packetId));

    public void Forgotten(ushort packetId) => store.Note(new StoreChange.Forgotten(client, packetId));
}
