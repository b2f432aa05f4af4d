using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>What a certificate is shown for.</summary>
public enum CertificateUse
{
    /// <summary>A client's application.</summary>
    Client,

    /// <summary>A server's application.</summary>
    Server,

    /// <summary>A person.</summary>
    User,
}

/// <summary>How strictly certificates are looked at.</summary>
public sealed record CertificateRules
{
    /// <summary>Weak on purpose: any certificate of the right form is taken for trusted; false by default.</summary>
    public bool AcceptAll { get; init; }

    /// <summary>Whether every authority must have a revocation list that is in force; true by default. Without, a missing list is passed over, and one that is there still counts.</summary>
    public bool RequireRevocationLists { get; init; } = true;
}

/// <summary>What came of looking at a certificate: Good, or what is wrong with it first of all.</summary>
public readonly record struct CertificateVerdict(StatusCode Status, string Reason)
{
    /// <summary>Whether it may be believed.</summary>
    public bool IsGood => Status.IsGood;

    /// <summary>
    /// What its owner is told (OPC 10000-4, 5.6.2.3): whoever is not trusted, or no longer, learns nothing about the lists; what a trusted peer can put right is said as it is.
    /// </summary>
    public StatusCode Told => Status.Code switch
    {
        StatusCodes.BadCertificateTimeInvalid or StatusCodes.BadCertificateIssuerTimeInvalid or StatusCodes.BadCertificateHostNameInvalid or StatusCodes.BadCertificateUriInvalid
            or StatusCodes.BadCertificateUseNotAllowed or StatusCodes.BadCertificateIssuerUseNotAllowed
            or StatusCodes.BadCertificateRevocationUnknown or StatusCodes.BadCertificateIssuerRevocationUnknown or StatusCodes.Good => Status,
        _ => StatusCodes.BadSecurityChecksFailed,
    };
}

/// <summary>
/// Looks at certificates in the order of OPC 10000-4, 6.1.3: structure, chain, signatures, policy, trust, validity, host, application URI, use, revocation. It asks nobody
/// and nothing but the store and the time that it is given.
/// </summary>
public static class CertificateValidator
{
    private const int MaxDepth = PeerCertificate.MaxChainLength;
    private const string AuthorityKeyIdentifier = "2.5.29.35";

    /// <summary>The verdict on a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="sent">Issuers that its owner sent along; they complete the chain and are not trusted for it.</param>
    /// <param name="use">What it is shown for.</param>
    /// <param name="store">Whom to trust.</param>
    /// <param name="rules">How strict to be.</param>
    /// <param name="now">The time of the machine that decides.</param>
    /// <param name="host">The host that the certificate must be for; null does not look.</param>
    /// <param name="applicationUri">The application that it must be for; null does not look.</param>
    public static CertificateVerdict Check(
        X509Certificate2 certificate, IReadOnlyList<X509Certificate2> sent, CertificateUse use, ICertificateStore store, CertificateRules rules, DateTimeOffset now,
        string? host = null, string? applicationUri = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        ArgumentNullException.ThrowIfNull(sent);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(rules);
        var lists = store.Lists;
        try
        {
            var chain = new List<X509Certificate2> { certificate };
            var verdict = Complete(chain, [.. lists.Trusted, .. lists.Issuers, .. sent], rules);
            if (verdict.IsGood)
            {
                verdict = CheckStrength(chain);
            }

            if (verdict.IsGood && !rules.AcceptAll && !chain.Exists(c => Contains(lists.Trusted, c)))
            {
                verdict = new CertificateVerdict(StatusCodes.BadCertificateUntrusted, $"{Name(certificate)} is not in the trust list, nor is its authority");
            }

            return verdict.IsGood ? CheckTrusted(chain, use, lists, rules, now, host, applicationUri) : verdict;
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return new CertificateVerdict(StatusCodes.BadCertificateInvalid, $"the certificate cannot be read: {e.Message}");
        }
    }

