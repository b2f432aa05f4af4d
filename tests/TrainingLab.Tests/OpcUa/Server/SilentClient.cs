using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.OpcUa;
using TrainingLab.OpcUa.Channel;
using TrainingLab.OpcUa.Encoding;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.Tests.OpcUa.Server;

/// <summary>A client by hand: sends exactly what a test says and does nothing by itself.</summary>
internal sealed class SilentClient
{
    private readonly IDuplexPipe _transport;
    private readonly MessageReader _reader = new(new MessageLimits(65_536, 16_000_000, 1000), DecodingLimits.Default);
    private uint _lastRequestId;

    public SilentClient(Bench bench)
    {
        _transport = bench.Connect();
        Writer = new MessageWriter(_transport.Output);
    }

    public MessageWriter Writer { get; }

    public NodeId Token { get; set; }

    public async Task HelloAsync()
    {
        Writer.WriteHandshake(MessageType.Hello, new Hello(0, 65_536, 65_536, 0, 0, Bench.ClientOptions.EndpointUrl));
        Writer.Send();
        await ReceiveAsync(static (in IncomingMessage message) => message.Type);
        _reader.InHandshake = false;
        Writer.MaxChunkSize = 65_536;
    }

    public async Task<ChannelSecurityToken> OpenChannelAsync(SecurityTokenRequestType type = SecurityTokenRequestType.Issue, uint lifetime = 600_000)
    {
        Writer.WriteOpen(++_lastRequestId, new RequestHeader(default, default, 1, 0, null, 0), new OpenSecureChannelRequest(0, type, MessageSecurityMode.None, new byte[32], lifetime));
        Writer.Send();
        var response = await AnswerAsync<OpenSecureChannelResponse>();
        Writer.ChannelId = response.SecurityToken.ChannelId;
        Writer.TokenId = response.SecurityToken.TokenId;
        return response.SecurityToken;
    }

    /// <summary>Everything up to a session that is signed in.</summary>
    public async Task OpenAsync(double sessionTimeout = 60_000, string applicationUri = "urn:c", string? user = null)
    {
        await HelloAsync();
        await OpenChannelAsync();
        var session = await CallAsync<CreateSessionRequest, CreateSessionResponse>(new CreateSessionRequest(
            new ApplicationDescription(applicationUri, "urn:c", "c", ApplicationType.Client), null, Bench.ClientOptions.EndpointUrl, "s", new byte[32], null, sessionTimeout, 0));
        Token = session.AuthenticationToken;
        await CallAsync<ActivateSessionRequest, ActivateSessionResponse>(
            new ActivateSessionRequest(default, [], null, new ExtensionObject(user is null ? new AnonymousIdentityToken("anonymous") : new UserNameIdentityToken("username", user, "x"u8.ToArray(), null)), default));
    }

    public uint Send<T>(T request, uint timeoutHint = 0)
        where T : IServiceMessage<T>
    {
        var writer = Writer.Begin(MessageType.Message);
        writer.WriteNodeId(new NodeId(0, T.TypeId));
        new RequestHeader(Token, default, ++_lastRequestId, 0, null, timeoutHint).Write(writer);
        request.Write(writer);
        Assert.True(Writer.TryEnd(_lastRequestId));
        Writer.Send();
        return _lastRequestId;
    }

    public Task<TResponse> CallAsync<TRequest, TResponse>(TRequest request)
        where TRequest : IServiceMessage<TRequest>
        where TResponse : IServiceMessage<TResponse>
    {
        Send(request);
        return AnswerAsync<TResponse>();
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

    /// <summary>Sends bytes as they are.</summary>
    public async Task SendRawAsync(byte[] bytes) => await _transport.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Hangs up.</summary>
    public async Task LeaveAsync()
    {
        await _transport.Output.CompleteAsync();
        await _transport.Input.CompleteAsync();
    }

    /// <summary>The code of the error message that ends the connection; null when it ends without one.</summary>
    public async Task<StatusCode?> ErrorAsync()
    {
        StatusCode? error = null;
        while (true)
        {
            var result = await _transport.Input.ReadAsync(TestContext.Current.CancellationToken);
            var buffer = result.Buffer;
            while (buffer.Length >= 8 && BitConverter.ToInt32(buffer.Slice(4, 4).ToArray()) is var size && buffer.Length >= size)
            {
                if (buffer.FirstSpan[0] == 'E')
                {
                    error = BitConverter.ToUInt32(buffer.Slice(8, 4).ToArray());
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
