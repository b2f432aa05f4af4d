using System.Buffers;
using System.IO.Pipelines;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>
/// A client without a mind of its own: sends what a test says, packet by packet or byte by byte, and keeps what comes, so that a test sees
/// exactly what is on the wire. Each sending waits until nothing is left to do.
/// </summary>
internal sealed class WireClient(SerialContext context, IDuplexPipe pipe, MqttProtocolVersion version = MqttProtocolVersion.V311)
{
    private readonly ArrayBufferWriter<byte> received = new();

    public delegate void PacketWrite(ref MqttWriter writer);

    /// <summary>The broker's handler of this connection.</summary>
    public Task Served { get; set; } = Task.CompletedTask;

    /// <summary>Whether the broker has closed the connection.</summary>
    public bool IsClosed { get; private set; }

    public Task ConnectAsync(
        string clientId, bool clean = true, ushort keepAlive = 0, MqttMessage? will = null, string? user = null, byte[]? password = null,
        MqttProperties? properties = null, uint willDelay = 0)
    {
        var packet = new ConnectPacket
        {
            ClientId = clientId, CleanSession = clean, KeepAlive = keepAlive, Will = will, UserName = user, Password = password,
            ProtocolLevel = (byte)version, Properties = properties, WillDelay = willDelay,
        };
        return SendAsync(packet.Write);
    }

    public Task SubscribeAsync(ushort id, params (string Filter, MqttQoS QoS)[] filters) =>
        SendAsync(new SubscribePacket(id, [.. filters.Select(f => new SubscribeFilter(f.Filter, f.QoS))]).Write);

    public Task SubscribeAsync(ushort id, SubscribeFilter filter, int identifier = 0) =>
        SendAsync(new SubscribePacket(id, [filter], identifier == 0 ? null : new MqttProperties { SubscriptionIdentifiers = [identifier] }).Write);

    public Task UnsubscribeAsync(ushort id, params string[] filters) => SendAsync(new UnsubscribePacket(id, filters).Write);

    public Task PublishAsync(string topic, string payload, MqttQoS qos = MqttQoS.AtMostOnce, ushort id = 0, bool retain = false, bool dup = false, MqttProperties? properties = null)
    {
        return SendAsync((ref MqttWriter writer) => new PublishPacket
        {
            Topic = System.Text.Encoding.UTF8.GetBytes(topic),
            Payload = System.Text.Encoding.UTF8.GetBytes(payload),
            Properties = properties,
            QoS = qos,
            PacketId = id,
            Retain = retain,
            Duplicate = dup,
        }.Write(ref writer));
    }

    public Task PubAckAsync(ushort id, MqttReasonCode reason = MqttReasonCode.Success) => SendAsync(new PubAckPacket(id, reason).Write);

    public Task PubRecAsync(ushort id, MqttReasonCode reason = MqttReasonCode.Success) => SendAsync(new PubRecPacket(id, reason).Write);

    public Task PubRelAsync(ushort id) => SendAsync(new PubRelPacket(id).Write);

    public Task PubCompAsync(ushort id) => SendAsync(new PubCompPacket(id).Write);

    public Task PingAsync() => SendAsync(PingReqPacket.Write);

    public Task DisconnectAsync(MqttReasonCode reason = MqttReasonCode.Success, MqttProperties? properties = null) => SendAsync(new DisconnectPacket(reason, properties).Write);

    public Task AuthAsync(MqttReasonCode reason, string method, byte[] data) =>
        SendAsync(new AuthPacket(reason, new MqttProperties { AuthenticationMethod = method, AuthenticationData = data }).Write);

    /// <summary>The network connection ends without DISCONNECT.</summary>
    public async Task CloseAsync()
    {
        await pipe.Output.CompleteAsync();
        await context.SettleAsync();
    }

    public Task SendHexAsync(string hex) => SendBytesAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await pipe.Output.WriteAsync(bytes, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // The broker has closed already.
        }
        await context.SettleAsync();
    }

    public Task SendAsync(PacketWrite write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, version);
        write(ref writer);
        writer.Commit();
        return SendBytesAsync(bytes.WrittenMemory);
    }

    /// <summary>What has come since the last call, in words.</summary>
    public IReadOnlyList<string> Take()
    {
        Collect();
        var packets = PacketText.All(received.WrittenMemory, version);
        received.ResetWrittenCount();
        return packets;
    }

    /// <summary>What has come since the last call, as hexadecimal digits.</summary>
    public string TakeHex()
    {
        Collect();
        var hex = Convert.ToHexString(received.WrittenSpan);
        received.ResetWrittenCount();
        return hex;
    }

    /// <summary>Looks whether the broker has closed.</summary>
    public bool HasClosed()
    {
        Collect();
        return IsClosed;
    }

    private void Collect()
    {
        while (!IsClosed && pipe.Input.TryRead(out var result))
        {
            foreach (var segment in result.Buffer) received.Write(segment.Span);
            pipe.Input.AdvanceTo(result.Buffer.End);
            IsClosed = result.IsCompleted;
        }
    }
}
