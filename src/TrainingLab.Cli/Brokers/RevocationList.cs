using System.Formats.Asn1;
using System.Security.Cryptography;

namespace TrainingLab.Cli.Brokers;

/// <summary>
/// Serial numbers of a certificate revocation list (RFC 5280 §5.1). Its signature is not looked at: whoever can write the file beside the
/// configuration could write the configuration.
/// <code>
/// CertificateList = SEQUENCE { TBSCertList, algorithm, signature }
/// TBSCertList     = SEQUENCE { [version INTEGER], algorithm, issuer, thisUpdate, [nextUpdate], [SEQUENCE OF SEQUENCE { serial INTEGER, … }], … }
/// </code>
/// </summary>
internal static class RevocationList
{
    /// <summary>Reads a list in PEM.</summary>
    /// <exception cref="FormatException">It is not one.</exception>
    public static IReadOnlyCollection<byte[]> SerialNumbersOf(string pem)
    {
        try
        {
            var fields = PemEncoding.Find(pem);
            if (!pem[fields.Label].Equals("X509 CRL", StringComparison.Ordinal)) throw new FormatException("not a revocation list");
            return Read(Convert.FromBase64String(pem[fields.Base64Data]));
        }
        catch (Exception failure) when (failure is ArgumentException or AsnContentException)
        {
            throw new FormatException("not a revocation list", failure);
        }
    }

    private static List<byte[]> Read(byte[] der)
    {
        var list = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (list.PeekTag() == Asn1Tag.Integer) list.ReadInteger();
        list.ReadSequence(); // algorithm
        list.ReadSequence(); // issuer
        list.ReadEncodedValue(); // this update
        if (list.HasData && list.PeekTag() is { TagClass: TagClass.Universal } tag && tag != Asn1Tag.Sequence) list.ReadEncodedValue(); // next update
        var serials = new List<byte[]>();
        if (!list.HasData || list.PeekTag() != Asn1Tag.Sequence) return serials;
        for (var entries = list.ReadSequence(); entries.HasData;)
            serials.Add(entries.ReadSequence().ReadIntegerBytes().ToArray());
        return serials;
    }
}
