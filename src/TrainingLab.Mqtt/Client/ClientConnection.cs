using System.IO.Pipelines;
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
    private bool closing;
    private string? error;
    private bool unanswered;

    public ClientConnection(MqttClient client, MqttClientOptions options, DeliveryState delivery, IDuplexPipe transport, TimeProvider time)
    {
        this.client = client;
        this.options = options;
        this.delivery = delivery;
        this.transport = transport;
        input = new PacketInput(transport.Input, options.MaxPacketSize);
        Output = new PacketOutput(transport.Output, MqttProtocolVersion.V311);
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
            ClientId = options.ClientId,
            CleanSession = options.CleanSession,
            KeepAlive = (ushort)options.KeepAlive.TotalSeconds,
            Will = options.Will,
            UserName = options.UserName,
            Password = options.Password,
        }));
        answer.Allow(options.AnswerTimeout);
        try
        {
            await input.ReadAsync(MqttPacketType.ConnAck, OnPacketAsync);
        }
        catch (MqttProtocolException wrong)
        {
            error ??= $"The broker sent what it must not: {wrong.Message}";
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

    private void Ping()
    {
        Output.Enqueue(OutgoingPacket.Answer(MqttPacketType.PingReq));
        ping.Allow(options.KeepAlive);
        answer.Allow(options.AnswerTimeout);
    }

    private ValueTask OnPacketAsync(FixedHeader header, ReadOnlySpan<byte> body)
    {
        answer.Allow(TimeSpan.Zero);
        var reader = new MqttReader(body, MqttProtocolVersion.V311);
        switch (header.Type)
        {
            case MqttPacketType.ConnAck when !opened.Task.IsCompleted:
                OnConnAck(ConnAckPacket.Read(ref reader));
                return default;
            case MqttPacketType.Publish:
                return OnPublishAsync(PublishPacket.Read(header.Flags, ref reader));
            case MqttPacketType.PubAck:
                delivery.OnPubAck(PubAckPacket.Read(ref reader).PacketId);
                return default;
            case MqttPacketType.PubRec:
                delivery.OnPubRec(PubRecPacket.Read(ref reader).PacketId);
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
        if (packet.ReturnCode != MqttConnectReturnCode.Accepted)
        {
            opened.SetResult(new MqttConnectResult(MqttConnectOutcome.Refused, packet.ReturnCode, false, null));
            Fail("The broker refused.");
            return;
        }
        var result = new MqttConnectResult(MqttConnectOutcome.Connected, packet.ReturnCode, packet.SessionPresent, null);
        opened.SetResult(result);
        ping.Allow(options.KeepAlive);
        client.OnConnected(this, result);
    }

    private ValueTask OnPublishAsync(PublishPacket packet)
    {
        var message = packet.ToMessage();
        if (message.QoS != MqttQoS.ExactlyOnce || delivery.Receive(packet.PacketId)) client.OnMessage(message);
        if (message.QoS == MqttQoS.AtMostOnce) return default;
        Output.Enqueue(OutgoingPacket.Answer(message.QoS == MqttQoS.AtLeastOnce ? MqttPacketType.PubAck : MqttPacketType.PubRec, packet.PacketId));
        return Output.AnswersReadAsync();
    }
}
