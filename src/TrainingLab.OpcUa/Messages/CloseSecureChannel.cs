using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Closes a channel; it is not answered (OPC 10000-4, 5.6.3).</summary>
/// <remarks><code>no fields</code></remarks>
public sealed record CloseSecureChannelRequest() : IServiceMessage<CloseSecureChannelRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 452;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
    }

    public static CloseSecureChannelRequest Read(ref UaReader reader) => new();
}
