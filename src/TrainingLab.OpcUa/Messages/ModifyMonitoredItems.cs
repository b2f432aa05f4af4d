using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Changes monitored items (OPC 10000-4, 5.13.3).</summary>
/// <remarks><code>subscription id: 4 | timestamps to return: 4 | items to modify: MonitoredItemModifyRequest[]</code></remarks>
public sealed record ModifyMonitoredItemsRequest(
    uint SubscriptionId, TimestampsToReturn TimestampsToReturn, MonitoredItemModifyRequest[] ItemsToModify)
    : IServiceMessage<ModifyMonitoredItemsRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 763;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteInt32((int)TimestampsToReturn);
        writer.WriteStructures(ItemsToModify);
    }

    public static ModifyMonitoredItemsRequest Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), (TimestampsToReturn)reader.ReadInt32(), reader.ReadStructures<MonitoredItemModifyRequest>(minElementSize: 24));
}

/// <summary>The answer to <see cref="ModifyMonitoredItemsRequest"/>.</summary>
/// <remarks><code>results: MonitoredItemModifyResult[] | diagnostic info[]</code></remarks>
public sealed record ModifyMonitoredItemsResponse(MonitoredItemModifyResult[] Results) : IServiceMessage<ModifyMonitoredItemsResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 766;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static ModifyMonitoredItemsResponse Read(ref UaReader reader)
    {
        ModifyMonitoredItemsResponse message = new(reader.ReadStructures<MonitoredItemModifyResult>(minElementSize: 19));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>An item and its new parameters.</summary>
/// <remarks><code>monitored item id: 4 | requested parameters: MonitoringParameters</code></remarks>
public readonly record struct MonitoredItemModifyRequest(
    uint MonitoredItemId, MonitoringParameters RequestedParameters)
    : IStructureBody<MonitoredItemModifyRequest>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(MonitoredItemId);
        RequestedParameters.Write(writer);
    }

    public static MonitoredItemModifyRequest Read(ref UaReader reader) => new(reader.ReadUInt32(), MonitoringParameters.Read(ref reader));
}

/// <summary>What was granted.</summary>
/// <remarks><code>status: 4 | revised sampling interval: 8 | revised queue size: 4 | filter result: extension object</code></remarks>
public readonly record struct MonitoredItemModifyResult(
    StatusCode Status, double RevisedSamplingInterval, uint RevisedQueueSize, ExtensionObject? FilterResult)
    : IStructureBody<MonitoredItemModifyResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteDouble(RevisedSamplingInterval);
        writer.WriteUInt32(RevisedQueueSize);
        writer.WriteExtensionObject(FilterResult);
    }

    public static MonitoredItemModifyResult Read(ref UaReader reader) =>
        new(reader.ReadStatusCode(), reader.ReadDouble(), reader.ReadUInt32(), reader.ReadExtensionObject());
}
