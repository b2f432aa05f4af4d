using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Says in its header why a whole service was refused (OPC 10000-4, 7.35).</summary>
/// <remarks><code>no fields</code></remarks>
public sealed record ServiceFault() : IServiceMessage<ServiceFault>
{
    /// <inheritdoc/>
    public static uint TypeId => 397;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
    }

    public static ServiceFault Read(ref UaReader reader) => new();
}
