using System.Buffers;
using System.Buffers.Binary;
using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa.Channel;

/// <summary>What a reader takes before it allocates anything.</summary>
/// <param name="MaxChunkSize">Bytes of one chunk.</param>
/// <param name="MaxMessageSize">Bytes of the bodies of all chunks of one message.</param>
/// <param name="MaxChunkCount">Chunks of one message.</param>
internal sealed record MessageLimits(int MaxChunkSize, int MaxMessageSize, int MaxChunkCount);

/// <summary>A whole message. Its body is valid until the next one is read.</summary>
internal readonly ref struct IncomingMessage
{
    public required MessageType Type { get; init; }

    public uint ChannelId { get; init; }

    public uint TokenId { get; init; }

    public uint RequestId { get; init; }

    /// <summary>Only in OPN messages.</summary>
    public string? SecurityPolicyUri { get; init; }

    public required ReadOnlySpan<byte> Body { get; init; }
}

/// <summary>
/// Takes messages out of the bytes of a connection (OPC 10000-6, 6.7.2 and 7.1.2), without copying those that come in one piece.
/// <code>
/// HEL, ACK, ERR   type:3 | F:1 | size:4 | body
/// OPN             type:3 | F:1 | size:4 | channel:4 | policy uri string | sender certificate bytes | receiver thumbprint bytes | sequence:4 | request:4 | body
/// MSG, CLO        type:3 | F, C or A:1 | size:4 | channel:4 | token:4 | sequence:4 | request:4 | body
/// </code>
/// C is followed by more chunks of the message, F ends it, A gives it up. What follows the channel's security header may be protected: see
/// <see cref="Security.AsymmetricSecurity"/> for OPN and <see cref="Security.SymmetricSecurity"/> for MSG and CLO.
/// </summary>
internal sealed class MessageReader(MessageLimits limits, DecodingLimits decodingLimits) : IDisposable
{
    private const int HeaderLength = 8;

    private readonly UaWriter _assembly = new();
    private byte[] _contiguous = [];
    private byte[] _decrypted = [];
    private int _chunkCount;
    private uint _assemblyRequestId;
    private uint? _lastSequenceNumber;
    private LinkedListNode<(MessageReader Reader, int Bytes)>? _unfinished;

    /// <summary>Whether only HEL, ACK and ERR may come: before the handshake is over.</summary>
    public bool InHandshake { get; set; } = true;

    /// <summary>Knows the channel's tokens and keys and refuses chunks that are not the peer's; null takes chunks as they are.</summary>
    public SecureChannel? Channel { get; init; }

    /// <summary>Counts the bytes of messages that are not whole yet; null does not.</summary>
    public UnfinishedMessages? Unfinished { get; init; }

    /// <summary>Ends the connection for the sake of others, when its unfinished message is one too many.</summary>
    public Action? GiveUp { get; init; }

    /// <summary>Takes the next message off the front of <paramref name="buffer"/>; false when it is not all there yet.</summary>
    /// <exception cref="OpcUaException">The bytes are no message, or too many; the connection cannot go on.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> buffer, out IncomingMessage message)
    {
        if (_chunkCount == 0 && _assembly.Length > 0)
        {
            // The message before is done with: its buffer is not kept for the next long one.
            _assembly.Dispose();
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        while (buffer.Length >= HeaderLength)
        {
            buffer.Slice(0, HeaderLength).CopyTo(header);
            var type = (MessageType)(BinaryPrimitives.ReadUInt32LittleEndian(header) & 0xFFFFFF);
            var isFinal = header[3];
            var size = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            CheckHeader(type, isFinal, size);
            if (buffer.Length < size)
            {
                break;
            }

            var chunk = Contiguous(buffer.Slice(0, size));
            buffer = buffer.Slice(size);
            if (TryComplete(type, isFinal, chunk, out message))
            {
                return true;
            }
        }

        message = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        Return(ref _contiguous);
        Return(ref _decrypted);
    }

    private void CheckHeader(MessageType type, byte isFinal, uint size)
    {
        var known = InHandshake
            ? type is MessageType.Hello or MessageType.Acknowledge or MessageType.Error
            : type is MessageType.Message or MessageType.OpenSecureChannel or MessageType.CloseSecureChannel or MessageType.Error;
        if (!known || !(isFinal == 'F' || (isFinal is (byte)'C' or (byte)'A' && type is MessageType.Message)))
        {
            throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "this message was not expected here");
        }

        if (size < HeaderLength)
        {
            throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, $"a chunk of {size} bytes");
        }

