using System.Formats.Asn1;
using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// The outer form that certificates and revocation lists share (RFC 5280, 4.1 and 5.1).
/// <code>
/// SEQUENCE { signed SEQUENCE, algorithm SEQUENCE { OID, parameters }, signature BIT STRING }
/// </code>
/// </summary>
internal readonly struct SignedDer
{
    private static readonly Dictionary<string, HashAlgorithmName> RsaAlgorithms = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.5"] = HashAlgorithmName.SHA1,
        ["1.2.840.113549.1.1.11"] = HashAlgorithmName.SHA256,
        ["1.2.840.113549.1.1.12"] = HashAlgorithmName.SHA384,
        ["1.2.840.113549.1.1.13"] = HashAlgorithmName.SHA512,
    };

    private readonly byte[] _signature;

    private SignedDer(ReadOnlyMemory<byte> signed, string algorithm, byte[] signature)
    {
        Signed = signed;
        Hash = RsaAlgorithms.TryGetValue(algorithm, out var hash) ? hash : null;
        _signature = signature;
    }

    /// <summary>What is signed, with its tag.</summary>
    public ReadOnlyMemory<byte> Signed { get; }

    /// <summary>The hash of the signature; null when the algorithm is not RSA with PKCS #1 1.5 padding.</summary>
    public HashAlgorithmName? Hash { get; }

    /// <exception cref="AsnContentException">The bytes have another form.</exception>
    public static SignedDer Read(ReadOnlyMemory<byte> bytes)
    {
        var outer = new AsnReader(bytes, AsnEncodingRules.DER).ReadSequence();
        var signed = outer.ReadEncodedValue();
        var algorithm = outer.ReadSequence().ReadObjectIdentifier();
        return new SignedDer(signed, algorithm, outer.ReadBitString(out _));
    }

    /// <summary>Whether the owner of the key signed it.</summary>
    public bool IsSignedBy(RSA issuer)
    {
        try
        {
            return Hash is { } hash && issuer.VerifyData(Signed.Span, _signature, hash, RSASignaturePadding.Pkcs1);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
