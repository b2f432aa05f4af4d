using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server.Configuration;

/// <summary>
/// The changes of certificate and trust list that a session has made and not applied yet (OPC 10000-12, 7.10.2). There is one at a time; it ends with its session.
/// </summary>
internal sealed class SecurityTransaction(OpcUaServer server)
{
    private NodeId _session;

    /// <summary>The certificate that is going to be the server's; null where it stays.</summary>
    public ApplicationCertificate? Certificate { get; private set; }

    /// <summary>The lists that are going to hold; null where they stay.</summary>
    public TrustLists? Lists { get; private set; }

    /// <summary>Whether there is something to apply.</summary>
    public bool IsPending
    {
        get
        {
            if (!_session.IsNull && !server.HasSession(_session))
            {
                Forget();
            }

            return !_session.IsNull;
        }
    }

    /// <summary>Whether another session than the caller's has one.</summary>
    public bool IsOfAnother(OpcUaCaller caller) => IsPending && _session != caller.SessionId;

    public void Set(OpcUaCaller caller, ApplicationCertificate certificate) => (_session, Certificate) = (caller.SessionId, certificate);

    public void Set(OpcUaCaller caller, TrustLists lists) => (_session, Lists) = (caller.SessionId, lists);

    public void Forget() => (_session, Certificate, Lists) = (default, null, null);
}
