using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server;

/// <summary>A monitored item as it was asked for and granted.</summary>
/// <param name="SubscriptionId">Its subscription.</param>
/// <param name="ItemId">Its id; 0 when it was refused.</param>
/// <param name="Node">The node.</param>
/// <param name="Attribute">The attribute.</param>
/// <param name="SamplingInterval">Granted, milliseconds; 0 means every change.</param>
/// <param name="QueueSize">Granted.</param>
/// <param name="DiscardOldest">Which end of a full queue gives way.</param>
/// <param name="Deadband">The kind of deadband.</param>
/// <param name="DeadbandValue">Its size, absolute or in percent of the range.</param>
/// <param name="Mode">Whether it samples, and whether it reports what it sampled.</param>
/// <param name="Status">The answer.</param>
public sealed record MonitoredItemAction(
    uint SubscriptionId, uint ItemId, NodeId Node, AttributeId Attribute, double SamplingInterval, uint QueueSize, bool DiscardOldest,
    DeadbandKind Deadband, double DeadbandValue, MonitoringMode Mode, StatusCode Status);

/// <summary>A subscription as granted.</summary>
/// <param name="SubscriptionId">Its id.</param>
/// <param name="PublishingInterval">Granted, milliseconds.</param>
/// <param name="KeepAliveCount">Granted.</param>
/// <param name="LifetimeCount">Granted.</param>
/// <param name="PublishingEnabled">Whether it publishes.</param>
/// <param name="Priority">Its priority.</param>
public sealed record SubscriptionAction(uint SubscriptionId, double PublishingInterval, uint KeepAliveCount, uint LifetimeCount, bool PublishingEnabled, byte Priority);

/// <summary>The kinds of deadband (OPC 10000-4, 7.22.2).</summary>
public enum DeadbandKind
{
    None = 0,
    Absolute = 1,
    Percent = 2,
}

/// <summary>
/// Is told what clients do, on the server's serial context. The methods that return a <see cref="ValueTask"/> are awaited before the answer leaves;
/// the others are called at the time and must be cheap. Every method does nothing unless implemented.
/// </summary>
public interface IOpcUaObserver
{
    /// <summary>A session was created or refused.</summary>
    ValueTask SessionCreatedAsync(OpcUaCaller caller, StatusCode status) => ValueTask.CompletedTask;

    /// <summary>A user signed in (<see cref="OpcUaCaller.UserName"/>; null is anonymous), or was refused.</summary>
    ValueTask SessionActivatedAsync(OpcUaCaller caller, StatusCode status) => ValueTask.CompletedTask;

    /// <summary>A session ended: Good when the client closed it, BadTimeout when it timed out, BadShutdown when the server restarted.</summary>
    ValueTask SessionClosedAsync(OpcUaCaller caller, StatusCode status) => ValueTask.CompletedTask;

    /// <summary>A subscription was created.</summary>
    ValueTask SubscriptionCreatedAsync(OpcUaCaller caller, SubscriptionAction subscription) => ValueTask.CompletedTask;

    /// <summary>A subscription was modified (also its publishing mode).</summary>
    ValueTask SubscriptionModifiedAsync(OpcUaCaller caller, SubscriptionAction subscription) => ValueTask.CompletedTask;

    /// <summary>A subscription was deleted, or ended by itself (BadTimeout).</summary>
    ValueTask SubscriptionDeletedAsync(OpcUaCaller caller, uint subscriptionId, StatusCode status) => ValueTask.CompletedTask;

    /// <summary>Monitored items were created or refused; one element per item of the request.</summary>
    ValueTask MonitoredItemsCreatedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => ValueTask.CompletedTask;

    /// <summary>Monitored items were modified.</summary>
    ValueTask MonitoredItemsModifiedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => ValueTask.CompletedTask;

    /// <summary>Monitored items were deleted.</summary>
    ValueTask MonitoredItemsDeletedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => ValueTask.CompletedTask;

    /// <summary>One value or attribute was written, or refused.</summary>
    ValueTask WrittenAsync(OpcUaCaller caller, NodeId node, AttributeId attribute, DataValue value, StatusCode status) => ValueTask.CompletedTask;

    /// <summary>A method was called, or the call refused.</summary>
    ValueTask CalledAsync(OpcUaCaller caller, NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CallResult result) => ValueTask.CompletedTask;

    /// <summary>A node's attribute was read. Not awaited.</summary>
    void Read(OpcUaCaller caller, NodeId node, AttributeId attribute, StatusCode status)
    {
    }

    /// <summary>The history of a node was read, or its next part, or that was refused. Not awaited.</summary>
    void HistoryRead(OpcUaCaller caller, NodeId node, StatusCode status)
    {
    }

    /// <summary>A node was browsed. Not awaited.</summary>
    void Browsed(OpcUaCaller caller, NodeId node, StatusCode status)
    {
    }

    /// <summary>A secure channel was opened, with the client's certificate where the channel is protected. Not awaited.</summary>
    void ChannelOpened(OpcUaPeer peer, SecurityPolicy policy, MessageSecurityMode mode, X509Certificate2? certificate)
    {
    }

    /// <summary>A connection was closed for an error of its peer's (malformed bytes, a limit, a certificate that is not trusted). The status and the reason are the true ones; the peer may have been told less. Not awaited.</summary>
    void ConnectionFailed(OpcUaPeer peer, StatusCode status, string reason)
    {
    }
}
