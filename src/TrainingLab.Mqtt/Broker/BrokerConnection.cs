using System.IO.Pipelines;
using System.Text;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

/// <summary>One client's network connection, from its first byte to its will.</summary>
internal sealed partial class BrokerConnection
{
    private readonly MqttBroker broker;
    private readonly IDuplexPipe transport;
    private readonly MqttPeer peer;
    private readonly PacketInput input;
    private readonly PacketOutput output;
    private readonly CancellationTokenSource ended = new();
    private readonly TaskCompletionSource closed = new();
    private BrokerSession? session;
    private MqttMessage? will;
    private bool reported;
    private MqttDisconnectReason? endReason;
    private MqttReasonCode? endError;
    private readonly SilenceTimer silence;

    public BrokerConnection(MqttBroker broker, IDuplexPipe transport, MqttPeer peer)
    {
        this.broker = broker;
        this.transport = transport;
        this.peer = peer;
        input = new PacketInput(transport.Input, broker.Options.Limits.MaxPacketSize);
        output = new PacketOutput(transport.Output, MqttProtocolVersion.V311);
        silence = new SilenceTimer(peer.ConnectionTime, () => Abort(MqttDisconnectReason.Timeout, error: MqttReasonCode.KeepAliveTimeout));
    }

    /// <summary>The client; null before its CONNECT was understood.</summary>
    public MqttClientIdentity? Client { get; private set; }

    private MqttLimits Limits => broker.Options.Limits;

    private bool Ending => endReason is not null;

    public async Task ServeAsync(CancellationToken cancellation)
    {
        var context = SynchronizationContext.Current;
        using var registration = cancellation.Register(() =>
        {
            if (context is null || context == SynchronizationContext.Current) Cancel(this);
            else context.Post(Cancel, this);
        });
        silence.Allow(Limits.ConnectTimeout);
        var writing = output.RunAsync();
        try
        {
            await input.ReadAsync(MqttPacketType.Connect, OnPacketAsync);
        }
        catch (MqttProtocolException error)
        {
            Abort(MqttDisconnectReason.ProtocolError, error: error.Reason);
        }
        finally
        {
            await CloseAsync(writing);
        }
    }

    /// <summary>Ends the connection; the first reason stays.</summary>
    public void Abort(MqttDisconnectReason reason, bool discardWill = false, MqttReasonCode? error = null)
    {
        if (discardWill) will = null;
        if (Ending) return;
        endReason = reason;
        endError = error;
        if (reason == MqttDisconnectReason.Refused) output.Finish(); // The CONNACK still has to go.
        else output.Abort();
        input.Stop();
        ended.Cancel();
    }

    /// <summary>Ends the connection because another one has come with its client identifier; complete when nothing of it is left.</summary>
    public Task TakeOverAsync()
    {
        Abort(MqttDisconnectReason.TakenOver);
        return closed.Task;
    }

    /// <summary>The broker's state is being replaced: what this connection still does must not reach the new one.</summary>
    public void Forget()
    {
        session?.Delivery.Detach();
        will = null;
        IsForgotten = true;
    }

    private bool IsForgotten { get; set; }

    private static void Cancel(object? connection) => ((BrokerConnection)connection!).Abort(MqttDisconnectReason.ClosedByOwner, discardWill: true);

    private ValueTask OnPacketAsync(FixedHeader header, ReadOnlySpan<byte> body)
    {
        if (session is not null) silence.Heard(); // Before, bytes alone do not extend the connect timeout.
        var reader = new MqttReader(body, MqttProtocolVersion.V311);
        if (session is null && header.Type != MqttPacketType.Connect)
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{header.Type} before CONNECT.");
        switch (header.Type)
        {
            case MqttPacketType.Connect:
                if (Client is not null) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A second CONNECT.");
                return OnConnectAsync(ConnectPacket.Read(ref reader));
            case MqttPacketType.Publish:
                return OnPublishAsync(PublishPacket.Read(header.Flags, ref reader));
            case MqttPacketType.PubAck:
                session!.Delivery.OnPubAck(PubAckPacket.Read(ref reader).PacketId);
                return default;
            case MqttPacketType.PubRec:
                session!.Delivery.OnPubRec(PubRecPacket.Read(ref reader).PacketId);
                return output.AnswersReadAsync();
            case MqttPacketType.PubRel:
                session!.Delivery.OnPubRel(PubRelPacket.Read(ref reader).PacketId);
                return output.AnswersReadAsync();
            case MqttPacketType.PubComp:
                session!.Delivery.OnPubComp(PubCompPacket.Read(ref reader).PacketId);
                return default;
            case MqttPacketType.Subscribe:
                return OnSubscribeAsync(SubscribePacket.Read(ref reader));
            case MqttPacketType.Unsubscribe:
                return OnUnsubscribeAsync(UnsubscribePacket.Read(ref reader));
            case MqttPacketType.PingReq:
                PingReqPacket.Read(ref reader);
                output.Enqueue(OutgoingPacket.Answer(MqttPacketType.PingResp));
                return output.AnswersReadAsync();
            case MqttPacketType.Disconnect:
                DisconnectPacket.Read(ref reader);
                Abort(MqttDisconnectReason.Disconnected, discardWill: true);
                return default;
            default:
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{header.Type} from a client.");
        }
    }

