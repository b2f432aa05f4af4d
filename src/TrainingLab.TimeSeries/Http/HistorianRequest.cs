namespace TrainingLab.TimeSeries.Http;

/// <summary>Who asks.</summary>
/// <param name="Node">Name of the plant node the request came from.</param>
/// <param name="Address">Its network address.</param>
/// <param name="Account">The account already known to the host, or null; the historian's own sign-in (<c>u</c> and <c>p</c>, or Basic) replaces it.</param>
public sealed record HistorianPeer(string Node, string Address, string? Account = null);

/// <summary>One HTTP request to the historian.</summary>
/// <param name="Method"><c>GET</c>, <c>POST</c>, <c>HEAD</c> or another.</param>
/// <param name="Path">The path below the historian's root, such as <c>/query</c>, decoded, without the query.</param>
/// <param name="Query">The query as on the wire, percent-encoded, without the question mark.</param>
/// <param name="Headers">Header fields; looked up without regard to case.</param>
/// <param name="Body">The body as received.</param>
/// <param name="Peer">Who asks.</param>
public sealed record HistorianRequest(
    string Method,
    string Path,
    string Query,
    IReadOnlyDictionary<string, string> Headers,
    ReadOnlyMemory<byte> Body,
    HistorianPeer Peer);

/// <summary>One HTTP response of the historian.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Headers">Header fields other than <c>Content-Type</c> and <c>Content-Length</c>.</param>
/// <param name="ContentType">The media type; null when there is no body.</param>
/// <param name="Body">The body.</param>
public sealed record HistorianResponse(
    int Status,
    IReadOnlyList<KeyValuePair<string, string>> Headers,
    string? ContentType,
    ReadOnlyMemory<byte> Body);
