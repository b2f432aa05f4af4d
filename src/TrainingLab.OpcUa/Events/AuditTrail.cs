using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Events;

/// <summary>
/// Raises the standard's audit events for what matters to security (OPC 10000-4, 6.5; OPC 10000-5, 6.4.3 and following): channels, sessions, writes, calls, changes of nodes, certificates, trust lists and roles,
/// connections that break the rules. It stands between a server and its observer, so that whatever the observer is told can be heard as an event, too. Without listeners it costs nothing.
/// </summary>
internal sealed class AuditTrail(OpcUaServer server, IOpcUaObserver observer) : IOpcUaObserver
{
    private const int SeverityOfSuccess = 200;
    private const int SeverityOfFailure = 600;

    private const uint UpdateCertificate = 13737;
    private const int PrivateKeyInput = 5;

    /// <summary>Methods of namespace 0 whose calls have an event type of their own.</summary>
    private static readonly Dictionary<uint, NodeId> TypesOfMethods = new()
    {
        [9027] = new NodeId(0, 2803),
        [9028] = new NodeId(0, 2803),
        [9029] = new NodeId(0, 2829),
        [9111] = new NodeId(0, 8944),
        [9113] = new NodeId(0, 8961),
        [2947] = new NodeId(0, 11093),
        [2948] = new NodeId(0, 11093),
        [2949] = new NodeId(0, 11093),
        [UpdateCertificate] = EventTypeIds.CertificateUpdateRequestedAuditEventType,
        [12666] = EventTypeIds.TrustListUpdateRequestedAuditEventType,
        [12668] = EventTypeIds.TrustListUpdateRequestedAuditEventType,
        [12670] = EventTypeIds.TrustListUpdateRequestedAuditEventType,
    };

