using System.Globalization;
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

    /// <summary>Reads <c>SCRAM-SHA-256$iterations:salt$stored key:server key</c>, binary parts in base64; null when it is not that.</summary>
    public static ScramCredentials? Parse(string text)
    {
        var parts = text.Split('$', ':');
        if (parts is not [ScramSha256.Name, var count, var salt, var stored, var server] || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)) return null;
        if (iterations is < 1 or > ScramSha256.MaxIterations) return null;
        try
        {
            var credentials = new ScramCredentials(Convert.FromBase64String(salt), iterations, Convert.FromBase64String(stored), Convert.FromBase64String(server));
            return credentials.StoredKey.Length == SHA256.HashSizeInBytes && credentials.ServerKey.Length == SHA256.HashSizeInBytes ? credentials : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The form that <see cref="Parse"/> reads, which is PostgreSQL's.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{ScramSha256.Name}${Iterations}:{Convert.ToBase64String(Salt.Span)}${Convert.ToBase64String(StoredKey.Span)}:{Convert.ToBase64String(ServerKey.Span)}");

    /// <summary>Whether a plain password is the one they were derived from, so that one record serves both ways to sign in.</summary>
    public bool Matches(string password)
    {
        var salted = ScramSha256.SaltedPassword(password, Salt.Span, Iterations);
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(ScramSha256.ClientKey(salted)), StoredKey.Span);
    }
}
