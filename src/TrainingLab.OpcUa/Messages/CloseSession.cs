using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Ends a session (OPC 10000-4, 5.7.4).</summary>
/// <remarks><code>delete subscriptions: 1</code></remarks>
public sealed record CloseSessionRequest(bool DeleteSubscriptions) : IServiceMessage<CloseSessionRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 473;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteBoolean(DeleteSubscriptions);
    }

    public static CloseSessionRequest Read(ref UaReader reader) => new(reader.ReadBoolean());
}

/// <summary>The answer to <see cref="CloseSessionRequest"/>.</summary>
/// <remarks><code>no fields</code></remarks>
public sealed record CloseSessionResponse() : IServiceMessage<CloseSessionResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 476;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
    }

    public static CloseSessionResponse Read(ref UaReader reader) => new();
}
