using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.OpcUa.Channel;

/// <summary>
/// Puts messages into chunks (see <see cref="MessageReader"/> for their bytes) and sends them. A message is written in place behind room for its header;
/// only one that does not fit the peer's buffer is cut. While bytes are on their way, later messages gather and leave together.
/// </summary>
internal sealed class MessageWriter(PipeWriter output) : IDisposable
{
    private const int HeaderLength = 24;

    // Room that is taken at once for as much as was sent the last time; between messages a connection holds none.
    private const int MaxUsual = 64 * 1024;

    private readonly UaWriter _gathered = new();
    private int _start = -1;
    private int _usual;
    private MessageType _type;
    private uint _lastSequenceNumber;
    private Task? _sending;

    /// <summary>The peer's receive buffer: the largest chunk to send.</summary>
    public int MaxChunkSize { get; set; } = (int)Hello.MinBufferSize;

    /// <summary>The largest message the peer takes, 0 for no limit.</summary>
    public uint MaxMessageSize { get; set; }

    /// <summary>The most chunks of one message the peer takes, 0 for no limit.</summary>
    public uint MaxChunkCount { get; set; }

    public uint ChannelId { get; set; }

    public uint TokenId { get; set; }

    /// <summary>What protects messages; null leaves them as they are.</summary>
    public SymmetricSecurity? Security { get; set; }

    /// <summary>Says token and keys for each message, and what protects OPN messages; null for a writer that is told by hand.</summary>
    public SecureChannel? Channel { get; init; }

    /// <summary>Bytes that wait behind those on their way.</summary>
    public int WaitingBytes => _gathered.Length;

    /// <summary>Whether the peer has stopped taking bytes for the moment.</summary>
    public bool IsSending => _sending is { IsCompleted: false };

    /// <summary>Whether sending has failed: nobody is there any more.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Called when all bytes have been taken after some had to wait.</summary>
    public Action? Drained { get; set; }

    /// <summary>A message of the handshake, in one chunk without a channel.</summary>
    public void WriteHandshake<T>(MessageType type, T message)
        where T : IStructureBody
    {
        var start = _gathered.Length;
        _gathered.WriteUInt32((uint)type | ('F' << 24));
        _gathered.WriteUInt32(0);
        message.Write(_gathered);
        _gathered.PatchInt32(start + 4, _gathered.Length - start);
    }

    /// <summary>An OPN message, in one chunk, protected as its channel says.</summary>
    public void WriteOpen<THeader, T>(uint requestId, in THeader header, T message)
        where THeader : IStructureBody
        where T : IServiceMessage<T>
    {
        var start = _gathered.Length;
        _gathered.WriteUInt32((uint)MessageType.OpenSecureChannel | ('F' << 24));
        _gathered.WriteUInt32(0);
        _gathered.WriteUInt32(ChannelId);
        var security = Channel?.Asymmetric;
        _gathered.WriteString((security?.Policy ?? SecurityPolicy.None).Uri);
        _gathered.WriteByteString(security?.Own.RawData);
        _gathered.WriteByteString(security?.Peer.Thumbprint);
        var headerEnd = _gathered.Length;
        _gathered.WriteUInt32(NextSequenceNumber());
        _gathered.WriteUInt32(requestId);
        _gathered.WriteNodeId(new NodeId(0, T.TypeId));
        header.Write(_gathered);
        message.Write(_gathered);
        if (security is null)
        {
            _gathered.PatchInt32(start + 4, _gathered.Length - start);
        }
        else
        {
            security.Protect(_gathered, start, headerEnd);
        }
    }

    /// <summary>Begins a message; its body is written to the result, whose MaxLength may be set for it, then <see cref="TryEnd"/> or <see cref="Abandon"/> follows.</summary>
    public UaWriter Begin(MessageType type)
    {
        if (_start >= 0)
        {
            throw new InvalidOperationException("The message before has not been ended");
        }

        _start = _gathered.Length;
        _type = type;
        _gathered.GetSpan(_start == 0 ? Math.Max(HeaderLength, _usual) : HeaderLength)[..HeaderLength].Clear();
        _gathered.Advance(HeaderLength);
        return _gathered;
    }

    /// <summary>Takes back what was written since <see cref="Begin"/>.</summary>
    public void Abandon()
    {
        if (_start >= 0)
        {
            _gathered.Truncate(_start);
            _gathered.MaxLength = int.MaxValue;
            _start = -1;
        }
    }

