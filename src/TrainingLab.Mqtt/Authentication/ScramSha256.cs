using System.Security.Cryptography;
using System.Text;

namespace TrainingLab.Mqtt.Authentication;

/// <summary>
/// What both sides of SCRAM-SHA-256 compute (RFC 5802, RFC 7677):
/// <code>
/// client-first   n,,n=user,r=client-nonce
/// server-first   r=client-nonce server-nonce,s=salt in base64,i=iterations
/// client-final   c=biws,r=client-nonce server-nonce,p=proof in base64
/// server-final   v=signature in base64
/// </code>
/// </summary>
internal static class ScramSha256
{
    public const string Name = "SCRAM-SHA-256";

    /// <summary>No channel binding; base64 of "n,,".</summary>
    public const string ChannelBinding = "biws";

    /// <summary>Most iterations that a client computes for a server: beyond that, answering is an attack on it.</summary>
    public const int MaxIterations = 1_000_000;

    public static byte[] SaltedPassword(string password, ReadOnlySpan<byte> salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password.Normalize(NormalizationForm.FormKC)), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);

    public static byte[] ClientKey(byte[] saltedPassword) => HMACSHA256.HashData(saltedPassword, "Client Key"u8);

    public static byte[] ServerKey(byte[] saltedPassword) => HMACSHA256.HashData(saltedPassword, "Server Key"u8);

    public static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    public static byte[] Xor(byte[] a, byte[] b)
    {
        var result = new byte[a.Length];
        for (var i = 0; i < result.Length; i++) result[i] = (byte)(a[i] ^ b[i]);
        return result;
    }

    /// <summary>The value of an attribute of a message, null when it is missing.</summary>
    public static string? Attribute(string message, char name)
    {
        foreach (var part in message.Split(','))
            if (part.Length >= 2 && part[0] == name && part[1] == '=') return part[2..];
        return null;
    }

    public static string Escape(string userName) => userName.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);

    public static string Unescape(string userName) => userName.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
}
