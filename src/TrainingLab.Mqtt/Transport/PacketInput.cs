using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Mqtt.Transport;

/// <summary>Handles one packet: parses the body before its first await, because the buffer is only valid until then.</summary>
internal delegate ValueTask PacketHandler(FixedHeader header, ReadOnlySpan<byte> body);

/// <summary>The receiving half of a connection: cuts what arrives into packets.</summary>
/// <param name="pipe">Where the bytes come from.</param>
/// <param name="maxPacketSize">Longest packet, in bytes.</param>
/// <param name="memory">What it shares with others; null: it is alone.</param>
internal sealed class PacketInput(PipeReader pipe, int maxPacketSize, ClientMemory? memory = null)
{
    /// <summary>A packet that has come in part counts from so many bytes on; below, it is as good as nothing.</summary>
    private const int LargePart = 16 * 1024;

    /// <summary>What cutting out and handling a packet is, compared with one step of routing.</summary>
    private const int StepsOfPacket = 8;

    /// <summary>So many bytes of a packet are as much as one step: what takes longest are user properties, five bytes each or more.</summary>
    private const int BytesOfStep = 16;

    private readonly Turns turns = new();
    private bool stopped;

    /// <summary>Bytes of a packet that has come in part, as told to the shared memory.</summary>
    private long part;

    /// <summary>Hands over packet by packet, in order, each after the one before is handled, until the peer closes, <see cref="Stop"/> is called or a packet is wrong.</summary>
    /// <param name="firstType">The type that the first packet must have, checked on its first byte.</param>
    /// <param name="orFirstType">Another one that it may have.</param>
    /// <param name="handle">Handles a packet.</param>
    /// <exception cref="MqttProtocolException">A packet is wrong, or the handler says so.</exception>
    public async Task ReadAsync(MqttPacketType firstType, MqttPacketType orFirstType, PacketHandler handle)
    {
        try
        {
            await ReadAllAsync(firstType, orFirstType, handle);
        }
        finally
        {
            memory?.Add(-part);
        }
    }

    /// <summary>Says that handling a packet took more than usual, so that others get their turn earlier.</summary>
    /// <param name="steps">Nodes of a tree looked at, messages queued.</param>
    public void Took(int steps) => turns.Took(steps);

    /// <summary>Lets others have their turn when it is time, also in the middle of a packet that is much work.</summary>
    public ValueTask TakeTurnsAsync() => turns.TakeAsync();

    /// <summary>No further packet is handed over.</summary>
    public void Stop()
    {
        stopped = true;
        pipe.CancelPendingRead();
    }

    private async Task ReadAllAsync(MqttPacketType firstType, MqttPacketType orFirstType, PacketHandler handle)
    {
        var first = true;
        while (!stopped)
        {
            ReadResult result;
            try
            {
                result = await pipe.ReadAsync();
            }
            catch (Exception)
            {
                return; // The transport failed: the connection is lost, as when the peer closes it.
            }

            var buffer = result.Buffer;
            if (first && !buffer.IsEmpty && (MqttPacketType)(buffer.FirstSpan[0] >> 4) is var type && type != firstType && type != orFirstType)
                throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"The first packet is not {firstType}.");
            while (!stopped && FixedHeader.TryReadPacket(ref buffer, maxPacketSize, out var header, out var body))
            {
                first = false;
                turns.Took(StepsOfPacket + (int)(body.Length / BytesOfStep));
                await Handle(handle, header, body);
                await TakeTurnsAsync();
            }
            if (stopped) return;
            var handled = buffer.Length < result.Buffer.Length;
            if (memory is not null) Keep(buffer.Length < LargePart ? 0 : buffer.Length);
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return;
            // What the packets have caused leaves first: looking for the next ones takes as long as sending an answer.
            if (!handled) continue;
            turns.Begin();
            await Task.Yield();
        }
    }

    private void Keep(long bytes)
    {
        if (bytes > part && !memory!.HasRoom(part)) throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, "No memory for so long a packet.");
        memory!.Add(bytes - part);
        part = bytes;
    }

    private static ValueTask Handle(PacketHandler handle, FixedHeader header, ReadOnlySequence<byte> body)
    {
        if (body.IsSingleSegment) return handle(header, body.FirstSpan);
        var copy = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(copy);
            return handle(header, copy.AsSpan(0, (int)body.Length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }
}
