using TrainingLab.OpcUa.Server.Configuration;
using TrainingLab.OpcUa.Server.Subscriptions;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.Server;

/// <summary>The Server object of namespace 0 (OPC 10000-5, 8.3.2): gives its variables this server's values and its methods their handlers.</summary>
internal sealed class ServerObject
{
    private readonly OpcUaServer _server;
    private readonly Dictionary<uint, CallHandler> _methods = [];
    private DateTime _startTime;

    public ServerObject(OpcUaServer server)
    {
        _server = server;
        var options = server.Options;
        var limits = server.Limits;
        Started();
        Set(2254, Variant.From(new[] { server.AddressSpace.ApplicationUri }));
        Compute(2255, () => Variant.From(server.AddressSpace.NamespaceUris.ToArray()));
        Set(2267, new Variant((byte)255));
        Set(2994, true);
        Compute(15004, () => (uint)Math.Max(0, (_startTime - new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc)).TotalSeconds));

        Compute(2256, () => new Variant(new ServerStatusDataType(_startTime, server.Now, ServerState.Running, Build(options), 0, default)));
        Compute(2257, () => new Variant(_startTime));
        Compute(2258, () => new Variant(server.Now));
        Set(2259, (int)ServerState.Running);
        Set(2260, new Variant(Build(options)));
        Set(2261, options.ProductName);
        Set(2262, options.ProductUri);
        Set(2263, options.ManufacturerName);
        Set(2264, options.SoftwareVersion);
        Set(2265, "0");
        Set(2266, new Variant(DateTime.UnixEpoch));
        Set(2992, 0u);
        Set(2993, new Variant(default(LocalizedText)));

        Set(2269, Variant.From(new[] { "http://opcfoundation.org/UA-Profile/Server/EmbeddedUA2017" }));
        Set(2271, Variant.From(new[] { "en", "zh" }));
        Set(2272, limits.MinSamplingInterval);
        Set(2735, new Variant((ushort)Math.Min(limits.MaxBrowseContinuationPoints, ushort.MaxValue)));
        Set(2736, new Variant((ushort)0));
        Set(2737, new Variant((ushort)(options.History is null ? 0 : limits.MaxHistoryContinuationPoints)));
        Set(3704, Variant.FromArray(BuiltInType.ExtensionObject, Array.Empty<ExtensionObject>()));
        Set(11702, (uint)limits.MaxArrayLength);
        Set(11703, (uint)limits.MaxStringLength);
        Set(12911, (uint)limits.MaxByteStringLength);
        Set(24095, (uint)limits.MaxSessions);
        Set(24096, (uint)limits.MaxSubscriptions);
        Set(24097, (uint)limits.MaxMonitoredItems);
        Set(24098, (uint)limits.MaxSubscriptionsPerSession);
        Set(24104, (uint)limits.MaxMonitoredItemsPerSubscription);
        Set(24099, (uint)limits.MaxSelectClauses);
        Set(24100, (uint)limits.MaxWhereElements);
        Set(31916, (uint)limits.MaxQueueSize);

        Set(11705, (uint)limits.MaxNodesPerRead);
        Set(11707, (uint)limits.MaxNodesPerWrite);
        Set(11709, (uint)limits.MaxNodesPerMethodCall);
        Set(11710, (uint)limits.MaxNodesPerBrowse);
        Set(11711, (uint)limits.MaxNodesPerRegisterNodes);
        Set(11712, (uint)limits.MaxNodesPerTranslate);
        Set(11713, (uint)limits.MaxNodesPerNodeManagement);
        Set(11714, (uint)limits.MaxMonitoredItemsPerCall);

        Set(3709, 0);
        DescribeHistory(options.History is not null, limits);