    private async ValueTask OnConnectAsync(ConnectPacket packet)
    {
        Client = new MqttClientIdentity(peer, packet.ClientId, packet.UserName);
        if (packet.Will is { } wanted) RequireWithinLimits(wanted.Topic, wanted.TopicUtf8.Length);
        var code = await JudgeAsync(packet);
        if (Ending) return;
        if (code != MqttConnectReturnCode.Accepted)
        {
            if (broker.Observer is { } refusalObserver) await refusalObserver.ConnectAnsweredAsync(Client, code, packet.CleanSession, sessionPresent: false);
            reported = true;
            output.Enqueue(OutgoingPacket.ConnAck(false, code));
            Abort(MqttDisconnectReason.Refused);
            return;
        }

        if (packet.ClientId.Length == 0) Client = Client with { ClientId = broker.AssignClientId() };
        while (broker.ConnectionOf(Client.ClientId) is { } other)
        {
            await other.TakeOverAsync();
            if (Ending) return;
        }

        var present = broker.Open(this, Client.ClientId, packet.CleanSession, out session);
        if (broker.Observer is { } observer) await observer.ConnectAnsweredAsync(Client, code, packet.CleanSession, present);
        reported = true;
        if (Ending) return;
        will = packet.Will;
        // One and a half times the keep-alive (MQTT 3.1.1 §3.1.2.10); zero switches it off.
        silence.Allow(packet.KeepAlive * TimeSpan.FromSeconds(1.5));
        output.Enqueue(OutgoingPacket.ConnAck(present, code));
        session.Delivery.Attach(output);
    }

    private async ValueTask<MqttConnectReturnCode> JudgeAsync(ConnectPacket packet)
    {
        if (packet.ProtocolLevel != (byte)MqttProtocolVersion.V311) return MqttConnectReturnCode.UnacceptableProtocolVersion;
        if (broker.Faults.RefuseConnects) return MqttConnectReturnCode.ServerUnavailable;
        if (packet.ClientId.Length == 0 && !packet.CleanSession) return MqttConnectReturnCode.IdentifierRejected;
        if (Encoding.UTF8.GetByteCount(packet.ClientId) > Limits.MaxClientIdLength) return MqttConnectReturnCode.IdentifierRejected;
        var code = broker.Options.Authenticate is { } authenticate
            ? await authenticate(Client!, packet.Password, ended.Token)
            : MqttConnectReturnCode.Accepted;
        if (code == MqttConnectReturnCode.Accepted && !broker.HasRoomForSession(packet.ClientId)) return MqttConnectReturnCode.ServerUnavailable;
        return code;
    }

    private async ValueTask OnSubscribeAsync(SubscribePacket packet)
    {
        var results = new List<MqttSubscribeResult>(packet.Filters.Count);
        var added = 0;
        foreach (var (filter, qos) in packet.Filters)
        {
            var isNew = !session!.Subscriptions.ContainsKey(filter);
            var granted = IsWithinLimits(filter, Encoding.UTF8.GetByteCount(filter))
                && (!isNew || session.Subscriptions.Count + added < Limits.MaxSubscriptionsPerSession)
                && (broker.Options.Authorize?.Invoke(Client!, MqttAccess.Subscribe, filter) ?? true);
            if (granted && isNew) added++;
            results.Add(new MqttSubscribeResult(filter, qos, granted ? (MqttSubscribeReturnCode)qos : MqttSubscribeReturnCode.Failure));
        }

        if (broker.Observer is { } observer) await observer.SubscribedAsync(Client!, results);
        if (IsForgotten) return;
        output.Enqueue(OutgoingPacket.SubAck(new SubAckPacket(packet.PacketId, [.. results.Select(r => r.ReturnCode)])));
        foreach (var result in results)
            if (result.ReturnCode != MqttSubscribeReturnCode.Failure) broker.Subscribe(session!, result.Filter, result.Requested);
        foreach (var result in results)
            if (result.ReturnCode != MqttSubscribeReturnCode.Failure) broker.SendRetained(session!, result.Filter, result.Requested);
        await output.AnswersReadAsync();
    }

    private async ValueTask OnUnsubscribeAsync(UnsubscribePacket packet)
    {
        if (broker.Observer is { } observer) await observer.UnsubscribedAsync(Client!, packet.Filters);
        if (IsForgotten) return;
        foreach (var filter in packet.Filters) broker.Unsubscribe(session!, filter);
        output.Enqueue(OutgoingPacket.Answer(MqttPacketType.UnsubAck, packet.PacketId));
        await output.AnswersReadAsync();
    }

    private void RequireWithinLimits(string topic, int utf8Length)
    {
        if (!IsWithinLimits(topic, utf8Length))
            throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, $"A topic of {utf8Length} bytes and {MqttTopic.CountLevels(topic)} levels exceeds the limits.");
    }

    private bool IsWithinLimits(string topic, int utf8Length) =>
        utf8Length <= Limits.MaxTopicLength && MqttTopic.CountLevels(topic) <= Limits.MaxTopicLevels;
}
