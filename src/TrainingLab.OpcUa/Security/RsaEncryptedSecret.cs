using System.Security.Cryptography;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// The newer form of an encrypted password (OPC 10000-4, 7.41.2.3 and 7.41.2.4): keys of its own, encrypted for the server's certificate, protect the password together with the server's
/// last nonce, so that it may have any length and nobody can send it again.
/// <code>
/// type id (i=17545) | 01 | length of what follows:4 | policy uri | thumbprint bytes | signing time:8 | key data length:2 | key data | payload | signature:32
/// key data, in RSA blocks: signing key bytes | encrypting key bytes | initialization vector bytes
/// payload, AES-CBC:        server nonce bytes | password bytes | padding | padding size:2
/// </code>
/// The signature is the HMAC-SHA256 of everything before it.
/// </summary>
internal static class RsaEncryptedSecret
{
    /// <summary>Largest one that is looked at, bytes; that of the longest password under the longest key has 1,300.</summary>
    public const int MaxLength = 4_096;

    private const uint TypeId = 17545;
    private const int BlockLength = 16;
    private const int SignatureLength = HMACSHA256.HashSizeInBytes;

    public static byte[] Encrypt(SecurityPolicy policy, RSA serverKey, ReadOnlySpan<byte> serverThumbprint, ReadOnlySpan<byte> password, ReadOnlySpan<byte> serverNonce, DateTime signingTime)
    {
        using var payload = new UaWriter();
        payload.WriteByteString(serverNonce);
        payload.WriteByteString(password);
        var padding = (BlockLength - ((payload.Length + sizeof(ushort)) % BlockLength)) % BlockLength;
        for (var i = 0; i < padding; i++)
        {
            payload.WriteByte((byte)padding);
        }

        payload.WriteUInt16((ushort)padding);
        return Protect(policy, serverKey, serverThumbprint, payload.Written, signingTime);
    }

    /// <summary>Encrypts and signs a payload of whole blocks.</summary>
    internal static byte[] Protect(SecurityPolicy policy, RSA serverKey, ReadOnlySpan<byte> serverThumbprint, ReadOnlySpan<byte> payload, DateTime signingTime)
    {
        var signingKey = RandomNumberGenerator.GetBytes(SecurityPolicy.SignatureKeyLength);
        var encryptingKey = RandomNumberGenerator.GetBytes(policy.EncryptionKeyLength);
        var vector = RandomNumberGenerator.GetBytes(BlockLength);
        using var keys = new UaWriter();
        keys.WriteByteString(signingKey);
        keys.WriteByteString(encryptingKey);
        keys.WriteByteString(vector);
        var keyData = new byte[RsaBlocks.EncryptedLength(policy, serverKey, keys.Length)];
        RsaBlocks.Encrypt(policy, serverKey, keys.Written, keyData);
        using var aes = Aes.Create();
        aes.Key = encryptingKey;

        using var secret = new UaWriter();
        secret.WriteNodeId(new NodeId(0, TypeId));
        secret.WriteByte(1);
        var lengthAt = secret.Length;
        secret.WriteUInt32(0);
        secret.WriteString(policy.Uri);
        secret.WriteByteString(serverThumbprint);
        secret.WriteDateTime(signingTime);
        secret.WriteUInt16((ushort)keyData.Length);
        secret.WriteRaw(keyData);
        secret.WriteRaw(aes.EncryptCbc(payload, vector, PaddingMode.None));
        secret.PatchInt32(lengthAt, secret.Length + SignatureLength - lengthAt - sizeof(int));
        secret.WriteRaw(HMACSHA256.HashData(signingKey, secret.Written));
        return secret.Written.ToArray();
    }

    /// <summary>The password; null when it was not encrypted for this certificate, with this policy and the last nonce, or was changed on the way.</summary>
    public static byte[]? TryDecrypt(SecurityPolicy policy, ApplicationCertificate own, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> serverNonce)
    {
        try
        {
            return Decrypt(policy, own, secret, serverNonce);
        }
        catch (Exception e) when (e is OpcUaException or CryptographicException)
        {
            return null;
        }
    }

    private static byte[]? Decrypt(SecurityPolicy policy, ApplicationCertificate own, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> serverNonce)
    {
        if (secret.Length > MaxLength)
        {
            return null;
        }

        var reader = new UaReader(secret);
        if (!reader.ReadNodeId().IsStandard(TypeId) || reader.ReadByte() != 1 || reader.ReadUInt32() != reader.Remaining
            || reader.ReadString() != policy.Uri || !own.Thumbprint.SequenceEqual(reader.ReadByteString()))
        {
            return null;
        }

        // When it was made does not matter: the nonce tells that it is new.
        reader.ReadDateTime();
        var encrypted = reader.ReadRaw(reader.ReadUInt16());
        if (TryReadKeys(policy, own, encrypted) is not var (signingKey, encryptingKey, vector) || reader.Remaining < SignatureLength + BlockLength)
        {
            return null;
        }

        var payload = reader.ReadRaw(reader.Remaining - SignatureLength);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(signingKey, secret[..^SignatureLength]), secret[^SignatureLength..]))
        {
            return null;
        }

        using var aes = Aes.Create();
        aes.Key = encryptingKey;
        return Open(aes.DecryptCbc(payload, vector, PaddingMode.None), serverNonce);
    }

    private static (byte[] Signing, byte[] Encrypting, byte[] Vector)? TryReadKeys(SecurityPolicy policy, ApplicationCertificate own, ReadOnlySpan<byte> encrypted)
    {
        var plain = new byte[encrypted.Length];
        if (!RsaBlocks.TryDecrypt(policy, own.PrivateKey, encrypted, plain, out var length))
        {
            return null;
        }

        var reader = new UaReader(plain.AsSpan(0, length));
        var keys = (Signing: reader.ReadByteString(), Encrypting: reader.ReadByteString(), Vector: reader.ReadByteString());
        return keys.Signing?.Length == SecurityPolicy.SignatureKeyLength && keys.Encrypting?.Length == policy.EncryptionKeyLength && keys.Vector?.Length == BlockLength
            ? (keys.Signing, keys.Encrypting, keys.Vector)
            : null;
    }

    private static byte[]? Open(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> serverNonce)
    {
        var reader = new UaReader(payload);
        var nonce = reader.ReadByteString();
        var password = reader.ReadByteString() ?? [];
        var padding = payload[reader.Position..];
        var size = padding.Length - sizeof(ushort);
        return size >= 0 && padding[^1] == size >> 8 && padding[^2] == (byte)size && !padding[..size].ContainsAnyExcept((byte)size)
            && password.Length <= UserSecrets.MaxPasswordLength && CryptographicOperations.FixedTimeEquals(nonce, serverNonce)
                ? password
                : null;
    }
}
