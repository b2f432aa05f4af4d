using System.IO.Pipelines;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Mqtt.Transport;

/// <summary>
/// The sending half of a connection: a queue of packets and the one loop that writes them, several to a flush. Whoever queues is never
/// held up by this peer's network; how much may wait is the queuer's decision, by <see cref="Count"/> and <see cref="Bytes"/>.
/// </summary>
/// <param name="pipe">Where the bytes go.</param>
/// <param name="time">Time of message lifetimes.</param>
/// <param name="durable">Awaited before a promise leaves (an acknowledgement, a message at QoS 1 or 2): what was noted before it is durable then. Null: nothing is.</param>
/// <param name="memory">What it shares with others; null: it is alone.</param>
internal sealed class PacketOutput(PipeWriter pipe, TimeProvider time, Func<ValueTask>? durable = null, ClientMemory? memory = null)
{
    /// <summary>Bytes written before a flush, so that one flush neither copies a whole queue into the pipe nor carries one packet.</summary>
    private const int FlushSize = 64 * 1024;

    /// <summary>How many answers may wait before <see cref="AnswersReadAsync"/> holds up the peer that causes them.</summary>
    private const int MaxWaitingAnswers = 256;
    private const int MaxWaitingAnswerBytes = 256 * 1024;

    private readonly ChunkedQueue<OutgoingPacket> queue = new();
    private readonly AsyncSignal queued = new();
    private readonly AsyncSignal written = new();
    private Dictionary<string, ushort>? aliases;
    private long aliasBytes;
    private int answers;
    private int answerBytes;
    private int promises;
    private bool flushing;
    private bool finishing;
    private bool aborted;

    /// <summary>The protocol version of the connection; 3.1.1 until CONNECT says otherwise.</summary>
    public MqttProtocolVersion Version { get; set; } = MqttProtocolVersion.V311;

    /// <summary>Longest packet that the peer takes, in bytes; no bound by default.</summary>
    public long MaxPacketSize { get; set; } = long.MaxValue;

    /// <summary>Highest topic alias that the peer takes; 0 by default.</summary>
    public int TopicAliasMaximum { get; set; }

    /// <summary>Highest quality of service that the peer takes (MQTT 5 §3.2.2.3.4); 2 by default.</summary>
    public MqttQoS MaximumQoS { get; set; } = MqttQoS.ExactlyOnce;

    /// <summary>Whether the peer retains messages (MQTT 5 §3.2.2.3.5); true by default.</summary>
    public bool RetainAvailable { get; set; } = true;

    /// <summary>Whether the peer wants reasons in words; true by default.</summary>
    public bool WantsReasonStrings { get; set; } = true;

    /// <summary>Packets that wait.</summary>
    public int Count => queue.Count;

    /// <summary>Bytes that wait.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether the peer takes a packet as long as this message makes (MQTT 5 §3.1.2.11.4).</summary>
    public bool Fits(in Delivery delivery) =>
        MaxPacketSize == long.MaxValue || OutgoingPacket.Publish(delivery, 1, duplicate: false).ToPublish(delivery.Message.ExpiresAt == 0 ? null : 0).Size(Version) <= MaxPacketSize;

    /// <summary>Whether the peer takes any other packet, if need be without its reason in words.</summary>
    public bool Fits(in OutgoingPacket packet) => !IsTooLong(packet.WithoutReasonString());

    /// <summary>Why the peer has said that it does not take such a message; null: it does.</summary>
    public MqttReasonCode? Refusal(in Delivery delivery)
    {
        if (delivery.QoS > MaximumQoS) return MqttReasonCode.QoSNotSupported;
        return delivery.Retain && !RetainAvailable ? MqttReasonCode.RetainNotSupported : null;
    }

    public void Enqueue(in OutgoingPacket packet)
    {
        if (finishing || aborted) return;
        var size = packet.Size;
        Bytes += size;
        if (packet.Type != MqttPacketType.Publish)
        {
            answers++;
            answerBytes += size;
        }
        else
        {
            memory?.Hold((MqttMessage)packet.Content!);
        }
        if (packet.IsPromise) promises++;
        queue.Enqueue(packet);
        queued.Set();
    }

    /// <summary>Waits while the peer does not read the answers that it causes; otherwise one peer could fill memory with them. Only its own reader may wait here.</summary>
    public ValueTask AnswersReadAsync() => AnswersPileUp ? WaitAsync() : default;

