using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Server.Subscriptions;

namespace TrainingLab.OpcUa.Server;

/// <summary>The diagnostics of a server (OPC 10000-5, 6.3.3): counters always, tables of sessions and subscriptions while EnabledFlag is true.</summary>
internal sealed class ServerDiagnostics
{
    // How fast a table can be watched, milliseconds: it is as long as there are sessions or subscriptions.
    private const double TableInterval = 1_000;

    private readonly OpcUaServer _server;
    private readonly VariableNode _enabled;

    public ServerDiagnostics(OpcUaServer server)
    {
        _server = server;
        var space = server.AddressSpace;
        _enabled = space.OwnStandardVariable(2294);
        _enabled.AccessLevel = AccessLevels.CurrentReadWrite;
        _enabled.SetValue(true);
        Compute(2275, () => new Variant(Summary()));
        Compute(2276, () => Summary().ServerViewCount);
        Compute(2277, () => Summary().CurrentSessionCount);
        Compute(2278, () => Summary().CumulatedSessionCount);
        Compute(2279, () => Summary().SecurityRejectedSessionCount);
        Compute(2281, () => Summary().SessionTimeoutCount);
        Compute(2282, () => Summary().SessionAbortCount);
        Compute(2284, () => Summary().PublishingIntervalCount);
        Compute(2285, () => Summary().CurrentSubscriptionCount);
        Compute(2286, () => Summary().CumulatedSubscriptionCount);
        Compute(2287, () => Summary().SecurityRejectedRequestsCount);
        Compute(2288, () => Summary().RejectedRequestsCount);
        Compute(3705, () => Summary().RejectedSessionCount);
        foreach (var table in new uint[] { 2289, 2290, 3707, 3708 })
        {
            space.OwnStandardVariable(table).MinimumSamplingInterval = TableInterval;
        }

        Compute(2289, static () => Table([]));
        Compute(2290, () => Table(IsEnabled ? server.Subscriptions.All.Select(Describe) : []));
        Compute(3707, () => Table(IsEnabled ? server.Sessions.Select(Describe) : []));
        Compute(3708, () => Table(IsEnabled ? server.Sessions.Select(DescribeSecurity) : []));
    }

    /// <summary>Sessions that were signed in to with a wrong user or certificate.</summary>
    public uint SecurityRejectedSessions { get; set; }

    /// <summary>Sessions that were refused, for whatever reason.</summary>
    public uint RejectedSessions { get; set; }

    public uint SessionTimeouts { get; set; }

    public uint SessionAborts { get; set; }

    public uint CumulatedSessions { get; set; }

    /// <summary>Requests that were refused as a whole.</summary>
    public uint RejectedRequests { get; set; }

    /// <summary>Requests that were refused as a whole because of who asked.</summary>
    public uint SecurityRejectedRequests { get; set; }

    private bool IsEnabled => _enabled.PushedValue.Value.TryGet(out bool enabled) && enabled;

    /// <summary>A request was refused as a whole.</summary>
    public void Rejected(StatusCode status)
    {
        RejectedRequests++;
        if (status.Code is StatusCodes.BadUserAccessDenied or StatusCodes.BadSecurityChecksFailed or StatusCodes.BadIdentityTokenRejected or StatusCodes.BadIdentityTokenInvalid
            or StatusCodes.BadSessionIdInvalid or StatusCodes.BadSecureChannelIdInvalid or StatusCodes.BadSessionNotActivated)
        {
            SecurityRejectedRequests++;
        }
    }

    /// <summary>Gives a variable its value, worked out once a turn however many items and operations ask for it.</summary>
    private void Compute(uint id, Func<Variant> value)
    {
        var (turn, last) = (-1L, default(Variant));
        _server.AddressSpace.OwnStandardVariable(id).Computed = () =>
        {
            if (turn != _server.Turn)
            {
                (turn, last) = (_server.Turn, value());
            }

            return last;
        };
    }

