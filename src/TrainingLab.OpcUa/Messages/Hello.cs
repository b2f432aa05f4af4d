using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>The first message of a client, in a chunk of type HELF (OPC 10000-6, 7.1.2.3).</summary>
/// <remarks><code>protocol version: 4 | receive buffer size: 4 | send buffer size: 4 | max message size: 4 | max chunk count: 4 | endpoint url: string</code></remarks>
public sealed record Hello(uint ProtocolVersion, uint ReceiveBufferSize, uint SendBufferSize, uint MaxMessageSize, uint MaxChunkCount, string? EndpointUrl)
    : IStructureBody<Hello>
{
    /// <summary>The longest endpoint URL, bytes.</summary>
    public const int MaxEndpointUrlLength = 4096;

    /// <summary>The smallest buffer that may be offered, bytes.</summary>
    public const uint MinBufferSize = 8192;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(ProtocolVersion);
        writer.WriteUInt32(ReceiveBufferSize);
        writer.WriteUInt32(SendBufferSize);
        writer.WriteUInt32(MaxMessageSize);
        writer.WriteUInt32(MaxChunkCount);
        writer.WriteString(EndpointUrl);
    }

    public static Hello Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadString());
}
