using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Why the connection is about to be closed, in a chunk of type ERRF (OPC 10000-6, 7.1.2.5).</summary>
/// <remarks><code>error: 4 | reason: string</code></remarks>
public sealed record ErrorMessage(StatusCode Error, string? Reason) : IStructureBody<ErrorMessage>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Error);
        writer.WriteString(Reason);
    }

    public static ErrorMessage Read(ref UaReader reader) => new(reader.ReadStatusCode(), reader.ReadString());
}
