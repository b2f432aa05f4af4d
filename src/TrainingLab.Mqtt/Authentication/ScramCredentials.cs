using System.Security.Cryptography;

namespace TrainingLab.Mqtt.Authentication;

/// <summary>What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 §3): enough to check, not enough to sign in.</summary>
/// <param name="Salt">The salt.</param>
/// <param name="Iterations">How often the password was hashed.</param>
/// <param name="StoredKey">Hash of the client's key.</param>
/// <param name="ServerKey">The server's key.</param>
public sealed record ScramCredentials(ReadOnlyMemory<byte> Salt, int Iterations, ReadOnlyMemory<byte> StoredKey, ReadOnlyMemory<byte> ServerKey)
{
    /// <summary>Iterations of new credentials; RFC 7677 asks for at least 4,096.</summary>
    public const int DefaultIterations = 4096;

    /// <summary>Derives them from a password.</summary>
    public static ScramCredentials Of(string password, ReadOnlySpan<byte> salt, int iterations = DefaultIterations)
    {
        var salted = ScramSha256.SaltedPassword(password, salt, iterations);
        return new ScramCredentials(salt.ToArray(), iterations, SHA256.HashData(ScramSha256.ClientKey(salted)), ScramSha256.ServerKey(salted));
    }

    /// <summary>Whether a plain password is the one they were derived from, so that one record serves both ways to sign in.</summary>
    public bool Matches(string password)
    {
        var salted = ScramSha256.SaltedPassword(password, Salt.Span, Iterations);
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(ScramSha256.ClientKey(salted)), StoredKey.Span);
    }
}
