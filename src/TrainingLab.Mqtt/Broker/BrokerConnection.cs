using System.IO.Pipelines;
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
    private readonly SilenceTimer silence;
    private BrokerSession? session;
    private TopicAliases? aliases;
    private MqttMessage? will;
    private MqttMessage? heldWill;
    private uint willDelay;
    private bool reported;
    private bool accepted;
    private MqttDisconnectReason? endReason;
    private MqttReasonCode? endError;

    public BrokerConnection(MqttBroker broker, IDuplexPipe transport, MqttPeer peer)
    {
        this.broker = broker;
        this.transport = transport;
        this.peer = peer;
        input = new PacketInput(transport.Input, broker.Options.Limits.MaxPacketSize, broker.Memory);
        output = new PacketOutput(transport.Output, broker.HostTime, broker.Durable, broker.Memory);
        silence = new SilenceTimer(peer.ConnectionTime, OnSilence);
    }

    /// <summary>The client; null before its CONNECT was understood.</summary>
    public MqttClientIdentity? Client { get; private set; }

    /// <summary>Its place among those that have not been accepted; null when it has.</summary>
    public LinkedListNode<BrokerConnection>? Place { get; set; }

    private MqttLimits Limits => broker.Options.Limits;

    private bool Ending => endReason is not null;

    private bool IsForgotten { get; set; }

    private bool IsV5 => output.Version == MqttProtocolVersion.V5;

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
            await input.ReadAsync(MqttPacketType.Connect, MqttPacketType.Connect, OnPacketInTurnAsync);
        }
        catch (MqttProtocolException error)
        {
            Abort(MqttDisconnectReason.ProtocolError, error: error.Reason, properties: new MqttProperties { ReasonString = error.Message });
        }
        finally
        {
            await CloseAsync(writing);
        }
    }

    /// <summary>Ends the connection; the first reason stays.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="discardWill">Whether the will is not published.</param>
    /// <param name="error">The client's mistake, which is also said where it speaks MQTT 5.</param>
    /// <param name="say">What is said instead where it speaks MQTT 5; null and no mistake: nothing.</param>
    /// <param name="properties">What is said beside.</param>
    public void Abort(MqttDisconnectReason reason, bool discardWill = false, MqttReasonCode? error = null, MqttReasonCode? say = null, MqttProperties? properties = null)
    {
        if (discardWill) will = null;
        if (Ending) return;
        endReason = reason;
        endError = error;
        if (reason == MqttDisconnectReason.Refused) output.Finish(); // The CONNACK still has to go.
        else if (IsV5 && (say ?? error) is { } code) output.Finish(LastWords(code, properties));
        else output.Abort();
        input.Stop();
        ended.Cancel();
    }

    /// <summary>Ends the connection because another one has come with its client identifier; complete when nothing of it is left.</summary>
    public Task TakeOverAsync()
    {
        Abort(MqttDisconnectReason.TakenOver, say: MqttReasonCode.SessionTakenOver);
        return closed.Task;
    }

    /// <summary>The broker's state is being replaced: what this connection still does must not reach the new one.</summary>
    public void Forget()
    {
        session?.Delivery.Detach();
        will = null;
        IsForgotten = true;
    }

    private static void Cancel(object? connection) =>
        ((BrokerConnection)connection!).Abort(MqttDisconnectReason.ClosedByOwner, discardWill: true, say: MqttReasonCode.ServerShuttingDown);

    /// <summary>Nothing has come for too long, or the last words have not been taken.</summary>
    private void OnSilence()
    {
        if (Ending) output.Abort();
        else Abort(MqttDisconnectReason.Timeout, error: MqttReasonCode.KeepAliveTimeout);
    }

    /// <summary>What MQTT 5 says at the end: a CONNACK before the connection is accepted, then a DISCONNECT (§4.13), each with a code of its own.</summary>
    private OutgoingPacket LastWords(MqttReasonCode code, MqttProperties? properties)
    {
        if (accepted) return OutgoingPacket.Answer(MqttPacketType.Disconnect, 0, DisconnectPacket.IsAllowed(code, fromClient: false) ? code : MqttReasonCode.UnspecifiedError, properties);
        if (code == MqttReasonCode.ServerShuttingDown) code = MqttReasonCode.ServerUnavailable;
        return OutgoingPacket.ConnAck(sessionPresent: false, ConnAckPacket.IsAllowed(code) ? code : MqttReasonCode.UnspecifiedError, properties);
    }

    /// <summary>Handles a packet; what makes the store write waits for it where it is behind, so that what waits in memory has a bound.</summary>
    private ValueTask OnPacketInTurnAsync(FixedHeader header, ReadOnlySpan<byte> body)
    {
        var handling = OnPacketAsync(header, body);
        return broker.IsStoreBehind && header.Type is MqttPacketType.Publish or MqttPacketType.Subscribe or MqttPacketType.Unsubscribe ? CatchUpAsync(handling) : handling;
    }

    private async ValueTask CatchUpAsync(ValueTask handling)
    {
        await handling;
        if (Ending || await broker.CatchUpAsync()) return;
        Abort(MqttDisconnectReason.ConnectionLost, say: MqttReasonCode.ImplementationSpecificError, properties: new MqttProperties { ReasonString = "The store cannot be written." });
    }

    private ValueTask OnPacketAsync(FixedHeader header, ReadOnlySpan<byte> body)
    {
        broker.PacketsReceived++;
        if (session is not null) silence.Heard(); // Before, bytes alone do not extend the connect timeout.
        var reader = new MqttReader(body, output.Version);
        header.RequireFewestBytes(output.Version);
        if (session is null && header.Type is not (MqttPacketType.Connect or MqttPacketType.Auth))
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{header.Type} before the connection was accepted.");
        switch (header.Type)
        {
            case MqttPacketType.Connect:
                if (Client is not null) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A second CONNECT.");
                var connect = ReadConnect(ref reader);
                header.RequireFewestBytes(output.Version);
                return OnConnectAsync(connect);
            case MqttPacketType.Auth:
                return OnAuthAsync(AuthPacket.Read(ref reader));
            case MqttPacketType.Publish:
                return OnPublishAsync(PublishPacket.Read(header.Flags, ref reader));
            case MqttPacketType.PubAck:
                var ack = PubAckPacket.Read(ref reader);
                if (broker.Faults.LosesAcknowledgement?.Invoke(Client!) == true)
                {
                    Abort(MqttDisconnectReason.ClosedByOwner);
                    return default;
                }
                session!.Delivery.OnPubAck(ack.PacketId, ack.Reason);
                return default;
            case MqttPacketType.PubRec:
                var received = PubRecPacket.Read(ref reader);
                session!.Delivery.OnPubRec(received.PacketId, received.Reason);
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
                OnDisconnect(DisconnectPacket.Read(ref reader));
                return default;
            default:
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{header.Type} from a client.");
        }
    }

    /// <summary>Reads CONNECT. A wrong one of MQTT 5 can be answered once its level is known.</summary>
    private ConnectPacket ReadConnect(ref MqttReader reader)
    {
        try
        {
            return ConnectPacket.Read(ref reader);
        }
        finally
        {
            output.Version = reader.Version;
        }
    }

    private void OnDisconnect(in DisconnectPacket packet)
    {
        if (packet.Properties?.SessionExpiryInterval is { } expiry)
        {
            if (session!.IsClean && expiry != 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "A session that was to end with the connection cannot be prolonged by DISCONNECT.");
            session.ExpiryInterval = LimitExpiry(expiry);
        }
        Abort(MqttDisconnectReason.Disconnected, discardWill: packet.Reason == MqttReasonCode.Success);
    }

    private uint LimitExpiry(uint seconds) => Limits.MaxSessionExpiry is { } longest ? (uint)Math.Min(seconds, longest.TotalSeconds) : seconds;

    private void RequireWithinLimits(string topic, int utf8Length)
    {
        if (!IsWithinLimits(topic, utf8Length))
            throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, $"A topic of {utf8Length} bytes and {MqttTopic.CountLevels(topic)} levels exceeds the limits.");
    }

    private bool IsWithinLimits(string topic, int utf8Length) =>
        utf8Length <= Limits.MaxTopicLength && MqttTopic.CountLevels(topic) <= Limits.MaxTopicLevels;
}
