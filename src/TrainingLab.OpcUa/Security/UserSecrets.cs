using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// Passwords in user name tokens (OPC 10000-4, 7.40.2.2): encrypted for the server's key, together with the server's last nonce so that nobody can send one again.
/// <code>
/// length of what follows:4 | password in UTF-8 | server nonce      then encrypted in RSA blocks
/// </code>
/// </summary>
internal static class UserSecrets
{
    /// <summary>Longest password, bytes of UTF-8.</summary>
    public const int MaxPasswordLength = 512;

    public static byte[] Encrypt(SecurityPolicy policy, RSA serverKey, ReadOnlySpan<byte> password, ReadOnlySpan<byte> serverNonce)
    {
        var plain = new byte[sizeof(int) + password.Length + serverNonce.Length];
        BinaryPrimitives.WriteInt32LittleEndian(plain, password.Length + serverNonce.Length);
        password.CopyTo(plain.AsSpan(sizeof(int)));
        serverNonce.CopyTo(plain.AsSpan(sizeof(int) + password.Length));
        var encrypted = new byte[RsaBlocks.EncryptedLength(policy, serverKey, plain.Length)];
        RsaBlocks.Encrypt(policy, serverKey, plain, encrypted);
        CryptographicOperations.ZeroMemory(plain);
        return encrypted;
    }

    /// <summary>The password; null when it was not encrypted for this server, or with another nonce.</summary>
    public static byte[]? TryDecrypt(SecurityPolicy policy, RSA ownKey, ReadOnlySpan<byte> encrypted, ReadOnlySpan<byte> serverNonce)
    {
        if (encrypted.Length > RsaBlocks.EncryptedLength(policy, ownKey, sizeof(int) + MaxPasswordLength + serverNonce.Length))
        {
            return null;
        }

        var plain = new byte[encrypted.Length];
        if (!RsaBlocks.TryDecrypt(policy, ownKey, encrypted, plain, out var length) || length < sizeof(int) + serverNonce.Length)
        {
            return null;
        }

        // Some clients pad behind what they count, with zeros and nothing else.
        var counted = BinaryPrimitives.ReadInt32LittleEndian(plain);
        if (counted < serverNonce.Length || counted > length - sizeof(int) || plain.AsSpan(sizeof(int) + counted, length - sizeof(int) - counted).ContainsAnyExcept((byte)0))
        {
            return null;
        }

        var content = plain.AsSpan(sizeof(int), counted);
        return CryptographicOperations.FixedTimeEquals(content[^serverNonce.Length..], serverNonce) ? content[..^serverNonce.Length].ToArray() : null;
    }
}
