using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// The certificate that a peer sent, with its public key, and the issuers that came after it: DER certificates one behind the other (OPC 10000-6, 6.2.6).
/// </summary>
internal sealed class PeerCertificate : IDisposable
{
    /// <summary>Most certificates in a chain.</summary>
    public const int MaxChainLength = 6;

    /// <summary>Most bytes of a chain.</summary>
    public const int MaxChainBytes = 24 * 1024;

    private PeerCertificate(X509Certificate2 certificate, IReadOnlyList<X509Certificate2> issuers, RSA publicKey)
    {
        Certificate = certificate;
        Issuers = issuers;
        PublicKey = publicKey;
        RawData = certificate.RawData;
        Thumbprint = certificate.GetCertHash();
    }

    public X509Certificate2 Certificate { get; }

    /// <summary>What came after it, in the peer's order.</summary>
    public IReadOnlyList<X509Certificate2> Issuers { get; }

    public RSA PublicKey { get; }

    /// <summary>The bytes of the certificate alone.</summary>
    public byte[] RawData { get; }

    public byte[] Thumbprint { get; }

    /// <summary>Reads a certificate or a chain.</summary>
    /// <exception cref="OpcUaException">BadCertificateInvalid: it is none, too long, or its key is not RSA.</exception>
    public static PeerCertificate Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxChainBytes)
        {
            throw new OpcUaException(StatusCodes.BadCertificateInvalid, $"a certificate chain of {bytes.Length} bytes; at most {MaxChainBytes}");
        }

        var chain = new List<X509Certificate2>(1);
        try
        {
            while (!bytes.IsEmpty)
            {
                if (chain.Count == MaxChainLength)
                {
                    throw new OpcUaException(StatusCodes.BadCertificateInvalid, $"a certificate chain has at most {MaxChainLength} certificates");
                }

                AsnDecoder.ReadEncodedValue(bytes, AsnEncodingRules.DER, out _, out _, out var length);
                chain.Add(X509CertificateLoader.LoadCertificate(bytes[..length]));
                bytes = bytes[length..];
            }

            var key = chain.Count == 0 ? null : chain[0].GetRSAPublicKey();
            return key is null
                ? throw new OpcUaException(StatusCodes.BadCertificateInvalid, chain.Count == 0 ? "no certificate" : "the certificate's key is not RSA")
                : new PeerCertificate(chain[0], chain[1..], key);
        }
        catch (Exception e)
        {
            foreach (var certificate in chain)
            {
                certificate.Dispose();
            }

            if (e is AsnContentException or CryptographicException)
            {
                throw new OpcUaException(StatusCodes.BadCertificateInvalid, "the bytes are no certificate", e);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        PublicKey.Dispose();
        Certificate.Dispose();
        foreach (var issuer in Issuers)
        {
            issuer.Dispose();
        }
    }
}
