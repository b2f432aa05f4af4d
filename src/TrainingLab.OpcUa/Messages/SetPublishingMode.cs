using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Switches publishing of subscriptions on or off (OPC 10000-4, 5.14.4).</summary>
/// <remarks><code>publishing enabled: 1 | subscription ids: 4[]</code></remarks>
public sealed record SetPublishingModeRequest(bool PublishingEnabled, uint[] SubscriptionIds) : IServiceMessage<SetPublishingModeRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 799;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteBoolean(PublishingEnabled);
        writer.WriteUInt32Array(SubscriptionIds);
    }

    public static SetPublishingModeRequest Read(ref UaReader reader) => new(reader.ReadBoolean(), reader.ReadUInt32Array() ?? []);
}

/// <summary>The answer to <see cref="SetPublishingModeRequest"/>.</summary>
/// <remarks><code>results: 4[] | diagnostic info[]</code></remarks>
public sealed record SetPublishingModeResponse(StatusCode[] Results) : IServiceMessage<SetPublishingModeResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 802;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(Results);
        writer.WriteInt32(-1);
    }

    public static SetPublishingModeResponse Read(ref UaReader reader)
    {
        SetPublishingModeResponse message = new(reader.ReadStatusCodes());
        reader.SkipDiagnosticInfos();
        return message;
    }
}