    private static CertificateVerdict CheckTrusted(
        List<X509Certificate2> chain, CertificateUse use, TrustLists lists, CertificateRules rules, DateTimeOffset now, string? host, string? applicationUri)
    {
        var leaf = chain[0];
        for (var i = 0; i < chain.Count; i++)
        {
            if (now.UtcDateTime < chain[i].NotBefore.ToUniversalTime() || now.UtcDateTime > chain[i].NotAfter.ToUniversalTime())
            {
                return new CertificateVerdict(
                    i == 0 ? StatusCodes.BadCertificateTimeInvalid : StatusCodes.BadCertificateIssuerTimeInvalid,
                    FormattableString.Invariant($"{Name(chain[i])} is valid from {chain[i].NotBefore.ToUniversalTime():u} to {chain[i].NotAfter.ToUniversalTime():u}; here it is {now.UtcDateTime:u}"));
            }
        }

        var names = CertificateNames.Of(leaf);
        if (host is not null && !names.Covers(host))
        {
            return new CertificateVerdict(StatusCodes.BadCertificateHostNameInvalid, $"{Name(leaf)} is for {string.Join(", ", [.. names.DnsNames, .. names.Addresses])}, not for {host}");
        }

        if (applicationUri is not null && names.ApplicationUri != applicationUri)
        {
            return new CertificateVerdict(StatusCodes.BadCertificateUriInvalid, $"{Name(leaf)} is for {names.ApplicationUri ?? "no application"}, not for {applicationUri}");
        }

        var verdict = CheckUse(chain, use);
        return verdict.IsGood ? CheckRevocation(chain, lists, rules, now) : verdict;
    }