    /// <summary>A certificate was refused, or taken although something is wrong with it (OPC 10000-5, 6.4.12 to 6.4.18).</summary>
    /// <param name="peer">Who showed it.</param>
    /// <param name="certificate">Its bytes.</param>
    /// <param name="status">What is wrong: decides the event type.</param>
    /// <param name="wrongUri">The application URI that is not the certificate's, where that is what is wrong.</param>
    /// <returns>The id of the event; null where nobody listens.</returns>
    public byte[]? Certificate(OpcUaPeer peer, byte[] certificate, StatusCode status, string? wrongUri = null) =>
        Raise(TypeOfCertificateProblem(status) ?? EventTypeIds.AuditCertificateInvalidEventType, "Security/Certificate", caller: null, status, happened =>
        {
            happened["Certificate"] = new Variant(certificate);
            if (wrongUri is not null)
            {
                happened["InvalidUri"] = wrongUri;
            }
        })?["EventId"].ToObject() as byte[];

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
        Raise(EventTypeIds.AuditWriteUpdateEventType, "Attribute/Write", caller, status, wanted.Node, happened =>
        {
            happened["AttributeId"] = (uint)attribute;
            happened["IndexRange"] = range;
            happened["OldValue"] = old;
            happened["NewValue"] = value;
        });
    }

    /// <summary>A session was created, or not; then <paramref name="session"/> is null.</summary>
    public ValueTask CreatedAsync(ServerConnection connection, Session? session, OpcUaCaller caller, StatusCode status)
    {
        Raise(EventTypeIds.AuditCreateSessionEventType, "Session/CreateSession", caller with { UserName = "System/CreateSession" }, status, happened =>
        {
            happened["SessionId"] = new Variant(caller.SessionId);
            OfChannel(happened, connection);
            OfClient(happened, connection.Channel.Asymmetric?.Peer.Certificate);
            happened["RevisedSessionTimeout"] = session?.Timeout.TotalMilliseconds ?? 0;
        });
        return observer.SessionCreatedAsync(caller, status);
    }

    /// <summary>A user signed in, or was refused; the password is not told.</summary>
    public ValueTask ActivatedAsync(ServerConnection connection, ExtensionObject? token, OpcUaCaller caller, StatusCode status)
    {
        Activation(connection, token, caller, status);
        return observer.SessionActivatedAsync(caller, status);
    }

    /// <summary>The event of a sign-in alone: also of one that did not get as far as to a user.</summary>
    public void Activation(ServerConnection connection, ExtensionObject? token, OpcUaCaller caller, StatusCode status) =>
        Raise(EventTypeIds.AuditActivateSessionEventType, "Session/ActivateSession", caller, status, happened =>
        {
            happened["SessionId"] = new Variant(caller.SessionId);
            OfChannel(happened, connection);
            happened["ClientSoftwareCertificates"] = Variant.FromArray(BuiltInType.ExtensionObject, Array.Empty<ExtensionObject>());
            happened["UserIdentityToken"] = new Variant(token?.Structure is UserNameIdentityToken user ? new ExtensionObject(user with { Password = null }) : token);
            happened["CurrentRoleIds"] = Variant.From(WellKnownRoles.All.Where(role => (caller.Roles & role) != 0).Select(WellKnownRoles.IdOf).ToArray());
        });

    public ValueTask SessionClosedAsync(OpcUaCaller caller, StatusCode status)
    {
        var what = status.Code switch { StatusCodes.Good => "Session/CloseSession", StatusCodes.BadTimeout => "Session/Timeout", _ => "Session/Terminated" };
        Raise(EventTypeIds.AuditSessionEventType, what, caller, StatusCodes.Good, happened =>
        {
            happened["SessionId"] = new Variant(caller.SessionId);
            happened["StatusCodeId"] = new Variant(status);
        });
        return observer.SessionClosedAsync(caller, status);
    }

    /// <summary>Subscriptions were moved here, or not.</summary>
    public void Transfer(OpcUaCaller caller, StatusCode status) =>
        Raise(EventTypeIds.AuditSessionEventType, "Session/TransferSubscriptions", caller, status, happened => happened["SessionId"] = new Variant(caller.SessionId));

    /// <summary>A client wanted to change the past, and was refused.</summary>
    public void HistoryUpdate(OpcUaCaller caller, StatusCode status) => Raise(EventTypeIds.AuditHistoryUpdateEventType, "Attribute/HistoryUpdate", caller, status, static _ => { });

    /// <summary>A client gave up requests of its own.</summary>
    public void Cancel(OpcUaCaller caller, uint requestHandle) => Raise(EventTypeIds.AuditCancelEventType, "Session/Cancel", caller, StatusCodes.Good, happened =>
    {
        happened["SessionId"] = new Variant(caller.SessionId);
        happened["RequestHandle"] = requestHandle;
    });

    /// <summary>A client wanted to change nodes or references, and was refused.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="type">The event type: it names the service in its middle.</param>
    /// <param name="service">The service.</param>
    /// <param name="field">The field that takes the items.</param>
    /// <param name="encoding">The id of the items' binary encoding.</param>
    /// <param name="items">What was asked for.</param>
    public void NodeManagement<T>(OpcUaCaller caller, NodeId type, string service, string field, uint encoding, IReadOnlyList<T> items)
        where T : IStructureBody => Raise(type, "NodeManagement/" + service, caller, StatusCodes.BadUserAccessDenied, happened =>
        {
            happened[field] = Variant.From(items.Select(item =>
            {
                using var writer = new UaWriter();
                item.Write(writer);
                return new ExtensionObject(new NodeId(0, encoding), writer.Written.ToArray());
            }).ToArray());
        });

    public ValueTask CalledAsync(OpcUaCaller caller, NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CallResult result)
    {
        if (server.Notifiers.HasListeners)
        {
            Called(caller, objectId, method, inputs, result);
        }

        return observer.CalledAsync(caller, objectId, method, inputs, result);
    }

    /// <summary>The server has another certificate.</summary>
    /// <param name="caller">Who applied it.</param>
    /// <param name="method">The method that did.</param>
    /// <param name="group">The group of certificates.</param>
    /// <param name="type">The type of the certificate.</param>
    public void CertificateUpdated(OpcUaCaller caller, uint method, NodeId group, NodeId type) =>
        Raise(EventTypeIds.CertificateUpdatedAuditEventType, "Attribute/Call", caller, StatusCodes.Good, ObjectIds.ServerConfiguration, happened =>
        {
            happened["MethodId"] = new Variant(new NodeId(0, method));
            happened["CertificateGroup"] = new Variant(group);
            happened["CertificateType"] = new Variant(type);
        });

    /// <summary>The server trusts others than before.</summary>
    /// <param name="caller">Who changed it.</param>
    /// <param name="method">The method that did.</param>
    /// <param name="list">The trust list.</param>
    public void TrustListUpdated(OpcUaCaller caller, uint method, NodeId list) =>
        Raise(EventTypeIds.TrustListUpdatedAuditEventType, "Attribute/Call", caller, StatusCodes.Good, list, happened =>
        {
            happened["MethodId"] = new Variant(new NodeId(0, method));
            happened["TrustListId"] = new Variant(list);
        });

    /// <summary>A channel was opened or renewed.</summary>
    public void Opened(ServerConnection connection, OpenSecureChannelRequest request)
    {
        RaiseOpen(connection, StatusCodes.Good, request);
        if (request.RequestType == SecurityTokenRequestType.Issue)
        {
            observer.ChannelOpened(connection.Peer, connection.Channel.Policy!, connection.Channel.Mode, connection.Channel.Asymmetric?.Peer.Certificate);
        }
    }

    /// <summary>A client closed its channel.</summary>
    public void Closed(ServerConnection connection) =>
        Raise(EventTypeIds.AuditChannelEventType, "SecureChannel/CloseSecureChannel", caller: null, StatusCodes.Good, happened => OfChannel(happened, connection));

    /// <summary>A connection was closed for an error of its peer's.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="isOpening">Whether it was about to open its channel.</param>
    /// <param name="certificateEvent">The event that told what is wrong with its certificate.</param>
    /// <param name="status">The error.</param>
    /// <param name="reason">What it was, for people.</param>
    public void Failed(ServerConnection connection, bool isOpening, byte[]? certificateEvent, StatusCode status, string reason)
    {
        if (isOpening)
        {
            RaiseOpen(connection, status, request: null, certificateEvent);
        }
        else
        {
            Raise(EventTypeIds.AuditChannelEventType, "SecureChannel/" + status.Name, caller: null, status, happened => OfChannel(happened, connection));
        }

        observer.ConnectionFailed(connection.Peer, status, reason);
    }

    public ValueTask SessionCreatedAsync(OpcUaCaller caller, StatusCode status) => observer.SessionCreatedAsync(caller, status);

    public ValueTask SessionActivatedAsync(OpcUaCaller caller, StatusCode status) => observer.SessionActivatedAsync(caller, status);

    public void ChannelOpened(OpcUaPeer peer, SecurityPolicy policy, MessageSecurityMode mode, X509Certificate2? certificate) => observer.ChannelOpened(peer, policy, mode, certificate);

    public void ConnectionFailed(OpcUaPeer peer, StatusCode status, string reason) => observer.ConnectionFailed(peer, status, reason);

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

    private void Called(OpcUaCaller caller, NodeId objectId, NodeId method, IReadOnlyList<Variant> inputs, CallResult result)
    {
        var id = method is { NamespaceIndex: 0, IdType: IdType.Numeric } ? method.Numeric : 0;
        var type = TypesOfMethods.TryGetValue(id, out var own) ? own : server.RoleSet.ChangesRules(id) ? EventTypeIds.RoleMappingRuleChangedAuditEventType : EventTypeIds.AuditUpdateMethodEventType;
        var isOfCondition = EventTypes.IsOrIsSubtypeOf(server.AddressSpace, type, EventTypeIds.AuditConditionEventType);
        var source = isOfCondition ? "Method/" + server.AddressSpace.Find(method)!.BrowseName.Name : "Attribute/Call";
        Raise(type, source, caller, result.Status, objectId, happened =>
        {
            // The private key of a certificate is nobody's business.
            var shown = inputs.Select((input, place) => id == UpdateCertificate && place == PrivateKeyInput ? default : input);
            happened["MethodId"] = new Variant(method);
            happened["StatusCodeId"] = new Variant(result.Status);
            happened["InputArguments"] = Variant.FromArray(BuiltInType.Variant, shown.ToArray());
            happened["OutputArguments"] = Variant.FromArray(BuiltInType.Variant, (result.Outputs ?? []).ToArray());
            if (isOfCondition && inputs.Count == 2)
            {
                happened["ConditionEventId"] = inputs[0];
                happened["Comment"] = inputs[1];
            }
            else if (type.IsStandard(11093) && inputs.Count == 1)
            {
                happened["ShelvingTime"] = inputs[0];
            }
        });
    }

    private void RaiseOpen(ServerConnection connection, StatusCode status, OpenSecureChannelRequest? request, byte[]? certificateEvent = null) =>
        Raise(EventTypeIds.AuditOpenSecureChannelEventType, "SecureChannel/OpenSecureChannel", caller: null, status, happened =>
        {
            var channel = connection.Channel;
            OfChannel(happened, connection);
            OfClient(happened, channel.Asymmetric?.Peer.Certificate);
            happened["ClientUserId"] = "System/OpenSecureChannel";
            happened["RequestType"] = (int)(request?.RequestType ?? SecurityTokenRequestType.Issue);
            happened["SecurityPolicyUri"] = channel.Policy?.Uri;
            happened["SecurityMode"] = (int)channel.Mode;
            happened["RequestedLifetime"] = (double)(request?.RequestedLifetime ?? 0);
            happened["CertificateErrorEventId"] = new Variant(certificateEvent);
        });

    /// <summary>A channel has the same name in all events, those of its sessions included.</summary>
    private static void OfChannel(UaEvent happened, ServerConnection connection) => happened["SecureChannelId"] = connection.ChannelId == 0 ? default : connection.ChannelId.ToString(CultureInfo.InvariantCulture);

    private static void OfClient(UaEvent happened, X509Certificate2? certificate)
    {
        happened["ClientCertificate"] = new Variant(certificate?.RawData);
        happened["ClientCertificateThumbprint"] = certificate?.Thumbprint;
    }

    private UaEvent? Raise(NodeId type, string sourceName, OpcUaCaller? caller, StatusCode status, Action<UaEvent> fields) => Raise(type, sourceName, caller, status, ObjectIds.Server, fields);

    private UaEvent? Raise(NodeId type, string sourceName, OpcUaCaller? caller, StatusCode status, NodeId source, Action<UaEvent> fields)
    {
        if (!server.Notifiers.HasListeners)
        {
            return null;
        }

        var happened = new UaEvent(type, source, sourceName, new LocalizedText($"{sourceName}: {status.Name}", "en"), status.IsBad ? SeverityOfFailure : SeverityOfSuccess) { IsAudit = true };
        happened["ActionTimeStamp"] = new Variant(server.Now);
        happened["Status"] = !status.IsBad;
        happened["StatusCodeId"] = new Variant(status);
        happened["ServerId"] = server.AddressSpace.ApplicationUri;
        happened["ClientAuditEntryId"] = caller?.AuditEntryId;
        happened["ClientUserId"] = caller?.UserName;
        happened["ClientApplicationUri"] = caller?.ApplicationUri;
        fields(happened);
        server.Raise(happened);
        return happened;
    }
}