    /// <summary>Writes until <see cref="Finish()"/> or <see cref="Abort"/>, or until the peer no longer reads. Never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (!aborted)
            {
                if (queue.Count == 0)
                {
                    if (finishing) break;
                    await queued;
                    continue;
                }
                var count = queue.Count;
                if (durable is not null && promises > 0)
                {
                    await durable();
                    if (aborted) break;
                    count = Math.Min(count, queue.Count);
                }
                WriteQueued(count);
                written.Set();
                flushing = true;
                var flushed = await pipe.FlushAsync();
                flushing = false;
                if (flushed.IsCompleted || flushed.IsCanceled) break;
                if (queue.Count > 0) await Task.Yield(); // A peer that takes whatever comes leaves others their turn.
            }
        }
        catch (Exception)
        {
            // Any failure of the transport is the end of the connection, which its reader notices as well.
        }
        Abort();
    }

    /// <summary>Takes nothing more; the loop ends when what is queued has been written.</summary>
    public void Finish()
    {
        finishing = true;
        queued.Set();
    }

    /// <summary>Throws away what is queued, but for a CONNACK, which comes first, and says one last thing, unless the peer does not read; the loop ends.</summary>
    public void Finish(in OutgoingPacket last)
    {
        if (flushing || finishing)
        {
            Abort();
            return;
        }
        var begins = queue.TryPeek(out var first) && first.Type == MqttPacketType.ConnAck;
        Forget();
        if (begins) Enqueue(first);
        Enqueue(last);
        Finish();
    }

    /// <summary>Throws away what is queued; the loop ends.</summary>
    public void Abort()
    {
        if (aborted) return;
        aborted = true;
        Forget();
        memory?.Add(-aliasBytes);
        queued.Set();
        written.Set();
        pipe.CancelPendingFlush();
    }

    private bool AnswersPileUp => (answers > MaxWaitingAnswers || answerBytes > MaxWaitingAnswerBytes) && !aborted;

    private async ValueTask WaitAsync()
    {
        while (AnswersPileUp) await written;
    }

    private void Forget()
    {
        if (memory is not null)
        {
            foreach (var packet in queue)
                if (packet.Type == MqttPacketType.Publish) memory.Release((MqttMessage)packet.Content!);
        }
        queue.Clear();
        Bytes = 0;
        answers = answerBytes = promises = 0;
    }

    private void WriteQueued(int count)
    {
        var writer = new MqttWriter(pipe, Version);
        var size = 0;
        for (; count > 0 && size < FlushSize && queue.TryDequeue(out var packet); count--)
        {
            if (packet.Type == MqttPacketType.Publish) WritePublish(packet, ref writer);
            else WriteOther(packet, ref writer);
            var packetSize = packet.Size;
            size += packetSize;
            Bytes -= packetSize;
            if (packet.IsPromise) promises--;
            if (packet.Type == MqttPacketType.Publish)
            {
                memory?.Release((MqttMessage)packet.Content!);
                continue;
            }
            answers--;
            answerBytes -= packetSize;
        }
        writer.Commit();
    }

    private void WritePublish(in OutgoingPacket packet, ref MqttWriter writer)
    {
        var message = (MqttMessage)packet.Content!;
        uint? expiry = null;
        if (message.ExpiresAt != 0)
        {
            var left = message.TimeLeft(time);
            // At QoS 1 and 2 the delivery has begun, so it goes on; at QoS 0 it has not.
            if (left <= TimeSpan.Zero && packet.QoS == MqttQoS.AtMostOnce) return;
            expiry = left <= TimeSpan.Zero ? 0 : (uint)Math.Min(Math.Ceiling(left.TotalSeconds), uint.MaxValue);
        }
        else
        {
            expiry = message.Properties?.MessageExpiryInterval;
        }
        if (Version == MqttProtocolVersion.V311)
        {
            packet.ToPublish().Write(ref writer);
            return;
        }
        var known = false;
        var alias = TopicAliasMaximum == 0 ? (ushort)0 : AliasOf(message.Topic, out known);
        var publish = packet.ToPublish(expiry, alias, omitTopic: known);
        if (MaxPacketSize != long.MaxValue && publish.Size(Version) > MaxPacketSize)
        {
            // Without its alias it fits, or it would not be here at QoS 1 and 2; at QoS 0 it is dropped.
            if (!known && alias != 0) ForgetAlias(message.Topic);
            publish = packet.ToPublish(expiry);
            if (publish.Size(Version) > MaxPacketSize) return;
        }
        publish.Write(ref writer);
    }

    private void WriteOther(in OutgoingPacket packet, ref MqttWriter writer)
    {
        var wanted = WantsReasonStrings || packet.Type is MqttPacketType.ConnAck or MqttPacketType.Disconnect ? packet : packet.WithoutReasonString();
        if (IsTooLong(wanted)) wanted = wanted.WithoutReasonString();
        // What the peer takes in no form is left out (MQTT 5 §3.1.2.11.4).
        if (!IsTooLong(wanted)) wanted.Write(ref writer);
    }

    private bool IsTooLong(in OutgoingPacket packet) =>
        MaxPacketSize != long.MaxValue && (packet.Content is not null || MaxPacketSize < OutgoingPacket.MaxSizeWithoutContent) && packet.Measure(Version) > MaxPacketSize;

    private void ForgetAlias(string topic)
    {
        aliases!.Remove(topic);
        var size = TopicAliases.SizeOf(topic);
        aliasBytes -= size;
        memory?.Add(-size);
    }

    /// <summary>The number of a topic on this connection; first come, first numbered, and the rest go by name.</summary>
    private ushort AliasOf(string topic, out bool known)
    {
        aliases ??= new Dictionary<string, ushort>(StringComparer.Ordinal);
        known = aliases.TryGetValue(topic, out var alias);
        if (known || aliases.Count >= TopicAliasMaximum || memory?.HasRoom(aliasBytes) == false) return alias;
        var size = TopicAliases.SizeOf(topic);
        aliasBytes += size;
        memory?.Add(size);
        alias = (ushort)(aliases.Count + 1);
        aliases.Add(topic, alias);
        return alias;
    }
}
