using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.OpcUa.Nodes;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Server.Configuration;

/// <summary>
/// Push certificate management (OPC 10000-12, 7.10): the ServerConfiguration object, for a SecurityAdmin on an encrypted channel only. Changes are gathered in a transaction and count from ApplyChanges on; channels
/// under the old certificate, and of clients that are no longer trusted, end soon after.
/// </summary>
internal sealed class ServerConfiguration
{
    private const int MinNonceLength = 32;
    private const uint ApplyChangesMethod = 12740;

    private static readonly NodeId DefaultApplicationGroup = new(0, 14156);
    private static readonly NodeId RsaSha256ApplicationCertificateType = new(0, 12560);

    private readonly OpcUaServer _server;
    private readonly ServerSecurity _security;
    private readonly SecurityTransaction _transaction;
    private readonly TrustListFile _file;
    private RSA? _newKey;

    public ServerConfiguration(OpcUaServer server, ServerSecurity security)
    {
        _server = server;
        _security = security;
        _transaction = new SecurityTransaction(server);
        _file = new TrustListFile(server, security, _transaction);
        void Set(uint id, Variant value) => server.AddressSpace.OwnStandardVariable(id).SetValue(value);
        Set(25706, server.AddressSpace.ApplicationUri);
        Set(25725, server.Options.ProductUri);
        Set(25707, (int)ApplicationType.Server);
        Set(12710, Variant.From(server.Options.History is null ? new[] { "DA", "AC" } : ["DA", "AC", "HD"]));
        Set(12639, Variant.From(new[] { "PEM" }));
        Set(12640, (uint)server.Limits.MaxTrustListSize);
        Set(12641, false);
        Set(23597, false);
        Set(14161, Variant.From(new[] { RsaSha256ApplicationCertificateType }));
    }

    /// <summary>The methods by their ids in namespace 0.</summary>
    public IEnumerable<(uint Id, CallHandler Handler)> Methods =>
    [
        (12777, Administration.Only((_, _) => new CallResult(StatusCodes.Good, [Variant.From(_security.Store.Rejected.Select(static c => c.RawData).ToArray())]))),
        (12737, Administration.Only((inputs, _) => CreateSigningRequest(inputs))),
        (13737, Administration.Only(UpdateCertificate)),
        (ApplyChangesMethod, Administration.Only((_, caller) => new CallResult(ApplyChanges(caller)))),
        (25708, Administration.Only((_, caller) => new CallResult(CancelChanges(caller)))),
        .. _file.Methods.Select(static m => (m.Id, Administration.Only(m.Handler))),
    ];

    /// <summary>The group and the type of certificate; left out, they are the only ones there are.</summary>
    private static bool IsTheCertificate(IReadOnlyList<Variant> inputs) =>
        inputs[0].TryGet(out NodeId group) && (group.IsNull || group == DefaultApplicationGroup) && inputs[1].TryGet(out NodeId type) && (type.IsNull || type == RsaSha256ApplicationCertificateType);

    private CallResult CreateSigningRequest(IReadOnlyList<Variant> inputs)
    {
        inputs[2].TryGet(out string? subject);
        inputs[3].TryGet(out bool regenerate);
        inputs[4].TryGet(out byte[]? nonce);
        if (!IsTheCertificate(inputs) || (regenerate && nonce is not { Length: >= MinNonceLength }))
        {
            return new CallResult(StatusCodes.BadInvalidArgument);
        }

        try
        {
            // The new key waits for its certificate; a second one takes its place.
            var key = regenerate ? _security.TakeKey() : null;
            var request = _security.Certificate.SigningRequest(subject?.Replace('/', ','), key);
            _newKey = key ?? _newKey;
            return new CallResult(StatusCodes.Good, [new Variant(request)]);
        }
        catch (CryptographicException)
        {
            return new CallResult(StatusCodes.BadInvalidArgument);
        }
    }

