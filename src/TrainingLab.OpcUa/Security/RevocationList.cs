using System.Formats.Asn1;
using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// An authority's list of certificates that are no longer good (RFC 5280, 5.1).
/// <code>
/// SEQUENCE { version INTEGER OPTIONAL, algorithm SEQUENCE, issuer Name, this update Time, next update Time OPTIONAL,
///            SEQUENCE OF SEQUENCE { serial INTEGER, date Time, extensions } OPTIONAL, extensions [0] OPTIONAL }
/// </code>
/// </summary>
public sealed class RevocationList
{
    /// <summary>Most bytes of a list.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly SignedDer _der;
    private readonly HashSet<string> _serials = new(StringComparer.Ordinal);

    private RevocationList(byte[] rawData, SignedDer der, byte[] issuer, DateTimeOffset thisUpdate)
    {
        RawData = rawData;
        _der = der;
        IssuerName = issuer;
        ThisUpdate = thisUpdate;
    }

    /// <summary>The DER bytes.</summary>
    public byte[] RawData { get; }

    /// <summary>From when on the list is good.</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When the next one is due; null when the authority does not say.</summary>
    public DateTimeOffset? NextUpdate { get; private set; }

    internal byte[] IssuerName { get; }

    /// <summary>Reads a list.</summary>
    /// <exception cref="InvalidDataException">It is none, or longer than <see cref="MaxBytes"/>.</exception>
    public static RevocationList Read(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.Length > MaxBytes)
        {
            throw new InvalidDataException($"a revocation list of {bytes.Length} bytes; at most {MaxBytes}");
        }

        try
        {
            var der = SignedDer.Read(bytes);
            var reader = new AsnReader(der.Signed, AsnEncodingRules.DER).ReadSequence();
            if (reader.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            {
                reader.ReadInteger();
            }

            reader.ReadSequence();
            var list = new RevocationList(bytes, der, reader.ReadEncodedValue().ToArray(), ReadTime(reader));
            if (reader.HasData && IsTime(reader.PeekTag()))
            {
                list.NextUpdate = ReadTime(reader);
            }

            if (reader.HasData && reader.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            {
                var entries = reader.ReadSequence();
                while (entries.HasData)
                {
                    list._serials.Add(Convert.ToHexString(entries.ReadSequence().ReadIntegerBytes().Span));
                }
            }

            return list;
        }
        catch (AsnContentException e)
        {
            throw new InvalidDataException("the bytes are no revocation list", e);
        }
    }

    /// <summary>Whether the certificate with this serial number (big-endian) has been revoked.</summary>
    internal bool Revokes(ReadOnlySpan<byte> serialNumber) => _serials.Contains(Convert.ToHexString(serialNumber));

    internal bool IsSignedBy(RSA issuer) => _der.IsSignedBy(issuer);

    internal bool IsGoodAt(DateTimeOffset now) => ThisUpdate <= now && (NextUpdate is null || now <= NextUpdate);

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UtcTime)) || tag.HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.GeneralizedTime));

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(new Asn1Tag(UniversalTagNumber.UtcTime)) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
