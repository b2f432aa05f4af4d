using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Events;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server.Services;

namespace TrainingLab.OpcUa.Server;

/// <summary>One connection: handshake, secure channel and the order of its requests (OPC 10000-6, 6.7 and 7.1).</summary>
internal sealed class ServerConnection : IDisposable
{
    private static readonly TimeSpan TimeToAnswer = TimeSpan.FromSeconds(1);

    private readonly IDuplexPipe _transport;
    private readonly MessageReader _reader;
    private readonly CancellationTokenSource _closed = new();
    private readonly ContextTimer _deadline;
    private ContextTimer? _ending;
    private HeldAnswers? _held;
    private uint _lastTokenId;
    private bool _isOpening;
    private byte[]? _certificateEvent;
    private StatusCode _closeStatus;
    private StatusCode _closeTold;
    private string _closeReason = "";

    public ServerConnection(OpcUaServer server, IDuplexPipe transport, OpcUaPeer peer)
    {
        Server = server;
        Peer = peer;
        _transport = transport;
        var limits = server.Limits;
        Channel = new SecureChannel(peer.ConnectionTime, isServer: true) { Admit = Admit };
        _reader = new MessageReader(new MessageLimits(limits.MaxChunkSize, limits.MaxMessageSize, limits.MaxChunkCount), server.DecodingLimits)
        {
            Channel = Channel,
            Unfinished = server.Unfinished,
            GiveUp = () => Close(StatusCodes.BadTcpNotEnoughResources, "too many messages wait for their end, and this one for longest"),
        };
        Writer = new MessageWriter(transport.Output) { Drained = ServePublishing, Channel = Channel };
        _deadline = new ContextTimer(peer.ConnectionTime, () => Close(StatusCodes.BadTimeout, "the channel was not opened or renewed in time"));
    }

    public OpcUaServer Server { get; }

    public OpcUaPeer Peer { get; }

    /// <summary>A later one has a higher number.</summary>
    public long Number { get; set; }

    public MessageWriter Writer { get; }

    /// <summary>What its requests have made the server do since its last pause (see <see cref="Operations"/>); beyond a turn it waits for others.</summary>
    public int Work { get; set; }

    /// <summary>The URL of the client's hello.</summary>
    public string? HelloUrl { get; private set; }

    /// <summary>How the connection is protected.</summary>
    public SecureChannel Channel { get; }

    /// <summary>Whether more than discovery is served: the channel is protected as one of the server's endpoints is.</summary>
    public bool ServesSessions => Server.Security?.Offers(Channel.Policy ?? SecurityPolicy.None, Channel.Mode) ?? true;

    public uint ChannelId => Channel.Id;

    /// <summary>The number of the channel's newest token.</summary>
    public uint LastToken => _lastTokenId;

