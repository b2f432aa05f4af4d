using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Security;

namespace TrainingLab.Tests.OpcUa.Security;

/// <summary>A client with protection that is driven by hand: a message is made into bytes, which a test may change before it sends them.</summary>
internal sealed class SecureHand
{
    private readonly IDuplexPipe _transport;
    private readonly Pipe _made = new();
    private readonly MessageWriter _writer;
    private readonly MessageReader _reader;
    private byte[]? _nonce;
    private uint _lastRequestId;

    public SecureHand(Bench bench, SecurityPolicy? policy = null, ApplicationCertificate? own = null, ApplicationCertificate? server = null)
    {
        _transport = bench.Connect();
        var peer = PeerCertificate.Read((server ?? TestCertificates.Server()).RawData);
        Channel = new SecureChannel(bench.Time, isServer: false)
        {
            Policy = policy ?? SecurityPolicy.Basic256Sha256,
            Mode = MessageSecurityMode.SignAndEncrypt,
            Asymmetric = new AsymmetricSecurity(policy ?? SecurityPolicy.Basic256Sha256, own ?? TestCertificates.Client(), peer),
        };
        _writer = new MessageWriter(_made.Writer) { Channel = Channel };
        _reader = new MessageReader(new MessageLimits(65_536, 16_000_000, 1000), DecodingLimits.Default) { Channel = Channel };
    }

    public SecureChannel Channel { get; }

    public NodeId Token { get; set; }


    public async Task HelloAsync()
    {
        _writer.WriteHandshake(MessageType.Hello, new Hello(0, 65_536, 65_536, 0, 0, Bench.ClientOptions.EndpointUrl));
        await SendAsync(Made());
        await ReceiveAsync(static (in IncomingMessage message) => message.Type);
        _reader.InHandshake = false;
    }

    /// <summary>The bytes of an OPN message.</summary>
    public byte[] Open(SecurityTokenRequestType type = SecurityTokenRequestType.Issue, byte[]? nonce = null, MessageSecurityMode? mode = null)
    {
        _nonce = nonce ?? Channel.NewNonce();
        _writer.WriteOpen(
            ++_lastRequestId, new RequestHeader(default, default, 1, 0, null, 0), new OpenSecureChannelRequest(0, type, mode ?? Channel.Mode, _nonce, 600_000));
        return Made();
    }

    /// <summary>Takes the answer to <see cref="Open"/>.</summary>
    public async Task<ChannelSecurityToken> OpenedAsync()
    {
        var opened = await AnswerAsync<OpenSecureChannelResponse>();
        Channel.Issue(opened.SecurityToken.TokenId, TimeSpan.FromMinutes(12.5), _nonce, opened.ServerNonce);
        Channel.Id = _writer.ChannelId = opened.SecurityToken.ChannelId;
        return opened.SecurityToken;
    }

    /// <summary>Everything up to an open channel.</summary>
    public async Task OpenAsync()
    {
        await HelloAsync();
        await SendAsync(Open());
        await OpenedAsync();
    }

    /// <summary>Everything up to a session that is signed in; <paramref name="change"/> may spoil the requests.</summary>
    public async Task<CreateSessionResponse> CreateSessionAsync(Func<CreateSessionRequest, CreateSessionRequest>? change = null)
    {
        var own = Channel.Asymmetric!.Own;
        var request = new CreateSessionRequest(
            new ApplicationDescription(TestCertificates.ClientUri, "urn:c", "c", ApplicationType.Client), null, Bench.ClientOptions.EndpointUrl, "s", new byte[32], own.RawData, 60_000, 0);
        var created = await CallAsync<CreateSessionRequest, CreateSessionResponse>(change?.Invoke(request) ?? request);
        Token = created.AuthenticationToken;
        return created;
    }

    public Task<ActivateSessionResponse> ActivateAsync(byte[]? nonce, IStructure? user = null, SignatureData? signature = null, SignatureData userSignature = default) =>
        CallAsync<ActivateSessionRequest, ActivateSessionResponse>(new ActivateSessionRequest(
            signature ?? SessionSignatures.Sign(Channel.Asymmetric!, Channel.Asymmetric!.Peer.RawData, nonce),
            [], null, new ExtensionObject(user ?? new AnonymousIdentityToken("anonymous")), userSignature));

    public async Task SignInAsync() => await ActivateAsync((await CreateSessionAsync()).ServerNonce);

    /// <summary>The bytes of a request.</summary>
    public byte[] Request<T>(T request)
        where T : IServiceMessage<T>
    {
        var writer = _writer.Begin(MessageType.Message);
        writer.WriteNodeId(new NodeId(0, T.TypeId));
        new RequestHeader(Token, default, ++_lastRequestId, 0, null, 0).Write(writer);
        request.Write(writer);
        Assert.True(_writer.TryEnd(_lastRequestId));
        return Made();
    }

    public async Task<TResponse> CallAsync<TRequest, TResponse>(TRequest request)
        where TRequest : IServiceMessage<TRequest>
        where TResponse : IServiceMessage<TResponse>
    {
        await SendAsync(Request(request));
        return await AnswerAsync<TResponse>();
    }

    public async Task SendAsync(byte[] bytes) => await _transport.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>The code of the error message that ends the connection; null when it ends without one.</summary>
    public async Task<string?> ErrorAsync()
    {
        string? error = null;
        while (true)
        {
            var result = await _transport.Input.ReadAsync(TestContext.Current.CancellationToken);
            var buffer = result.Buffer;
            while (buffer.Length >= 8 && BitConverter.ToInt32(buffer.Slice(4, 4).ToArray()) is var size && buffer.Length >= size)
            {
                if (buffer.FirstSpan[0] == 'E')
                {
                    error = new StatusCode(BitConverter.ToUInt32(buffer.Slice(8, 4).ToArray())).Name;
                }

                buffer = buffer.Slice(size);
            }

            _transport.Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
            {
                return error;
            }
        }
    }

    private delegate T Taker<T>(in IncomingMessage message);

    private byte[] Made()
    {
        _writer.Send();
        Assert.True(_made.Reader.TryRead(out var result));
        var bytes = result.Buffer.ToArray();
        _made.Reader.AdvanceTo(result.Buffer.End);
        return bytes;
    }

    /// <summary>The next message, which must be this answer.</summary>
    /// <exception cref="OpcUaException">It is a fault.</exception>
    public Task<T> AnswerAsync<T>()
        where T : IServiceMessage<T> => ReceiveAsync(static (in IncomingMessage message) =>
        {
            var reader = new UaReader(message.Body);
            if (message.Type == MessageType.Error)
            {
                var error = ErrorMessage.Read(ref reader);
                throw new OpcUaException(error.Error, error.Reason);
            }

            var type = reader.ReadNodeId();
            var header = ResponseHeader.Read(ref reader);
            Assert.True(header.ServiceResult.IsBad || type.IsStandard(T.TypeId), type.ToString());
            return header.ServiceResult.IsBad ? throw new OpcUaException(header.ServiceResult) : T.Read(ref reader);
        });

    private async Task<T> ReceiveAsync<T>(Taker<T> take)
    {
        while (true)
        {
            var result = await _transport.Input.ReadAsync(TestContext.Current.CancellationToken);
            var buffer = result.Buffer;
            var examined = buffer.End;
            try
            {
                if (_reader.TryRead(ref buffer, out var message))
                {
                    examined = buffer.Start;
                    return take(message);
                }
            }
            finally
            {
                _transport.Input.AdvanceTo(buffer.Start, examined);
            }

            Assert.False(result.IsCompleted, "the server closed the connection");
        }
    }
}
