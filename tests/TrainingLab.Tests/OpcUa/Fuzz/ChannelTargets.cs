using System.Buffers;
using System.Security.Cryptography;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Fuzz;

/// <summary>The layer of chunks: without protection, with symmetric and with asymmetric protection, as a server and as a client read it.</summary>
internal static class ChannelTargets
{
    private const uint ChannelId = 7;
    private const uint TokenId = 3;

    private static readonly MessageLimits Limits = new(MaxChunkSize: 8_192, MaxMessageSize: 16_384, MaxChunkCount: 6);
    private static readonly byte[] Nonce = [.. Enumerable.Range(0, 32).Select(static i => (byte)i)];

    public static IEnumerable<FuzzTarget> All() =>
    [
        new FuzzTarget("chunks without protection", Conversation, ReadPlain) { Share = 1_000, AllocatedAnyway = 64 * 1024 },
        Symmetric(MessageSecurityMode.Sign),
        Symmetric(MessageSecurityMode.SignAndEncrypt),
        new FuzzTarget("OPN with protection", OpnSeed, OpenAsymmetric()) { Share = 3, AllocatedAnyway = 64 * 1024 },
    ];

    private static byte[] Conversation(Random random)
    {
        using var writer = new UaWriter();
        writer.WriteByte((byte)random.Next(256));
        Chunk(writer, MessageType.Hello, 'F', body: WireTargets.Write(new Hello(0, 65_536, 65_536, 0, 0, "opc.tcp://x:4840").Write));
        var sequence = (uint)random.Next(3) - 1;
        Chunk(writer, MessageType.OpenSecureChannel, 'F', [.. BitConverter.GetBytes(0), .. WireTargets.Write(static w =>
        {
            w.WriteString(SecurityPolicy.None.Uri);
            w.WriteByteString(null);
            w.WriteByteString(null);
        }), .. BitConverter.GetBytes(sequence), .. BitConverter.GetBytes(1), .. Some(random, 40)]);
        for (var i = random.Next(8); i > 0; i--)
        {
            sequence++;
            var isFinal = random.Next(4) switch { 0 => 'C', 1 => 'A', _ => 'F' };
            Chunk(writer, MessageType.Message, isFinal, [.. BitConverter.GetBytes(ChannelId), .. BitConverter.GetBytes(TokenId), .. BitConverter.GetBytes(sequence), .. BitConverter.GetBytes(2), .. Some(random, 60)]);
        }

        Chunk(writer, MessageType.CloseSecureChannel, 'F', [.. BitConverter.GetBytes(ChannelId), .. BitConverter.GetBytes(TokenId), .. BitConverter.GetBytes(sequence + 1), .. BitConverter.GetBytes(3), .. Some(random, 8)]);
        return writer.Written.ToArray();
    }

    /// <summary>The first byte says where the bytes are cut into segments; after the first message the handshake is over.</summary>
    private static object? ReadPlain(byte[] input)
    {
        if (input.Length == 0)
        {
            return new FuzzOutcome("nothing");
        }

        var unfinished = new UnfinishedMessages(maxBytes: 150);
        var givenUp = 0;
        using var reader = new MessageReader(Limits, DecodingLimits.Default) { Unfinished = unfinished, GiveUp = () => givenUp++ };
        var messages = ReadAll(reader, Segments(input.AsMemory(1), (input[0] * 3) + 1));
        Assert.InRange(unfinished.Bytes, 0, 150);
        return new FuzzOutcome($"{messages} messages{(givenUp > 0 ? ", given up" : "")}");
    }

    private static int ReadAll(MessageReader reader, ReadOnlySequence<byte> buffer)
    {
        var messages = 0;
        while (reader.TryRead(ref buffer, out var message))
        {
            Assert.InRange(message.Body.Length, 0, Limits.MaxMessageSize);
            reader.InHandshake = false;
            messages++;
        }

        return messages;
    }

