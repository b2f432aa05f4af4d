using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// Asymmetric encryption of more than one RSA block (OPC 10000-6, 6.1.4): the plain text is cut into blocks as long as the padding leaves room for, each of which
/// becomes a block as long as the key. A peer may fill its blocks less, so each is decrypted to its own length.
/// </summary>
internal static class RsaBlocks
{
    /// <summary>Bytes of one encrypted block, and of a signature.</summary>
    public static int KeyLength(RSA key) => key.KeySize / 8;

    /// <summary>Bytes of plain text in one block: OAEP takes two hashes and two bytes.</summary>
    public static int PlainBlockLength(SecurityPolicy policy, RSA key) =>
        KeyLength(key) - (policy.EncryptionPadding == RSAEncryptionPadding.OaepSHA256 ? (2 * SHA256.HashSizeInBytes) + 2 : (2 * SHA1.HashSizeInBytes) + 2);

    /// <summary>Bytes that a plain text of <paramref name="length"/> becomes.</summary>
    public static int EncryptedLength(SecurityPolicy policy, RSA key, int length)
    {
        var plain = PlainBlockLength(policy, key);
        return (length + plain - 1) / plain * KeyLength(key);
    }

    /// <summary>Encrypts for the owner of <paramref name="key"/>.</summary>
    public static void Encrypt(SecurityPolicy policy, RSA key, ReadOnlySpan<byte> plain, Span<byte> destination)
    {
        var block = PlainBlockLength(policy, key);
        while (!plain.IsEmpty)
        {
            var taken = Math.Min(block, plain.Length);
            var written = key.Encrypt(plain[..taken], destination, policy.EncryptionPadding);
            plain = plain[taken..];
            destination = destination[written..];
        }
    }

    /// <summary>Decrypts with the own private key; false when the bytes are not for it. <paramref name="destination"/> is at least as long as <paramref name="cipher"/>.</summary>
    public static bool TryDecrypt(SecurityPolicy policy, RSA key, ReadOnlySpan<byte> cipher, Span<byte> destination, out int length)
    {
        length = 0;
        var block = KeyLength(key);
        if (cipher.IsEmpty || cipher.Length % block != 0)
        {
            return false;
        }

        try
        {
            for (var at = 0; at < cipher.Length; at += block)
            {
                length += key.Decrypt(cipher.Slice(at, block), destination[length..], policy.EncryptionPadding);
            }

            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Whether <paramref name="signature"/> is the one of <paramref name="data"/> by the owner of <paramref name="key"/>.</summary>
    public static bool Verify(SecurityPolicy policy, RSA key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        try
        {
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, policy.SignaturePadding);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Signs with the own private key.</summary>
    public static byte[] Sign(SecurityPolicy policy, RSA key, ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256, policy.SignaturePadding);
}
