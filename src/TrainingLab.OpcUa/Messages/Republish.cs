using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Asks for a notification message once more (OPC 10000-4, 5.14.6).</summary>
/// <remarks><code>subscription id: 4 | retransmit sequence number: 4</code></remarks>
public sealed record RepublishRequest(uint SubscriptionId, uint RetransmitSequenceNumber) : IServiceMessage<RepublishRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 832;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteUInt32(RetransmitSequenceNumber);
    }

    public static RepublishRequest Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadUInt32());
}

/// <summary>The answer to <see cref="RepublishRequest"/>.</summary>
/// <remarks><code>notification message: NotificationMessage</code></remarks>
public sealed record RepublishResponse(NotificationMessage NotificationMessage) : IServiceMessage<RepublishResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 835;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        NotificationMessage.Write(writer);
    }

    public static RepublishResponse Read(ref UaReader reader) => new(NotificationMessage.Read(ref reader));
}