    private static Variant Table(IEnumerable<IStructure> rows) => Variant.FromArray(BuiltInType.ExtensionObject, rows.Select(static r => new ExtensionObject(r)).ToArray());

    private ServerDiagnosticsSummary Summary()
    {
        var subscriptions = _server.Subscriptions;
        return new ServerDiagnosticsSummary(
            0, (uint)_server.SessionCount, CumulatedSessions, SecurityRejectedSessions, RejectedSessions, SessionTimeouts, SessionAborts, (uint)subscriptions.Count,
            subscriptions.Cumulated, (uint)subscriptions.All.Select(static s => s.PublishingInterval).Distinct().Count(), SecurityRejectedRequests, RejectedRequests);
    }

    private SessionDiagnostics Describe(Session session)
    {
        var counters = session.Counters;
        var subscriptions = session.Publishing.Subscriptions;
        return new SessionDiagnostics(
            session.Id, session.Caller.SessionName, session.Client, _server.AddressSpace.ApplicationUri, session.Connection.HelloUrl, session.LocaleIds ?? [], session.Timeout.TotalMilliseconds,
            0, session.Created, session.LastContact, (uint)subscriptions.Count, (uint)subscriptions.Sum(static s => s.ItemCount), (uint)session.Publishing.WaitingRequests,
            counters.Total, 0, [.. counters.Services]);
    }

    private SessionSecurityDiagnostics DescribeSecurity(Session session)
    {
        var user = session.Caller.UserName;
        return new SessionSecurityDiagnostics(
            session.Id, user, user is null ? [] : [user], user is null ? "Anonymous" : "UserName", "UA Binary", "UA TCP", (int)session.Mode,
            session.Policy.Uri, session.ClientCertificate);
    }

    private static SubscriptionDiagnostics Describe(Subscription subscription)
    {
        var counters = subscription.Counters;
        var (quiet, unserved) = subscription.Cycles;
        return new SubscriptionDiagnostics(
            subscription.Session.Id, subscription.Id, subscription.Priority, subscription.PublishingInterval, subscription.KeepAliveCount, subscription.LifetimeCount,
            subscription.MaxNotificationsPerPublish, subscription.PublishingEnabled, counters.Modified, counters.Enabled, counters.Disabled, counters.RepublishRequests,
            counters.RepublishRequests, counters.Republished, counters.TransferRequests, counters.TransferredToAltClient, counters.TransferredToSameClient, counters.PublishRequests,
            counters.DataChanges, counters.Events, counters.DataChanges + counters.Events, counters.LatePublishRequests, quiet, unserved,
            (uint)subscription.AvailableMessages, counters.DiscardedMessages, (uint)subscription.ItemCount,
            (uint)subscription.Items.Count(static i => i.Mode == MonitoringMode.Disabled), (uint)subscription.Items.OfType<DataItem>().Sum(static i => i.Overflows),
            subscription.NextSequenceNumber, (uint)subscription.Items.OfType<EventItem>().Sum(static i => i.Overflows));
    }
}

/// <summary>How often a session asked for each service.</summary>
internal sealed class ServiceCounters
{
    private static readonly Dictionary<uint, int> Places = SessionDiagnostics.Services.Select(static (service, place) => (service, place)).ToDictionary(static s => s.service, static s => s.place);

    private readonly ServiceCounter[] _services = new ServiceCounter[Places.Count];

    public ServiceCounter Total { get; private set; }

    public IReadOnlyList<ServiceCounter> Services => _services;

    public void Requested(uint requestType)
    {
        Total = Total with { Total = Total.Total + 1 };
        if (Places.TryGetValue(requestType, out var place))
        {
            _services[place] = _services[place] with { Total = _services[place].Total + 1 };
        }
    }

    public void Failed(uint requestType)
    {
        Total = Total with { Errors = Total.Errors + 1 };
        if (Places.TryGetValue(requestType, out var place))
        {
            _services[place] = _services[place] with { Errors = _services[place].Errors + 1 };
        }
    }
}
