using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Deletes subscriptions (OPC 10000-4, 5.14.8).</summary>
/// <remarks><code>subscription ids: 4[]</code></remarks>
public sealed record DeleteSubscriptionsRequest(uint[] SubscriptionIds) : IServiceMessage<DeleteSubscriptionsRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 847;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32Array(SubscriptionIds);
    }

    public static DeleteSubscriptionsRequest Read(ref UaReader reader) => new(reader.ReadUInt32Array() ?? []);
}

/// <summary>The answer to <see cref="DeleteSubscriptionsRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record DeleteSubscriptionsResponse(StatusCode[] Results) : IServiceMessage<DeleteSubscriptionsResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 850;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static DeleteSubscriptionsResponse Read(ref UaReader reader)
    {
        DeleteSubscriptionsResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}
