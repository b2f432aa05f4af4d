using System.IO.Pipelines;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;
using TrainingLab.OpcUa.Server;

namespace TrainingLab.Tests.OpcUa;

/// <summary>
/// A client on the server's own thread: when a request has been sent, its answer is there. Nothing is between the two but pipes, and requests are encoded beforehand, so that what is
/// counted between sending and receiving is the server's work (and, on a protected channel, this side's ciphers).
/// </summary>
internal sealed class InlineClient : IDisposable
{
    private readonly PipeReader _input;
    private readonly MessageReader _reader;
    private readonly MessageWriter _writer;
    private readonly SecureChannel _channel;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _served;
    private NodeId _token;
    private uint _lastRequestId;

    /// <summary>Connects and signs in.</summary>
    /// <param name="server">The server.</param>
    /// <param name="time">The clock of both sides.</param>
    /// <param name="own">The client's certificate; null for no protection.</param>
    /// <param name="certificate">The server's certificate.</param>
    public InlineClient(OpcUaServer server, TimeProvider time, ApplicationCertificate? own = null, ApplicationCertificate? certificate = null)
    {
        var options = new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);
        var (up, down) = (new Pipe(options), new Pipe(options));
        _input = down.Reader;
        var secure = own is not null;
        _channel = new SecureChannel(time, isServer: false)
        {
            Policy = secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None,
            Mode = secure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
            Asymmetric = secure ? new AsymmetricSecurity(SecurityPolicy.Basic256Sha256, own!, PeerCertificate.Read(certificate!.RawData)) : null,
        };
        _writer = new MessageWriter(up.Writer) { Channel = _channel, MaxChunkSize = 65_536 };
        _reader = new MessageReader(new MessageLimits(65_536, 16_000_000, 1000), DecodingLimits.Default) { Channel = _channel };
        _served = server.ServeAsync(new End(up.Reader, down.Writer), new OpcUaPeer("workstation", "10.0.0.7:50000", time), _stop.Token);
        SignIn();
    }

    private delegate T Taker<T>(in IncomingMessage message);

    /// <summary>A request in its encoding, to be sent as often as wanted.</summary>
    public byte[] Encode<T>(T request)
        where T : IServiceMessage<T>
    {
        using var writer = new UaWriter();
        writer.WriteNodeId(new NodeId(0, T.TypeId));
        new RequestHeader(_token, default, 1, 0, null, 0).Write(writer);
        request.Write(writer);
        return writer.Written.ToArray();
    }

    /// <summary>Sends a request.</summary>
    public void Send(byte[] encoded)
    {
        _writer.Begin(MessageType.Message).WriteRaw(encoded);
        if (!_writer.TryEnd(++_lastRequestId))
        {
            throw new OpcUaException(StatusCodes.BadRequestTooLarge);
        }

        _writer.Send();
    }

    /// <summary>Takes the next answer without decoding it; its length, header included.</summary>
    public int Receive() => Receive(static (in IncomingMessage message) => message.Body.Length);

    /// <summary>Takes the next answer, which must be this one.</summary>
    /// <exception cref="OpcUaException">It is a fault.</exception>
    public T Answer<T>()
        where T : IServiceMessage<T> => Receive(static (in IncomingMessage message) =>
        {
            var reader = new UaReader(message.Body);
            var type = reader.ReadNodeId();
            var header = ResponseHeader.Read(ref reader);
            return type.IsStandard(T.TypeId) && !header.ServiceResult.IsBad ? T.Read(ref reader) : throw new OpcUaException(header.ServiceResult);
        });

    /// <summary>Sends a request and takes its answer.</summary>
    public TResponse Call<TRequest, TResponse>(TRequest request)
        where TRequest : IServiceMessage<TRequest>
        where TResponse : IServiceMessage<TResponse>
    {
        Send(Encode(request));
        return Answer<TResponse>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        _writer.Dispose();
        _reader.Dispose();
        _channel.Dispose();
        if (!_served.IsCompleted)
        {
            throw new InvalidOperationException("The server goes on with a connection that has ended");
        }
    }

    private void SignIn()
    {
        const string Url = "opc.tcp://filler-1:4840/";
        _writer.WriteHandshake(MessageType.Hello, new Hello(0, 65_536, 65_536, 0, 0, Url));
        _writer.Send();
        Receive(static (in IncomingMessage message) => message.Type);
        _reader.InHandshake = false;

        var nonce = _channel.NewNonce();
        _writer.WriteOpen(
            ++_lastRequestId,
            new RequestHeader(default, default, 1, 0, null, 0),
            new OpenSecureChannelRequest(0, SecurityTokenRequestType.Issue, _channel.Mode, nonce ?? new byte[32], uint.MaxValue));
        _writer.Send();
        var opened = Answer<OpenSecureChannelResponse>();
        _channel.Issue(opened.SecurityToken.TokenId, TimeSpan.FromMilliseconds(opened.SecurityToken.RevisedLifetime), nonce, opened.ServerNonce);
        _channel.Id = _writer.ChannelId = opened.SecurityToken.ChannelId;

        var session = Call<CreateSessionRequest, CreateSessionResponse>(new CreateSessionRequest(
            new ApplicationDescription("urn:test:client", "urn:c", "c", ApplicationType.Client), null, Url, "s", new byte[32], _channel.Asymmetric?.Own.RawData, 3_600_000, 0));
        _token = session.AuthenticationToken;
        var signature = _channel.Asymmetric is { } asymmetric ? SessionSignatures.Sign(asymmetric, asymmetric.Peer.RawData, session.ServerNonce) : default;
        Call<ActivateSessionRequest, ActivateSessionResponse>(new ActivateSessionRequest(signature, [], null, new ExtensionObject(new AnonymousIdentityToken("anonymous")), default));
    }

    private T Receive<T>(Taker<T> take)
    {
        if (!_input.TryRead(out var result))
        {
            throw new InvalidOperationException("The server has not answered");
        }

        var buffer = result.Buffer;
        try
        {
            return _reader.TryRead(ref buffer, out var message) ? take(message) : throw new InvalidOperationException("The server has not answered to the end");
        }
        finally
        {
            _input.AdvanceTo(buffer.Start);
        }
    }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
