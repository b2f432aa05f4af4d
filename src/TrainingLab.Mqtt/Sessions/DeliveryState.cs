using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Sessions;

/// <summary>
/// What one side of a session owes the other (§4.1, §4.3, §4.4): messages that wait, messages sent and not acknowledged, and
/// received QoS 2 identifiers not released. The protocol is symmetric here, so broker and client share it. It outlives connections:
/// <see cref="Attach"/> sends again what the last one left open.
/// </summary>
/// <param name="maxInflight">Most messages sent and not acknowledged.</param>
/// <param name="maxQueued">Most messages that wait.</param>
/// <param name="maxQueuedBytes">Most bytes of messages that wait or are not acknowledged.</param>
/// <param name="time">The time by which messages expire.</param>
/// <param name="memory">What it shares with others; null: it is alone.</param>
internal sealed partial class DeliveryState(int maxInflight, int maxQueued, long maxQueuedBytes, TimeProvider time, ClientMemory? memory = null)
{
    private readonly InflightWindow inflight = new();
    private int maxInflight = maxInflight;
    private int maxQueued = maxQueued;
    private readonly ChunkedQueue<Waiting> waiting = new();
    private PacketIds? unreleased;
    private PacketIds? requests;

    /// <summary>Of messages that wait or are not acknowledged.</summary>
    private long heldBytes;
    private long lastEntry;
    private ushort lastPacketId;
    private PacketOutput? output;
    private int window;

    /// <summary>Entries of <see cref="inflight"/> that this connection has sent; those behind are sent again when there is room.</summary>
    private int resent;

    /// <summary>Changes how much may be in flight and wait; from the next message and the next connection on.</summary>
    public void Limit(int inflightMessages, int queuedMessages)
    {
        maxInflight = inflightMessages;
        maxQueued = queuedMessages;
    }

    /// <summary>Called when a message is handed to the connection, also when it is sent again.</summary>
    public Action<MqttMessage, MqttQoS>? Sent { get; init; }

    /// <summary>Where changes are written down; null for a session that ends with the process.</summary>
    public IDeliveryLog? Log { get; set; }

    /// <summary>Messages that wait or are not acknowledged.</summary>
    public int Count => waiting.Count + inflight.Count;

    /// <summary>Everything that waits for the peer: messages, those handed to the connection and not written, and answers.</summary>
    public int Backlog => Count + (output?.Count ?? 0);

    /// <summary>Messages that were thrown away because too much waited.</summary>
    public long Dropped { get; private set; }

    /// <summary>QoS 2 messages received and not released.</summary>
    public int Unreleased => unreleased?.Count ?? 0;

    public bool Attached => output is not null;

    /// <summary>A connection is there: sends again, in the original order, what was not acknowledged (§4.4), then what waits.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="receiveMaximum">QoS 1 and 2 messages that the peer takes at a time (MQTT 5 §3.1.2.11.3).</param>
    public void Attach(PacketOutput connection, int receiveMaximum = ushort.MaxValue)
    {
        output = connection;
        window = Math.Min(maxInflight, receiveMaximum);
        resent = 0;
        SendWaiting();
    }

    /// <summary>The connection is gone.</summary>
    public void Detach()
    {
        output = null;
        requests?.Clear();
    }

    /// <summary>Sends a message at QoS 0 now, if there is a connection and it is not too far behind. False: dropped.</summary>
    public bool SendAtMostOnce(in Delivery delivery, bool inMemory = false)
    {
        if (output is null) return false;
        if (IsFull(output.Count, inMemory))
        {
            Dropped++;
            return false;
        }
        Write(delivery);
        return true;
    }

    /// <summary>Sends a message, now or when there is a connection and room in flight. False: dropped, because too much waits.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="inMemory">Whether it is held in memory anyway, so that it may wait even if the queue is full.</param>
    /// <param name="done">Called with the peer's reason code when it is acknowledged (success when it is sent at QoS 0), with null when it is thrown away.</param>
    public bool Send(in Delivery delivery, bool inMemory = false, Action<MqttReasonCode?>? done = null)
    {
        if (IsFull(waiting.Count, inMemory))
        {
            Dropped++;
            return false;
        }
        var item = new Waiting(++lastEntry, delivery, done);
        Log?.Queued(item.Entry, delivery);
        Hold(delivery.Message);
        if (waiting.Count == 0 && HasRoom)
        {
            SendFirst(item);
            return true;
        }
        waiting.Enqueue(item);
        return true;
    }

