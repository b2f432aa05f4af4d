using System.Buffers.Binary;
using System.Security.Cryptography;

namespace TrainingLab.Labs.Evidence;

/// <summary>The salts of one attempt's records.</summary>
/// <remarks>
/// A salt is HMAC-SHA-256(attempt secret, part ‖ record number), cut to 16 bytes: nobody without the secret can guess a sealed part by trying
/// its few possible values against the leaf hash, and a test with a known secret writes the same file twice.
/// </remarks>
public sealed class EvidenceSalts
{
    private readonly byte[] secret;

    /// <param name="attemptSecret">At least 16 bytes that no student knows.</param>
    public EvidenceSalts(ReadOnlySpan<byte> attemptSecret)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attemptSecret.Length, 16, nameof(attemptSecret));
        secret = attemptSecret.ToArray();
    }

    /// <summary>Derives an attempt's secret from the installation's.</summary>
    public static EvidenceSalts ForAttempt(ReadOnlySpan<byte> installationSecret, string attempt)
        => new(HMACSHA256.HashData(installationSecret, System.Text.Encoding.UTF8.GetBytes("evidence " + attempt)));

    internal byte[] Public(long number) => Derive((byte)'p', number);

    internal byte[] Sealed(long number) => Derive((byte)'s', number);

    private byte[] Derive(byte part, long number)
    {
        Span<byte> message = stackalloc byte[9];
        message[0] = part;
        BinaryPrimitives.WriteInt64BigEndian(message[1..], number);
        return HMACSHA256.HashData(secret, message)[..EvidenceHash.SaltLength];
    }
}
