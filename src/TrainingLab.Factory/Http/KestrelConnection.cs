using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using TrainingLab.Factory.Networks;
using TrainingLab.Network;
using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Http;

/// <summary>One connection of the plant network as Kestrel sees it: the border between a factory's serial context and Kestrel's threads.</summary>
/// <remarks>
/// Bytes go in through <see cref="WriteAsync"/> or <see cref="ExchangeAsync"/>. Kestrel is known to have finished with them when it asks for more and there is none: it
/// writes its answer before it asks again. That is what lets a factory stand still for exactly one exchange.
/// </remarks>
internal sealed class KestrelConnection : ConnectionContext, IDuplexPipe
{
    private readonly Pipe toKestrel;
    private readonly Pipe fromKestrel;
    private readonly CancellationTokenSource closed = new();
    private readonly Lock gate = new();
    private TaskCompletionSource? idle;
    private readonly CountingReader reader;

    public KestrelConnection(string id, PlantHttpService service, PlantPeer peer)
    {
        ConnectionId = id;
        Service = service;
        Peer = peer;
        var factorySide = service.Scheduler.PipeScheduler;
        // Kestrel's side runs on the pool like any of its connections; no threshold, because a factory that stands still reads only afterwards.
        toKestrel = new Pipe(new PipeOptions(readerScheduler: PipeScheduler.ThreadPool, writerScheduler: factorySide, pauseWriterThreshold: 0, useSynchronizationContext: false));
        fromKestrel = new Pipe(new PipeOptions(
            readerScheduler: factorySide,
            writerScheduler: PipeScheduler.ThreadPool,
            pauseWriterThreshold: StudentConnections.IsSocket(peer.Account) ? 256 * 1024 : 0,
            resumeWriterThreshold: StudentConnections.IsSocket(peer.Account) ? 128 * 1024 : 0,
            useSynchronizationContext: false));
        reader = new CountingReader(this, toKestrel.Reader);
        Transport = this;
        ConnectionClosed = closed.Token;
        LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        RemoteEndPoint = new IPEndPoint(IPAddress.Parse(peer.Address.ToString()), peer.Port);
        Features.Set(this);
    }

    public PlantHttpService Service { get; }

    public PlantPeer Peer { get; }

    /// <summary>The call for which the factory stands still; the service answers inside it.</summary>
    public ExternalCall? Call { get; set; }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    PipeReader IDuplexPipe.Input => reader;

    PipeWriter IDuplexPipe.Output => fromKestrel.Writer;

    /// <summary>What Kestrel has written.</summary>
    public PipeReader Answers => fromKestrel.Reader;

    /// <summary>Hands bytes to Kestrel without waiting for its answer.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush;
        lock (gate)
            flush = toKestrel.Writer.WriteAsync(bytes, cancellationToken);
        await flush;
    }

    /// <summary>Hands bytes to Kestrel and returns when it has answered, wants more, or has closed.</summary>
    public async Task ExchangeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Task done;
        ValueTask<FlushResult> flush;
        lock (gate)
        {
            idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            done = idle.Task;
            flush = toKestrel.Writer.WriteAsync(bytes, cancellationToken);
        }

        await flush;
        await done.WaitAsync(cancellationToken);
    }

    /// <summary>The plant's side will send no more.</summary>
    public void CompleteInput() => toKestrel.Writer.Complete();

    public override void Abort(ConnectionAbortedException abortReason) => Abort();

    public override void Abort()
    {
        toKestrel.Writer.CancelPendingFlush();
        toKestrel.Writer.Complete(new ConnectionAbortedException());
        fromKestrel.Reader.CancelPendingRead();
        SetIdle();
    }

    public override async ValueTask DisposeAsync()
    {
        await fromKestrel.Writer.CompleteAsync();
        await toKestrel.Reader.CompleteAsync();
        SetIdle();
        await closed.CancelAsync();
        closed.Dispose();
    }

    private void SetIdle()
    {
        lock (gate)
        {
            idle?.TrySetResult();
            idle = null;
        }
    }

    /// <summary>Tells when Kestrel waits for bytes that have not come.</summary>
    private sealed class CountingReader(KestrelConnection connection, PipeReader inner) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            lock (connection.gate)
            {
                var read = inner.ReadAsync(cancellationToken);
                if (!read.IsCompleted)
                {
                    connection.idle?.TrySetResult();
                    connection.idle = null;
                }

                return read;
            }
        }

        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null)
        {
            inner.Complete(exception);
            connection.SetIdle();
        }
    }
}