    private CallResult UpdateCertificate(IReadOnlyList<Variant> inputs, OpcUaCaller caller)
    {
        if (_transaction.IsOfAnother(caller))
        {
            return new CallResult(StatusCodes.BadTransactionPending);
        }

        inputs[2].TryGet(out byte[]? bytes);
        inputs[4].TryGet(out string? format);
        inputs[5].TryGet(out byte[]? sentKey);
        if (!IsTheCertificate(inputs))
        {
            return new CallResult(StatusCodes.BadInvalidArgument);
        }

        if (!string.IsNullOrEmpty(format) && format != "PEM")
        {
            return new CallResult(StatusCodes.BadNotSupported);
        }

        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(bytes ?? []);
            var issuers = (inputs[3].Elements as byte[]?[] ?? []).Select(static i => X509CertificateLoader.LoadCertificate(i ?? [])).ToList();
            var verdict = Check(certificate, issuers);
            if (!verdict.IsGood)
            {
                return new CallResult(verdict.Status);
            }

            var keys = sentKey is { Length: > 0 } ? [KeyOf(sentKey)] : new[] { _newKey, _security.Certificate.PrivateKey };
            if (keys.OfType<RSA>().FirstOrDefault(k => ApplicationCertificate.Fits(certificate, k)) is not { } key)
            {
                return new CallResult(StatusCodes.BadSecurityChecksFailed);
            }

            _transaction.Set(caller, ApplicationCertificate.Join(certificate, key));
            return new CallResult(StatusCodes.Good, [true]);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return new CallResult(StatusCodes.BadCertificateInvalid);
        }
    }

    /// <summary>Form, chain, strength, application and use; trust, time and revocation are for those who get to see it.</summary>
    private CertificateVerdict Check(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> issuers)
    {
        var lists = _transaction.Lists ?? _security.Store.Lists;
        var known = new MemoryCertificateStore();
        known.Replace(lists with { Trusted = [.. lists.Trusted, certificate] });
        return CertificateValidator.Check(
            certificate, issuers, CertificateUse.Server, known, new CertificateRules { RequireRevocationLists = false }, Within(certificate), applicationUri: _server.AddressSpace.ApplicationUri);
    }

    /// <summary>A time within the certificate's validity, the present one if it is: the validity may begin later.</summary>
    private DateTimeOffset Within(X509Certificate2 certificate)
    {
        var (from, to) = (new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
        var now = _server.HostTime.GetUtcNow();
        return now < from ? from : now > to ? to : now;
    }

    private static RSA KeyOf(byte[] pem)
    {
        var key = RSA.Create();
        key.ImportFromPem(System.Text.Encoding.UTF8.GetString(pem));
        return key;
    }

    private StatusCode ApplyChanges(OpcUaCaller caller)
    {
        if (!_transaction.IsPending || _transaction.IsOfAnother(caller))
        {
            return _transaction.IsPending ? StatusCodes.BadTransactionPending : StatusCodes.BadNothingToDo;
        }

        if (_transaction.Lists is { } lists)
        {
            _security.Store.Replace(lists);
            _file.Updated(caller, ApplyChangesMethod);
        }

        if (_transaction.Certificate is { } certificate)
        {
            _security.Certificate = certificate;
            _newKey = null;
            _server.Audit.CertificateUpdated(caller, ApplyChangesMethod, DefaultApplicationGroup, RsaSha256ApplicationCertificateType);
        }

        _transaction.Forget();
        _server.SecurityChanged(_security);
        return StatusCodes.Good;
    }

    private StatusCode CancelChanges(OpcUaCaller caller)
    {
        if (!_transaction.IsPending || _transaction.IsOfAnother(caller))
        {
            return _transaction.IsPending ? StatusCodes.BadTransactionPending : StatusCodes.BadNothingToDo;
        }

        _transaction.Forget();
        return StatusCodes.Good;
    }
}
