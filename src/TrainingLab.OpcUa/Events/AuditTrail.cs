using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Events;

/// <summary>
/// Raises the standard's audit events for what matters to security (OPC 10000-4, 6.5): sessions, writes, calls, certificates, connections that break the rules. It stands between a
/// server and its observer, so that whatever the observer is told can be heard as an event, too. Without listeners it costs nothing.
/// </summary>
internal sealed class AuditTrail(OpcUaServer server, IOpcUaObserver observer) : IOpcUaObserver
{
    private const int SeverityOfSuccess = 200;
    private const int SeverityOfFailure = 600;

    private static readonly Dictionary<uint, NodeId> ConditionMethods = new()
    {
        [9027] = new NodeId(0, 2803),
        [9028] = new NodeId(0, 2803),
        [9029] = new NodeId(0, 2829),
        [9111] = new NodeId(0, 8944),
        [9113] = new NodeId(0, 8961),
        [2947] = new NodeId(0, 11093),
        [2948] = new NodeId(0, 11093),
        [2949] = new NodeId(0, 11093),
    };

    /// <summary>A certificate was refused, or taken although something is wrong with it (OPC 10000-5, 6.4.12 to 6.4.18).</summary>
    /// <param name="peer">Who showed it.</param>
    /// <param name="certificate">Its bytes.</param>
    /// <param name="status">What is wrong: decides the event type.</param>
    public void Certificate(OpcUaPeer peer, byte[] certificate, StatusCode status)
    {
        Raise(TypeOfCertificateProblem(status) ?? EventTypeIds.AuditCertificateInvalidEventType, "Security/Certificate", caller: null, status, happened =>
        {
            happened["StatusCodeId"] = new Variant(status);
            happened["Certificate"] = new Variant(certificate);
        });
    }

    /// <summary>Whether a status says that something is wrong with a certificate.</summary>
    public static bool IsCertificateProblem(StatusCode status) => TypeOfCertificateProblem(status) is not null;

    private static NodeId? TypeOfCertificateProblem(StatusCode status) => status.Code switch
    {
        StatusCodes.BadCertificateTimeInvalid or StatusCodes.BadCertificateIssuerTimeInvalid => EventTypeIds.AuditCertificateExpiredEventType,
        StatusCodes.BadCertificateRevoked or StatusCodes.BadCertificateIssuerRevoked => EventTypeIds.AuditCertificateRevokedEventType,
        StatusCodes.BadCertificateUntrusted => EventTypeIds.AuditCertificateUntrustedEventType,
        StatusCodes.BadCertificateUseNotAllowed or StatusCodes.BadCertificateIssuerUseNotAllowed => EventTypeIds.AuditCertificateMismatchEventType,
        StatusCodes.BadCertificateUriInvalid or StatusCodes.BadCertificateHostNameInvalid => EventTypeIds.AuditCertificateDataMismatchEventType,
        StatusCodes.BadCertificateInvalid or StatusCodes.BadCertificateChainIncomplete or StatusCodes.BadCertificatePolicyCheckFailed
            or StatusCodes.BadCertificateRevocationUnknown or StatusCodes.BadCertificateIssuerRevocationUnknown => EventTypeIds.AuditCertificateInvalidEventType,
        _ => null,
    };

    /// <summary>A value was written, or the write refused; what it was before is told, too (OPC 10000-5, 6.4.23).</summary>
    public void Write(OpcUaCaller caller, in WriteValue wanted, in DataValue before, StatusCode status)
    {
        if (!server.Notifiers.HasListeners)
        {
            return;
        }

        var (attribute, range, old, value) = (wanted.Attribute, wanted.IndexRange, before.Value, wanted.Value.Value);
        Raise(EventTypeIds.AuditWriteUpdateEventType, "Attribute/Write", caller, status, happened =>
        {
            happened["AttributeId"] = (uint)attribute;
            happened["IndexRange"] = range;
            happened["OldValue"] = old;
            happened["NewValue"] = value;
        });
    }

    public ValueTask SessionCreatedAsync(OpcUaCaller caller, StatusCode status)
    {
        Raise(EventTypeIds.AuditCreateSessionEventType, "Session/CreateSession", caller, status, happened => OfSession(happened, caller, status));
        return observer.SessionCreatedAsync(caller, status);
    }

    public ValueTask SessionActivatedAsync(OpcUaCaller caller, StatusCode status)
    {
        Raise(EventTypeIds.AuditActivateSessionEventType, "Session/ActivateSession", caller, status, happened => OfSession(happened, caller, status));
        return observer.SessionActivatedAsync(caller, status);
    }

