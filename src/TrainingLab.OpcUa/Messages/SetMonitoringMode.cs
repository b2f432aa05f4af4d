using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Switches sampling and reporting of items (OPC 10000-4, 5.13.4).</summary>
/// <remarks><code>subscription id: 4 | monitoring mode: 4 | monitored item ids: 4[]</code></remarks>
public sealed record SetMonitoringModeRequest(
    uint SubscriptionId, MonitoringMode MonitoringMode, uint[] MonitoredItemIds)
    : IServiceMessage<SetMonitoringModeRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 769;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteInt32((int)MonitoringMode);
        writer.WriteUInt32Array(MonitoredItemIds);
    }

    public static SetMonitoringModeRequest Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), (MonitoringMode)reader.ReadInt32(), reader.ReadUInt32Array() ?? []);
}

/// <summary>The answer to <see cref="SetMonitoringModeRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record SetMonitoringModeResponse(StatusCode[] Results) : IServiceMessage<SetMonitoringModeResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 772;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static SetMonitoringModeResponse Read(ref UaReader reader)
    {
        SetMonitoringModeResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}
