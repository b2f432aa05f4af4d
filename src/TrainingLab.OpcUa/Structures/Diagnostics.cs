using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>How often a service was asked for, and how often it failed (OPC 10000-5, 12.14).</summary>
public readonly record struct ServiceCounter(uint Total, uint Errors) : IStructureBody<ServiceCounter>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(Total);
        writer.WriteUInt32(Errors);
    }

    public static ServiceCounter Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadUInt32());
}

/// <summary>What a server has seen since it started (OPC 10000-5, 12.9).</summary>
/// <remarks><code>twelve counters of 4 bytes, in the order of the fields</code></remarks>
public sealed record ServerDiagnosticsSummary(
    uint ServerViewCount, uint CurrentSessionCount, uint CumulatedSessionCount, uint SecurityRejectedSessionCount, uint RejectedSessionCount, uint SessionTimeoutCount,
    uint SessionAbortCount, uint CurrentSubscriptionCount, uint CumulatedSubscriptionCount, uint PublishingIntervalCount, uint SecurityRejectedRequestsCount, uint RejectedRequestsCount)
    : IStructure, IStructureBody<ServerDiagnosticsSummary>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 861;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ServerViewCount);
        writer.WriteUInt32(CurrentSessionCount);
        writer.WriteUInt32(CumulatedSessionCount);
        writer.WriteUInt32(SecurityRejectedSessionCount);
        writer.WriteUInt32(RejectedSessionCount);
        writer.WriteUInt32(SessionTimeoutCount);
        writer.WriteUInt32(SessionAbortCount);
        writer.WriteUInt32(CurrentSubscriptionCount);
        writer.WriteUInt32(CumulatedSubscriptionCount);
        writer.WriteUInt32(PublishingIntervalCount);
        writer.WriteUInt32(SecurityRejectedRequestsCount);
        writer.WriteUInt32(RejectedRequestsCount);
    }

    public static ServerDiagnosticsSummary Read(ref UaReader reader) => new(
        reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(),
        reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
}

/// <summary>How a session is (OPC 10000-5, 12.11): who it belongs to, what it holds, and how often it asked for each of the services in <see cref="Services"/>.</summary>
/// <remarks><code>the fields in their order, then a service counter (total: 4 | errors: 4) for each of the services, in their order</code></remarks>
public sealed record SessionDiagnostics(
    NodeId SessionId, string? SessionName, ApplicationDescription ClientDescription, string? ServerUri, string? EndpointUrl, IReadOnlyList<string?> LocaleIds,
    double ActualSessionTimeout, uint MaxResponseMessageSize, DateTime ClientConnectionTime, DateTime ClientLastContactTime, uint CurrentSubscriptionsCount,
    uint CurrentMonitoredItemsCount, uint CurrentPublishRequestsInQueue, ServiceCounter TotalRequestCount, uint UnauthorizedRequestCount, IReadOnlyList<ServiceCounter> Counters)
    : IStructure
{
    /// <summary>The services that are counted one by one, by the id of their request's encoding: Read, HistoryRead, Write, HistoryUpdate, Call, and so on to UnregisterNodes.</summary>
    public static IReadOnlyList<uint> Services { get; } =
    [
        631, 664, 673, 700, 712, 751, 763, 769, 775, 781, 787, 793, 799, 826, 832, 841, 847, 488, 494, 500, 506, 527, 533, 554, 615, 621, 560, 566,
    ];

    /// <inheritdoc/>
    public uint BinaryEncodingId => 867;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(SessionId);
        writer.WriteString(SessionName);
        ClientDescription.Write(writer);
        writer.WriteString(ServerUri);
        writer.WriteString(EndpointUrl);
        writer.WriteStringArray(LocaleIds);
        writer.WriteDouble(ActualSessionTimeout);
        writer.WriteUInt32(MaxResponseMessageSize);
        writer.WriteDateTime(ClientConnectionTime);
        writer.WriteDateTime(ClientLastContactTime);
        writer.WriteUInt32(CurrentSubscriptionsCount);
        writer.WriteUInt32(CurrentMonitoredItemsCount);
        writer.WriteUInt32(CurrentPublishRequestsInQueue);
        TotalRequestCount.Write(writer);
        writer.WriteUInt32(UnauthorizedRequestCount);
        foreach (var counter in Counters)
        {
            counter.Write(writer);
        }
    }
}

