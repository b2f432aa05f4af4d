namespace TrainingLab.OpcUa.Security;

/// <summary>An endpoint's protection.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Mode">None exactly with policy None, else Sign or SignAndEncrypt.</param>
public readonly record struct EndpointSecurity(SecurityPolicy Policy, MessageSecurityMode Mode)
{
    /// <summary>No protection.</summary>
    public static EndpointSecurity None { get; } = new(SecurityPolicy.None, MessageSecurityMode.None);

    /// <summary>The order of strength, 0 for none (OPC 10000-4, 7.14).</summary>
    internal byte Level => (byte)(Policy.Level == 0 ? 0 : (Policy.Level * 10) + (int)Mode);
}

/// <summary>
/// The security of a server: its certificate, whom it trusts and which endpoints it offers. The certificate and the lists may change while the server runs. Where no endpoint
/// without protection is offered, a channel without one serves discovery only.
/// </summary>
public sealed class ServerSecurity
{
    private readonly IReadOnlyList<EndpointSecurity> _endpoints = [];

    /// <summary>The server's certificate; another one is used for channels opened from then on.</summary>
    public required ApplicationCertificate Certificate { get; set; }

    /// <summary>Whom the server trusts.</summary>
    public required ICertificateStore Store { get; init; }

    /// <summary>The endpoints for sessions; given in any order, kept with the strongest first.</summary>
    /// <exception cref="ArgumentException">A policy and a mode that do not go together.</exception>
    public required IReadOnlyList<EndpointSecurity> Endpoints
    {
        get => _endpoints;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Any(static e => e.Mode == MessageSecurityMode.Invalid || e.Policy.IsSecure == (e.Mode == MessageSecurityMode.None)))
            {
                throw new ArgumentException("Mode None goes with policy None, and with no other", nameof(value));
            }

            _endpoints = [.. value.Distinct().OrderByDescending(static e => e.Level)];
        }
    }

    /// <summary>How strictly client certificates are looked at.</summary>
    public CertificateRules Rules { get; init; } = new();

    /// <summary>Where a new key for the server comes from, when an administrator asks for one; the pool of the process by default.</summary>
    public Func<System.Security.Cryptography.RSA> TakeKey { get; init; } = RsaKeyPool.Shared.Take;

    /// <summary>Weak on purpose: whether the endpoint without protection takes passwords in clear text; false by default, they are then encrypted with the server's key.</summary>
    public bool PlainPasswords { get; init; }

    /// <summary>Every secured policy in both modes.</summary>
    public static IReadOnlyList<EndpointSecurity> AllSecured { get; } =
        [.. SecurityPolicy.All.Where(static p => p.IsSecure).SelectMany(static p => new[] { new EndpointSecurity(p, MessageSecurityMode.Sign), new EndpointSecurity(p, MessageSecurityMode.SignAndEncrypt) })];

    internal bool Offers(SecurityPolicy policy, MessageSecurityMode mode) => Endpoints.Contains(new EndpointSecurity(policy, mode));

    /// <summary>The policy that protects user tokens of an endpoint: the endpoint's own, or the server's key where there is no protection.</summary>
    internal SecurityPolicy TokenPolicyOf(SecurityPolicy endpoint) => endpoint.IsSecure || PlainPasswords ? endpoint : SecurityPolicy.Basic256Sha256;

    /// <summary>Decides about a client that opens a channel, and remembers the certificate of one that is refused.</summary>
    /// <exception cref="OpcUaException">It is refused.</exception>
    internal AsymmetricSecurity? Admit(SecurityPolicy policy, ReadOnlySpan<byte> senderCertificate, ReadOnlySpan<byte> receiverThumbprint, DateTimeOffset now)
    {
        if (!policy.IsSecure)
        {
            return null;
        }

        if (!Endpoints.Any(e => e.Policy == policy))
        {
            throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected, $"{policy} is not offered here");
        }

        if (!receiverThumbprint.SequenceEqual(Certificate.Thumbprint))
        {
            throw new OpcUaException(StatusCodes.BadCertificateInvalid, "the message is meant for another certificate than this server's");
        }

        PeerCertificate peer;
        try
        {
            peer = PeerCertificate.Read(senderCertificate);
        }
        catch (OpcUaException e)
        {
            throw new OpcUaException(e.Status, e.Reason) { Told = StatusCodes.BadSecurityChecksFailed };
        }

        var verdict = CertificateValidator.Check(peer.Certificate, peer.Issuers, CertificateUse.Client, Store, Rules, now);
        if (!verdict.IsGood)
        {
            Store.Reject(peer.Certificate);
            peer.Dispose();
            throw new OpcUaException(verdict.Status, verdict.Reason) { Told = verdict.Told };
        }

        return new AsymmetricSecurity(policy, Certificate, peer);
    }
}
