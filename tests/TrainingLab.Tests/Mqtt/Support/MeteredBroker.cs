using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>A broker on this thread, whose connections hand bytes over without making anything, so that what is allocated and what it takes is the broker's own.</summary>
internal sealed class MeteredBroker : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> queue = new();
    private readonly MqttBroker broker = new(new MqttBrokerOptions(), TimeProvider.System);
    private readonly List<Connection> subscribers = [];
    private readonly Connection publisher;
    private readonly MqttQoS qos;
    private byte[] message = [];

    /// <summary>Connects a publisher and subscribers of its topic.</summary>
    public MeteredBroker(int subscriberCount, MqttQoS qos, MqttProtocolVersion version)
    {
        this.qos = qos;
        SetSynchronizationContext(this);
        for (var i = 0; i < subscriberCount; i++)
        {
            var subscriber = Connect($"s{i:D4}", version);
            subscriber.Give(Bytes(new SubscribePacket(1, [new SubscribeFilter("line/+/speed", qos)]).Write, version));
            subscribers.Add(subscriber);
        }
        publisher = Connect("p", version);
        message = Bytes(
            (ref MqttWriter writer) => new PublishPacket { Topic = "line/filler/speed"u8, Payload = "12.5"u8, QoS = qos, PacketId = qos == MqttQoS.AtMostOnce ? (ushort)0 : (ushort)1 }.Write(ref writer), version);
        Run();
    }

    /// <summary>Bytes that subscribers have got so far.</summary>
    public long Delivered => subscribers.Sum(static s => s.Written);

    public override void Post(SendOrPostCallback d, object? state) => queue.Enqueue((d, state));

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>One message from the publisher's bytes to those of all subscribers, acknowledged by each to the end.</summary>
    public void Publish()
    {
        publisher.Give(message);
        Run();
        if (qos == MqttQoS.AtMostOnce) return;
        if (qos == MqttQoS.ExactlyOnce)
        {
            publisher.Answer(0x62); // PUBREL
            foreach (var subscriber in subscribers) subscriber.Answer(0x50); // PUBREC
            Run();
        }
        foreach (var subscriber in subscribers) subscriber.Answer(qos == MqttQoS.AtLeastOnce ? (byte)0x40 : (byte)0x70);
        Run();
    }

    private delegate void PacketWrite(ref MqttWriter writer);

    private static byte[] Bytes(PacketWrite write, MqttProtocolVersion version)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, version);
        write(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    private Connection Connect(string clientId, MqttProtocolVersion version)
    {
        var connection = new Connection();
        _ = broker.ServeAsync(connection, new MqttPeer("pc", "10.0.0.1:1", null, TimeProvider.System), CancellationToken.None);
        connection.Give(Bytes(new ConnectPacket { ClientId = clientId, ProtocolLevel = (byte)version }.Write, version));
        Run();
        return connection;
    }

    private void Run()
    {
        while (queue.TryDequeue(out var next)) next.Callback(next.State);
    }

    /// <summary>A connection whose bytes come from a test and go nowhere.</summary>
    private sealed class Connection : IDuplexPipe
    {
        private readonly Feed input = new();
        private readonly Sink output = new();
        private readonly byte[] answer = [0, 2, 0, 0];

        public PipeReader Input => input;

        public PipeWriter Output => output;

        public long Written => output.Total;

        public void Give(ReadOnlyMemory<byte> bytes) => input.Give(bytes);

        /// <summary>Says something of two bytes about the packet identifier that came last.</summary>
        public void Answer(byte type)
        {
            answer[0] = type;
            (answer[2], answer[3]) = output.LastPacketId;
            input.Give(answer);
        }
    }

    private sealed class Feed : PipeReader, IValueTaskSource<ReadResult>
    {
        private static readonly SendOrPostCallback Resume = static feed => ((Feed)feed!).GoOn();
        private ReadOnlySequence<byte> rest;
        private Action<object?>? continuation;
        private object? state;
        private SynchronizationContext? context;
        private bool examined = true;

        public void Give(ReadOnlyMemory<byte> bytes)
        {
            if (!rest.IsEmpty) throw new InvalidOperationException("Not everything was read.");
            rest = new ReadOnlySequence<byte>(bytes);
            examined = false;
            if (continuation is not null) context!.Post(Resume, this);
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => TryRead(out var result) ? new(result) : new(this, 0);

        public override bool TryRead(out ReadResult result)
        {
            result = new ReadResult(rest, isCanceled: false, isCompleted: false);
            return !examined;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            rest = rest.Slice(consumed);
            this.examined = true;
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public ReadResult GetResult(short token) => new(rest, isCanceled: false, isCompleted: false);

        public ValueTaskSourceStatus GetStatus(short token) => examined ? ValueTaskSourceStatus.Pending : ValueTaskSourceStatus.Succeeded;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            (this.continuation, this.state) = (continuation, state);
            context = SynchronizationContext.Current;
        }

        private void GoOn()
        {
            var next = continuation!;
            continuation = null;
            next(state);
        }
    }

    private sealed class Sink : PipeWriter
    {
        private readonly byte[] buffer = new byte[128 * 1024];
        private int length;

        public long Total { get; private set; }

        /// <summary>The identifier of the PUBLISH or acknowledgement that was written last.</summary>
        public (byte High, byte Low) LastPacketId { get; private set; }

        public override Memory<byte> GetMemory(int sizeHint = 0) => buffer.AsMemory(length);

        public override Span<byte> GetSpan(int sizeHint = 0) => buffer.AsSpan(length);

        public override void Advance(int bytes) => length += bytes;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            // All lengths here fit into one byte.
            var at = 2;
            if (buffer[0] >> 4 == 3) at += 2 + ((buffer[2] << 8) | buffer[3]);
            LastPacketId = (buffer[at], buffer[at + 1]);
            Total += length;
            length = 0;
            return new(default(FlushResult));
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