    /// <summary>Adds the issuers up to one that signed itself, and checks each signature.</summary>
    private static CertificateVerdict Complete(List<X509Certificate2> chain, List<X509Certificate2> known, CertificateRules rules)
    {
        while (true)
        {
            var last = chain[^1];
            var der = SignedDer.Read(last.RawDataMemory.ToArray());
            if (last.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData))
            {
                using var own = last.GetRSAPublicKey();
                return own is not null && (der.Hash is null || der.IsSignedBy(own)) ? default : new CertificateVerdict(StatusCodes.BadCertificateInvalid, $"{Name(last)} is not signed by itself");
            }

            var candidates = known.FindAll(k => k.SubjectName.RawData.AsSpan().SequenceEqual(last.IssuerName.RawData) && IdentifierFits(last, k));
            if (candidates.Count == 0)
            {
                return rules.AcceptAll ? default : new CertificateVerdict(StatusCodes.BadCertificateChainIncomplete, $"the issuer of {Name(last)} is not known: {last.Issuer}");
            }

            var issuer = candidates.Find(c =>
            {
                using var key = c.GetRSAPublicKey();
                return key is not null && (der.Hash is null || der.IsSignedBy(key));
            });
            if (issuer is null)
            {
                return new CertificateVerdict(StatusCodes.BadCertificateInvalid, $"{Name(last)} is not signed by {Name(candidates[0])}");
            }

            if (chain.Count == MaxDepth)
            {
                return new CertificateVerdict(StatusCodes.BadCertificateInvalid, $"a chain has at most {MaxDepth} certificates");
            }

            chain.Add(issuer);
        }
    }

    /// <summary>RSA keys of the lengths that all policies take, and signatures with SHA-256 or better.</summary>
    private static CertificateVerdict CheckStrength(List<X509Certificate2> chain)
    {
        foreach (var certificate in chain)
        {
            var hash = SignedDer.Read(certificate.RawDataMemory.ToArray()).Hash;
            if (hash is null || hash == HashAlgorithmName.SHA1)
            {
                return new CertificateVerdict(StatusCodes.BadCertificatePolicyCheckFailed, $"{Name(certificate)} is signed with {certificate.SignatureAlgorithm.FriendlyName}; RSA with SHA-256 or better is needed");
            }

            using var key = certificate.GetRSAPublicKey();
            if (key is null || key.KeySize < SecurityPolicy.MinKeyBits || key.KeySize > SecurityPolicy.MaxKeyBits)
            {
                return new CertificateVerdict(
                    StatusCodes.BadCertificatePolicyCheckFailed, $"{Name(certificate)} has a key of {key?.KeySize ?? 0} bits; {SecurityPolicy.MinKeyBits} to {SecurityPolicy.MaxKeyBits} of RSA are taken");
            }
        }

        return default;
    }

    private static CertificateVerdict CheckUse(List<X509Certificate2> chain, CertificateUse use)
    {
        var leaf = chain[0];
        const X509KeyUsageFlags application = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.DataEncipherment;
        var wanted = use == CertificateUse.User ? X509KeyUsageFlags.DigitalSignature : application;
        if (leaf.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usage && (usage.KeyUsages & wanted) != wanted)
        {
            return new CertificateVerdict(StatusCodes.BadCertificateUseNotAllowed, $"the key of {Name(leaf)} is for {usage.KeyUsages}; {wanted} are needed");
        }

        var purpose = use switch { CertificateUse.Client => KeyPurposes.ClientAuthentication, CertificateUse.Server => KeyPurposes.ServerAuthentication, _ => null };
        if (purpose is not null && leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault() is { } purposes && purposes.EnhancedKeyUsages[purpose] is null)
        {
            return new CertificateVerdict(StatusCodes.BadCertificateUseNotAllowed, $"{Name(leaf)} is not for a {use.ToString().ToLowerInvariant()}");
        }

        foreach (var issuer in chain.Skip(1))
        {
            if (issuer.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true }
                || (issuer.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } keyUsage && (keyUsage.KeyUsages & X509KeyUsageFlags.KeyCertSign) == 0))
            {
                return new CertificateVerdict(StatusCodes.BadCertificateIssuerUseNotAllowed, $"{Name(issuer)} is no authority");
            }
        }

        return default;
    }

    private static CertificateVerdict CheckRevocation(List<X509Certificate2> chain, TrustLists lists, CertificateRules rules, DateTimeOffset now)
    {
        for (var i = 0; i + 1 < chain.Count; i++)
        {
            var known = false;
            using var key = chain[i + 1].GetRSAPublicKey();
            foreach (var list in lists.TrustedCrls.Concat(lists.IssuerCrls))
            {
                if (!list.IssuerName.AsSpan().SequenceEqual(chain[i + 1].SubjectName.RawData) || key is null || !list.IsSignedBy(key))
                {
                    continue;
                }

                if (list.Revokes(chain[i].SerialNumberBytes.Span))
                {
                    return new CertificateVerdict(i == 0 ? StatusCodes.BadCertificateRevoked : StatusCodes.BadCertificateIssuerRevoked, $"{Name(chain[i])} has been revoked by {Name(chain[i + 1])}");
                }

                known |= list.IsGoodAt(now);
            }

            if (!known && rules.RequireRevocationLists)
            {
                return new CertificateVerdict(
                    i == 0 ? StatusCodes.BadCertificateRevocationUnknown : StatusCodes.BadCertificateIssuerRevocationUnknown, $"there is no revocation list of {Name(chain[i + 1])} that is in force");
            }
        }

        return default;
    }

    private static bool Contains(IReadOnlyList<X509Certificate2> certificates, X509Certificate2 wanted) =>
        certificates.Any(c => c.RawDataMemory.Span.SequenceEqual(wanted.RawDataMemory.Span));

    /// <summary>Whether the key identifier that the certificate names for its authority, if it does, is this authority's.</summary>
    private static bool IdentifierFits(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var wanted = certificate.Extensions.FirstOrDefault(static e => e.Oid?.Value == AuthorityKeyIdentifier) is X509AuthorityKeyIdentifierExtension { KeyIdentifier: { } id } ? id : default;
        var own = issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault();
        return wanted.IsEmpty || own is null || own.SubjectKeyIdentifierBytes.Span.SequenceEqual(wanted.Span);
    }

    private static string Name(X509Certificate2 certificate) =>
        certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } name ? $"'{name}'" : $"certificate {certificate.Thumbprint}";
}
