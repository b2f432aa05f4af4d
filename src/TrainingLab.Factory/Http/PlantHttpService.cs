using System.Text;
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
    ReadOnlyMemory<byte> Body)
{
    /// <summary>An answer of one line of text.</summary>
    public static PlantHttpResponse Text(int status, string text) => new(status, [], "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));
}

/// <summary>Answers one request; runs on the factory's scheduler, never throws for what a client sent.</summary>
public delegate ValueTask<PlantHttpResponse> PlantHttpHandler(PlantHttpRequest request, CancellationToken cancellationToken);

/// <summary>An HTTP service inside one factory; it answers on the factory's own scheduler.</summary>
/// <param name="Name">Name of the service, the node's.</param>
/// <param name="Scheduler">The factory's scheduler.</param>
/// <param name="Wire">Wall time as the factory sees it, for connections from real sockets.</param>
/// <param name="Handle">Answers one request.</param>
public sealed record PlantHttpService(string Name, SerialScheduler Scheduler, TimeProvider Wire, PlantHttpHandler Handle);
