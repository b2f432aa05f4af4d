using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>The body of a request or an answer, without its header.</summary>
public interface IServiceMessage<TSelf> : IStructureBody<TSelf>
    where TSelf : IServiceMessage<TSelf>
{
    /// <summary>The numeric id of its binary encoding, which goes before the header.</summary>
    static abstract uint TypeId { get; }
}

/// <summary>What begins every request (OPC 10000-4, 7.33).</summary>
/// <remarks><code>authentication token: node id | timestamp: 8 | request handle: 4 | return diagnostics: 4 | audit entry id: string | timeout hint: 4 | additional header: extension object</code></remarks>
public readonly record struct RequestHeader(NodeId AuthenticationToken, DateTime Timestamp, uint RequestHandle, uint ReturnDiagnostics, string? AuditEntryId, uint TimeoutHint)
    : IStructureBody<RequestHeader>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteNodeId(AuthenticationToken);
        writer.WriteDateTime(Timestamp);
        writer.WriteUInt32(RequestHandle);
        writer.WriteUInt32(ReturnDiagnostics);
        writer.WriteString(AuditEntryId);
        writer.WriteUInt32(TimeoutHint);
        writer.WriteExtensionObject(null);
    }

    public static RequestHeader Read(ref UaReader reader)
    {
        var header = new RequestHeader(reader.ReadNodeId(), reader.ReadDateTime(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadString(), reader.ReadUInt32());
        reader.ReadExtensionObject();
        return header;
    }
}

/// <summary>What begins every answer (OPC 10000-4, 7.34).</summary>
/// <remarks><code>timestamp: 8 | request handle: 4 | service result: 4 | service diagnostics: diagnostic info | string table: string[] | additional header: extension object</code></remarks>
public readonly record struct ResponseHeader(DateTime Timestamp, uint RequestHandle, StatusCode ServiceResult) : IStructureBody<ResponseHeader>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteDateTime(Timestamp);
        writer.WriteUInt32(RequestHandle);
        writer.WriteStatusCode(ServiceResult);
        writer.WriteDiagnosticInfo(null);
        writer.WriteInt32(-1);
        writer.WriteExtensionObject(null);
    }

    public static ResponseHeader Read(ref UaReader reader)
    {
        var header = new ResponseHeader(reader.ReadDateTime(), reader.ReadUInt32(), reader.ReadStatusCode());
        reader.ReadDiagnosticInfo();
        reader.ReadStringArray();
        reader.ReadExtensionObject();
        return header;
    }
}
