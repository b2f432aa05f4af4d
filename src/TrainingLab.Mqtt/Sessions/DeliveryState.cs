using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Sessions;

/// <summary>
/// What one side of a session owes the other (MQTT 3.1.1 §4.1, §4.3, §4.4): messages that wait, messages sent and not acknowledged, and
/// received QoS 2 identifiers not released. The protocol is symmetric here, so broker and client share it. It outlives connections:
/// <see cref="Attach"/> sends again what the last one left open.
/// </summary>
internal sealed partial class DeliveryState(int maxInflight, int maxQueued, long maxQueuedBytes)
{
    private readonly List<Inflight> inflight = [];
    private readonly Queue<Waiting> waiting = new();
    private readonly HashSet<ushort> unreleased = [];
    private readonly HashSet<ushort> requests = [];
    private long waitingBytes;
    private ushort lastPacketId;
    private PacketOutput? output;

    /// <summary>Called when a message is handed to the connection, also when it is sent again.</summary>
    public Action<MqttMessage, MqttQoS>? Sent { get; init; }

    /// <summary>Messages that wait or are not acknowledged.</summary>
    public int Count => waiting.Count + inflight.Count;

    /// <summary>QoS 2 messages received and not released.</summary>
    public int Unreleased => unreleased.Count;

    public bool Attached => output is not null;

    /// <summary>A connection is there: sends again, in the original order, what was not acknowledged (§4.4), then what waits.</summary>
    public void Attach(PacketOutput connection)
    {
        output = connection;
        foreach (var entry in inflight)
        {
            if (entry.Released) connection.Enqueue(OutgoingPacket.Answer(MqttPacketType.PubRel, entry.PacketId));
            else SendInflight(entry, duplicate: true);
        }
        SendWaiting();
    }

    /// <summary>The connection is gone.</summary>
    public void Detach()
    {
        output = null;
        requests.Clear();
    }

    /// <summary>Sends a message at QoS 0 now, if there is a connection and it is not too far behind. False: dropped.</summary>
    public bool SendAtMostOnce(MqttMessage message, bool retain, bool unbounded = false)
    {
        if (output is null || (!unbounded && (output.Count >= maxQueued || output.Bytes >= maxQueuedBytes))) return false;
        output.Enqueue(OutgoingPacket.Publish(message, MqttQoS.AtMostOnce, 0, retain, duplicate: false));
        Sent?.Invoke(message, MqttQoS.AtMostOnce);
        return true;
    }

    /// <summary>Sends a message, now or when there is a connection and room in flight. False: dropped, because too much waits.</summary>
    /// <param name="message">The message.</param>
    /// <param name="qos">At which quality of service.</param>
    /// <param name="retain">The retain flag on the wire.</param>
    /// <param name="unbounded">Whether it may wait even if the queue is full: for messages that are held in memory anyway.</param>
    /// <param name="done">Called with true when it is sent (QoS 0) or acknowledged, with false when it is thrown away.</param>
    public bool Send(MqttMessage message, MqttQoS qos, bool retain, bool unbounded = false, Action<bool>? done = null)
    {
        if (!unbounded && (waiting.Count >= maxQueued || waitingBytes >= maxQueuedBytes)) return false;
        waiting.Enqueue(new Waiting(message, qos, retain, done));
        waitingBytes += OutgoingPacket.SizeOf(message);
        SendWaiting();
        return true;
    }

    /// <summary>PUBACK came. False when nothing waits for it.</summary>
    public bool OnPubAck(ushort packetId)
    {
        var index = Find(packetId);
        if (index < 0 || inflight[index].QoS != MqttQoS.AtLeastOnce) return false;
        Complete(index);
        return true;
    }

