using System.IO.Pipelines;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Client;

/// <summary>One network connection of a client, from CONNECT to its end.</summary>
internal sealed class ClientConnection
{
    private readonly MqttClient client;
    private readonly MqttClientOptions options;
    private readonly DeliveryState delivery;
    private readonly IDuplexPipe transport;
    private readonly PacketInput input;
    private readonly SilenceTimer ping;
    private readonly SilenceTimer answer;
    private readonly TaskCompletionSource<MqttConnectResult> opened = new();
    private IMqttClientAuthenticationExchange? exchange;
    private TopicAliases? aliases;
    private TimeSpan keepAlive;
    private bool closing;
    private string? error;
    private bool unanswered;

    public ClientConnection(MqttClient client, MqttClientOptions options, DeliveryState delivery, IDuplexPipe transport, TimeProvider time)
    {
        this.client = client;
        this.options = options;
        this.delivery = delivery;
        this.transport = transport;
        keepAlive = options.KeepAlive;
        exchange = options.Version == MqttProtocolVersion.V5 ? options.Authentication?.Begin() : null;
        input = new PacketInput(transport.Input, options.MaxPacketSize);
        Output = new PacketOutput(transport.Output, time, client.Durable) { Version = options.Version };
        ping = new SilenceTimer(time, Ping);
        answer = new SilenceTimer(time, () => Fail("The broker does not answer.", noAnswer: true));
    }

    public PacketOutput Output { get; }

    /// <summary>How the attempt to connect ended.</summary>
    public Task<MqttConnectResult> Opened => opened.Task;

    /// <summary>Sends CONNECT and handles what comes until the connection has ended. Throws only what a message handler throws.</summary>
    public async Task RunAsync()
    {
        var writing = Output.RunAsync();
        Output.Enqueue(OutgoingPacket.Connect(new ConnectPacket
        {
            ProtocolLevel = (byte)options.Version,
            IsBridge = options.IsBridge && options.Version == MqttProtocolVersion.V311,
            ClientId = options.ClientId.Length == 0 && !options.CleanSession ? client.AssignedClientId ?? "" : options.ClientId,
            CleanSession = options.CleanSession,
            KeepAlive = (ushort)options.KeepAlive.TotalSeconds,
            Will = options.WillAtConnect?.Invoke() ?? options.Will,
            UserName = options.UserName,
            Password = options.Password,
            WillDelay = (uint)options.WillDelay.TotalSeconds,
            Properties = options.Version == MqttProtocolVersion.V5 ? ConnectProperties() : null,
        }));
        answer.Allow(options.AnswerTimeout);
        try
        {
            await input.ReadAsync(MqttPacketType.ConnAck, MqttPacketType.Auth, OnPacketAsync);
        }
        catch (MqttProtocolException wrong)
        {
            error ??= $"The broker sent what it must not: {wrong.Message}";
            if (IsV5 && opened.Task.IsCompleted && !closing)
            {
                closing = true;
                var reason = DisconnectPacket.IsAllowed(wrong.Reason, fromClient: true) ? wrong.Reason : MqttReasonCode.UnspecifiedError;
                Output.Finish(OutgoingPacket.Answer(MqttPacketType.Disconnect, 0, reason));
                answer.Allow(options.AnswerTimeout); // For a broker that does not read.
            }
        }
        finally
        {
            delivery.Detach();
            if (!closing) Output.Abort();
            await writing;
            ping.Dispose();
            answer.Dispose();
            await transport.CloseAsync();
            opened.TrySetResult(new MqttConnectResult(
                unanswered ? MqttConnectOutcome.NoAnswer : MqttConnectOutcome.ConnectionLost, null, false, error ?? "The connection ended before CONNACK."));
        }
    }

    /// <summary>Sends DISCONNECT behind what is queued, and ends.</summary>
    public void Close()
    {
        if (closing) return;
        closing = true;
        delivery.Detach();
        if (opened.Task.IsCompletedSuccessfully) Output.Enqueue(OutgoingPacket.Answer(MqttPacketType.Disconnect));
        Output.Finish();
        ping.Allow(TimeSpan.Zero);
        answer.Allow(options.AnswerTimeout); // For a broker that does not read.
        input.Stop();
    }

    private void Fail(string why, bool noAnswer = false)
    {
        error ??= why;
        unanswered |= noAnswer;
        Output.Abort();
        input.Stop();
    }

    /// <summary>Begins the authentication again, on the connection that is there.</summary>
    public void Reauthenticate()
    {
        if (!IsV5 || exchange is not null || options.Authentication is not { } authentication) return;
        exchange = authentication.Begin();
        Output.Enqueue(Auth(MqttReasonCode.ReAuthenticate, exchange.First()));
    }

    private bool IsV5 => options.Version == MqttProtocolVersion.V5;

    private MqttProperties ConnectProperties() => new()
    {
        SessionExpiryInterval = options.CleanSession ? null : options.SessionExpiry is { } expiry ? (uint)expiry.TotalSeconds : uint.MaxValue,
        ReceiveMaximum = (ushort)options.ReceiveMaximum,
        MaximumPacketSize = (uint)options.MaxPacketSize,
        TopicAliasMaximum = options.TopicAliasMaximum == 0 ? null : (ushort)options.TopicAliasMaximum,
        RequestResponseInformation = options.RequestResponseInformation ? true : null,
        UserProperties = options.UserProperties,
        AuthenticationMethod = exchange is null ? null : options.Authentication!.Method,
        AuthenticationData = exchange is null ? (ReadOnlyMemory<byte>?)null : exchange.First(),
    };

