using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Transport;

/// <summary>Handles one packet: parses the body before its first await, because the buffer is only valid until then.</summary>
internal delegate ValueTask PacketHandler(FixedHeader header, ReadOnlySpan<byte> body);

/// <summary>The receiving half of a connection: cuts what arrives into packets.</summary>
internal sealed class PacketInput(PipeReader pipe, int maxPacketSize)
{
    /// <summary>Reads that find data at once before other work on this context gets its turn.</summary>
    private const int ReadsPerTurn = 16;

    private bool stopped;

    /// <summary>Hands over packet by packet, in order, each after the one before is handled, until the peer closes, <see cref="Stop"/> is called or a packet is wrong.</summary>
    /// <param name="firstType">The type that the first packet must have, checked on its first byte.</param>
    /// <param name="orFirstType">Another one that it may have.</param>
    /// <param name="handle">Handles a packet.</param>
    /// <exception cref="MqttProtocolException">A packet is wrong, or the handler says so.</exception>
    public async Task ReadAsync(MqttPacketType firstType, MqttPacketType orFirstType, PacketHandler handle)
    {
        var first = true;
        var turn = 0;
        while (!stopped)
        {
            ReadResult result;
            try
            {
                var read = pipe.ReadAsync();
                turn = read.IsCompleted ? turn + 1 : 0;
                result = await read;
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
                await Handle(handle, header, body);
            }
            if (stopped) return;
            pipe.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted) return;
            if (turn < ReadsPerTurn) continue;
            turn = 0;
            await Task.Yield();
        }
    }

    /// <summary>No further packet is handed over.</summary>
    public void Stop()
    {
        stopped = true;
        pipe.CancelPendingRead();
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
