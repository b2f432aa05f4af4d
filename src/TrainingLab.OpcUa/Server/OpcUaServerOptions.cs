using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server;

/// <summary>Checks a user name and a password; Good lets the user in, BadUserAccessDenied or BadIdentityTokenRejected does not.</summary>
public delegate ValueTask<StatusCode> UserValidator(string userName, string password, OpcUaPeer peer, CancellationToken cancellationToken);

/// <summary>Decides about a person's certificate, whose signature has been checked: Good with the name of the user, or a bad status.</summary>
public delegate ValueTask<(StatusCode Status, string? UserName)> UserCertificateValidator(X509Certificate2 certificate, OpcUaPeer peer, CancellationToken cancellationToken);

/// <summary>What a server is called, whom it lets in and how much it takes.</summary>
public sealed record OpcUaServerOptions
{
    /// <summary>The name for people.</summary>
    public required LocalizedText ApplicationName { get; init; }

    /// <summary>What product this is, as a URI; the emulated machine's own.</summary>
    public string ProductUri { get; init; } = "urn:traininglab:device";

    /// <summary>The maker in BuildInfo.</summary>
    public string ManufacturerName { get; init; } = "TrainingLab";

    /// <summary>The product in BuildInfo.</summary>
    public string ProductName { get; init; } = "TrainingLab device";

    /// <summary>The software version in BuildInfo.</summary>
    public string SoftwareVersion { get; init; } = "1.0";

    /// <summary>The endpoint to announce when neither the listener nor the client names a usable one.</summary>
    public string EndpointUrl { get; init; } = "opc.tcp://localhost:4840/";

    /// <summary>Whether sessions without a user are let in; true by default.</summary>
    public bool AllowAnonymous { get; init; } = true;

    /// <summary>Checks user names; null (the default) means that there are no users to sign in as.</summary>
    public UserValidator? Users { get; init; }

    /// <summary>Where the past of the variables comes from; null (the default) means that there is none.</summary>
    public History.IHistorySource? History { get; init; }

    /// <summary>Decides about certificates of persons; null (the default) takes none. They are taken on protected channels only.</summary>
    public UserCertificateValidator? UserCertificates { get; init; }

    /// <summary>
    /// Who has which role, where roles decide what may be done with which node; null (the default) lets everybody do everything. Roles that are not named nobody has.
    /// </summary>
    public IReadOnlyDictionary<Roles, RoleMapping>? Roles { get; init; }

    /// <summary>Certificate, trust and protected endpoints; null (the default) offers the endpoint without protection only.</summary>
    public ServerSecurity? Security { get; init; }

    /// <summary>How much the server takes.</summary>
    public OpcUaLimits Limits { get; init; } = new();
}

/// <summary>Every limit of a server. Exceeding one is answered with the standard's own code.</summary>
public sealed record OpcUaLimits
{
    /// <summary>Largest chunk taken, bytes; at least 8192.</summary>
    public int MaxChunkSize { get; init; } = 65_536;

    /// <summary>Largest message taken or sent over all its chunks, bytes.</summary>
    public int MaxMessageSize { get; init; } = 4 * 1024 * 1024;

    /// <summary>Most chunks of one message.</summary>
    public int MaxChunkCount { get; init; } = 128;

    /// <summary>Longest string, bytes of UTF-8.</summary>
    public int MaxStringLength { get; init; } = 256 * 1024;

    /// <summary>Longest byte string, bytes.</summary>
    public int MaxByteStringLength { get; init; } = 1024 * 1024;

    /// <summary>Most elements of an array.</summary>
    public int MaxArrayLength { get; init; } = 100_000;

    /// <summary>Deepest nesting of variants, data values, extension objects and diagnostics.</summary>
    public int MaxNesting { get; init; } = 32;

    /// <summary>Most open connections.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>Most sessions, for whoever comes first.</summary>
    public int MaxSessions { get; init; } = 50;

    /// <summary>Sessions beyond <see cref="MaxSessions"/> that only users with a name and hosts without a session get.</summary>
    public int ReservedSessions { get; init; } = 5;

    /// <summary>Most subscriptions of one session.</summary>
    public int MaxSubscriptionsPerSession { get; init; } = 20;

    /// <summary>Most subscriptions of the server, for whoever comes first.</summary>
    public int MaxSubscriptions { get; init; } = 200;

    /// <summary>Subscriptions of each session that do not count towards <see cref="MaxSubscriptions"/>: what nobody else can take.</summary>
    public int ReservedSubscriptionsPerSession { get; init; } = 2;

    /// <summary>Most monitored items of one subscription.</summary>
    public int MaxMonitoredItemsPerSubscription { get; init; } = 5_000;

    /// <summary>Most monitored items of the server, for whoever comes first.</summary>
    public int MaxMonitoredItems { get; init; } = 10_000;

    /// <summary>Monitored items of each session that do not count towards <see cref="MaxMonitoredItems"/>: what nobody else can take.</summary>
    public int ReservedMonitoredItemsPerSession { get; init; } = 100;

    /// <summary>Longest queue of a monitored item.</summary>
    public int MaxQueueSize { get; init; } = 200;

    /// <summary>Longest queue of a monitored item for events; also what it has when it does not ask for a size.</summary>
    public int MaxEventQueueSize { get; init; } = 1_000;

    /// <summary>Most select clauses of an event filter.</summary>
    public int MaxSelectClauses { get; init; } = 200;

    /// <summary>Most elements of a where clause.</summary>
    public int MaxWhereElements { get; init; } = 100;

    /// <summary>Most operands of one element of a where clause (InList).</summary>
    public int MaxWhereOperands { get; init; } = 200;

