using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Reads what values nodes had (OPC 10000-4, 5.11.3).</summary>
/// <remarks><code>details: extension object | timestamps to return: 4 | release continuation points: 1 | nodes to read: HistoryReadValueId[]</code></remarks>
public sealed record HistoryReadRequest(
    ExtensionObject? Details, TimestampsToReturn TimestampsToReturn, bool ReleaseContinuationPoints, HistoryReadValueId[] NodesToRead)
    : IServiceMessage<HistoryReadRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 664;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteExtensionObject(Details);
        writer.WriteInt32((int)TimestampsToReturn);
        writer.WriteBoolean(ReleaseContinuationPoints);
        writer.WriteStructures(NodesToRead);
    }

    public static HistoryReadRequest Read(ref UaReader reader) => new(
        reader.ReadExtensionObject(), (TimestampsToReturn)reader.ReadInt32(), reader.ReadBoolean(), reader.ReadStructures<HistoryReadValueId>(minElementSize: 16));
}

/// <summary>The answer to <see cref="HistoryReadRequest"/>.</summary>
/// <remarks><code>results: HistoryReadResult[] | diagnostic info[]</code></remarks>
public sealed record HistoryReadResponse(HistoryReadResult[] Results) : IServiceMessage<HistoryReadResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 667;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static HistoryReadResponse Read(ref UaReader reader)
    {
        HistoryReadResponse message = new(reader.ReadStructures<HistoryReadResult>(minElementSize: 11));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>A node, and where its reading goes on.</summary>
/// <remarks><code>node: node id | index range: string | data encoding: qualified name | continuation point: byte string</code></remarks>
public readonly record struct HistoryReadValueId(NodeId Node, string? IndexRange, QualifiedName DataEncoding, byte[]? ContinuationPoint) : IStructureBody<HistoryReadValueId>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(Node);
        writer.WriteString(IndexRange);
        writer.WriteQualifiedName(DataEncoding);
        writer.WriteByteString(ContinuationPoint);
    }

    public static HistoryReadValueId Read(ref UaReader reader) => new(reader.ReadNodeId(), reader.ReadString(), reader.ReadQualifiedName(), reader.ReadByteString());
}

/// <summary>The history of a node, or its next part.</summary>
/// <remarks><code>status: 4 | continuation point: byte string | history data: extension object</code></remarks>
public readonly record struct HistoryReadResult(StatusCode Status, byte[]? ContinuationPoint, ExtensionObject? HistoryData) : IStructureBody<HistoryReadResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteByteString(ContinuationPoint);
        writer.WriteExtensionObject(HistoryData);
    }

    public static HistoryReadResult Read(ref UaReader reader) => new(reader.ReadStatusCode(), reader.ReadByteString(), reader.ReadExtensionObject());
}

/// <summary>Values of a node over time (OPC 10000-11, 6.5.2).</summary>
/// <remarks><code>data values: data value[]</code></remarks>
public sealed record HistoryData(DataValue[] DataValues) : IStructure, IStructureBody<HistoryData>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 658;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteDataValues(DataValues);

    public static HistoryData Read(ref UaReader reader) => new(reader.ReadDataValues());
}

/// <summary>The values as they were stored, or how they were changed afterwards (OPC 10000-11, 6.4.3).</summary>
/// <remarks><code>is read modified: 1 | start time: 8 | end time: 8 | values per node: 4 | return bounds: 1</code></remarks>
public sealed record ReadRawModifiedDetails(bool IsReadModified, DateTime StartTime, DateTime EndTime, uint ValuesPerNode, bool ReturnBounds)
    : IStructure, IStructureBody<ReadRawModifiedDetails>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 649;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteBoolean(IsReadModified);
        writer.WriteDateTime(StartTime);
        writer.WriteDateTime(EndTime);
        writer.WriteUInt32(ValuesPerNode);
        writer.WriteBoolean(ReturnBounds);
    }

    public static ReadRawModifiedDetails Read(ref UaReader reader) => new(reader.ReadBoolean(), reader.ReadDateTime(), reader.ReadDateTime(), reader.ReadUInt32(), reader.ReadBoolean());
}

/// <summary>The values condensed interval by interval (OPC 10000-11, 6.4.4).</summary>
/// <remarks><code>start time: 8 | end time: 8 | processing interval: 8 | aggregate types: node id[] | configuration: AggregateConfiguration</code></remarks>
public sealed record ReadProcessedDetails(DateTime StartTime, DateTime EndTime, double ProcessingInterval, NodeId[] AggregateTypes, AggregateConfiguration Configuration)
    : IStructure, IStructureBody<ReadProcessedDetails>
{
    /// <inheritdoc/>
    public uint BinaryEncodingId => 652;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDateTime(StartTime);
        writer.WriteDateTime(EndTime);
        writer.WriteDouble(ProcessingInterval);
        writer.WriteNodeIds(AggregateTypes);
        Configuration.Write(writer);
    }

    public static ReadProcessedDetails Read(ref UaReader reader) =>
        new(reader.ReadDateTime(), reader.ReadDateTime(), reader.ReadDouble(), reader.ReadNodeIds(), AggregateConfiguration.Read(ref reader));
}

/// <summary>How aggregates treat values that are not good (OPC 10000-13, 4.2.1.2).</summary>
/// <remarks><code>use server defaults: 1 | treat uncertain as bad: 1 | percent data bad: 1 | percent data good: 1 | use sloped extrapolation: 1</code></remarks>
public readonly record struct AggregateConfiguration(bool UseServerDefaults, bool TreatUncertainAsBad, byte PercentDataBad, byte PercentDataGood, bool UseSlopedExtrapolation)
    : IStructureBody<AggregateConfiguration>
{
    /// <summary>What the standard proposes.</summary>
    public static AggregateConfiguration Default { get; } = new(UseServerDefaults: true, TreatUncertainAsBad: true, 100, 100, UseSlopedExtrapolation: false);

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteBoolean(UseServerDefaults);
        writer.WriteBoolean(TreatUncertainAsBad);
        writer.WriteByte(PercentDataBad);
        writer.WriteByte(PercentDataGood);
        writer.WriteBoolean(UseSlopedExtrapolation);
    }

    public static AggregateConfiguration Read(ref UaReader reader) =>
        new(reader.ReadBoolean(), reader.ReadBoolean(), reader.ReadByte(), reader.ReadByte(), reader.ReadBoolean());
}
