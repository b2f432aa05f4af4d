using System.IO.Pipelines;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Client;

/// <summary>How a client connects.</summary>
public sealed record OpcUaClientOptions
{
    /// <summary>The server's URL, sent in the hello and in CreateSession.</summary>
    public required string EndpointUrl { get; init; }

    /// <summary>The client's name for people.</summary>
    public string ApplicationName { get; init; } = "TrainingLab client";

    /// <summary>The client's application URI.</summary>
    public string ApplicationUri { get; init; } = "urn:traininglab:client";

    /// <summary>The session's name.</summary>
    public string SessionName { get; init; } = "session";

    /// <summary>The user; null signs in anonymously.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>After how long without a request the server may drop the session; 60 s by default.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a request may take; 10 s by default. The answer is then <c>BadTimeout</c>.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The requested lifetime of the channel's token, renewed at three quarters; one hour by default.</summary>
    public TimeSpan ChannelLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Limits for what the server sends.</summary>
    public Server.OpcUaLimits Limits { get; init; } = new();
}

/// <summary>What to read: an attribute of a node, or a part of an array.</summary>
/// <param name="Node">The node.</param>
/// <param name="Attribute">The attribute; its value by default.</param>
/// <param name="IndexRange">Which elements, for example <c>1:3</c>; null for all.</param>
public readonly record struct ReadItem(NodeId Node, AttributeId Attribute = AttributeId.Value, string? IndexRange = null);

/// <summary>What to write.</summary>
public readonly record struct WriteItem(NodeId Node, DataValue Value, AttributeId Attribute = AttributeId.Value, string? IndexRange = null);

/// <summary>A reference that Browse found.</summary>
public sealed record BrowsedReference(
    NodeId ReferenceType, bool IsForward, ExpandedNodeId Node, QualifiedName BrowseName, LocalizedText DisplayName, NodeClass Class, ExpandedNodeId TypeDefinition);

/// <summary>How to watch a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="SamplingInterval">Milliseconds; -1 the publishing interval, 0 every change.</param>
/// <param name="QueueSize">How many values are kept between two publishes.</param>
/// <param name="Deadband">Changes within it are not reported.</param>
/// <param name="DeadbandValue">Its size: absolute, or percent of the EURange.</param>
public sealed record WatchItem(NodeId Node, double SamplingInterval = -1, uint QueueSize = 1, Server.DeadbandKind Deadband = Server.DeadbandKind.None, double DeadbandValue = 0);

/// <summary>A value that a subscription brought.</summary>
public readonly record struct DataChange(NodeId Node, DataValue Value);

/// <summary>
/// A client with one channel and one session. All continuations stay on the caller's context. A service that fails as a whole throws
/// <see cref="OpcUaException"/>; what single operations answer are values. When the connection breaks, pending and later requests fail with BadConnectionClosed.
/// </summary>
public sealed class OpcUaClient : IAsyncDisposable
{
    private OpcUaClient()
    {
    }

    /// <summary>Hello, channel, session and sign-in over a new transport.</summary>
    /// <exception cref="OpcUaException">With the server's code when it refuses any of them.</exception>
    public static Task<OpcUaClient> ConnectAsync(
        Func<CancellationToken, ValueTask<IDuplexPipe>> connect, OpcUaClientOptions options, TimeProvider time, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Hello, channel, session and sign-in over <paramref name="transport"/>, which the client owns from then on.</summary>
    public static Task<OpcUaClient> ConnectAsync(IDuplexPipe transport, OpcUaClientOptions options, TimeProvider time, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The endpoints of a server, asked without a session.</summary>
    public static Task<IReadOnlyList<EndpointDescription>> GetEndpointsAsync(
        IDuplexPipe transport, OpcUaClientOptions options, TimeProvider time, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Whether the connection and the session are alive as far as the client knows.</summary>
    public bool IsConnected => throw new NotSupportedException();

    /// <summary>Completes when the connection has ended, with the reason.</summary>
    public Task<StatusCode> Closed => throw new NotSupportedException();

    /// <summary>The server's namespace URIs, read when first asked for.</summary>
    public Task<IReadOnlyList<string>> GetNamespacesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Reads attributes; one result per item, in order.</summary>
    public Task<DataValue[]> ReadAsync(IReadOnlyList<ReadItem> items, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Reads one value.</summary>
    public Task<DataValue> ReadAsync(NodeId node, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Writes attributes; one status per item, in order.</summary>
    public Task<StatusCode[]> WriteAsync(IReadOnlyList<WriteItem> items, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Writes one value, without timestamps.</summary>
    public Task<StatusCode> WriteAsync(NodeId node, Variant value, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>All references of a node, over all continuation points.</summary>
    /// <exception cref="OpcUaException">The node cannot be browsed (BadNodeIdUnknown …).</exception>
    public Task<IReadOnlyList<BrowsedReference>> BrowseAsync(
        NodeId node, CancellationToken cancellationToken, NodeId? referenceType = null, bool forward = true) => throw new NotSupportedException();

    /// <summary>Follows browse names along hierarchical references; BadNoMatch when nothing is there.</summary>
    public Task<(StatusCode Status, NodeId Node)> TranslateAsync(NodeId start, IReadOnlyList<QualifiedName> path, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Calls a method.</summary>
    public Task<CallResult> CallAsync(NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Creates a subscription with items and publishes for it until it is disposed.</summary>
    public Task<OpcUaSubscription> SubscribeAsync(
        double publishingInterval, IReadOnlyList<WatchItem> items, Action<DataChange> onChange, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Closes session, channel and transport.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}

/// <summary>A subscription of a client.</summary>
public sealed class OpcUaSubscription : IAsyncDisposable
{
    internal OpcUaSubscription()
    {
    }

    /// <summary>The server's id.</summary>
    public uint Id => throw new NotSupportedException();

    /// <summary>The granted publishing interval, milliseconds.</summary>
    public double PublishingInterval => throw new NotSupportedException();

    /// <summary>What was answered to each item, in order.</summary>
    public IReadOnlyList<StatusCode> ItemStatuses => throw new NotSupportedException();

    /// <summary>The changes as a stream, for callers that gave no callback.</summary>
    public IAsyncEnumerable<DataChange> ReadAllAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Deletes it on the server.</summary>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