        if (size > limits.MaxChunkSize)
        {
            throw new OpcUaException(StatusCodes.BadTcpMessageTooLarge, $"a chunk of {size} bytes; at most {limits.MaxChunkSize}");
        }
    }

    private static void Return(ref byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    private ReadOnlyMemory<byte> Contiguous(ReadOnlySequence<byte> chunk)
    {
        if (chunk.IsSingleSegment)
        {
            return chunk.First;
        }

        var length = (int)chunk.Length;
        if (_contiguous.Length < length)
        {
            Return(ref _contiguous);
            _contiguous = ArrayPool<byte>.Shared.Rent(length);
        }

        chunk.CopyTo(_contiguous);
        return _contiguous.AsMemory(0, length);
    }

    private bool TryComplete(MessageType type, byte isFinal, ReadOnlyMemory<byte> chunk, out IncomingMessage message)
    {
        message = default;
        if (type is MessageType.Hello or MessageType.Acknowledge or MessageType.Error)
        {
            message = new IncomingMessage { Type = type, Body = chunk.Span[HeaderLength..] };
            return true;
        }

        var header = new UaReader(chunk.Span, decodingLimits);
        header.ReadRaw(HeaderLength);
        var channelId = header.ReadUInt32();
        string? policyUri = null;
        var tokenId = 0u;
        ReadOnlySpan<byte> opened;
        if (type == MessageType.OpenSecureChannel)
        {
            policyUri = header.ReadString();
            var certificate = ReadBytes(ref header);
            var thumbprint = ReadBytes(ref header);
            opened = Channel is null ? chunk.Span[header.Position..] : Channel.OpenAsymmetric(chunk.Span, header.Position, policyUri, certificate, thumbprint);
        }
        else
        {
            tokenId = header.ReadUInt32();
            opened = OpenSymmetric(chunk, channelId, tokenId, header.Position);
        }

        var reader = new UaReader(opened, decodingLimits);
        var sequenceNumber = reader.ReadUInt32();
        var requestId = reader.ReadUInt32();
        if (_lastSequenceNumber is { } last && !SequenceNumbers.Follows(last, sequenceNumber))
        {
            throw new OpcUaException(StatusCodes.BadSequenceNumberInvalid, $"chunk {sequenceNumber} after {last}");
        }

        _lastSequenceNumber = sequenceNumber;
        var body = opened[reader.Position..];
        if (isFinal == 'A')
        {
            Forget();
            return false;
        }

        if (_chunkCount == 0 && isFinal == 'F')
        {
            message = new IncomingMessage { Type = type, ChannelId = channelId, TokenId = tokenId, RequestId = requestId, SecurityPolicyUri = policyUri, Body = body };
            return true;
        }

        Append(type, requestId, body);
        if (isFinal == 'C')
        {
            return false;
        }

        message = new IncomingMessage { Type = type, ChannelId = channelId, TokenId = tokenId, RequestId = requestId, Body = _assembly.Written };
        _chunkCount = 0;
        Uncount();
        return true;
    }

    /// <summary>Checks and decrypts a chunk under its token. Why it was refused is nobody's business but the owner's: the peer learns one code for everything.</summary>
    private ReadOnlySpan<byte> OpenSymmetric(ReadOnlyMemory<byte> chunk, uint channelId, uint tokenId, int headerEnd)
    {
        if (Channel is null)
        {
            return chunk.Span[headerEnd..];
        }

        var token = Channel.Find(channelId, tokenId);
        ReadOnlySpan<byte> opened;
        if (token.Incoming is null)
        {
            opened = chunk.Span[headerEnd..];
        }
        else if (!token.Incoming.TryOpen(chunk, ref _decrypted, out opened))
        {
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "a message does not have the signature of its channel");
        }

        Channel.Used(token);
        return opened;
    }

    /// <summary>A byte string without copying it.</summary>
    private static ReadOnlySpan<byte> ReadBytes(scoped ref UaReader reader)
    {
        var length = reader.ReadInt32();
        return length <= 0 ? [] : reader.ReadRaw(length);
    }

    private void Append(MessageType type, uint requestId, ReadOnlySpan<byte> body)
    {
        if (_chunkCount == 0)
        {
            _assembly.Truncate(0);
            _assemblyRequestId = requestId;
        }
        else if (requestId != _assemblyRequestId || type != MessageType.Message)
        {
            throw new OpcUaException(StatusCodes.BadDecodingError, "chunks of two messages are mixed");
        }

        if (++_chunkCount > limits.MaxChunkCount || _assembly.Length + body.Length > limits.MaxMessageSize)
        {
            throw new OpcUaException(StatusCodes.BadTcpMessageTooLarge, $"at most {limits.MaxChunkCount} chunks and {limits.MaxMessageSize} bytes in a message");
        }

        _assembly.WriteRaw(body);
        _unfinished = Unfinished?.Grow(_unfinished, this, body.Length);
    }

    private void Uncount()
    {
        if (_unfinished is not null)
        {
            Unfinished!.Remove(_unfinished);
            _unfinished = null;
        }
    }

    private void Forget()
    {
        _assembly.Dispose();
        _chunkCount = 0;
        Uncount();
    }
}
