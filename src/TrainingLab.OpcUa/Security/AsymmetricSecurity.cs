using System.Buffers;
using System.Security.Cryptography;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Security;

/// <summary>
/// Protects OPN messages (OPC 10000-6, 6.7.2.3 to 6.7.2.5): signed with the sender's key and encrypted for the receiver's, whatever the mode of the channel is.
/// <code>
/// header:8 | channel:4 | policy uri | sender certificate | receiver thumbprint | sequence:4 | request:4 | body | padding size:1 | padding | extra:1 | signature
///                                                                              [-------- encrypted in blocks of the receiver's key ------------------------]
/// [-------------------------------------------------- signed --------------------------------------------------------------------------------]
/// </code>
/// The extra byte is there when the receiver's key is longer than 2048 bits: the higher byte of the padding's size, whose lower one stands before the padding and fills it.
/// </summary>
internal sealed class AsymmetricSecurity(SecurityPolicy policy, ApplicationCertificate own, PeerCertificate peer)
{
    private const int LongKeyLength = 256;
    private const int SequenceHeaderLength = 8;

    public SecurityPolicy Policy => policy;

    public ApplicationCertificate Own => own;

    public PeerCertificate Peer => peer;

    /// <summary>Pads, signs and encrypts the message that begins at <paramref name="start"/> and fills in its size; what is encrypted begins at <paramref name="headerEnd"/>.</summary>
    public void Protect(UaWriter writer, int start, int headerEnd)
    {
        var signatureLength = RsaBlocks.KeyLength(own.PrivateKey);
        var block = RsaBlocks.PlainBlockLength(policy, peer.PublicKey);
        var isLong = RsaBlocks.KeyLength(peer.PublicKey) > LongKeyLength;
        var unpadded = writer.Length - headerEnd + 1 + (isLong ? 1 : 0) + signatureLength;
        var padding = (block - (unpadded % block)) % block;
        for (var i = 0; i <= padding; i++)
        {
            writer.WriteByte((byte)padding);
        }

        if (isLong)
        {
            writer.WriteByte((byte)(padding >> 8));
        }

        var encryptedLength = RsaBlocks.EncryptedLength(policy, peer.PublicKey, unpadded + padding);
        writer.PatchInt32(start + 4, headerEnd - start + encryptedLength);
        writer.WriteRaw(RsaBlocks.Sign(policy, own.PrivateKey, writer.Written[start..]));
        var encrypted = ArrayPool<byte>.Shared.Rent(encryptedLength);
        RsaBlocks.Encrypt(policy, peer.PublicKey, writer.Written[headerEnd..], encrypted);
        writer.Truncate(headerEnd);
        writer.WriteRaw(encrypted.AsSpan(0, encryptedLength));
        ArrayPool<byte>.Shared.Return(encrypted);
    }

    /// <summary>Decrypts and checks a message; the result is its sequence header and body.</summary>
    /// <exception cref="OpcUaException">BadSecurityChecksFailed: it is not what the peer sent to us.</exception>
    public ReadOnlySpan<byte> Open(ReadOnlySpan<byte> chunk, int headerEnd)
    {
        var opened = new byte[chunk.Length];
        chunk[..headerEnd].CopyTo(opened);
        if (!RsaBlocks.TryDecrypt(policy, own.PrivateKey, chunk[headerEnd..], opened.AsSpan(headerEnd), out var length))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "an OPN message is not encrypted for this application");
        }

        var signatureLength = RsaBlocks.KeyLength(peer.PublicKey);
        var end = headerEnd + length - signatureLength;
        if (end < headerEnd + SequenceHeaderLength || !RsaBlocks.Verify(policy, peer.PublicKey, opened.AsSpan(0, end), opened.AsSpan(end, signatureLength)))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "the signature of an OPN message is wrong");
        }

        return StripPadding(opened.AsSpan(headerEnd, end - headerEnd));
    }

    private ReadOnlySpan<byte> StripPadding(ReadOnlySpan<byte> plain)
    {
        var higher = 0;
        if (RsaBlocks.KeyLength(own.PrivateKey) > LongKeyLength)
        {
            higher = plain[^1];
            plain = plain[..^1];
        }

        var size = (higher << 8) | plain[^1];
        if (plain.Length - SequenceHeaderLength < size + 1 || plain[^(size + 1)..].ContainsAnyExcept((byte)size))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "the padding of an OPN message is wrong");
        }

        return plain[..^(size + 1)];
    }
}