    /// <summary>PUBACK came. False when nothing waits for it.</summary>
    public bool OnPubAck(ushort packetId, MqttReasonCode reason = MqttReasonCode.Success)
    {
        var index = inflight.IndexOf(packetId);
        if (index < 0 || inflight[index].Delivery.QoS != MqttQoS.AtLeastOnce) return false;
        Complete(index, reason);
        return true;
    }

    /// <summary>PUBREC came: answers PUBREL, also for an identifier it does not know, so that the peer can forget it; a refusal ends the delivery (MQTT 5 §4.3.3).</summary>
    public void OnPubRec(ushort packetId, MqttReasonCode reason = MqttReasonCode.Success)
    {
        var index = inflight.IndexOf(packetId);
        if (index >= 0)
        {
            ref var entry = ref inflight[index];
            if (entry.Delivery.QoS != MqttQoS.ExactlyOnce)
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, "PUBREC for a message at QoS 1.");
            if (reason >= MqttReasonCode.UnspecifiedError)
            {
                Complete(index, reason);
                return;
            }
            entry.Released = true;
            Log?.Released(entry.Entry);
        }
        else if (reason >= MqttReasonCode.UnspecifiedError)
        {
            return;
        }
        output?.Enqueue(OutgoingPacket.Answer(MqttPacketType.PubRel, packetId, index >= 0 ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound));
    }

    /// <summary>PUBCOMP came. False when nothing waits for it.</summary>
    public bool OnPubComp(ushort packetId)
    {
        var index = inflight.IndexOf(packetId);
        if (index < 0 || !inflight[index].Released) return false;
        Complete(index, MqttReasonCode.Success);
        return true;
    }

    /// <summary>Notes a received QoS 2 message. False when it is there already: a duplicate.</summary>
    public bool Receive(ushort packetId)
    {
        if (!(unreleased ??= []).Add(packetId)) return false;
        Log?.Received(packetId);
        return true;
    }

    /// <summary>Whether a received QoS 2 message waits for its release.</summary>
    public bool HasReceived(ushort packetId) => unreleased?.Contains(packetId) == true;

    /// <summary>PUBREL came: forgets the identifier and answers PUBCOMP, also for one it does not know (§4.3.3).</summary>
    public void OnPubRel(ushort packetId)
    {
        var known = unreleased?.Remove(packetId) == true;
        if (known) Log?.Forgotten(packetId);
        output?.Enqueue(OutgoingPacket.Answer(MqttPacketType.PubComp, packetId, known ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound));
    }

    /// <summary>An identifier for a SUBSCRIBE or UNSUBSCRIBE, in use until <see cref="EndRequest"/> or <see cref="Detach"/>.</summary>
    public ushort BeginRequest()
    {
        var id = NextPacketId();
        (requests ??= []).Add(id);
        return id;
    }

    /// <summary>The request was answered.</summary>
    public void EndRequest(ushort packetId) => requests?.Remove(packetId);

    /// <summary>What may go to somebody else instead: messages at QoS 1 that are not acknowledged, and those at QoS 2 that have not been sent yet.</summary>
    public List<MqttMessage> Transferable() =>
    [
        .. inflight.Where(e => e.Delivery.QoS == MqttQoS.AtLeastOnce).Select(e => e.Delivery.Message),
        .. waiting.Where(w => w.Delivery.QoS != MqttQoS.AtMostOnce).Select(w => w.Delivery.Message),
    ];

    /// <summary>Forgets everything, as a clean session does.</summary>
    public void Clear()
    {
        var abandoned = inflight.Select(e => e.Done).Concat(waiting.Select(w => w.Done)).OfType<Action<MqttReasonCode?>>().ToList();
        foreach (var entry in inflight) Release(entry.Delivery.Message);
        foreach (var item in waiting) Release(item.Delivery.Message);
        inflight.Clear();
        waiting.Clear();
        unreleased?.Clear();
        foreach (var done in abandoned) done(null);
    }

    /// <summary>Whoever waits for an acknowledgement waits in vain; the messages stay.</summary>
    public void ReleaseWaiters()
    {
        var abandoned = inflight.Select(e => e.Done).Concat(waiting.Select(w => w.Done)).ToList();
        for (var i = 0; i < inflight.Count; i++) inflight[i].Done = null;
        for (var i = waiting.Count; i > 0; i--) waiting.Enqueue(waiting.Dequeue() with { Done = null });
        foreach (var done in abandoned) done?.Invoke(null);
    }

    /// <summary>Forgets the session and keeps what was to be sent: after a clean reconnect, what was not acknowledged is sent as if for the first time.</summary>
    public void Restart()
    {
        var rest = waiting.ToList();
        waiting.Clear();
        foreach (var entry in inflight)
        {
            if (!entry.Released)
            {
                waiting.Enqueue(new Waiting(entry.Entry, entry.Delivery, entry.Done));
                continue;
            }
            // A released QoS 2 message has arrived; nothing is left to send.
            Log?.Completed(entry.Entry);
            Release(entry.Delivery.Message);
            entry.Done?.Invoke(MqttReasonCode.Success);
        }
        foreach (var item in rest) waiting.Enqueue(item);
        inflight.Clear();
        foreach (var packetId in unreleased ?? []) Log?.Forgotten(packetId);
        unreleased?.Clear();
    }

    private bool HasRoom => output is not null && resent == inflight.Count && inflight.Count < window;

    /// <summary>Whether nothing more may wait: the queue is full, or what is shared with others is used up and this one holds its share of it.</summary>
    private bool IsFull(int queued, bool inMemory)
    {
        var held = heldBytes + (output is null ? 0 : output.Bytes + ((long)output.Count * ClientMemory.PlaceSize));
        return (!inMemory && (queued >= maxQueued || held >= maxQueuedBytes)) || memory?.HasRoom(held) == false;
    }

    private void Hold(MqttMessage message)
    {
        heldBytes += ClientMemory.PlaceSize + OutgoingPacket.SizeOf(message);
        memory?.Hold(message);
    }

    private void Release(MqttMessage message)
    {
        heldBytes -= ClientMemory.PlaceSize + OutgoingPacket.SizeOf(message);
        memory?.Release(message);
    }

    private void SendWaiting()
    {
        while (output is not null && resent < inflight.Count && resent < window)
        {
            ref var entry = ref inflight[resent++];
            if (entry.Released) output.Enqueue(OutgoingPacket.Answer(MqttPacketType.PubRel, entry.PacketId));
            else SendInflight(entry, duplicate: true);
        }
        while (waiting.TryPeek(out var next))
        {
            if (output is null || (next.Delivery.QoS != MqttQoS.AtMostOnce && !HasRoom)) return;
            waiting.Dequeue();
            SendFirst(next);
        }
    }

    private void SendFirst(in Waiting item)
    {
        if (output!.Refusal(item.Delivery) is { } refusal)
        {
            End(item, refusal);
            return;
        }

        if (!output.Fits(item.Delivery) || item.Delivery.Message.HasExpired(time))
        {
            // As if it had been delivered (MQTT 5 §3.1.2.11.4), or not worth delivering any more (§3.3.2.3.3).
            End(item, reason: null);
            return;
        }
        if (item.Delivery.QoS == MqttQoS.AtMostOnce)
        {
            Write(item.Delivery);
            End(item, MqttReasonCode.Success);
            return;
        }
        var entry = new Inflight { PacketId = NextPacketId(), Entry = item.Entry, Delivery = item.Delivery, Done = item.Done };
        Log?.Sent(entry.Entry, entry.PacketId);
        inflight.Add(entry);
        resent++;
        SendInflight(entry, duplicate: false);
    }

    private void Write(in Delivery delivery)
    {
        output!.Enqueue(OutgoingPacket.Publish(delivery, 0, duplicate: false));
        Sent?.Invoke(delivery.Message, MqttQoS.AtMostOnce);
    }

    private void End(in Waiting item, MqttReasonCode? reason)
    {
        Log?.Completed(item.Entry);
        Release(item.Delivery.Message);
        item.Done?.Invoke(reason);
    }

    private void SendInflight(in Inflight entry, bool duplicate)
    {
        output!.Enqueue(OutgoingPacket.Publish(entry.Delivery, entry.PacketId, duplicate));
        Sent?.Invoke(entry.Delivery.Message, entry.Delivery.QoS);
    }

    private void Complete(int index, MqttReasonCode reason)
    {
        var done = inflight[index].Done;
        Log?.Completed(inflight[index].Entry);
        Release(inflight[index].Delivery.Message);
        inflight.RemoveAt(index);
        if (index < resent) resent--;
        SendWaiting();
        done?.Invoke(reason);
    }

    private ushort NextPacketId()
    {
        do
        {
            lastPacketId = lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(lastPacketId + 1);
        }
        while (inflight.Contains(lastPacketId) || requests?.Contains(lastPacketId) == true);
        return lastPacketId;
    }

    private readonly record struct Waiting(long Entry, Delivery Delivery, Action<MqttReasonCode?>? Done);
}
