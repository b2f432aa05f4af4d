using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Removes monitored items (OPC 10000-4, 5.13.6).</summary>
/// <remarks><code>subscription id: 4 | monitored item ids: 4[]</code></remarks>
public sealed record DeleteMonitoredItemsRequest(uint SubscriptionId, uint[] MonitoredItemIds) : IServiceMessage<DeleteMonitoredItemsRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 781;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteUInt32Array(MonitoredItemIds);
    }

    public static DeleteMonitoredItemsRequest Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadUInt32Array() ?? []);
}

/// <summary>The answer to <see cref="DeleteMonitoredItemsRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record DeleteMonitoredItemsResponse(StatusCode[] Results) : IServiceMessage<DeleteMonitoredItemsResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 784;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static DeleteMonitoredItemsResponse Read(ref UaReader reader)
    {
        DeleteMonitoredItemsResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}
