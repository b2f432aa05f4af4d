using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>What a toolbox command printed.</summary>
/// <param name="ExitCode">0 good, 1 not good, 2 wrong usage, 3 could not run.</param>
/// <param name="Lines">In order.</param>
/// <param name="Json">The same as a document; null when the command has none.</param>
public sealed record CommandResult(int ExitCode, IReadOnlyList<CommandOutputLine> Lines, JsonNode? Json = null);

/// <summary>One line of output.</summary>
/// <param name="Text">Without line end.</param>
/// <param name="IsError">Belongs to standard error.</param>
public sealed record CommandOutputLine(string Text, bool IsError = false);

/// <summary>How a command line can go on.</summary>
/// <param name="Start">Index into the line from which a candidate replaces it up to the cursor.</param>
/// <param name="Candidates">Sorted, at most fifty.</param>
public sealed record CompletionResult(int Start, IReadOnlyList<string> Candidates);

/// <summary>A node under a browsed one.</summary>
/// <param name="NodeId">In its string form, for example <c>ns=2;s=Filler.Speed</c>.</param>
/// <param name="BrowseName">With namespace index.</param>
/// <param name="DisplayName">As the server gives it.</param>
/// <param name="NodeClass">Object, Variable, Method and so on.</param>
/// <param name="HasChildren">False lets the tree draw a leaf; true when unknown.</param>
public sealed record OpcUaNodeView(string NodeId, string BrowseName, string DisplayName, string NodeClass, bool HasChildren);

/// <summary>The children of a node, or why they could not be had.</summary>
/// <param name="Status">Symbolic status code, <c>Good</c> when it worked; also a network refusal's own words.</param>
public sealed record OpcUaBrowseResult(string Status, IReadOnlyList<OpcUaNodeView> Nodes);

/// <summary>A value read or notified. Value is null when the status is bad.</summary>
public sealed record OpcUaValueView(
    string Server, string NodeId, string? Value, string? DataType, string? Unit, string Status, DateTimeOffset? SourceTime, DateTimeOffset? ServerTime);

/// <summary>Asks for one monitored item in a subscription of its own.</summary>
/// <param name="NodeId">Variable to watch.</param>
/// <param name="PublishingMs">Publishing interval in ms.</param>
/// <param name="SamplingMs">Sampling interval in ms.</param>
/// <param name="DeadbandKind">none, absolute or percent.</param>
/// <param name="Deadband">In the tag's unit or percent of its range.</param>
public sealed record OpcUaSubscribeRequest(string NodeId, double PublishingMs, double SamplingMs, string DeadbandKind, double Deadband);

/// <summary>A subscription that the workspace holds. It ends when the attempt freezes.</summary>
/// <param name="Id">For unsubscribing.</param>
/// <param name="Server">Endpoint name.</param>
/// <param name="NodeId">What it watches.</param>
/// <param name="PublishingMs">As revised by the server.</param>
/// <param name="SamplingMs">As revised by the server.</param>
/// <param name="DeadbandKind">none, absolute or percent.</param>
/// <param name="Deadband">In the tag's unit or percent of its range.</param>
public sealed record OpcUaSubscriptionView(
    string Id, string Server, string NodeId, double PublishingMs, double SamplingMs, string DeadbandKind, double Deadband);

/// <summary>Answer to a subscription request; the view is null when it was refused.</summary>
public sealed record OpcUaSubscribeResult(string Status, OpcUaSubscriptionView? Subscription);

/// <summary>Rows of a query, or the historian's own error text.</summary>
public sealed record HistorianResult(IReadOnlyList<HistorianSeries> Series, string? Error);

/// <summary>One series of a result; cells are already text, null is null.</summary>
public sealed record HistorianSeries(string Name, string? Tags, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows);

/// <summary>An HTTP request for a service inside a factory, as it enters at the workstation.</summary>
/// <param name="Service">For example <c>historian</c>, <c>switch-1</c>, <c>firewall</c>.</param>
/// <param name="Method">GET, POST and so on.</param>
/// <param name="PathAndQuery">Begins with a slash.</param>
/// <param name="Headers">Without the application's cookies and authorization.</param>
/// <param name="Body">At most <see cref="MaxBody"/> bytes.</param>
public sealed record ServiceRequest(
    string Service, string Method, string PathAndQuery, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>Longest body forwarded, in bytes.</summary>
    public const int MaxBody = 4 * 1024 * 1024;
}

/// <summary>Its response. A network refusal is a 502 or 504 with the reason as text.</summary>
public sealed record ServiceResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body);
