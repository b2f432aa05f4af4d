using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Changes a subscription (OPC 10000-4, 5.14.3).</summary>
/// <remarks><code>subscription id: 4 | requested publishing interval: 8 | requested lifetime count: 4 | requested max keep alive count: 4 | max notifications per publish: 4 | priority: 1</code></remarks>
public sealed record ModifySubscriptionRequest(
    uint SubscriptionId, double RequestedPublishingInterval, uint RequestedLifetimeCount, uint RequestedMaxKeepAliveCount, uint MaxNotificationsPerPublish, byte Priority)
    : IServiceMessage<ModifySubscriptionRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 793;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteDouble(RequestedPublishingInterval);
        writer.WriteUInt32(RequestedLifetimeCount);
        writer.WriteUInt32(RequestedMaxKeepAliveCount);
        writer.WriteUInt32(MaxNotificationsPerPublish);
        writer.WriteByte(Priority);
    }

    public static ModifySubscriptionRequest Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), reader.ReadDouble(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadByte());
}

/// <summary>The answer to <see cref="ModifySubscriptionRequest"/>.</summary>
/// <remarks><code>revised publishing interval: 8 | revised lifetime count: 4 | revised max keep alive count: 4</code></remarks>
public sealed record ModifySubscriptionResponse(
    double RevisedPublishingInterval, uint RevisedLifetimeCount, uint RevisedMaxKeepAliveCount)
    : IServiceMessage<ModifySubscriptionResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 796;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDouble(RevisedPublishingInterval);
        writer.WriteUInt32(RevisedLifetimeCount);
        writer.WriteUInt32(RevisedMaxKeepAliveCount);
    }

    public static ModifySubscriptionResponse Read(ref UaReader reader) => new(reader.ReadDouble(), reader.ReadUInt32(), reader.ReadUInt32());
}
