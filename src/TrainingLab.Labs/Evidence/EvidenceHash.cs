using System.Security.Cryptography;
using System.Text;

namespace TrainingLab.Labs.Evidence;

/// <summary>The hashes of the evidence format: salted leaves, chained.</summary>
internal static class EvidenceHash
{
    public const int Length = SHA256.HashSizeInBytes;
    public const int SaltLength = 16;

    /// <summary>What the chain starts from: the hash of the format's name.</summary>
    public static readonly byte[] Start = SHA256.HashData("TrainingLab evidence 1"u8);

    /// <summary>What stands for the sealed leaf of a record that has no sealed part.</summary>
    public static readonly byte[] NoSealedPart = new byte[Length];

    /// <summary>leaf = SHA-256(salt ‖ part). The salt has a fixed length, so the two cannot be confused.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> part)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(salt);
        hash.AppendData(part);
        return hash.GetHashAndReset();
    }

    /// <summary>head(n) = SHA-256(head(n−1) ‖ public leaf ‖ sealed leaf).</summary>
    public static byte[] Next(ReadOnlySpan<byte> head, ReadOnlySpan<byte> publicLeaf, ReadOnlySpan<byte> sealedLeaf)
    {
        Span<byte> all = stackalloc byte[3 * Length];
        head.CopyTo(all);
        publicLeaf.CopyTo(all[Length..]);
        sealedLeaf.CopyTo(all[(2 * Length)..]);
        return SHA256.HashData(all);
    }

    public static string Text(ReadOnlySpan<byte> hash) => "sha256:" + Convert.ToHexStringLower(hash);

    public static string TextOf(string value) => Text(SHA256.HashData(Encoding.UTF8.GetBytes(value)));
}
