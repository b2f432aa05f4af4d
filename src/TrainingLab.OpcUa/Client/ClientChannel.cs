using System.IO.Pipelines;
using System.Security.Cryptography;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.OpcUa.Client;

/// <summary>The client's side of a secure channel: sends requests, matches answers by request id, renews its token.</summary>
internal sealed class ClientChannel : IDisposable
{
    private const double RenewAt = 0.75;

    // No request has this number; the answer to the hello waits under it.
    private const uint AcknowledgeId = 0;

    private readonly IDuplexPipe _transport;
    private readonly OpcUaClientOptions _options;
    private readonly TimeProvider _time;
    private readonly DecodingLimits _decodingLimits;
    private readonly MessageReader _reader;
    private readonly MessageWriter _writer;
    private readonly Dictionary<uint, PendingRequest> _pending = [];
    private readonly TaskCompletionSource<StatusCode> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ContextTimer _renewal;
    private readonly ContextTimer _timeouts;
    private bool _timeoutsRunning;
    private uint _lastRequestId;
    private bool _disposed;

    private ClientChannel(IDuplexPipe transport, OpcUaClientOptions options, AsymmetricSecurity? security, TimeProvider time)
    {
        Channel = new SecureChannel(time, isServer: false)
        {
            Policy = security?.Policy ?? SecurityPolicy.None,
            Mode = security is null ? MessageSecurityMode.None : options.Security.Mode,
            Asymmetric = security,
        };
        _transport = transport;
        _options = options;
        _time = time;
        _decodingLimits = DecodingLimits.Of(options.Limits);
        _reader = new MessageReader(new MessageLimits(options.Limits.MaxChunkSize, options.Limits.MaxMessageSize, options.Limits.MaxChunkCount), _decodingLimits) { Channel = Channel };
        _writer = new MessageWriter(transport.Output) { Channel = Channel };
        _renewal = new ContextTimer(time, () => Detached.Run(RenewAsync()));
        _timeouts = new ContextTimer(time, ExpireRequests);
    }

    private delegate object ResponseReader(ref UaReader reader);

    /// <summary>How the channel is protected.</summary>
    public SecureChannel Channel { get; }

    /// <summary>How it was asked for.</summary>
    public OpcUaClientOptions Options => _options;

    /// <summary>How long a request may take.</summary>
    public TimeSpan RequestTimeout => _options.RequestTimeout;

    /// <summary>Sent with every request once there is a session.</summary>
    public NodeId AuthenticationToken { get; set; }

    /// <summary>The client's own time.</summary>
    public DateTime Now => _time.GetUtcNow().UtcDateTime;

    public bool IsOpen => !_closed.Task.IsCompleted;

    /// <summary>Completes with the reason when the channel has ended.</summary>
    public Task<StatusCode> Closed => _closed.Task;