    public ValueTask SessionClosedAsync(OpcUaCaller caller, StatusCode status)
    {
        var what = status.Code switch { StatusCodes.Good => "Session/CloseSession", StatusCodes.BadTimeout => "Session/Timeout", _ => "Session/Terminated" };
        Raise(EventTypeIds.AuditSessionEventType, what, caller, StatusCodes.Good, happened => OfSession(happened, caller, status));
        return observer.SessionClosedAsync(caller, status);
    }

    public ValueTask CalledAsync(OpcUaCaller caller, NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CallResult result)
    {
        var type = method is { NamespaceIndex: 0, IdType: IdType.Numeric } && ConditionMethods.TryGetValue(method.Numeric, out var ofCondition)
            ? ofCondition
            : EventTypeIds.AuditUpdateMethodEventType;
        Raise(type, "Method/Call", caller, result.Status, happened =>
        {
            happened["MethodId"] = new Variant(method);
            happened["InputArguments"] = Variant.FromArray(BuiltInType.Variant, inputs.ToArray());
            if (type != EventTypeIds.AuditUpdateMethodEventType && inputs.Count == 2)
            {
                happened["ConditionEventId"] = inputs[0];
                happened["Comment"] = inputs[1];
            }
        });
        return observer.CalledAsync(caller, objectId, method, inputs, result);
    }

    public void ChannelOpened(OpcUaPeer peer, SecurityPolicy policy, MessageSecurityMode mode, X509Certificate2? certificate)
    {
        Raise(EventTypeIds.AuditOpenSecureChannelEventType, "SecureChannel/OpenSecureChannel", caller: null, StatusCodes.Good, happened =>
        {
            happened["ClientCertificate"] = new Variant(certificate?.RawData);
            happened["SecurityPolicyUri"] = policy.Uri;
            happened["SecurityMode"] = (int)mode;
        });
        observer.ChannelOpened(peer, policy, mode, certificate);
    }

    public void ConnectionFailed(OpcUaPeer peer, StatusCode status, string reason)
    {
        Raise(EventTypeIds.AuditChannelEventType, "SecureChannel/" + status.Name, caller: null, status, happened => happened["StatusCodeId"] = new Variant(status));
        observer.ConnectionFailed(peer, status, reason);
    }

    public ValueTask WrittenAsync(OpcUaCaller caller, NodeId node, AttributeId attribute, DataValue value, StatusCode status) =>
        observer.WrittenAsync(caller, node, attribute, value, status);

    public ValueTask SubscriptionCreatedAsync(OpcUaCaller caller, SubscriptionAction subscription) => observer.SubscriptionCreatedAsync(caller, subscription);

    public ValueTask SubscriptionModifiedAsync(OpcUaCaller caller, SubscriptionAction subscription) => observer.SubscriptionModifiedAsync(caller, subscription);

    public ValueTask SubscriptionDeletedAsync(OpcUaCaller caller, uint subscriptionId, StatusCode status) => observer.SubscriptionDeletedAsync(caller, subscriptionId, status);

    public ValueTask MonitoredItemsCreatedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => observer.MonitoredItemsCreatedAsync(caller, items);

    public ValueTask MonitoredItemsModifiedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => observer.MonitoredItemsModifiedAsync(caller, items);

    public ValueTask MonitoredItemsDeletedAsync(OpcUaCaller caller, IReadOnlyList<MonitoredItemAction> items) => observer.MonitoredItemsDeletedAsync(caller, items);

    public void Read(OpcUaCaller caller, NodeId node, AttributeId attribute, StatusCode status) => observer.Read(caller, node, attribute, status);

    public void HistoryRead(OpcUaCaller caller, NodeId node, StatusCode status) => observer.HistoryRead(caller, node, status);

    public void Browsed(OpcUaCaller caller, NodeId node, StatusCode status) => observer.Browsed(caller, node, status);

    private static void OfSession(UaEvent happened, OpcUaCaller caller, StatusCode status)
    {
        happened["SessionId"] = new Variant(caller.SessionId);
        happened["StatusCodeId"] = new Variant(status);
    }

    private void Raise(NodeId type, string source, OpcUaCaller? caller, StatusCode status, Action<UaEvent> fields)
    {
        if (!server.Notifiers.HasListeners)
        {
            return;
        }

        var happened = new UaEvent(type, ObjectIds.Server, source, new LocalizedText($"{source}: {status.Name}", "en"), status.IsBad ? SeverityOfFailure : SeverityOfSuccess);
        happened["ActionTimeStamp"] = new Variant(server.Now);
        happened["Status"] = !status.IsBad;
        happened["ServerId"] = server.AddressSpace.ApplicationUri;
        happened["ClientAuditEntryId"] = caller?.AuditEntryId;
        happened["ClientUserId"] = caller?.UserName;
        fields(happened);
        server.Raise(happened);
    }
}
