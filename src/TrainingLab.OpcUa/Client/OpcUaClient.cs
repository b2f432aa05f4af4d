using System.IO.Pipelines;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Client;

/// <summary>
/// A client with one channel and one session. All continuations stay on the caller's context. A service that fails as a whole throws
/// <see cref="OpcUaException"/>; what single operations answer are values. When the connection breaks, pending and later requests fail with BadConnectionClosed.
/// </summary>
public sealed class OpcUaClient : IAsyncDisposable
{
    private const uint AllReferenceFields = 63;

    private readonly ClientChannel _channel;
    private readonly ContextTimer _keepAlive;
    private readonly ClientPublishing _publishing;
    private IReadOnlyList<string>? _namespaces;
    private bool _disposed;

    private OpcUaClient(ClientChannel channel, TimeProvider time, TimeSpan sessionTimeout)
    {
        _channel = channel;
        _publishing = new ClientPublishing(channel);
        _keepAlive = new ContextTimer(time, () => Detached.Run(KeepAliveAsync()));
        var period = sessionTimeout / 3;
        _keepAlive.Start(period, period);
    }

    /// <summary>Whether the connection and the session are alive as far as the client knows.</summary>
    public bool IsConnected => !_disposed && _channel.IsOpen;

    /// <summary>Completes when the connection has ended, with the reason.</summary>
    public Task<StatusCode> Closed => _channel.Closed;

    /// <summary>Hello, channel, session and sign-in over a new transport. Where protection is wanted and the endpoint is not known, the server is asked first over a transport of its own.</summary>
    /// <exception cref="OpcUaException">With the server's code when it refuses any of them, or with the client's when it does not trust the server.</exception>
    public static async Task<OpcUaClient> ConnectAsync(
        Func<CancellationToken, ValueTask<IDuplexPipe>> connect, OpcUaClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Security.Policy.IsSecure && options.Endpoint is null)
        {
            var found = await GetEndpointsAsync(await connect(cancellationToken), options, time, cancellationToken);
            options = options with { Endpoint = ServerTrust.Choose(found, options.Security) };
        }