    /// <summary>Hello, acknowledge, open.</summary>
    /// <param name="transport">The bytes.</param>
    /// <param name="options">Limits, times and mode.</param>
    /// <param name="security">What protects the channel; null for none. Belongs to the channel from then on.</param>
    /// <param name="time">The clock of the connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ClientChannel> OpenAsync(
        IDuplexPipe transport, OpcUaClientOptions options, AsymmetricSecurity? security, TimeProvider time, CancellationToken cancellationToken)
    {
        var channel = new ClientChannel(transport, options, security, time);
        try
        {
            var limits = options.Limits;
            channel._writer.WriteHandshake(
                MessageType.Hello,
                new Hello(0, (uint)limits.MaxChunkSize, (uint)limits.MaxChunkSize, (uint)limits.MaxMessageSize, (uint)limits.MaxChunkCount, options.EndpointUrl));
            channel._writer.Send();
            var acknowledge = new PendingRequest(0, static (ref UaReader reader) => Acknowledge.Read(ref reader));
            channel._pending.Add(AcknowledgeId, acknowledge);
            Detached.Run(channel.ReadLoopAsync());
            await channel.AnswerAsync(AcknowledgeId, acknowledge, options.RequestTimeout, cancellationToken);
            await channel.OpenAsync(SecurityTokenRequestType.Issue, cancellationToken);
            return channel;
        }
        catch
        {
            channel.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="timeout">How long to wait; the client's request timeout by default, infinite for Publish.</param>
    /// <exception cref="OpcUaException">The service failed as a whole, timed out, or the connection has ended.</exception>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(TRequest request, CancellationToken cancellationToken, TimeSpan? timeout = null)
        where TRequest : IServiceMessage<TRequest>
        where TResponse : class, IServiceMessage<TResponse>
    {
        ThrowIfClosed();
        var requestId = NextRequestId();
        var wait = timeout ?? _options.RequestTimeout;
        var writer = _writer.Begin(MessageType.Message);
        try
        {
            writer.WriteNodeId(new NodeId(0, TRequest.TypeId));
            Header(requestId, wait).Write(writer);
            request.Write(writer);
        }
        catch
        {
            _writer.Abandon();
            throw;
        }

        if (!_writer.TryEnd(requestId))
        {
            throw new OpcUaException(StatusCodes.BadRequestTooLarge);
        }

        var pending = Expect<TResponse>(requestId);
        _writer.Send();
        return (TResponse)await AnswerAsync(requestId, pending, wait, cancellationToken);
    }

    /// <summary>Closes the channel without waiting for anything.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (IsOpen && _writer.ChannelId != 0)
        {
            var requestId = NextRequestId();
            var writer = _writer.Begin(MessageType.CloseSecureChannel);
            writer.WriteNodeId(new NodeId(0, CloseSecureChannelRequest.TypeId));
            Header(requestId, TimeSpan.Zero).Write(writer);
            _writer.TryEnd(requestId);
            _writer.Send();
        }

        End(StatusCodes.BadConnectionClosed);
        _transport.Input.CancelPendingRead();
    }

    private uint NextRequestId() => _lastRequestId = _lastRequestId == uint.MaxValue ? 1 : _lastRequestId + 1;

    private RequestHeader Header(uint requestId, TimeSpan wait) => new(
        AuthenticationToken, _time.GetUtcNow().UtcDateTime, requestId, 0, null, wait == Timeout.InfiniteTimeSpan ? 0 : (uint)wait.TotalMilliseconds);

    private PendingRequest Expect<TResponse>(uint requestId)
        where TResponse : class, IServiceMessage<TResponse>
    {
        var pending = new PendingRequest(TResponse.TypeId, static (ref UaReader reader) => TResponse.Read(ref reader));
        _pending.Add(requestId, pending);
        return pending;
    }

    private async Task<object> AnswerAsync(uint requestId, PendingRequest pending, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (wait != Timeout.InfiniteTimeSpan)
        {
            pending.Deadline = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);
            if (!_timeoutsRunning)
            {
                _timeoutsRunning = true;
                _timeouts.Start(wait);
            }
        }

        using var stop = cancellationToken.UnsafeRegister(static (p, token) => ((PendingRequest)p!).Answer.TrySetCanceled(token), pending);
        try
        {
            return await pending.Answer.Task;
        }
        finally
        {
            _pending.Remove(requestId);
        }
    }

    /// <summary>One timer for all requests: it runs while one with a deadline may be waiting.</summary>
    private void ExpireRequests()
    {
        var now = _time.GetTimestamp();
        long? next = null;
        foreach (var pending in _pending.Values)
        {
            if (pending.Deadline is not { } deadline)
            {
                continue;
            }

            if (deadline <= now)
            {
                pending.Answer.TrySetException(new OpcUaException(StatusCodes.BadTimeout, "no answer in time"));
            }
            else if (next is null || deadline < next)
            {
                next = deadline;
            }
        }

        _timeoutsRunning = next is not null;
        if (next is not null)
        {
            // Rounded up to the next millisecond, so that the deadline is over when the timer comes.
            _timeouts.Start(_time.GetElapsedTime(now, next.Value) + TimeSpan.FromMilliseconds(1));
        }
    }

    private async Task OpenAsync(SecurityTokenRequestType type, CancellationToken cancellationToken)
    {
        ThrowIfClosed();
        var requestId = NextRequestId();
        var lifetime = (uint)_options.ChannelLifetime.TotalMilliseconds;
        var nonce = Channel.NewNonce();
        _writer.WriteOpen(
            requestId,
            Header(requestId, _options.RequestTimeout) with { AuthenticationToken = default },
            new OpenSecureChannelRequest(0, type, Channel.Mode, nonce ?? RandomNumberGenerator.GetBytes(32), lifetime));
        var pending = Expect<OpenSecureChannelResponse>(requestId);
        pending.OwnNonce = nonce;
        _writer.Send();
        var response = (OpenSecureChannelResponse)await AnswerAsync(requestId, pending, _options.RequestTimeout, cancellationToken);
        _renewal.Start(TimeSpan.FromMilliseconds(response.SecurityToken.RevisedLifetime * RenewAt));
    }

    private async Task RenewAsync()
    {
        try
        {
            await OpenAsync(SecurityTokenRequestType.Renew, CancellationToken.None);
        }
        catch (OpcUaException e)
        {
            End(e.Status);
        }
    }

    private void ThrowIfClosed()
    {
        if (_closed.Task.IsCompleted)
        {
            throw new OpcUaException(_closed.Task.Result, "the connection has ended");
        }
    }

    private async Task ReadLoopAsync()
    {
        var reason = (StatusCode)StatusCodes.BadConnectionClosed;
        try
        {
            while (IsOpen)
            {
                var result = await _transport.Input.ReadAsync();
                var buffer = result.Buffer;
                while (IsOpen && _reader.TryRead(ref buffer, out var message))
                {
                    Receive(message);
                }

                if (result.IsCompleted || result.IsCanceled || !IsOpen)
                {
                    break;
                }

                _transport.Input.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (OpcUaException e)
        {
            reason = e.Status;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The transport broke.
        }

        End(reason);
        await _writer.SentAsync();
        _writer.Dispose();
        _reader.Dispose();
        Channel.Dispose();
        await _transport.Output.CompleteAsync();
        await _transport.Input.CompleteAsync();
    }

    private void Receive(in IncomingMessage message)
    {
        var reader = new UaReader(message.Body, _decodingLimits);
        switch (message.Type)
        {
            case MessageType.Acknowledge:
                var acknowledge = Acknowledge.Read(ref reader);
                _writer.MaxChunkSize = (int)Math.Clamp(acknowledge.ReceiveBufferSize, Hello.MinBufferSize, (uint)_options.Limits.MaxChunkSize);
                _writer.MaxMessageSize = acknowledge.MaxMessageSize;
                _writer.MaxChunkCount = acknowledge.MaxChunkCount;
                _reader.InHandshake = false;
                if (_pending.TryGetValue(AcknowledgeId, out var hello))
                {
                    hello.Answer.TrySetResult(acknowledge);
                }

                break;
            case MessageType.Error:
                var error = ErrorMessage.Read(ref reader);
                throw new OpcUaException(error.Error, error.Reason);
            case MessageType.Message or MessageType.OpenSecureChannel:
                ReceiveAnswer(message.RequestId, ref reader);
                break;
            default:
                throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "a server does not send this message");
        }
    }

    private void ReceiveAnswer(uint requestId, ref UaReader reader)
    {
        if (!_pending.TryGetValue(requestId, out var pending))
        {
            // Answers that nobody waits for any more are passed over.
            return;
        }

        var typeId = reader.ReadNodeId();
        var header = ResponseHeader.Read(ref reader);
        if (header.ServiceResult.IsBad || typeId.IsStandard(ServiceFault.TypeId))
        {
            pending.Answer.TrySetException(new OpcUaException(header.ServiceResult.IsBad ? header.ServiceResult : StatusCodes.BadUnexpectedError));
        }
        else if (!typeId.IsStandard(pending.TypeId))
        {
            pending.Answer.TrySetException(new OpcUaException(StatusCodes.BadUnknownResponse, typeId.ToString()));
        }
        else
        {
            var answer = pending.Read(ref reader);
            if (answer is OpenSecureChannelResponse opened)
            {
                // At once: the server may send under the new token from now on.
                var token = opened.SecurityToken;
                Channel.Issue(token.TokenId, TimeSpan.FromMilliseconds(token.RevisedLifetime * 1.25), pending.OwnNonce, opened.ServerNonce);
                Channel.Id = _writer.ChannelId = token.ChannelId;
            }

            pending.Answer.TrySetResult(answer);
        }
    }

    private void End(StatusCode reason)
    {
        if (!_closed.TrySetResult(reason))
        {
            return;
        }

        _renewal.Dispose();
        _timeouts.Dispose();
        var ended = new OpcUaException(reason, "the connection has ended");
        foreach (var pending in _pending.Values.ToArray())
        {
            pending.Answer.TrySetException(ended);
        }
    }

    private sealed record PendingRequest(uint TypeId, ResponseReader Read)
    {
        /// <summary>The nonce of a request to open or renew the channel.</summary>
        public byte[]? OwnNonce { get; set; }

        /// <summary>A timestamp of the time provider; null when the answer may take as long as it likes.</summary>
        public long? Deadline { get; set; }

        public TaskCompletionSource<object> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
