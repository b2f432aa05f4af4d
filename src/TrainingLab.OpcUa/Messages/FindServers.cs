using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Messages;

/// <summary>Asks for the servers known under a URL (OPC 10000-4, 5.5.2).</summary>
/// <remarks><code>endpoint url: string | locale ids: string[] | server uris: string[]</code></remarks>
public sealed record FindServersRequest(
    string? EndpointUrl, IReadOnlyList<string?>? LocaleIds, IReadOnlyList<string?>? ServerUris)
    : IServiceMessage<FindServersRequest>
{
    /// <inheritdoc/>
    public static uint TypeId => 422;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(EndpointUrl);
        writer.WriteStringArray(LocaleIds);
        writer.WriteStringArray(ServerUris);
    }

    public static FindServersRequest Read(ref UaReader reader) => new(reader.ReadString(), reader.ReadStringArray(), reader.ReadStringArray());
}

/// <summary>The answer to <see cref="FindServersRequest"/>.</summary>
/// <remarks><code>servers: ApplicationDescription[]</code></remarks>
public sealed record FindServersResponse(ApplicationDescription[] Servers) : IServiceMessage<FindServersResponse>
{
    /// <inheritdoc/>
    public static uint TypeId => 425;

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteStructures(Servers);
    }

    public static FindServersResponse Read(ref UaReader reader) => new(reader.ReadStructures<ApplicationDescription>(minElementSize: 25));
}
