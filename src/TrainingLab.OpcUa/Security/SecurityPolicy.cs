using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// A security policy: which algorithms protect a channel (OPC 10000-7, 6.6.161 and following). Compared by reference; <see cref="Find"/> gives the one of a URI.
/// </summary>
public sealed class SecurityPolicy
{
    private const string Prefix = "http://opcfoundation.org/UA/SecurityPolicy#";
    private const string RsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    private const string RsaOaep = "http://www.w3.org/2001/04/xmlenc#rsa-oaep";

    private SecurityPolicy(string name) => Name = name;

    /// <summary>No protection at all.</summary>
    public static SecurityPolicy None { get; } = new("None");

    /// <summary>RSA PKCS#1 1.5 signatures, RSA-OAEP with SHA-1, AES-256: what most clients still offer first.</summary>
    public static SecurityPolicy Basic256Sha256 { get; } = new("Basic256Sha256")
    {
        SignaturePadding = RSASignaturePadding.Pkcs1, SignatureUri = RsaSha256, EncryptionPadding = RSAEncryptionPadding.OaepSHA1, EncryptionUri = RsaOaep, EncryptionKeyLength = 32, Level = 2,
    };

    /// <summary>As <see cref="Basic256Sha256"/> with AES-128.</summary>
    public static SecurityPolicy Aes128Sha256RsaOaep { get; } = new("Aes128_Sha256_RsaOaep")
    {
        SignaturePadding = RSASignaturePadding.Pkcs1, SignatureUri = RsaSha256, EncryptionPadding = RSAEncryptionPadding.OaepSHA1, EncryptionUri = RsaOaep, EncryptionKeyLength = 16, Level = 1,
    };

    /// <summary>RSA-PSS signatures, RSA-OAEP with SHA-256, AES-256: the strongest.</summary>
    public static SecurityPolicy Aes256Sha256RsaPss { get; } = new("Aes256_Sha256_RsaPss")
    {
        SignaturePadding = RSASignaturePadding.Pss, SignatureUri = "http://opcfoundation.org/UA/security/rsa-pss-sha2-256",
        EncryptionPadding = RSAEncryptionPadding.OaepSHA256, EncryptionUri = "http://opcfoundation.org/UA/security/rsa-oaep-sha2-256", EncryptionKeyLength = 32, Level = 3,
    };

    /// <summary>All policies, the weakest first.</summary>
    public static IReadOnlyList<SecurityPolicy> All { get; } = [None, Aes128Sha256RsaOaep, Basic256Sha256, Aes256Sha256RsaPss];

    /// <summary>The name after the number sign of <see cref="Uri"/>.</summary>
    public string Name { get; }

    /// <summary>The URI that stands in messages.</summary>
    public string Uri => Prefix + Name;

    /// <summary>Shortest RSA key taken, bits.</summary>
    public static int MinKeyBits => 2048;

    /// <summary>Longest RSA key taken, bits.</summary>
    public static int MaxKeyBits => 4096;

    /// <summary>Whether anything is protected.</summary>
    public bool IsSecure => this != None;

    /// <summary>Bytes of the nonces that channel keys are made of; 0 without protection.</summary>
    internal int NonceLength => IsSecure ? 32 : 0;

    /// <summary>Bytes of the key of symmetric signatures (HMAC-SHA256), which are as long.</summary>
    internal static int SignatureKeyLength => 32;

    /// <summary>Bytes of the AES key.</summary>
    internal int EncryptionKeyLength { get; private init; }

    /// <summary>How asymmetric signatures (always SHA-256) are padded.</summary>
    internal RSASignaturePadding SignaturePadding { get; private init; } = RSASignaturePadding.Pkcs1;

    internal string? SignatureUri { get; private init; }

    internal RSAEncryptionPadding EncryptionPadding { get; private init; } = RSAEncryptionPadding.OaepSHA1;

    internal string? EncryptionUri { get; private init; }

    /// <summary>The order of strength, for the security level of endpoints.</summary>
    internal byte Level { get; private init; }

    /// <summary>The policy of a URI or of its name alone; null when it is not known.</summary>
    public static SecurityPolicy? Find(string? uri)
    {
        foreach (var policy in All)
        {
            if (uri is not null && uri.EndsWith(policy.Name, StringComparison.Ordinal) && (uri.Length == policy.Name.Length || (uri.Length == Prefix.Length + policy.Name.Length && uri.StartsWith(Prefix, StringComparison.Ordinal))))
            {
                return policy;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