    /// <summary>What a peer that has the keys can send: the input is the plain text behind the header, padding included, and is signed and encrypted as it is; its first byte spoils what comes out.</summary>
    private static FuzzTarget Symmetric(MessageSecurityMode mode)
    {
        var policy = SecurityPolicy.Aes256Sha256RsaPss;
        var channel = new SecureChannel(TimeProvider.System, isServer: true) { Id = ChannelId, Policy = policy, Mode = mode };
        channel.Issue(TokenId, TimeSpan.FromDays(1), Nonce, [.. Nonce.Reverse()]);
        var keys = new byte[SecurityPolicy.SignatureKeyLength + policy.EncryptionKeyLength + SymmetricSecurity.BlockLength];
        SymmetricSecurity.PseudoRandom(Nonce, Nonce.Reverse().ToArray(), keys);
        var aes = Aes.Create();
        aes.Key = keys[SecurityPolicy.SignatureKeyLength..^SymmetricSecurity.BlockLength];
        byte[] Seed(Random random)
        {
            byte[] plain = [0, .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(2), .. Some(random, 80)];
            var padding = (SymmetricSecurity.BlockLength - (plain.Length % SymmetricSecurity.BlockLength)) % SymmetricSecurity.BlockLength;
            return mode == MessageSecurityMode.Sign ? plain : [.. plain, .. Enumerable.Repeat((byte)padding, padding + 1)];
        }

        object? Decode(byte[] input)
        {
            if (input.Length == 0)
            {
                return new FuzzOutcome("nothing");
            }

            var plain = input.AsSpan(1).ToArray();
            var length = 16 + plain.Length + SymmetricSecurity.SignatureLength;
            using var writer = new UaWriter();
            writer.WriteUInt32((uint)MessageType.Message | ('F' << 24));
            writer.WriteInt32(length);
            writer.WriteUInt32(ChannelId);
            writer.WriteUInt32(TokenId);
            writer.WriteRaw(plain);
            writer.WriteRaw(HMACSHA256.HashData(keys.AsSpan(0, SecurityPolicy.SignatureKeyLength), writer.Written));
            var chunk = writer.Written.ToArray();
            if (mode == MessageSecurityMode.SignAndEncrypt && (length - 16) % SymmetricSecurity.BlockLength == 0)
            {
                aes.EncryptCbc(chunk.AsSpan(16), keys.AsSpan(keys.Length - SymmetricSecurity.BlockLength), chunk.AsSpan(16), PaddingMode.None);
            }

            if (input[0] >= 0x80)
            {
                chunk[input[0] % chunk.Length] ^= 1;
            }

            using var reader = new MessageReader(Limits, DecodingLimits.Default) { Channel = channel, InHandshake = false };
            return new FuzzOutcome(ReadAll(reader, new ReadOnlySequence<byte>(chunk)) == 1 ? "accepted" : "incomplete");
        }

        return new FuzzTarget($"chunks with {mode}", Seed, Decode) { Share = 400, AllocatedAnyway = 64 * 1024 };
    }

    /// <summary>A sequence header, a body, and padding up to whole blocks of a key of 2048 bits.</summary>
    private static byte[] OpnSeed(Random random)
    {
        const int block = 214;
        const int signature = 256;
        byte[] plain = [1, 0, 0, 0, 2, 0, 0, 0, .. Some(random, 150)];
        var padding = (block - ((plain.Length + 1 + signature) % block)) % block;
        return [.. plain, .. Enumerable.Repeat((byte)padding, padding + 1)];
    }

    /// <summary>What a client with a trusted certificate can send in an OPN message: the input is its plain text behind the header, padding included.</summary>
    private static Func<byte[], object?> OpenAsymmetric()
    {
        var policy = SecurityPolicy.Basic256Sha256;
        var server = TestCertificates.Server();
        var client = TestCertificates.Client();
        var asymmetric = new AsymmetricSecurity(policy, server, PeerCertificate.Read(client.RawData));
        var serverKey = PeerCertificate.Read(server.RawData).PublicKey;
        return input =>
        {
            byte[] header = [1, 2, 3, 4];
            byte[] signed = [.. header, .. input, .. RsaBlocks.Sign(policy, client.PrivateKey, (byte[])[.. header, .. input])];
            var encrypted = new byte[RsaBlocks.EncryptedLength(policy, serverKey, signed.Length - header.Length)];
            RsaBlocks.Encrypt(policy, serverKey, signed.AsSpan(header.Length), encrypted);
            return new FuzzOutcome($"{Math.Min(asymmetric.Open((byte[])[.. header, .. encrypted], header.Length).Length, 1)} or more bytes");
        };
    }

    private static void Chunk(UaWriter writer, MessageType type, char isFinal, byte[] body)
    {
        writer.WriteUInt32((uint)type | ((uint)isFinal << 24));
        writer.WriteInt32(8 + body.Length);
        writer.WriteRaw(body);
    }

    private static byte[] Some(Random random, int most)
    {
        var bytes = new byte[random.Next(most)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static ReadOnlySequence<byte> Segments(ReadOnlyMemory<byte> bytes, int size)
    {
        var first = new Segment(bytes[..Math.Min(size, bytes.Length)], 0);
        var last = first;
        for (var at = first.Memory.Length; at < bytes.Length; at += last.Memory.Length)
        {
            last = last.Then(bytes.Slice(at, Math.Min(size, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
