using TrainingLab.Network;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Http;

/// <summary>A request to an HTTP service of the plant, body included.</summary>
/// <param name="Method">GET and so on.</param>
/// <param name="Path">Path, percent-decoded.</param>
/// <param name="Query">Query as on the wire, without the question mark.</param>
/// <param name="Headers">Header fields; names compare without case.</param>
/// <param name="Body">The body, at most <see cref="PlantHttpHost.MaxBody"/> bytes.</param>
/// <param name="Peer">Who asks.</param>
public sealed record PlantHttpRequest(
    string Method,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body,
    PlantPeer Peer);

/// <summary>An answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">Header fields besides content type and length.</param>
/// <param name="ContentType">Media type; null without a body.</param>
/// <param name="Body">The body.</param>
public sealed record PlantHttpResponse(
    int Status,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? ContentType,
    ReadOnlyMemory<byte> Body);

/// <summary>An HTTP service inside one factory; it answers on the factory's own scheduler.</summary>
/// <param name="Name">Name of the service, the node's.</param>
/// <param name="Scheduler">The factory's scheduler.</param>
/// <param name="Handle">Answers one request; runs on the scheduler, never throws for what a client sent.</param>
/// <param name="AsksOthers">Whether answering needs other connections inside the plant, as a recursive resolver's does.</param>
public sealed record PlantHttpService(
    string Name,
    SerialScheduler Scheduler,
    Func<PlantHttpRequest, CancellationToken, ValueTask<PlantHttpResponse>> Handle,
    bool AsksOthers = false);
