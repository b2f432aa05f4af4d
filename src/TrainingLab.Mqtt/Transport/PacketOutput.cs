using System.IO.Pipelines;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Transport;

/// <summary>
/// The sending half of a connection: a queue of packets and the one loop that writes them, several to a flush. Whoever queues is never
/// held up by this peer's network; how much may wait is the queuer's decision, by <see cref="Count"/> and <see cref="Bytes"/>.
/// </summary>
internal sealed class PacketOutput(PipeWriter pipe, MqttProtocolVersion version)
{
    /// <summary>Bytes written before a flush, so that one flush neither copies a whole queue into the pipe nor carries one packet.</summary>
    private const int FlushSize = 64 * 1024;

    /// <summary>How many answers may wait before <see cref="AnswersReadAsync"/> holds up the peer that causes them.</summary>
    private const int MaxWaitingAnswers = 256;
    private const int MaxWaitingAnswerBytes = 256 * 1024;

    private readonly Queue<OutgoingPacket> queue = new();
    private readonly AsyncSignal queued = new();
    private readonly AsyncSignal written = new();
    private int answers;
    private int answerBytes;
    private bool finishing;
    private bool aborted;

    /// <summary>Packets that wait.</summary>
    public int Count => queue.Count;

    /// <summary>Bytes that wait.</summary>
    public long Bytes { get; private set; }

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
        queue.Enqueue(packet);
        queued.Set();
    }

    /// <summary>Waits while the peer does not read the answers that it causes; otherwise one peer could fill memory with them. Only its own reader may wait here.</summary>
    public async ValueTask AnswersReadAsync()
    {
        while ((answers > MaxWaitingAnswers || answerBytes > MaxWaitingAnswerBytes) && !aborted) await written;
    }

    /// <summary>Writes until <see cref="Finish"/> or <see cref="Abort"/>, or until the peer no longer reads. Never throws.</summary>
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
                WriteQueued();
                written.Set();
                var flushed = await pipe.FlushAsync();
                if (flushed.IsCompleted || flushed.IsCanceled) break;
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

    /// <summary>Throws away what is queued; the loop ends.</summary>
    public void Abort()
    {
        if (aborted) return;
        aborted = true;
        queue.Clear();
        Bytes = 0;
        queued.Set();
        written.Set();
        pipe.CancelPendingFlush();
    }

    private void WriteQueued()
    {
        var writer = new MqttWriter(pipe, version);
        var size = 0;
        while (size < FlushSize && queue.TryDequeue(out var packet))
        {
            packet.Write(ref writer);
            var packetSize = packet.Size;
            size += packetSize;
            Bytes -= packetSize;
            if (packet.Type == MqttPacketType.Publish) continue;
            answers--;
            answerBytes -= packetSize;
        }
        writer.Commit();
    }
}
