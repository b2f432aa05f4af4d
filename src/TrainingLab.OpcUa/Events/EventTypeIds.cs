namespace TrainingLab.OpcUa.Events;

/// <summary>Event types of namespace 0.</summary>
public static class EventTypeIds
{
    public static readonly NodeId BaseEventType = new(0, 2041);
    public static readonly NodeId AuditEventType = new(0, 2052);
    public static readonly NodeId AuditSecurityEventType = new(0, 2058);
    public static readonly NodeId AuditChannelEventType = new(0, 2059);
    public static readonly NodeId AuditOpenSecureChannelEventType = new(0, 2060);
    public static readonly NodeId AuditSessionEventType = new(0, 2069);
    public static readonly NodeId AuditCreateSessionEventType = new(0, 2071);
    public static readonly NodeId AuditActivateSessionEventType = new(0, 2075);
    public static readonly NodeId AuditCancelEventType = new(0, 2078);
    public static readonly NodeId AuditCertificateEventType = new(0, 2080);
    public static readonly NodeId AuditCertificateDataMismatchEventType = new(0, 2082);
    public static readonly NodeId AuditCertificateExpiredEventType = new(0, 2085);
    public static readonly NodeId AuditCertificateInvalidEventType = new(0, 2086);
    public static readonly NodeId AuditCertificateUntrustedEventType = new(0, 2087);
    public static readonly NodeId AuditCertificateRevokedEventType = new(0, 2088);
    public static readonly NodeId AuditCertificateMismatchEventType = new(0, 2089);
    public static readonly NodeId AuditWriteUpdateEventType = new(0, 2100);
    public static readonly NodeId AuditUpdateMethodEventType = new(0, 2127);
    public static readonly NodeId AuditAddNodesEventType = new(0, 2091);
    public static readonly NodeId AuditDeleteNodesEventType = new(0, 2093);
    public static readonly NodeId AuditAddReferencesEventType = new(0, 2095);
    public static readonly NodeId AuditDeleteReferencesEventType = new(0, 2097);
    public static readonly NodeId AuditHistoryUpdateEventType = new(0, 2104);
    public static readonly NodeId AuditConditionEventType = new(0, 2790);
    public static readonly NodeId RoleMappingRuleChangedAuditEventType = new(0, 17641);
    public static readonly NodeId TrustListUpdateRequestedAuditEventType = new(0, 32260);
    public static readonly NodeId TrustListUpdatedAuditEventType = new(0, 12561);
    public static readonly NodeId CertificateUpdateRequestedAuditEventType = new(0, 32306);
    public static readonly NodeId CertificateUpdatedAuditEventType = new(0, 12620);
    public static readonly NodeId SystemEventType = new(0, 2130);
    public static readonly NodeId DeviceFailureEventType = new(0, 2131);
    public static readonly NodeId ConditionType = new(0, 2782);
    public static readonly NodeId RefreshStartEventType = new(0, 2787);
    public static readonly NodeId RefreshEndEventType = new(0, 2788);
    public static readonly NodeId RefreshRequiredEventType = new(0, 2789);
    public static readonly NodeId AcknowledgeableConditionType = new(0, 2881);
    public static readonly NodeId AlarmConditionType = new(0, 2915);
    public static readonly NodeId EventQueueOverflowEventType = new(0, 3035);
    public static readonly NodeId ExclusiveLevelAlarmType = new(0, 9482);
    public static readonly NodeId ExclusiveLimitAlarmType = new(0, 9341);
    public static readonly NodeId OffNormalAlarmType = new(0, 10637);
}
