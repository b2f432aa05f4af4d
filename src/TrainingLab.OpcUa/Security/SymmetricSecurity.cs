using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// Protects the chunks of one direction under one token (OPC 10000-6, 6.7.2.5): signed with HMAC-SHA256, and with SignAndEncrypt encrypted with AES-CBC, each chunk
/// from the same initialization vector. The hash and the cipher are made once and used for every chunk, so that protecting one allocates nothing.
/// <code>
/// channel and token | sequence:4 | request:4 | body | padding size:1 | padding | signature:32
///                   [--------------- encrypted, if so, in blocks of 16 ---------------------]
/// [------------------------------------ signed ------------------------------]
/// </code>
/// Padding is there only with encryption; each of its bytes holds the number of bytes that follow the first.
/// </summary>
internal sealed class SymmetricSecurity : IDisposable
{
    private readonly IncrementalHash _hmac;
    private readonly ICryptoTransform? _cipher;

    private readonly byte[] _vector;
    private readonly byte[] _chained;

    private SymmetricSecurity(ReadOnlySpan<byte> signingKey, ReadOnlySpan<byte> vector, ICryptoTransform? cipher)
    {
        _vector = vector.ToArray();
        _chained = vector.ToArray();
        _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, signingKey);
        _cipher = cipher;
    }

    /// <summary>Bytes of a signature.</summary>
    public const int SignatureLength = 32;

    /// <summary>Bytes of a block of AES.</summary>
    public const int BlockLength = 16;

    /// <summary>Whether chunks are encrypted, too.</summary>
    public bool Encrypts => _cipher is not null;

    /// <summary>The keys of one direction (OPC 10000-6, 6.7.5): P_SHA256 over the receiver's nonce as secret and the sender's as seed.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="mode">Sign or SignAndEncrypt.</param>
    /// <param name="secret">The nonce of the side that receives this direction.</param>
    /// <param name="seed">The nonce of the side that sends it.</param>
    /// <param name="sending">Whether this side sends it.</param>
    public static SymmetricSecurity Derive(SecurityPolicy policy, MessageSecurityMode mode, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> seed, bool sending)
    {
        Span<byte> keys = stackalloc byte[SecurityPolicy.SignatureKeyLength + policy.EncryptionKeyLength + BlockLength];
        PseudoRandom(secret, seed, keys);
        ICryptoTransform? cipher = null;
        if (mode == MessageSecurityMode.SignAndEncrypt)
        {
            using var aes = Aes.Create();
            aes.Mode = CipherMode.CBC;
            aes.Padding = PaddingMode.None;
            var key = keys.Slice(SecurityPolicy.SignatureKeyLength, policy.EncryptionKeyLength).ToArray();
            var vector = keys[^BlockLength..].ToArray();
            cipher = sending ? aes.CreateEncryptor(key, vector) : aes.CreateDecryptor(key, vector);
        }

        return new SymmetricSecurity(keys[..SecurityPolicy.SignatureKeyLength], keys[^BlockLength..], cipher);
    }

    /// <summary>P_SHA256 of RFC 5246, section 5.</summary>
    public static void PseudoRandom(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> seed, Span<byte> destination)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        Span<byte> a = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> block = stackalloc byte[SHA256.HashSizeInBytes];
        hmac.AppendData(seed);
        hmac.GetHashAndReset(a);
        while (true)
        {
            hmac.AppendData(a);
            hmac.AppendData(seed);
            hmac.GetHashAndReset(block);
            if (destination.Length <= block.Length)
            {
                block[..destination.Length].CopyTo(destination);
                return;
            }

            block.CopyTo(destination);
            destination = destination[block.Length..];
            hmac.AppendData(a);
            hmac.GetHashAndReset(a);
        }
    }

    /// <summary>The longest body of a chunk of at most <paramref name="maxChunk"/> bytes.</summary>
    public int MaxBody(int maxChunk) => Encrypts
        ? ((maxChunk - PlainHeaderLength) / BlockLength * BlockLength) - SequenceHeaderLength - 1 - SignatureLength
        : maxChunk - PlainHeaderLength - SequenceHeaderLength - SignatureLength;

    /// <summary>Bytes that a chunk with a body of <paramref name="bodyLength"/> has after it.</summary>
    public int TrailerLength(int bodyLength) => SignatureLength + (Encrypts ? 1 + PaddingFor(bodyLength) : 0);

    /// <summary>Pads, signs and encrypts a chunk in place; behind its body are <see cref="TrailerLength"/> bytes of room, and its header says its final size.</summary>
    public void Protect(byte[] buffer, int start, int bodyLength)
    {
        var at = start + PlainHeaderLength + SequenceHeaderLength + bodyLength;
        if (_cipher is not null)
        {
            var padding = PaddingFor(bodyLength);
            buffer.AsSpan(at, padding + 1).Fill((byte)padding);
            at += padding + 1;
        }

        _hmac.AppendData(buffer.AsSpan(start, at - start));
        _hmac.GetHashAndReset(buffer.AsSpan(at, SignatureLength));
        if (_cipher is not null)
        {
            var encrypted = start + PlainHeaderLength;
            Encrypt(buffer, encrypted, at + SignatureLength - encrypted);
        }
    }

    /// <summary>Decrypts and checks a chunk; the result is its sequence header and body, in <paramref name="scratch"/> when it was encrypted. False when it is not what the peer sent.</summary>
    public bool TryOpen(ReadOnlyMemory<byte> chunk, ref byte[] scratch, out ReadOnlySpan<byte> opened)
    {
        opened = default;
        var length = chunk.Length - PlainHeaderLength;
        if (length < SequenceHeaderLength + SignatureLength || (Encrypts && length % BlockLength != 0))
        {
            return false;
        }

        var rest = Encrypts ? Decrypt(chunk[PlainHeaderLength..], ref scratch) : chunk.Span[PlainHeaderLength..];
        Span<byte> expected = stackalloc byte[SignatureLength];
        _hmac.AppendData(chunk.Span[..PlainHeaderLength]);
        _hmac.AppendData(rest[..^SignatureLength]);
        _hmac.GetHashAndReset(expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, rest[^SignatureLength..]))
        {
            return false;
        }

        rest = rest[..^SignatureLength];
        if (Encrypts && !TryStripPadding(ref rest))
        {
            return false;
        }

        opened = rest;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _hmac.Dispose();
        _cipher?.Dispose();
    }

    private const int PlainHeaderLength = 16;
    private const int SequenceHeaderLength = 8;

    private static int PaddingFor(int bodyLength)
    {
        var over = (SequenceHeaderLength + bodyLength + 1 + SignatureLength) % BlockLength;
        return over == 0 ? 0 : BlockLength - over;
    }

    private static bool TryStripPadding(ref ReadOnlySpan<byte> plain)
    {
        var size = plain[^1];
        if (plain.Length - SequenceHeaderLength < size + 1 || plain[^(size + 1)..].ContainsAnyExcept(size))
        {
            return false;
        }

        plain = plain[..^(size + 1)];
        return true;
    }

    private ReadOnlySpan<byte> Decrypt(ReadOnlyMemory<byte> cipher, ref byte[] scratch)
    {
        if (scratch.Length < cipher.Length)
        {
            if (scratch.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(scratch);
            }

            scratch = ArrayPool<byte>.Shared.Rent(cipher.Length);
        }

        if (MemoryMarshal.TryGetArray(cipher, out var segment))
        {
            Decrypt(segment.Array!, segment.Offset, cipher.Length, scratch);
        }
        else
        {
            cipher.CopyTo(scratch);
            Decrypt(scratch, 0, cipher.Length, scratch);
        }

        return scratch.AsSpan(0, cipher.Length);
    }

    private void Encrypt(byte[] buffer, int offset, int length)
    {
        Rechain(buffer.AsSpan(offset, BlockLength));
        _cipher!.TransformBlock(buffer, offset, length, buffer, offset);
        buffer.AsSpan(offset + length - BlockLength, BlockLength).CopyTo(_chained);
    }

    private void Decrypt(byte[] input, int inputOffset, int length, byte[] output)
    {
        Span<byte> last = stackalloc byte[BlockLength];
        input.AsSpan(inputOffset + length - BlockLength, BlockLength).CopyTo(last);
        _cipher!.TransformBlock(input, inputOffset, length, output, 0);
        Rechain(output.AsSpan(0, BlockLength));
        last.CopyTo(_chained);
    }

    /// <summary>
    /// Makes the first block of a chunk one that follows the initialization vector. The cipher goes on from the last block that it saw, and could be set back only by an
    /// allocation; CBC adds the block before to the plain text, so that adding both again has the same effect.
    /// </summary>
    private void Rechain(Span<byte> plainBlock)
    {
        for (var i = 0; i < BlockLength; i++)
        {
            plainBlock[i] ^= (byte)(_vector[i] ^ _chained[i]);
        }
    }
}