    private OutgoingPacket Auth(MqttReasonCode reason, byte[] data) =>
        OutgoingPacket.Answer(MqttPacketType.Auth, 0, reason, new MqttProperties { AuthenticationMethod = options.Authentication!.Method, AuthenticationData = data });

    private void OnAuth(AuthPacket packet)
    {
        if (exchange is null) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "AUTH that nobody asked for.");
        var data = packet.Properties?.AuthenticationData ?? default;
        if (packet.Reason == MqttReasonCode.ContinueAuthentication)
        {
            if (exchange.Next(data.Span) is { } next) Output.Enqueue(Auth(MqttReasonCode.ContinueAuthentication, next));
            else throw new MqttProtocolException(MqttReasonCode.NotAuthorized, "The broker's challenge makes no sense.");
            answer.Allow(options.AnswerTimeout);
            return;
        }
        RequireProof(data);
    }

    private void RequireProof(ReadOnlyMemory<byte> data)
    {
        if (exchange is null) return;
        if (!exchange.Verify(data.Span)) throw new MqttProtocolException(MqttReasonCode.NotAuthorized, "The broker does not know the password.");
        exchange = null;
    }

    private void OnDisconnect(DisconnectPacket packet)
    {
        if (!IsV5) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "DISCONNECT from a broker of MQTT 3.1.1.");
        client.DisconnectReason = packet.Reason;
        client.ServerReference = packet.Properties?.ServerReference;
        Fail($"The broker closed the connection: {packet.Reason}{(packet.Properties?.ReasonString is { } text ? $", {text}" : "")}");
    }

    private void Ping()
    {
        Output.Enqueue(OutgoingPacket.Answer(MqttPacketType.PingReq));
        ping.Allow(keepAlive);
        answer.Allow(options.AnswerTimeout);
    }

    private ValueTask OnPacketAsync(FixedHeader header, ReadOnlySpan<byte> body)
    {
        answer.Allow(TimeSpan.Zero);
        header.RequireFewestBytes(options.Version);
        var reader = new MqttReader(body, options.Version);
        switch (header.Type)
        {
            case MqttPacketType.ConnAck when !opened.Task.IsCompleted:
                OnConnAck(ConnAckPacket.Read(ref reader));
                return default;
            case MqttPacketType.Auth:
                OnAuth(AuthPacket.Read(ref reader));
                return default;
            case MqttPacketType.Disconnect:
                OnDisconnect(DisconnectPacket.Read(ref reader));
                return default;
            case MqttPacketType.Publish:
                return OnPublishAsync(PublishPacket.Read(header.Flags, ref reader));
            case MqttPacketType.PubAck:
                var ack = PubAckPacket.Read(ref reader);
                delivery.OnPubAck(ack.PacketId, ack.Reason);
                return default;
            case MqttPacketType.PubRec:
                var received = PubRecPacket.Read(ref reader);
                delivery.OnPubRec(received.PacketId, received.Reason);
                return Output.AnswersReadAsync();
            case MqttPacketType.PubRel:
                delivery.OnPubRel(PubRelPacket.Read(ref reader).PacketId);
                return Output.AnswersReadAsync();
            case MqttPacketType.PubComp:
                delivery.OnPubComp(PubCompPacket.Read(ref reader).PacketId);
                return default;
            case MqttPacketType.SubAck:
                client.OnSubAck(SubAckPacket.Read(ref reader));
                return default;
            case MqttPacketType.UnsubAck:
                delivery.EndRequest(UnsubAckPacket.Read(ref reader).PacketId);
                return default;
            case MqttPacketType.PingResp:
                PingRespPacket.Read(ref reader);
                return default;
            default:
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{header.Type} from a broker.");
        }
    }

    private void OnConnAck(ConnAckPacket packet)
    {
        if (packet.Reason != MqttReasonCode.Success)
        {
            client.ServerReference = packet.Properties?.ServerReference;
            opened.SetResult(new MqttConnectResult(MqttConnectOutcome.Refused, packet.Reason, false, null, packet.Properties));
            Fail("The broker refused.");
            return;
        }
        RequireProof(packet.Properties?.AuthenticationData ?? default);
        if (packet.SessionPresent && options.CleanSession) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A session, though a new one was asked for.");
        var result = new MqttConnectResult(MqttConnectOutcome.Connected, packet.Reason, packet.SessionPresent, null, packet.Properties);
        opened.SetResult(result);
        client.DisconnectReason = null;
        client.ServerReference = null;
        if (packet.Properties is { } properties)
        {
            if (properties.ServerKeepAlive is { } seconds) keepAlive = TimeSpan.FromSeconds(seconds);
            Output.MaxPacketSize = properties.MaximumPacketSize ?? long.MaxValue;
            Output.MaximumQoS = properties.MaximumQoS ?? MqttQoS.ExactlyOnce;
            Output.RetainAvailable = properties.RetainAvailable ?? true;
            Output.TopicAliasMaximum = Math.Min(properties.TopicAliasMaximum ?? 0, options.TopicAliasMaximum);
        }
        ping.Allow(keepAlive);
        client.OnConnected(this, result);
    }

    private ValueTask OnPublishAsync(PublishPacket packet)
    {
        var message = packet.Properties?.TopicAlias is null ? packet.ToMessage() : (aliases ??= new TopicAliases(options.TopicAliasMaximum)).Resolve(packet);
        if (message.QoS != MqttQoS.ExactlyOnce || delivery.Receive(packet.PacketId)) client.OnMessage(message);
        if (message.QoS == MqttQoS.AtMostOnce) return default;
        Output.Enqueue(OutgoingPacket.Answer(message.QoS == MqttQoS.AtLeastOnce ? MqttPacketType.PubAck : MqttPacketType.PubRec, packet.PacketId));
        return Output.AnswersReadAsync();
    }
}