    /// <summary>Takes back what was written since <see cref="Begin"/>, to be sent later.</summary>
    public byte[] Take()
    {
        var body = _gathered.Written[(_start + HeaderLength)..].ToArray();
        Abandon();
        return body;
    }

    /// <summary>Ends a message; false, and nothing of it is sent, when it is more than the peer takes.</summary>
    public bool TryEnd(uint requestId)
    {
        if (Channel?.Sending is { } token)
        {
            TokenId = token.Id;
            Security = token.Outgoing;
        }

        _gathered.MaxLength = int.MaxValue;
        var start = _start;
        var bodyLength = _gathered.Length - start - HeaderLength;
        var maxBody = Security?.MaxBody(MaxChunkSize) ?? (MaxChunkSize - HeaderLength);
        var chunks = Math.Max(1, ((bodyLength - 1) / maxBody) + 1);
        if ((MaxMessageSize > 0 && bodyLength > MaxMessageSize) || (MaxChunkCount > 0 && chunks > MaxChunkCount))
        {
            Abandon();
            return false;
        }

        _start = -1;
        if (chunks == 1)
        {
            EndChunk(start, 'F', bodyLength, requestId);
            return true;
        }

        // Cut: the body is taken out and put back with a header before each piece.
        var body = ArrayPool<byte>.Shared.Rent(bodyLength);
        _gathered.Written.Slice(start + HeaderLength, bodyLength).CopyTo(body);
        _gathered.Truncate(start);
        for (var at = 0; at < bodyLength; at += maxBody)
        {
            var length = Math.Min(maxBody, bodyLength - at);
            var chunkStart = _gathered.Length;
            _gathered.GetSpan(HeaderLength);
            _gathered.Advance(HeaderLength);
            _gathered.WriteRaw(body.AsSpan(at, length));
            EndChunk(chunkStart, at + length == bodyLength ? 'F' : 'C', length, requestId);
        }

        ArrayPool<byte>.Shared.Return(body);
        return true;
    }

    /// <summary>Sends what has gathered; returns at once. Await <see cref="SentAsync"/> to wait for the peer.</summary>
    public void Send()
    {
        if (IsSending || _gathered.Length == 0 || IsBroken)
        {
            return;
        }

        // As a rule the transport takes everything at once.
        try
        {
            var flush = Flush();
            if (flush.IsCompletedSuccessfully)
            {
                IsBroken |= flush.Result.IsCompleted || flush.Result.IsCanceled;
            }
            else
            {
                _sending = SendRestAsync(flush);
            }
        }
        catch (Exception e) when (IsOfTransport(e))
        {
            IsBroken = true;
        }
    }

    /// <summary>Completes when nothing is on its way.</summary>
    public Task SentAsync()
    {
        Send();
        return _sending ?? Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        IsBroken = true;
        _gathered.Dispose();
    }

    /// <summary>Fills in the header of the chunk at the end of what has gathered, and protects it.</summary>
    private void EndChunk(int at, char isFinal, int bodyLength, uint requestId)
    {
        var trailer = Security?.TrailerLength(bodyLength) ?? 0;
        _gathered.PatchUInt32(at, (uint)_type | ((uint)isFinal << 24));
        _gathered.PatchInt32(at + 4, HeaderLength + bodyLength + trailer);
        _gathered.PatchUInt32(at + 8, ChannelId);
        _gathered.PatchUInt32(at + 12, TokenId);
        _gathered.PatchUInt32(at + 16, NextSequenceNumber());
        _gathered.PatchUInt32(at + 20, requestId);
        if (Security is not null)
        {
            _gathered.GetSpan(trailer);
            _gathered.Advance(trailer);
            Security.Protect(_gathered.Buffer, at, bodyLength);
        }
    }

    private uint NextSequenceNumber() => _lastSequenceNumber = SequenceNumbers.Next(_lastSequenceNumber);

    private ValueTask<FlushResult> Flush()
    {
        output.Write(_gathered.Written);
        _usual = Math.Min(_gathered.Length, MaxUsual);
        _gathered.Dispose();
        return output.FlushAsync();
    }

    private async Task SendRestAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            while (true)
            {
                var result = await flush;
                IsBroken |= result.IsCompleted || result.IsCanceled;
                if (_gathered.Length == 0 || IsBroken)
                {
                    break;
                }

                flush = Flush();
            }
        }
        catch (Exception e) when (IsOfTransport(e))
        {
            IsBroken = true;
        }

        Drained?.Invoke();
    }

    /// <summary>The transport went away under the write; the reading side learns of it, too.</summary>
    private static bool IsOfTransport(Exception e) => e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;
}