/// <summary>How a session is secured (OPC 10000-5, 12.12).</summary>
/// <remarks><code>session id: node id | client user id: string | client user id history: string[] | authentication mechanism: string | encoding: string | transport protocol: string | security mode: 4 | security policy uri: string | client certificate: byte string</code></remarks>
public sealed record SessionSecurityDiagnostics(
    NodeId SessionId, string? ClientUserIdOfSession, IReadOnlyList<string?> ClientUserIdHistory, string? AuthenticationMechanism, string? Encoding, string? TransportProtocol,
    int SecurityMode, string? SecurityPolicyUri, byte[]? ClientCertificate)
    : IStructure
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 870;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(SessionId);
        writer.WriteString(ClientUserIdOfSession);
        writer.WriteStringArray(ClientUserIdHistory);
        writer.WriteString(AuthenticationMechanism);
        writer.WriteString(Encoding);
        writer.WriteString(TransportProtocol);
        writer.WriteInt32(SecurityMode);
        writer.WriteString(SecurityPolicyUri);
        writer.WriteByteString(ClientCertificate);
    }
}

/// <summary>How a subscription is (OPC 10000-5, 12.15).</summary>
/// <remarks><code>the fields in their order</code></remarks>
public sealed record SubscriptionDiagnostics(
    NodeId SessionId, uint SubscriptionId, byte Priority, double PublishingInterval, uint MaxKeepAliveCount, uint MaxLifetimeCount, uint MaxNotificationsPerPublish,
    bool PublishingEnabled, uint ModifyCount, uint EnableCount, uint DisableCount, uint RepublishRequestCount, uint RepublishMessageRequestCount, uint RepublishMessageCount,
    uint TransferRequestCount, uint TransferredToAltClientCount, uint TransferredToSameClientCount, uint PublishRequestCount, uint DataChangeNotificationsCount,
    uint EventNotificationsCount, uint NotificationsCount, uint LatePublishRequestCount, uint CurrentKeepAliveCount, uint CurrentLifetimeCount, uint UnacknowledgedMessageCount,
    uint DiscardedMessageCount, uint MonitoredItemCount, uint DisabledMonitoredItemCount, uint MonitoringQueueOverflowCount, uint NextSequenceNumber, uint EventQueueOverflowCount)
    : IStructure
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 876;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(SessionId);
        writer.WriteUInt32(SubscriptionId);
        writer.WriteByte(Priority);
        writer.WriteDouble(PublishingInterval);
        writer.WriteUInt32(MaxKeepAliveCount);
        writer.WriteUInt32(MaxLifetimeCount);
        writer.WriteUInt32(MaxNotificationsPerPublish);
        writer.WriteBoolean(PublishingEnabled);
        writer.WriteUInt32(ModifyCount);
        writer.WriteUInt32(EnableCount);
        writer.WriteUInt32(DisableCount);
        writer.WriteUInt32(RepublishRequestCount);
        writer.WriteUInt32(RepublishMessageRequestCount);
        writer.WriteUInt32(RepublishMessageCount);
        writer.WriteUInt32(TransferRequestCount);
        writer.WriteUInt32(TransferredToAltClientCount);
        writer.WriteUInt32(TransferredToSameClientCount);
        writer.WriteUInt32(PublishRequestCount);
        writer.WriteUInt32(DataChangeNotificationsCount);
        writer.WriteUInt32(EventNotificationsCount);
        writer.WriteUInt32(NotificationsCount);
        writer.WriteUInt32(LatePublishRequestCount);
        writer.WriteUInt32(CurrentKeepAliveCount);
        writer.WriteUInt32(CurrentLifetimeCount);
        writer.WriteUInt32(UnacknowledgedMessageCount);
        writer.WriteUInt32(DiscardedMessageCount);
        writer.WriteUInt32(MonitoredItemCount);
        writer.WriteUInt32(DisabledMonitoredItemCount);
        writer.WriteUInt32(MonitoringQueueOverflowCount);
        writer.WriteUInt32(NextSequenceNumber);
        writer.WriteUInt32(EventQueueOverflowCount);
    }
}