        return await ConnectAsync(await connect(cancellationToken), options, time, cancellationToken);
    }

    /// <summary>Hello, channel, session and sign-in over <paramref name="transport"/>, which the client owns from then on.</summary>
    /// <exception cref="OpcUaException">With the server's code when it refuses any of them, or with the client's when it does not trust the server.</exception>
    public static async Task<OpcUaClient> ConnectAsync(IDuplexPipe transport, OpcUaClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        AsymmetricSecurity? security = null;
        try
        {
            security = ServerTrust.Secure(options, time.GetUtcNow());
        }
        catch
        {
            await transport.Output.CompleteAsync();
            await transport.Input.CompleteAsync();
            throw;
        }

        var channel = await ClientChannel.OpenAsync(transport, options, security, time, cancellationToken);
        try
        {
            var timeout = await SessionOpening.OpenAsync(channel, options, cancellationToken);
            return new OpcUaClient(channel, time, timeout);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>The endpoints of a server, asked without a session.</summary>
    /// <exception cref="OpcUaException">With the server's code when it refuses.</exception>
    public static async Task<IReadOnlyList<EndpointDescription>> GetEndpointsAsync(
        IDuplexPipe transport, OpcUaClientOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        using var channel = await ClientChannel.OpenAsync(transport, options, security: null, time, cancellationToken);
        var response = await channel.SendAsync<GetEndpointsRequest, GetEndpointsResponse>(new GetEndpointsRequest(options.EndpointUrl, null, null), cancellationToken);
        return response.Endpoints;
    }

    /// <summary>The server's namespace URIs by index, read when first asked for.</summary>
    /// <exception cref="OpcUaException">The server does not say.</exception>
    public async Task<IReadOnlyList<string>> GetNamespacesAsync(CancellationToken cancellationToken)
    {
        if (_namespaces is null)
        {
            var value = await ReadAsync(VariableIds.NamespaceArray, cancellationToken);
            _namespaces = value.Value.Elements is string?[] uris
                ? [.. uris.Select(static uri => uri ?? "")]
                : throw new OpcUaException(value.Status.IsBad ? value.Status : StatusCodes.BadTypeMismatch, "the server does not tell its namespaces");
        }

        return _namespaces;
    }

    /// <summary>Reads attributes; one result per item, in order.</summary>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public async Task<DataValue[]> ReadAsync(IReadOnlyList<ReadItem> items, CancellationToken cancellationToken)
    {
        var request = new ReadRequest(0, TimestampsToReturn.Both, [.. items.Select(static i => new ReadValueId(i.Node, i.Attribute, i.IndexRange, default))]);
        return Complete((await _channel.SendAsync<ReadRequest, ReadResponse>(request, cancellationToken)).Results, items.Count);
    }

    /// <summary>Reads one value.</summary>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public async Task<DataValue> ReadAsync(NodeId node, CancellationToken cancellationToken) => (await ReadAsync([new ReadItem(node)], cancellationToken))[0];

    /// <summary>Writes attributes; one status per item, in order.</summary>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public async Task<StatusCode[]> WriteAsync(IReadOnlyList<WriteItem> items, CancellationToken cancellationToken)
    {
        var request = new WriteRequest([.. items.Select(static i => new WriteValue(i.Node, i.Attribute, i.IndexRange, i.Value))]);
        return Complete((await _channel.SendAsync<WriteRequest, WriteResponse>(request, cancellationToken)).Results, items.Count);
    }

    /// <summary>Writes one value, without timestamps.</summary>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public async Task<StatusCode> WriteAsync(NodeId node, Variant value, CancellationToken cancellationToken) =>
        (await WriteAsync([new WriteItem(node, new DataValue(value))], cancellationToken))[0];

    /// <summary>All references of a node, over all continuation points.</summary>
    /// <param name="node">Where to look.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="referenceType">Only this type and its subtypes; hierarchical references by default.</param>
    /// <param name="forward">Forward, or inverse references.</param>
    /// <exception cref="OpcUaException">The node cannot be browsed (BadNodeIdUnknown …).</exception>
    public async Task<IReadOnlyList<BrowsedReference>> BrowseAsync(NodeId node, CancellationToken cancellationToken, NodeId? referenceType = null, bool forward = true)
    {
        var wanted = new BrowseDescription(
            node, forward ? BrowseDirection.Forward : BrowseDirection.Inverse, referenceType ?? ReferenceTypeIds.HierarchicalReferences, IncludeSubtypes: true, 0, AllReferenceFields);
        var browse = await _channel.SendAsync<BrowseRequest, BrowseResponse>(new BrowseRequest(default, 0, [wanted]), cancellationToken);
        var result = Complete(browse.Results, 1)[0];
        var found = new List<BrowsedReference>();
        while (true)
        {
            if (result.Status.IsBad)
            {
                throw new OpcUaException(result.Status, node.ToString());
            }

            found.AddRange(result.References.Select(static r => new BrowsedReference(r.ReferenceType, r.IsForward, r.Node, r.BrowseName, r.DisplayName, r.Class, r.TypeDefinition)));
            if (result.ContinuationPoint is not { Length: > 0 } point)
            {
                return found;
            }

            var next = await _channel.SendAsync<BrowseNextRequest, BrowseNextResponse>(new BrowseNextRequest(false, [point]), cancellationToken);
            result = Complete(next.Results, 1)[0];
        }
    }

    /// <summary>Follows browse names along hierarchical references; BadNoMatch when nothing is there.</summary>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public async Task<(StatusCode Status, NodeId Node)> TranslateAsync(NodeId start, IReadOnlyList<QualifiedName> path, CancellationToken cancellationToken)
    {
        var elements = path.Select(static name => new RelativePathElement(ReferenceTypeIds.HierarchicalReferences, IsInverse: false, IncludeSubtypes: true, name)).ToArray();
        var response = await _channel.SendAsync<TranslateBrowsePathsToNodeIdsRequest, TranslateBrowsePathsToNodeIdsResponse>(
            new TranslateBrowsePathsToNodeIdsRequest([new BrowsePath(start, elements)]), cancellationToken);
        var result = Complete(response.Results, 1)[0];
        return (result.Status, result.Targets.Length > 0 ? result.Targets[0].Target.Node : default);
    }

    /// <summary>Calls a method.</summary>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public async Task<CallResult> CallAsync(NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CancellationToken cancellationToken)
    {
        var response = await _channel.SendAsync<CallRequest, CallResponse>(new CallRequest([new CallMethodRequest(objectId, method, [.. inputs])]), cancellationToken);
        var result = Complete(response.Results, 1)[0];
        return new CallResult(result.Status, result.OutputArguments);
    }

    /// <summary>Creates a subscription with items and publishes for it until it is disposed.</summary>
    /// <param name="publishingInterval">Wanted, milliseconds.</param>
    /// <param name="items">What to watch; what was answered to each is in <see cref="OpcUaSubscription.ItemStatuses"/>.</param>
    /// <param name="onChange">Called for each value, on the caller's context; null to read <see cref="OpcUaSubscription.ReadAllAsync"/> instead.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public Task<OpcUaSubscription> SubscribeAsync(double publishingInterval, IReadOnlyList<WatchItem> items, Action<DataChange>? onChange, CancellationToken cancellationToken) =>
        _publishing.SubscribeAsync(publishingInterval, items, onChange, cancellationToken);

    /// <summary>Watches the events of a notifier until the subscription is disposed.</summary>
    /// <param name="publishingInterval">Wanted, milliseconds.</param>
    /// <param name="notifier">Whose events; the Server object's are all of the server.</param>
    /// <param name="filter">Which events, and which of their fields.</param>
    /// <param name="onEvent">Called with the selected fields of each event, on the caller's context.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public Task<OpcUaSubscription> SubscribeEventsAsync(double publishingInterval, NodeId notifier, EventFilter filter, Action<Variant[]> onEvent, CancellationToken cancellationToken) =>
        _publishing.SubscribeAsync(publishingInterval, notifier, filter, onEvent, cancellationToken);

    /// <summary>Reads the history of one node with details such as <see cref="ReadRawModifiedDetails"/>, over all continuation points as far as wanted.</summary>
    /// <param name="node">Whose.</param>
    /// <param name="details">What of it.</param>
    /// <param name="max">At most so many values; the rest is released on the server.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OpcUaException">The service failed as a whole.</exception>
    public async Task<(StatusCode Status, IReadOnlyList<DataValue> Values)> ReadHistoryAsync(NodeId node, IStructure details, int max, CancellationToken cancellationToken)
    {
        var values = new List<DataValue>();
        byte[]? point = null;
        do
        {
            var result = await HistoryReadAsync(node, details, point, release: false, cancellationToken);
            if (result.Status.IsBad)
            {
                return (result.Status, values);
            }

            values.AddRange((result.HistoryData?.Structure as HistoryData)?.DataValues ?? []);
            point = result.ContinuationPoint;
        }
        while (point is { Length: > 0 } && values.Count < max);
        if (point is { Length: > 0 })
        {
            await HistoryReadAsync(node, details, point, release: true, cancellationToken);
        }

        return (values.Count == 0 ? StatusCodes.GoodNoData : StatusCodes.Good, values.Count > max ? values.GetRange(0, max) : values);
    }

    private async Task<HistoryReadResult> HistoryReadAsync(NodeId node, IStructure details, byte[]? point, bool release, CancellationToken cancellationToken)
    {
        var request = new HistoryReadRequest(new ExtensionObject(details), TimestampsToReturn.Source, release, [new HistoryReadValueId(node, null, default, point)]);
        return Complete((await _channel.SendAsync<HistoryReadRequest, HistoryReadResponse>(request, cancellationToken)).Results, 1)[0];
    }

    /// <summary>Closes session, channel and transport.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _keepAlive.Dispose();
        if (_channel.IsOpen)
        {
            try
            {
                await _channel.SendAsync<CloseSessionRequest, CloseSessionResponse>(new CloseSessionRequest(DeleteSubscriptions: true), CancellationToken.None);
            }
            catch (OpcUaException)
            {
                // The server has dropped the session already, or is gone.
            }
        }

        _channel.Dispose();
    }

    internal static T[] Complete<T>(T[] results, int expected) =>
        results.Length == expected ? results : throw new OpcUaException(StatusCodes.BadUnknownResponse, $"{results.Length} results for {expected} operations");

    private async Task KeepAliveAsync()
    {
        try
        {
            await ReadAsync(VariableIds.State, CancellationToken.None);
        }
        catch (OpcUaException)
        {
            // A server that does not answer this any more has dropped the session; the next request says so.
        }
    }
}
