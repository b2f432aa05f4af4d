using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Asks for the endpoints of a server (OPC 10000-4, 5.5.4).</summary>
/// <remarks><code>endpoint url: string | locale ids: string[] | profile uris: string[]</code></remarks>
public sealed record GetEndpointsRequest(
    string? EndpointUrl, IReadOnlyList<string?>? LocaleIds, IReadOnlyList<string?>? ProfileUris)
    : IServiceMessage<GetEndpointsRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 428;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(EndpointUrl);
        writer.WriteStringArray(LocaleIds);
        writer.WriteStringArray(ProfileUris);
    }

    public static GetEndpointsRequest Read(ref UaReader reader) => new(reader.ReadString(), reader.ReadStringArray(), reader.ReadStringArray());
}

/// <summary>The answer to <see cref="GetEndpointsRequest"/>.</summary>
/// <remarks><code>endpoints: EndpointDescription[]</code></remarks>
public sealed record GetEndpointsResponse(EndpointDescription[] Endpoints) : IServiceMessage<GetEndpointsResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 431;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Endpoints);
    }

    public static GetEndpointsResponse Read(ref UaReader reader) => new(reader.ReadStructures<EndpointDescription>(minElementSize: 30));
}
