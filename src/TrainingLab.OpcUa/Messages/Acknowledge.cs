using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>The answer to <see cref="Hello"/>, in a chunk of type ACKF (OPC 10000-6, 7.1.2.4). 0 is "no limit" in the last two fields.</summary>
/// <remarks><code>protocol version: 4 | receive buffer size: 4 | send buffer size: 4 | max message size: 4 | max chunk count: 4</code></remarks>
public sealed record Acknowledge(uint ProtocolVersion, uint ReceiveBufferSize, uint SendBufferSize, uint MaxMessageSize, uint MaxChunkCount)
    : IStructureBody<Acknowledge>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ProtocolVersion);
        writer.WriteUInt32(ReceiveBufferSize);
        writer.WriteUInt32(SendBufferSize);
        writer.WriteUInt32(MaxMessageSize);
        writer.WriteUInt32(MaxChunkCount);
    }

    public static Acknowledge Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
}
