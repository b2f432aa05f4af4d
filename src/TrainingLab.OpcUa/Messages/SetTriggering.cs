using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Lets an item set off the reports of others (OPC 10000-4, 5.13.5).</summary>
/// <remarks><code>subscription id: 4 | triggering item id: 4 | links to add: 4[] | links to remove: 4[]</code></remarks>
public sealed record SetTriggeringRequest(uint SubscriptionId, uint TriggeringItemId, uint[] LinksToAdd, uint[] LinksToRemove) : IServiceMessage<SetTriggeringRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 775;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32(SubscriptionId);
        writer.WriteUInt32(TriggeringItemId);
        writer.WriteUInt32Array(LinksToAdd);
        writer.WriteUInt32Array(LinksToRemove);
    }

    public static SetTriggeringRequest Read(ref UaReader reader) =>
        new(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32Array() ?? [], reader.ReadUInt32Array() ?? []);
}

/// <summary>The answer to <see cref="SetTriggeringRequest"/>.</summary>
/// <remarks><code>add results: 4[] | diagnostic info[] | remove results: 4[] | diagnostic info[]</code></remarks>
public sealed record SetTriggeringResponse(StatusCode[] AddResults, StatusCode[] RemoveResults) : IServiceMessage<SetTriggeringResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 778;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStatusCodes(AddResults);
        writer.WriteInt32(-1);
        writer.WriteStatusCodes(RemoveResults);
        writer.WriteInt32(-1);
    }

    public static SetTriggeringResponse Read(ref UaReader reader)
    {
        var addResults = reader.ReadStatusCodes();
        reader.SkipDiagnosticInfos();
        var removeResults = reader.ReadStatusCodes();
        reader.SkipDiagnosticInfos();
        return new(addResults, removeResults);
    }
}
