using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>What counts as a change (OPC 10000-4, 7.10).</summary>
public enum DataChangeTrigger
{
    Status = 0,
    StatusValue = 1,
    StatusValueTimestamp = 2,
}

/// <summary>Which changes are reported (OPC 10000-4, 7.22.2).</summary>
/// <remarks><code>trigger: 4 | deadband type: 4 | deadband value: 8</code></remarks>
public sealed record DataChangeFilter(
    DataChangeTrigger Trigger, uint DeadbandType, double DeadbandValue)
    : IStructure, IStructureBody<DataChangeFilter>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 724;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteInt32((int)Trigger);
        writer.WriteUInt32(DeadbandType);
        writer.WriteDouble(DeadbandValue);
    }

    public static DataChangeFilter Read(ref UaReader reader) => new((DataChangeTrigger)reader.ReadInt32(), reader.ReadUInt32(), reader.ReadDouble());
}

/// <summary>Values that changed (OPC 10000-4, 7.25.2).</summary>
/// <remarks><code>monitored items: MonitoredItemNotification[] | diagnostic info[]</code></remarks>
public sealed record DataChangeNotification(MonitoredItemNotification[] MonitoredItems) : IStructure, IStructureBody<DataChangeNotification>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 811;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(MonitoredItems);
        writer.WriteInt32(-1);
    }

    /// <summary>Begins one in place, as an extension object; its items are written after it, then comes <see cref="End"/>.</summary>
    /// <returns>What <see cref="End"/> wants to know.</returns>
    internal static int Begin(UaWriter writer)
    {
        writer.WriteNodeId(new NodeId(0, 811));
        writer.WriteByte(1);
        var at = writer.Length;
        writer.WriteInt32(0);
        writer.WriteInt32(0);
        return at;
    }

    /// <summary>Ends one that was begun in place.</summary>
    internal static void End(UaWriter writer, int begun, int items)
    {
        writer.WriteInt32(-1);
        writer.PatchInt32(begun, writer.Length - begun - sizeof(int));
        writer.PatchInt32(begun + sizeof(int), items);
    }

    public static DataChangeNotification Read(ref UaReader reader)
    {
        DataChangeNotification message = new(reader.ReadStructures<MonitoredItemNotification>(minElementSize: 5));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>A value of one item.</summary>
/// <remarks><code>client handle: 4 | value: data value</code></remarks>
public readonly record struct MonitoredItemNotification(uint ClientHandle, DataValue Value) : IStructureBody<MonitoredItemNotification>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ClientHandle);
        writer.WriteDataValue(Value);
    }

    public static MonitoredItemNotification Read(ref UaReader reader) => new(reader.ReadUInt32(), reader.ReadDataValue());
}

/// <summary>A subscription ended or was moved (OPC 10000-4, 7.25.4).</summary>
/// <remarks><code>status: 4 | diagnostic info: diagnostic info</code></remarks>
public sealed record StatusChangeNotification(
    StatusCode Status, DiagnosticInfo? DiagnosticInfo)
    : IStructure, IStructureBody<StatusChangeNotification>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 820;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteDiagnosticInfo(DiagnosticInfo);
    }

    public static StatusChangeNotification Read(ref UaReader reader) => new(reader.ReadStatusCode(), reader.ReadDiagnosticInfo());
}
