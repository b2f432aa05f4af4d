using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.Cli.Brokers;

/// <summary>
/// Serial numbers of a certificate revocation list (RFC 5280 §5.1), which one of the authorities must have signed: with RSA (PKCS #1) or ECDSA and SHA-256, SHA-384 or SHA-512.
/// <code>
/// CertificateList = SEQUENCE { TBSCertList, algorithm SEQUENCE { OID, … }, signature BIT STRING }
/// TBSCertList     = SEQUENCE { [version INTEGER], algorithm, issuer, thisUpdate, [nextUpdate], [SEQUENCE OF SEQUENCE { serial INTEGER, … }], … }
/// </code>
/// </summary>
internal static class RevocationList
{
    /// <summary>Reads a list in PEM.</summary>
    /// <param name="pem">The list.</param>
    /// <param name="authorities">Whoever may have signed it.</param>
    /// <exception cref="FormatException">It is not one, or none of the authorities has signed it.</exception>
    public static IReadOnlyCollection<byte[]> SerialNumbersOf(string pem, X509Certificate2Collection authorities)
    {
        try
        {
            var fields = PemEncoding.Find(pem);
            if (!pem[fields.Label].Equals("X509 CRL", StringComparison.Ordinal)) throw new FormatException("not a revocation list");
            var whole = new AsnReader(Convert.FromBase64String(pem[fields.Base64Data]), AsnEncodingRules.DER).ReadSequence();
            var signed = whole.PeekEncodedValue();
            var list = whole.ReadSequence();
            var algorithm = whole.ReadSequence().ReadObjectIdentifier();
            var signature = whole.ReadBitString(out _);
            if (list.PeekTag() == Asn1Tag.Integer) list.ReadInteger();
            list.ReadSequence(); // algorithm
            var issuer = list.ReadEncodedValue();
            if (!authorities.Any(a => a.SubjectName.RawData.AsSpan().SequenceEqual(issuer.Span) && IsSigned(a, algorithm, signed.Span, signature)))
                throw new FormatException("the revocation list is not signed by one of the authorities");
            return SerialNumbers(list);
        }
        catch (Exception failure) when (failure is ArgumentException or AsnContentException)
        {
            throw new FormatException("not a revocation list", failure);
        }
    }

    /// <summary>Signature algorithms of RFC 4055 §5 and RFC 5758 §3.2.</summary>
    private static bool IsSigned(X509Certificate2 authority, string algorithm, ReadOnlySpan<byte> signed, byte[] signature)
    {
        if (HashOf(algorithm) is not { } hash) return false;
        using var rsa = authority.GetRSAPublicKey();
        if (rsa is not null) return algorithm.StartsWith("1.2.840.113549.1.1.", StringComparison.Ordinal) && rsa.VerifyData(signed, signature, hash, RSASignaturePadding.Pkcs1);
        using var ecdsa = authority.GetECDsaPublicKey();
        return ecdsa is not null && algorithm.StartsWith("1.2.840.10045.4.3.", StringComparison.Ordinal) && ecdsa.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static HashAlgorithmName? HashOf(string algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
        "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
        "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>What follows the issuer.</summary>
    private static List<byte[]> SerialNumbers(AsnReader list)
    {
        list.ReadEncodedValue(); // this update
        if (list.HasData && list.PeekTag() is { TagClass: TagClass.Universal } tag && tag != Asn1Tag.Sequence) list.ReadEncodedValue(); // next update
        var serials = new List<byte[]>();
        if (!list.HasData || list.PeekTag() != Asn1Tag.Sequence) return serials;
        for (var entries = list.ReadSequence(); entries.HasData;)
            serials.Add(entries.ReadSequence().ReadIntegerBytes().ToArray());
        return serials;
    }
}
