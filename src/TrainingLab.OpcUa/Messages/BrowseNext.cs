using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Goes on where a browse stopped, or releases what it holds (OPC 10000-4, 5.9.3).</summary>
/// <remarks><code>release continuation points: 1 | continuation points: bytes[]</code></remarks>
public sealed record BrowseNextRequest(bool ReleaseContinuationPoints, byte[]?[] ContinuationPoints) : IServiceMessage<BrowseNextRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 533;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteBoolean(ReleaseContinuationPoints);
        writer.WriteByteStrings(ContinuationPoints);
    }

    public static BrowseNextRequest Read(ref UaReader reader) => new(reader.ReadBoolean(), reader.ReadByteStrings());
}

/// <summary>The answer to <see cref="BrowseNextRequest"/>.</summary>
/// <remarks><code>results: BrowseResult[] | diagnostic info[]</code></remarks>
public sealed record BrowseNextResponse(BrowseResult[] Results) : IServiceMessage<BrowseNextResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 536;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Results);
        writer.WriteInt32(-1);
    }

    public static BrowseNextResponse Read(ref UaReader reader)
    {
        BrowseNextResponse message = new(reader.ReadStructures<BrowseResult>(minElementSize: 12));
        reader.SkipDiagnosticInfos();
        return message;
    }
}
