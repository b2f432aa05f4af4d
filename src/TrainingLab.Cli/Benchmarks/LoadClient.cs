using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Cli.Benchmarks;

/// <summary>
/// A client that only makes load: it sends one prepared PUBLISH again and again, counts what comes, acknowledges, and looks at nothing else, so that
/// what is measured is the broker. MQTT 3.1.1.
/// </summary>
internal sealed class LoadClient : IAsyncDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly ArrayBufferWriter<byte> outgoing = new();
    private Stream stream = Stream.Null;
    private Task reading = Task.CompletedTask;
    private bool sending;
    private bool closed;
    private byte[] message = [];
    private int packetIdAt;
    private ushort packetId;
    private byte[] rest = [];

    /// <summary>Messages received.</summary>
    public long Received { get; private set; }

    /// <summary>Messages sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Messages of its own that are acknowledged to the end.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Called after each read.</summary>
    public Action? Progress { get; set; }

    public static async Task<LoadClient> ConnectAsync(int port, bool tls, string clientId, CancellationToken cancellation)
    {
        var client = new LoadClient();
        // A socket that has ever waited through the platform wakes the platform's thread with every packet; on loopback connecting does not wait.
#pragma warning disable CA1849, MA0042
        client.socket.Connect(IPAddress.Loopback, port);
#pragma warning restore CA1849, MA0042
        client.stream = SocketPipe.StreamOf(client.socket);
        if (tls)
        {
            // Whose certificate it is does not matter to a measurement on loopback.
#pragma warning disable CA5359, MA0039
            var secure = new SslStream(client.stream, leaveInnerStreamOpen: false, static (_, _, _, _) => true);
#pragma warning restore CA5359, MA0039
            await secure.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellation);
            client.stream = secure;
        }
        await client.AskAsync(Bytes(new ConnectPacket { ClientId = clientId, KeepAlive = 0 }.Write), 4, cancellation);
        return client;
    }

    public Task SubscribeAsync(string filter, MqttQoS qos, CancellationToken cancellation) =>
        AskAsync(Bytes(new SubscribePacket(1, [new SubscribeFilter(filter, qos)]).Write), 5, cancellation);

    /// <summary>Begins to read; from here on <see cref="Received"/> counts.</summary>
    public void Start() => reading = ReadAsync();

    /// <summary>Prepares the message that <see cref="Publish"/> sends.</summary>
    public void Prepare(string topic, int size, MqttQoS qos)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(topic);
        var payload = new byte[size];
        message = Bytes((ref MqttWriter writer) => new PublishPacket { Topic = utf8, Payload = payload, QoS = qos, PacketId = qos == MqttQoS.AtMostOnce ? (ushort)0 : (ushort)1 }.Write(ref writer));
        packetIdAt = qos == MqttQoS.AtMostOnce ? 0 : message.Length - size - 2;
    }

    /// <summary>Sends the prepared message some times.</summary>
    public void Publish(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (packetIdAt > 0)
            {
                packetId = packetId == ushort.MaxValue ? (ushort)1 : (ushort)(packetId + 1);
                BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(packetIdAt), packetId);
            }
            outgoing.Write(message);
        }
        Sent += count;
        Flush();
    }

    public async ValueTask DisposeAsync()
    {
        closed = true;
        await stream.DisposeAsync();
        await reading;
    }

    private delegate void PacketWrite(ref MqttWriter writer);

    private static byte[] Bytes(PacketWrite write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, MqttProtocolVersion.V311);
        write(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    private async Task AskAsync(byte[] packet, int answerSize, CancellationToken cancellation)
    {
        await stream.WriteAsync(packet, cancellation);
        await stream.ReadExactlyAsync(new byte[answerSize], cancellation);
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        try
        {
            while (!closed)
            {
                var count = await stream.ReadAsync(buffer.AsMemory(length));
                if (count == 0) return;
                length += count;
                var used = Take(buffer.AsSpan(0, length));
                buffer.AsSpan(used, length - used).CopyTo(buffer);
                length -= used;
                Flush();
                Progress?.Invoke();
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }

    private int Take(ReadOnlySpan<byte> bytes)
    {
        var position = 0;
        while (FixedHeader.TryRead(bytes[position..], out var header, out var size) && bytes.Length - position - size >= header.RemainingLength)
        {
            var body = bytes.Slice(position + size, header.RemainingLength);
            position += size + header.RemainingLength;
            switch (header.Type)
            {
                case MqttPacketType.Publish:
                    Received++;
                    var qos = (header.Flags >> 1) & 3;
                    if (qos > 0) Answer(qos == 1 ? (byte)0x40 : (byte)0x50, body[(2 + BinaryPrimitives.ReadUInt16BigEndian(body))..]);
                    break;
                case MqttPacketType.PubRec: Answer(0x62, body); break;
                case MqttPacketType.PubRel: Answer(0x70, body); break;
                case MqttPacketType.PubAck or MqttPacketType.PubComp: Acknowledged++; break;
                default: break;
            }
        }
        return position;
    }

    private void Answer(byte type, ReadOnlySpan<byte> body)
    {
        var span = outgoing.GetSpan(4);
        span[0] = type;
        span[1] = 2;
        body[..2].CopyTo(span[2..]);
        outgoing.Advance(4);
    }

    private void Flush()
    {
        if (!sending && outgoing.WrittenCount > 0) _ = SendAsync();
    }

    private async Task SendAsync()
    {
        sending = true;
        try
        {
            while (outgoing.WrittenCount > 0)
            {
                if (rest.Length < outgoing.WrittenCount) rest = new byte[Math.Max(outgoing.WrittenCount, 64 * 1024)];
                var count = outgoing.WrittenCount;
                outgoing.WrittenSpan.CopyTo(rest);
                outgoing.ResetWrittenCount();
                await stream.WriteAsync(rest.AsMemory(0, count));
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            Debug.Assert(closed || failure is IOException);
        }
        finally
        {
            sending = false;
        }
    }
}