    /// <summary>PUBREC came: answers PUBREL, also for an identifier it does not know, so that the peer can forget it.</summary>
    public void OnPubRec(ushort packetId)
    {
        var index = Find(packetId);
        if (index >= 0)
        {
            if (inflight[index].QoS != MqttQoS.ExactlyOnce)
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, "PUBREC for a message at QoS 1.");
            inflight[index] = inflight[index] with { Released = true };
        }
        output?.Enqueue(OutgoingPacket.Answer(MqttPacketType.PubRel, packetId));
    }

    /// <summary>PUBCOMP came. False when nothing waits for it.</summary>
    public bool OnPubComp(ushort packetId)
    {
        var index = Find(packetId);
        if (index < 0 || !inflight[index].Released) return false;
        Complete(index);
        return true;
    }

    /// <summary>Notes a received QoS 2 message. False when it is there already: a duplicate.</summary>
    public bool Receive(ushort packetId) => unreleased.Add(packetId);

    /// <summary>Whether a received QoS 2 message waits for its release.</summary>
    public bool HasReceived(ushort packetId) => unreleased.Contains(packetId);

    /// <summary>PUBREL came: forgets the identifier and answers PUBCOMP, also for one it does not know (§4.3.3).</summary>
    public void OnPubRel(ushort packetId)
    {
        unreleased.Remove(packetId);
        output?.Enqueue(OutgoingPacket.Answer(MqttPacketType.PubComp, packetId));
    }

    /// <summary>An identifier for a SUBSCRIBE or UNSUBSCRIBE, in use until <see cref="EndRequest"/> or <see cref="Detach"/>.</summary>
    public ushort BeginRequest()
    {
        var id = NextPacketId();
        requests.Add(id);
        return id;
    }

    /// <summary>The request was answered.</summary>
    public void EndRequest(ushort packetId) => requests.Remove(packetId);

    /// <summary>Forgets everything, as a clean session does.</summary>
    public void Clear()
    {
        var abandoned = inflight.Select(e => e.Done).Concat(waiting.Select(w => w.Done)).ToList();
        inflight.Clear();
        waiting.Clear();
        unreleased.Clear();
        waitingBytes = 0;
        foreach (var done in abandoned) done?.Invoke(false);
    }

    /// <summary>Whoever waits for an acknowledgement waits in vain; the messages stay.</summary>
    public void ReleaseWaiters()
    {
        var abandoned = inflight.Select(e => e.Done).Concat(waiting.Select(w => w.Done)).ToList();
        for (var i = 0; i < inflight.Count; i++) inflight[i] = inflight[i] with { Done = null };
        for (var i = waiting.Count; i > 0; i--) waiting.Enqueue(waiting.Dequeue() with { Done = null });
        foreach (var done in abandoned) done?.Invoke(false);
    }

    /// <summary>Forgets the session and keeps what was to be sent: after a clean reconnect, what was not acknowledged is sent as if for the first time.</summary>
    public void Restart()
    {
        var rest = waiting.ToList();
        waiting.Clear();
        waitingBytes = 0;
        foreach (var entry in inflight)
        {
            // A released QoS 2 message has arrived; nothing is left to send.
            if (entry.Released) entry.Done?.Invoke(true);
            else Requeue(new Waiting(entry.Message, entry.QoS, entry.Retain, entry.Done));
        }
        foreach (var item in rest) Requeue(item);
        inflight.Clear();
        unreleased.Clear();

        void Requeue(in Waiting item)
        {
            waiting.Enqueue(item);
            waitingBytes += OutgoingPacket.SizeOf(item.Message);
        }
    }

    private void SendWaiting()
    {
        while (output is not null && waiting.TryPeek(out var next))
        {
            if (next.QoS != MqttQoS.AtMostOnce && inflight.Count >= maxInflight) return;
            waiting.Dequeue();
            waitingBytes -= OutgoingPacket.SizeOf(next.Message);
            if (next.QoS == MqttQoS.AtMostOnce)
            {
                SendAtMostOnce(next.Message, next.Retain, unbounded: true);
                next.Done?.Invoke(true);
                continue;
            }
            var entry = new Inflight(NextPacketId(), next.Message, next.QoS, next.Retain, Released: false, next.Done);
            inflight.Add(entry);
            SendInflight(entry, duplicate: false);
        }
    }

    private void SendInflight(in Inflight entry, bool duplicate)
    {
        output!.Enqueue(OutgoingPacket.Publish(entry.Message, entry.QoS, entry.PacketId, entry.Retain, duplicate));
        Sent?.Invoke(entry.Message, entry.QoS);
    }

    private void Complete(int index)
    {
        var done = inflight[index].Done;
        inflight.RemoveAt(index);
        SendWaiting();
        done?.Invoke(true);
    }

    private int Find(ushort packetId)
    {
        // Acknowledgements come in the order of sending, so this is the first entry as a rule.
        for (var i = 0; i < inflight.Count; i++)
            if (inflight[i].PacketId == packetId) return i;
        return -1;
    }

    private ushort NextPacketId()
    {
        do
        {
            lastPacketId = lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(lastPacketId + 1);
        }
        while (Find(lastPacketId) >= 0 || requests.Contains(lastPacketId));
        return lastPacketId;
    }

    private readonly record struct Waiting(MqttMessage Message, MqttQoS QoS, bool Retain, Action<bool>? Done);

    private readonly record struct Inflight(ushort PacketId, MqttMessage Message, MqttQoS QoS, bool Retain, bool Released, Action<bool>? Done);
}
