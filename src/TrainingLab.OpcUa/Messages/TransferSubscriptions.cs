using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Moves subscriptions to the session that asks (OPC 10000-4, 5.14.7).</summary>
/// <remarks><code>subscription ids: 4[] | send initial values: 1</code></remarks>
public sealed record TransferSubscriptionsRequest(uint[] SubscriptionIds, bool SendInitialValues) : IServiceMessage<TransferSubscriptionsRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 841;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32Array(SubscriptionIds);
        writer.WriteBoolean(SendInitialValues);
    }

    public static TransferSubscriptionsRequest Read(ref UaReader reader) => new(reader.ReadUInt32Array() ?? [], reader.ReadBoolean());
}

/// <summary>The answer to <see cref="TransferSubscriptionsRequest"/>.</summary>
/// <remarks><code>results: TransferResult[] | diagnostic info[]</code></remarks>
public sealed record TransferSubscriptionsResponse(TransferResult[] Results) : IServiceMessage<TransferSubscriptionsResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 844;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static TransferSubscriptionsResponse Read(ref UaReader reader)
    {
        TransferSubscriptionsResponse message = new(reader.ReadStructures<TransferResult>(minElementSize: 8));
        reader.SkipDiagnosticInfos();
        return message;
    }
}

/// <summary>Whether a subscription moved, and which of its messages can be had by Republish.</summary>
/// <remarks><code>status: 4 | available sequence numbers: 4[]</code></remarks>
public readonly record struct TransferResult(StatusCode Status, uint[] AvailableSequenceNumbers) : IStructureBody<TransferResult>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCode(Status);
        writer.WriteUInt32Array(AvailableSequenceNumbers);
    }

    public static TransferResult Read(ref UaReader reader) => new(reader.ReadStatusCode(), reader.ReadUInt32Array() ?? []);
}
