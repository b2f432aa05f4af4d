using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Acknowledges notifications and waits for the next (OPC 10000-4, 5.14.5).</summary>
/// <remarks><code>acknowledgements: SubscriptionAcknowledgement[]</code></remarks>
public sealed record PublishRequest(SubscriptionAcknowledgement[] Acknowledgements) : IServiceMessage<PublishRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 826;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Acknowledgements);
    }

    public static PublishRequest Read(ref UaReader reader) => new(reader.ReadStructures<SubscriptionAcknowledgement>(minElementSize: 8));
}

/// <summary>The answer to <see cref="PublishRequest"/>.</summary>
/// <remarks><code>subscription id: 4 | available sequence numbers: 4[] | more notifications: 1 | notification message: NotificationMessage | results: 4[] | diagnostic info[]</code></remarks>
public sealed record PublishResponse(
    uint SubscriptionId, uint[] AvailableSequenceNumbers, bool MoreNotifications, NotificationMessage NotificationMessage, StatusCode[] Results)
    : IServiceMessage<PublishResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 829;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteUInt32Array(AvailableSequenceNumbers);
        writer.WriteBoolean(MoreNotifications);
        NotificationMessage.Write(writer);
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    /// <summary>Writes one whose notification message is encoded already.</summary>
    internal static void Write(
        UaWriter writer, uint subscriptionId, uint[] availableSequenceNumbers, bool moreNotifications, ReadOnlySpan<byte> notificationMessage, StatusCode[] results)
    {
        writer.WriteUInt32(subscriptionId);
        writer.WriteUInt32Array(availableSequenceNumbers);
        writer.WriteBoolean(moreNotifications);
        writer.WriteRaw(notificationMessage);
        writer.WriteStatusCodes(results);
        writer.WriteInt32(-1);
    }

    public static PublishResponse Read(ref UaReader reader)
    {
        PublishResponse message = new(reader.ReadUInt32(), reader.ReadUInt32Array() ?? [], reader.ReadBoolean(), NotificationMessage.Read(ref reader), reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>A notification message that arrived (OPC 10000-4, 5.14.5.2).</summary>
/// <remarks><code>subscription id: 4 | sequence number: 4</code></remarks>
public readonly record struct SubscriptionAcknowledgement(uint SubscriptionId, uint SequenceNumber) : IStructureBody<SubscriptionAcknowledgement>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteUInt32(SequenceNumber);
    }

    public static SubscriptionAcknowledgement Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadUInt32());
}

/// <summary>What happened in a subscription; without notifications a keep-alive (OPC 10000-4, 7.26).</summary>
/// <remarks><code>sequence number: 4 | publish time: 8 | notifications: extension object[]</code></remarks>
public sealed record NotificationMessage(
    uint SequenceNumber, DateTime PublishTime, ExtensionObject?[] Notifications)
    : IStructureBody<NotificationMessage>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SequenceNumber);
        writer.WriteDateTime(PublishTime);
        writer.WriteExtensionObjects(Notifications);
    }

    /// <summary>Begins one at the start of a writer, whose notifications are written after it.</summary>
    internal static void Begin(UaWriter writer, uint sequenceNumber, DateTime publishTime, int notifications)
    {
        writer.WriteUInt32(sequenceNumber);
        writer.WriteDateTime(publishTime);
        writer.WriteInt32(notifications);
    }

    /// <summary>Says how many notifications one at the start of a writer has.</summary>
    internal static void SetCount(UaWriter writer, int notifications) => writer.PatchInt32(sizeof(uint) + sizeof(long), notifications);

    public static NotificationMessage Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadDateTime(), reader.ReadExtensionObjects());
}
