using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Gives up requests that are not answered yet (OPC 10000-4, 5.7.5).</summary>
/// <remarks><code>request handle: 4</code></remarks>
public sealed record CancelRequest(uint RequestHandle) : IServiceMessage<CancelRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 479;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteUInt32(RequestHandle);

    public static CancelRequest Read(ref UaReader reader) => new(reader.ReadUInt32());
}

/// <summary>The answer to <see cref="CancelRequest"/>.</summary>
/// <remarks><code>cancel count: 4</code></remarks>
public sealed record CancelResponse(uint CancelCount) : IServiceMessage<CancelResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 482;

    /// <inheritdoc/>
    public void Write(UaWriter writer) => writer.WriteUInt32(CancelCount);

    public static CancelResponse Read(ref UaReader reader) => new(reader.ReadUInt32());
}
