using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Creates a subscription (OPC 10000-4, 5.14.2).</summary>
/// <remarks><code>requested publishing interval: 8 | requested lifetime count: 4 | requested max keep alive count: 4 | max notifications per publish: 4 | publishing enabled: 1 | priority: 1</code></remarks>
public sealed record CreateSubscriptionRequest(
    double RequestedPublishingInterval, uint RequestedLifetimeCount, uint RequestedMaxKeepAliveCount, uint MaxNotificationsPerPublish, bool PublishingEnabled, byte Priority)
    : IServiceMessage<CreateSubscriptionRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 787;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDouble(RequestedPublishingInterval);
        writer.WriteUInt32(RequestedLifetimeCount);
        writer.WriteUInt32(RequestedMaxKeepAliveCount);
        writer.WriteUInt32(MaxNotificationsPerPublish);
        writer.WriteBoolean(PublishingEnabled);
        writer.WriteByte(Priority);
    }

    public static CreateSubscriptionRequest Read(ref UaReader reader) =>
        new(reader.ReadDouble(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadBoolean(), reader.ReadByte());
}

/// <summary>The answer to <see cref="CreateSubscriptionRequest"/>.</summary>
/// <remarks><code>subscription id: 4 | revised publishing interval: 8 | revised lifetime count: 4 | revised max keep alive count: 4</code></remarks>
public sealed record CreateSubscriptionResponse(
    uint SubscriptionId, double RevisedPublishingInterval, uint RevisedLifetimeCount, uint RevisedMaxKeepAliveCount)
    : IServiceMessage<CreateSubscriptionResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 790;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteDouble(RevisedPublishingInterval);
        writer.WriteUInt32(RevisedLifetimeCount);
        writer.WriteUInt32(RevisedMaxKeepAliveCount);
    }

    public static CreateSubscriptionResponse Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), reader.ReadDouble(), reader.ReadUInt32(), reader.ReadUInt32());
}
