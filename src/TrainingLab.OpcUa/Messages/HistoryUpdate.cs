using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Changes what values nodes had (OPC 10000-4, 5.11.5).</summary>
/// <remarks><code>details: extension object[]</code></remarks>
public sealed record HistoryUpdateRequest(ExtensionObject?[] Details) : IServiceMessage<HistoryUpdateRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 700;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteExtensionObjects(Details);

    public static HistoryUpdateRequest Read(ref UaReader reader) => new(reader.ReadExtensionObjects());
}

/// <summary>The answer to <see cref="HistoryUpdateRequest"/>.</summary>
/// <remarks><code>results: HistoryUpdateResult[] | diagnostic info[]</code></remarks>
public sealed record HistoryUpdateResponse(HistoryUpdateResult[] Results) : IServiceMessage<HistoryUpdateResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 703;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static HistoryUpdateResponse Read(ref UaReader reader)
    {
        HistoryUpdateResponse message = new(reader.ReadStructures<HistoryUpdateResult>(minElementSize: 12));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>Whether a change was made, and each of its values.</summary>
/// <remarks><code>status: 4 | operation results: 4[] | diagnostic info[]</code></remarks>
public readonly record struct HistoryUpdateResult(StatusCode Status, StatusCode[] OperationResults) : IStructureBody<HistoryUpdateResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteStatusCodes(OperationResults);
        writer.WriteInt32(-1);
    }

    public static HistoryUpdateResult Read(ref UaReader reader)
    {
        HistoryUpdateResult result = new(reader.ReadStatusCode(), reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return result;
    }
}
