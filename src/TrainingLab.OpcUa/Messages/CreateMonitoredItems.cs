using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Adds monitored items to a subscription (OPC 10000-4, 5.13.2).</summary>
/// <remarks><code>subscription id: 4 | timestamps to return: 4 | items to create: MonitoredItemCreateRequest[]</code></remarks>
public sealed record CreateMonitoredItemsRequest(
    uint SubscriptionId, TimestampsToReturn TimestampsToReturn, MonitoredItemCreateRequest[] ItemsToCreate)
    : IServiceMessage<CreateMonitoredItemsRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 751;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteInt32((int)TimestampsToReturn);
        writer.WriteStructures(ItemsToCreate);
    }

    public static CreateMonitoredItemsRequest Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), (TimestampsToReturn)reader.ReadInt32(), reader.ReadStructures<MonitoredItemCreateRequest>(minElementSize: 40));
}

/// <summary>The answer to <see cref="CreateMonitoredItemsRequest"/>.</summary>
/// <remarks><code>results: MonitoredItemCreateResult[] | diagnostic info[]</code></remarks>
public sealed record CreateMonitoredItemsResponse(MonitoredItemCreateResult[] Results) : IServiceMessage<CreateMonitoredItemsResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 754;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static CreateMonitoredItemsResponse Read(ref UaReader reader)
    {
        CreateMonitoredItemsResponse message = new(reader.ReadStructures<MonitoredItemCreateResult>(minElementSize: 23));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>Whether an item samples and reports (OPC 10000-4, 7.23).</summary>
public enum MonitoringMode
{
    Disabled = 0,
    Sampling = 1,
    Reporting = 2,
}

/// <summary>How an item is sampled, filtered and queued (OPC 10000-4, 7.21).</summary>
/// <remarks><code>client handle: 4 | sampling interval: 8 | filter: extension object | queue size: 4 | discard oldest: 1</code></remarks>
public readonly record struct MonitoringParameters(
    uint ClientHandle, double SamplingInterval, ExtensionObject? Filter, uint QueueSize, bool DiscardOldest)
    : IStructureBody<MonitoringParameters>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ClientHandle);
        writer.WriteDouble(SamplingInterval);
        writer.WriteExtensionObject(Filter);
        writer.WriteUInt32(QueueSize);
        writer.WriteBoolean(DiscardOldest);
    }

    public static MonitoringParameters Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), reader.ReadDouble(), reader.ReadExtensionObject(), reader.ReadUInt32(), reader.ReadBoolean());
}

/// <summary>An item to watch.</summary>
/// <remarks><code>item to monitor: ReadValueId | monitoring mode: 4 | requested parameters: MonitoringParameters</code></remarks>
public readonly record struct MonitoredItemCreateRequest(
    ReadValueId ItemToMonitor, MonitoringMode MonitoringMode, MonitoringParameters RequestedParameters)
    : IStructureBody<MonitoredItemCreateRequest>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        ItemToMonitor.Write(writer);
        writer.WriteInt32((int)MonitoringMode);
        RequestedParameters.Write(writer);
    }

    public static MonitoredItemCreateRequest Read(ref UaReader reader) =>
        new(ReadValueId.Read(ref reader), (MonitoringMode)reader.ReadInt32(), MonitoringParameters.Read(ref reader));
}

/// <summary>What was granted.</summary>
/// <remarks><code>status: 4 | monitored item id: 4 | revised sampling interval: 8 | revised queue size: 4 | filter result: extension object</code></remarks>
public readonly record struct MonitoredItemCreateResult(
    StatusCode Status, uint MonitoredItemId, double RevisedSamplingInterval, uint RevisedQueueSize, ExtensionObject? FilterResult)
    : IStructureBody<MonitoredItemCreateResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteUInt32(MonitoredItemId);
        writer.WriteDouble(RevisedSamplingInterval);
        writer.WriteUInt32(RevisedQueueSize);
        writer.WriteExtensionObject(FilterResult);
    }

    public static MonitoredItemCreateResult Read(ref UaReader reader) =>
        new(reader.ReadStatusCode(), reader.ReadUInt32(), reader.ReadDouble(), reader.ReadUInt32(), reader.ReadExtensionObject());
}