    /// <summary>
    /// Most work for one event: over all event items, their select clauses and the operands of their where clauses, a pattern of Like counted by its length and any other literal by
    /// its size. An item that would go beyond is refused.
    /// </summary>
    public int MaxEventFilterCost { get; init; } = 5_000;

    /// <summary>Most of that work in the filters of one request, those that are refused included.</summary>
    public int MaxEventFilterCostPerCall { get; init; } = 2_000;

    /// <summary>Most items that one item sets off.</summary>
    public int MaxTriggeringLinks { get; init; } = 1_000;

    /// <summary>Most links between items of one subscription.</summary>
    public int MaxTriggeringLinksPerSubscription { get; init; } = 10_000;

    /// <summary>
    /// Most bytes, by estimate, of all values and events that are queued or kept for Republish. Half of them are shared out evenly
    /// among all subscriptions that there can be. A subscription that has used up its share, when the other half is used up, too, loses values as if its queues were full, down to one, and keeps no more messages.
    /// </summary>
    public long MaxNotificationBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of answers that wait to be sent on a connection before no further request of it is looked at.</summary>
    public int MaxWaitingBytes { get; init; } = 256 * 1024;

    /// <summary>Most bytes of unfinished messages (chunks without the final one) over all connections; beyond it the connection with the oldest one is closed.</summary>
    public long MaxUnfinishedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Longest name or URI that a session keeps, characters.</summary>
    public int MaxNameLength { get; init; } = 4_096;

    /// <summary>Most waiting Publish requests of one session; the oldest is refused beyond.</summary>
    public int MaxPublishRequestsPerSession { get; init; } = 20;

    /// <summary>Most notification messages kept for Republish per subscription.</summary>
    public int MaxRetransmissionQueue { get; init; } = 100;

    /// <summary>Most browse continuation points of one session.</summary>
    public int MaxBrowseContinuationPoints { get; init; } = 20;

    /// <summary>Most continuation points of history of one session.</summary>
    public int MaxHistoryContinuationPoints { get; init; } = 20;

    /// <summary>Largest trust list that is written, bytes.</summary>
    public int MaxTrustListSize { get; init; } = 256 * 1024;

    /// <summary>Most open handles of the trust list's file.</summary>
    public int MaxTrustListHandles { get; init; } = 10;

    /// <summary>Most nodes in one HistoryRead or HistoryUpdate.</summary>
    public int MaxNodesPerHistoryRead { get; init; } = 100;

    /// <summary>Most values in one answer for one node of a HistoryRead; the rest comes with continuation points.</summary>
    public int MaxHistoryValuesPerNode { get; init; } = 10_000;

    /// <summary>Most references in one browse result, whatever the client asks for.</summary>
    public int MaxReferencesPerNode { get; init; } = 1_000;

    /// <summary>Most references that one Browse or TranslateBrowsePathsToNodeIds looks at; what is left is refused.</summary>
    public int MaxReferencesPerRequest { get; init; } = 200_000;

    /// <summary>Most references in one answer; more would not fit a message.</summary>
    public int MaxReferencesPerResponse { get; init; } = 50_000;

    /// <summary>Most elements of one browse path.</summary>
    public int MaxBrowsePathElements { get; init; } = 100;

    /// <summary>Most nodes in one Read.</summary>
    public int MaxNodesPerRead { get; init; } = 10_000;

    /// <summary>Most nodes in one Write.</summary>
    public int MaxNodesPerWrite { get; init; } = 10_000;

    /// <summary>Most calls in one Call.</summary>
    public int MaxNodesPerMethodCall { get; init; } = 100;

    /// <summary>Most nodes in one Browse or BrowseNext.</summary>
    public int MaxNodesPerBrowse { get; init; } = 2_000;

    /// <summary>Most nodes in one RegisterNodes.</summary>
    public int MaxNodesPerRegisterNodes { get; init; } = 10_000;

    /// <summary>Most nodes or references in one AddNodes, AddReferences, DeleteNodes or DeleteReferences.</summary>
    public int MaxNodesPerNodeManagement { get; init; } = 1_000;

    /// <summary>Most paths in one TranslateBrowsePathsToNodeIds.</summary>
    public int MaxNodesPerTranslate { get; init; } = 2_000;

    /// <summary>Most items in one monitored-item service.</summary>
    public int MaxMonitoredItemsPerCall { get; init; } = 10_000;

    /// <summary>Fastest publishing interval, milliseconds.</summary>
    public double MinPublishingInterval { get; init; } = 50;

    /// <summary>Slowest publishing interval, milliseconds.</summary>
    public double MaxPublishingInterval { get; init; } = 3_600_000;

    /// <summary>Longest lifetime of a subscription that nobody asks for, milliseconds; never less than three keep-alives.</summary>
    public double MaxSubscriptionLifetime { get; init; } = 24 * 3_600_000;

    /// <summary>Fastest sampling interval other than 0, milliseconds.</summary>
    public double MinSamplingInterval { get; init; } = 10;

    /// <summary>Shortest session timeout, milliseconds.</summary>
    public double MinSessionTimeout { get; init; } = 10_000;

    /// <summary>Longest session timeout, milliseconds.</summary>
    public double MaxSessionTimeout { get; init; } = 3_600_000;

    /// <summary>Shortest lifetime of a channel's token, milliseconds; some clients are put off by less than ten minutes.</summary>
    public uint MinChannelLifetime { get; init; } = 600_000;

    /// <summary>Longest lifetime of a channel's token, milliseconds.</summary>
    public uint MaxChannelLifetime { get; init; } = 3_600_000;

    /// <summary>How long a connection may take to open its channel.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>All subscriptions that there can be, with those that are reserved.</summary>
    internal int AllSubscriptions => MaxSubscriptions + (ReservedSubscriptionsPerSession * (MaxSessions + ReservedSessions));
}