        _methods[11492] = GetMonitoredItems;
        _methods[12873] = ResendData;
        if (server.Security is { } security)
        {
            foreach (var (id, handler) in new ServerConfiguration(server, security).Methods)
            {
                _methods[id] = handler;
            }
        }
    }

    /// <summary>The handler of a method: its owner's, or the server's own for those of the Server object.</summary>
    public CallHandler? Handler(MethodNode method) =>
        method.OnCall ?? (method.Id is { NamespaceIndex: 0 } id ? _methods.GetValueOrDefault(id.Numeric) ?? _server.Conditions.HandlerOf(id.Numeric) ?? _server.RoleSet.HandlerOf(id.Numeric) : null);

    /// <summary>The server has started again.</summary>
    public void Started() => _startTime = _server.Now;

    private static BuildInfo Build(OpcUaServerOptions options) =>
        new(options.ProductUri, options.ManufacturerName, options.ProductName, options.SoftwareVersion, "0", DateTime.UnixEpoch);

    /// <summary>What can be done with history (OPC 10000-11, 5.4.2): raw values and aggregates can be read, nothing can be changed.</summary>
    private void DescribeHistory(bool hasHistory, OpcUaLimits limits)
    {
        Set(11193, hasHistory); // AccessHistoryData
        foreach (var capability in new uint[] { 11242, 11196, 11197, 11198, 11199, 11200, 11281, 11282, 11283, 11502, 11275, 19091 })
        {
            Set(capability, false);
        }

        Set(11273, hasHistory ? (uint)limits.MaxHistoryValuesPerNode : 0u);
        Set(11274, 0u);
        Set(12165, hasHistory ? (uint)limits.MaxNodesPerHistoryRead : 0u);
        Set(12166, 0u);
        Set(12167, 0u);
        Set(12168, 0u);
        if (hasHistory)
        {
            foreach (var aggregate in History.AggregateIds.All)
            {
                _server.AddressSpace.AddReference(new NodeId(0, 11201), ReferenceTypeIds.Organizes, aggregate);
                _server.AddressSpace.AddReference(new NodeId(0, 2997), ReferenceTypeIds.Organizes, aggregate);
            }
        }
    }

    private void Set(uint id, Variant value) => _server.AddressSpace.OwnStandardVariable(id).SetValue(value);

    private void Compute(uint id, Func<Variant> value) => _server.AddressSpace.OwnStandardVariable(id).Computed = value;

    /// <summary>The handles of a subscription's items (OPC 10000-5, 9.1).</summary>
    private ValueTask<CallResult> GetMonitoredItems(MethodNode method, NodeId objectId, IReadOnlyList<Variant> inputs, OpcUaCaller caller, CancellationToken cancellationToken)
    {
        inputs[0].TryGet(out uint subscriptionId);
        var status = Find(subscriptionId, caller, out var subscription);
        if (status.IsBad)
        {
            return ValueTask.FromResult<CallResult>(status);
        }

        var items = subscription.Items.ToArray();
        return ValueTask.FromResult(new CallResult(
            StatusCodes.Good, [Variant.From(items.Select(static i => i.Id).ToArray()), Variant.From(items.Select(static i => i.ClientHandle).ToArray())]));
    }

    /// <summary>Sends the present values of a subscription once more (OPC 10000-5, 9.2).</summary>
    private ValueTask<CallResult> ResendData(MethodNode method, NodeId objectId, IReadOnlyList<Variant> inputs, OpcUaCaller caller, CancellationToken cancellationToken)
    {
        inputs[0].TryGet(out uint subscriptionId);
        var status = Find(subscriptionId, caller, out var subscription);
        if (!status.IsBad)
        {
            foreach (var item in subscription.Items)
            {
                item.Resend();
            }
        }

        return ValueTask.FromResult<CallResult>(status);
    }

    private StatusCode Find(uint subscriptionId, OpcUaCaller caller, out Subscription subscription)
    {
        if (!_server.Subscriptions.TryGet(subscriptionId, out subscription))
        {
            return StatusCodes.BadSubscriptionIdInvalid;
        }

        return subscription.Session.Id == caller.SessionId ? StatusCodes.Good : StatusCodes.BadUserAccessDenied;
    }
}