    public bool IsOpen => !_closed.IsCancellationRequested;

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Closed => _closed.Token;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _deadline.Start(Server.Limits.HandshakeTimeout);
        using var stop = cancellationToken.UnsafeRegister(static self => ((ServerConnection)self!).Cancel(), this);
        try
        {
            await ReadLoopAsync();
        }
        catch (OpcUaException e)
        {
            Close(e.Status, e.Reason ?? "", e.Told);
        }
        finally
        {
            await FinishAsync();
        }
    }

    /// <summary>Ends a connection that is not served at all.</summary>
    public async Task RefuseAsync(StatusCode status)
    {
        Close(status, "no more connections are taken");
        await FinishAsync();
    }

    /// <summary>Ends the connection; with a bad status the client is told first: <paramref name="told"/>, or that status itself.</summary>
    public void Close(StatusCode status, string reason, StatusCode? told = null)
    {
        if (!IsOpen)
        {
            return;
        }

        _closeStatus = status;
        _closeTold = told ?? status;
        _closeReason = reason;
        Cancel();
    }

    /// <summary>Ends the connection a little later, so that the client still gets the answer to what ended it.</summary>
    public void CloseSoon(StatusCode status, string reason, StatusCode told)
    {
        _ending ??= new ContextTimer(Peer.ConnectionTime, () => Close(status, reason, told));
        _ending.Start(TimeToAnswer);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _deadline.Dispose();
        _ending?.Dispose();
        _reader.Dispose();
        Writer.Dispose();
        Channel.Dispose();
        _closed.Dispose();
        _held?.Dispose();
    }

    /// <summary>Writes an answer and leaves it to be sent with those that follow at once.</summary>
    public void Answer<T>(uint requestId, uint requestHandle, T message, StatusCode serviceResult = default)
        where T : IServiceMessage<T>
    {
        var writer = BeginAnswer(requestHandle, T.TypeId, serviceResult);
        try
        {
            message.Write(writer);
        }
        catch (OpcUaException e) when (e.Status.Code == StatusCodes.BadResponseTooLarge)
        {
            Writer.Abandon();
            Fault(requestId, requestHandle, StatusCodes.BadResponseTooLarge);
            return;
        }
        catch
        {
            Writer.Abandon();
            throw;
        }

        EndAnswer(requestId, requestHandle);
    }

    /// <summary>
    /// Begins an answer with its header, for a service that writes as it goes; <see cref="EndAnswer"/> or the writer's Abandon follows. A few bytes of a request may ask for a
    /// thousand times as many: writing more than the client takes is BadResponseTooLarge.
    /// </summary>
    public UaWriter BeginAnswer(uint requestHandle, uint typeId, StatusCode serviceResult = default)
    {
        var writer = Writer.Begin(MessageType.Message);
        writer.MaxLength = (int)Math.Min(writer.Length + (long)Writer.MaxMessageSize, int.MaxValue);
        writer.WriteNodeId(new NodeId(0, typeId));
        new ResponseHeader(Server.Now, requestHandle, serviceResult).Write(writer);
        return writer;
    }

    /// <summary>Ends an answer; one that is larger than the client takes becomes BadResponseTooLarge. A slow server keeps it back for a while.</summary>
    public void EndAnswer(uint requestId, uint requestHandle)
    {
        var delay = Server.Faults.AnswerDelay?.Invoke() ?? TimeSpan.Zero;
        if (delay > TimeSpan.Zero || _held is { Any: true })
        {
            _held ??= new HeldAnswers(Server.HostTime, Release);
            _held.Hold(delay, requestId, Writer.Take());
            return;
        }

        if (!Writer.TryEnd(requestId))
        {
            Fault(requestId, requestHandle, StatusCodes.BadResponseTooLarge);
        }
    }

    /// <summary>Sends an answer that was kept back.</summary>
    private void Release(uint requestId, byte[] body)
    {
        if (!IsOpen)
        {
            return;
        }

        Writer.Begin(MessageType.Message).WriteRaw(body);
        if (!Writer.TryEnd(requestId))
        {
            var reader = new UaReader(body, Server.DecodingLimits);
            reader.ReadNodeId();
            Fault(requestId, ResponseHeader.Read(ref reader).RequestHandle, StatusCodes.BadResponseTooLarge);
        }

        Writer.Send();
    }

    /// <summary>Refuses a whole service.</summary>
    public void Fault(uint requestId, uint requestHandle, StatusCode status) => Answer(requestId, requestHandle, new ServiceFault(), status);

    private void Cancel()
    {
        if (IsOpen)
        {
            _closed.Cancel();
            _held?.Dispose();
            _transport.Input.CancelPendingRead();
            if (Writer.IsSending)
            {
                _transport.Output.CancelPendingFlush();
            }
        }
    }

    /// <summary>The client takes bytes again: what waited to be published goes.</summary>
    private void ServePublishing()
    {
        foreach (var session in Server.Sessions)
        {
            if (ReferenceEquals(session.Connection, this))
            {
                session.Publishing.Serve();
            }
        }
    }

    private async Task ReadLoopAsync()
    {
        var input = _transport.Input;
        while (IsOpen)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync();
            }
            catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException)
            {
                // The transport broke, or its other side completed it.
                return;
            }

            var buffer = result.Buffer;
            while (IsOpen && _reader.TryRead(ref buffer, out var message))
            {
                // The request is decoded before the first await, so that the bytes may go then.
                await ReceiveAsync(message);
                if (Writer.WaitingBytes > Server.Limits.MaxWaitingBytes)
                {
                    // Small requests may have large answers: no further one is looked at before these are on their way.
                    await Writer.SentAsync();
                }

                if (Work >= Operations.Turn && !await PauseAsync())
                {
                    return;
                }
            }

            if (!IsOpen || result.IsCompleted)
            {
                return;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            await Writer.SentAsync();
            await (_held?.RoomAsync() ?? Task.CompletedTask);
            if (Writer.IsBroken)
            {
                return;
            }
        }
    }

    /// <summary>Lets others have their turn: bytes from outside enter a serial context only when it is quiet. False when the connection has ended meanwhile.</summary>
    private async ValueTask<bool> PauseAsync()
    {
        Work = 0;
        Writer.Send();
        try
        {
            await Task.Delay(Operations.Pause, Peer.ConnectionTime, _closed.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private ValueTask ReceiveAsync(IncomingMessage message)
    {
        switch (message.Type)
        {
            case MessageType.Hello:
                Greet(message.Body);
                return ValueTask.CompletedTask;
            case MessageType.OpenSecureChannel:
                OpenChannel(message);
                return ValueTask.CompletedTask;
            case MessageType.CloseSecureChannel:
                Server.Audit.Closed(this);
                Cancel();
                return ValueTask.CompletedTask;
            case MessageType.Message:
                return RequestDispatcher.DispatchAsync(this, message);
            default:
                throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "a client does not send this message");
        }
    }

    private void Greet(ReadOnlySpan<byte> body)
    {
        var reader = new UaReader(body, Server.DecodingLimits);
        var hello = Hello.Read(ref reader);
        if (hello.EndpointUrl is { Length: > Hello.MaxEndpointUrlLength })
        {
            throw new OpcUaException(StatusCodes.BadTcpEndpointUrlInvalid, $"an endpoint URL has at most {Hello.MaxEndpointUrlLength} bytes");
        }

        if (hello.ReceiveBufferSize < Hello.MinBufferSize || hello.SendBufferSize < Hello.MinBufferSize)
        {
            throw new OpcUaException(StatusCodes.BadConnectionRejected, $"buffers have at least {Hello.MinBufferSize} bytes");
        }

        HelloUrl = hello.EndpointUrl;
        var limits = Server.Limits;
        var receive = Math.Min((uint)limits.MaxChunkSize, hello.SendBufferSize);
        var send = Math.Min((uint)limits.MaxChunkSize, hello.ReceiveBufferSize);
        Writer.MaxChunkSize = (int)send;
        Writer.MaxMessageSize = hello.MaxMessageSize == 0 ? (uint)limits.MaxMessageSize : Math.Min(hello.MaxMessageSize, (uint)limits.MaxMessageSize);
        Writer.MaxChunkCount = hello.MaxChunkCount;
        Writer.WriteHandshake(MessageType.Acknowledge, new Acknowledge(0, receive, send, (uint)limits.MaxMessageSize, (uint)limits.MaxChunkCount));
        _reader.InHandshake = false;
    }

    /// <summary>The security of a client that opens a channel: none, or as the server's settings have it.</summary>
    private AsymmetricSecurity? Admit(SecurityPolicy policy, ReadOnlySpan<byte> senderCertificate, ReadOnlySpan<byte> receiverThumbprint)
    {
        _isOpening = true;
        if (Server.Security is { } security)
        {
            try
            {
                return security.Admit(policy, senderCertificate, receiverThumbprint, Server.HostTime.GetUtcNow());
            }
            catch (OpcUaException e) when (AuditTrail.IsCertificateProblem(e.Status))
            {
                _certificateEvent = Server.Audit.Certificate(Peer, senderCertificate.ToArray(), e.Status);
                throw;
            }
        }

        return policy.IsSecure ? throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected, $"{policy} is not offered here") : null;
    }

    private void OpenChannel(in IncomingMessage message)
    {
        var reader = new UaReader(message.Body, Server.DecodingLimits);
        var typeId = reader.ReadNodeId();
        if (!typeId.IsStandard(OpenSecureChannelRequest.TypeId))
        {
            throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "an OPN message holds an OpenSecureChannel request");
        }

        var header = RequestHeader.Read(ref reader);
        var request = OpenSecureChannelRequest.Read(ref reader);
        var renew = request.RequestType == SecurityTokenRequestType.Renew;
        if (renew != (ChannelId != 0) || (renew && message.ChannelId != ChannelId))
        {
            throw new OpcUaException(StatusCodes.BadTcpSecureChannelUnknown, renew ? "there is no such channel to renew" : "the channel is open already");
        }

        CheckMode(request.SecurityMode, renew);
        Work += Channel.Asymmetric is null ? 0 : 2 * Operations.OfPrivateKey;
        var nonce = Channel.NewNonce();
        var lifetime = Math.Clamp(request.RequestedLifetime, Server.Limits.MinChannelLifetime, Server.Limits.MaxChannelLifetime);

        // A token is good for another quarter of its lifetime, for messages that are on their way (OPC 10000-4, 5.6.2.1).
        var goodFor = TimeSpan.FromMilliseconds(lifetime * 1.25);
        Channel.Issue(++_lastTokenId, goodFor, nonce, request.ClientNonce);
        _deadline.Start(goodFor);
        if (!renew)
        {
            Channel.Id = Writer.ChannelId = Server.NextChannelId();
            _isOpening = false;
        }

        Server.Audit.Opened(this, request);

        Writer.WriteOpen(
            message.RequestId,
            new ResponseHeader(Server.Now, header.RequestHandle, StatusCodes.Good),
            new OpenSecureChannelResponse(0, new ChannelSecurityToken(ChannelId, _lastTokenId, Server.Now, lifetime), nonce ?? RandomNumberGenerator.GetBytes(32)));
    }

    private void CheckMode(MessageSecurityMode mode, bool renew)
    {
        var policy = Channel.Policy!;
        if (policy.IsSecure ? !Server.Security!.Offers(policy, mode) : mode != MessageSecurityMode.None)
        {
            throw new OpcUaException(StatusCodes.BadSecurityModeRejected, $"{mode} is not offered here with {policy}");
        }

        if (renew && mode != Channel.Mode)
        {
            throw new OpcUaException(StatusCodes.BadSecurityModeRejected, "a renewed channel keeps its mode");
        }

        Channel.Mode = mode;
    }

    private async Task FinishAsync()
    {
        Cancel();
        if (_closeStatus.IsBad)
        {
            Server.Audit.Failed(this, _isOpening, _certificateEvent, _closeStatus, _closeReason);
            Writer.Abandon();
            var reason = _closeTold.Code == StatusCodes.BadSecurityChecksFailed ? "security checks failed" : _closeReason;
            Writer.WriteHandshake(MessageType.Error, new ErrorMessage(_closeTold, reason));
        }

        // What has been answered still leaves, unless the peer has stopped taking bytes.
        if (!Writer.IsSending)
        {
            Writer.Send();
        }

        try
        {
            await _transport.Output.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // A stream's writer sends its last bytes now, and the peer may be gone.
        }

        await _transport.Input.CompleteAsync();
    }
}
