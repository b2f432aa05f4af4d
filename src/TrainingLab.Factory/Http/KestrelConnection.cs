using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using TrainingLab.Factory.Networks;
using TrainingLab.Network;

namespace TrainingLab.Factory.Http;

/// <summary>One connection of the plant network as Kestrel sees it: the border between a factory's serial context and Kestrel's threads.</summary>
/// <remarks>
/// A connection whose bytes come from a real socket just flows: <see cref="TryWriteAsync"/>. For one between machines of the plant the factory stands still whenever Kestrel
/// works: <see cref="GiveAsync"/> hands it bytes and returns when Kestrel has read a request out of them, or wants more; <see cref="ReplyAsync"/> hands it the answer and returns
/// in the same way. Between the two the factory goes on and answers in its own time. Kestrel is known to have finished when it asks for bytes and there are none: it writes its
/// answer before it asks again.
/// </remarks>
internal sealed class KestrelConnection : ConnectionContext, IDuplexPipe
{
    /// <summary>Bytes that may wait in each direction of a connection from a real socket.</summary>
    private const int Window = 256 * 1024;

    private readonly Pipe toKestrel;
    private readonly Pipe fromKestrel;
    private readonly CancellationTokenSource closed = new();
    private readonly Lock gate = new();
    private TaskCompletionSource? settled;
    private TaskCompletionSource<PlantHttpResponse>? reply;
    private PlantHttpRequest? asked;
    private bool isOver;
    private readonly WatchedReader reader;

    public KestrelConnection(string id, PlantHttpService service, PlantPeer peer, CancellationToken stopping)
    {
        ConnectionId = id;
        Service = service;
        Stopping = stopping;
        Peer = peer;
        FlowsFreely = StudentConnections.IsSocket(peer.Account);
        var factorySide = service.Scheduler.PipeScheduler;
        // Kestrel's side runs on the pool like any of its connections. Where the factory stands still there is no threshold, because it reads only afterwards.
        var window = FlowsFreely ? Window : 0;
        toKestrel = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.ThreadPool, writerScheduler: factorySide, pauseWriterThreshold: window, resumeWriterThreshold: window / 2, useSynchronizationContext: false));
        fromKestrel = new Pipe(new PipeOptions(
            readerScheduler: factorySide, writerScheduler: PipeScheduler.ThreadPool, pauseWriterThreshold: window, resumeWriterThreshold: window / 2, useSynchronizationContext: false));
        reader = new WatchedReader(this, toKestrel.Reader);
        Transport = this;
        ConnectionClosed = closed.Token;
        LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        RemoteEndPoint = new IPEndPoint(IPAddress.Parse(peer.Address.ToString()), peer.Port);
        Features.Set(this);
    }

    public PlantHttpService Service { get; }

    public PlantPeer Peer { get; }

    /// <summary>Whether bytes pass while the factory runs; false where it stands still while Kestrel works.</summary>
    public bool FlowsFreely { get; }

    /// <summary>Cancelled on the factory's turn when the connection has no server any more.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Whether Kestrel has closed.</summary>
    public bool IsOver
    {
        get
        {
            lock (gate)
                return isOver;
        }
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    PipeReader IDuplexPipe.Input => reader;

    PipeWriter IDuplexPipe.Output => fromKestrel.Writer;

    /// <summary>What Kestrel has written.</summary>
    public PipeReader Answers => fromKestrel.Reader;

    /// <summary>Hands bytes to Kestrel without waiting for its answer.</summary>
    /// <returns>False when Kestrel reads no more.</returns>
    public async ValueTask<bool> TryWriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush;
        lock (gate)
        {
            if (isOver)
                return false;
            flush = toKestrel.Writer.WriteAsync(bytes, cancellationToken);
        }

        return !(await flush).IsCompleted;
    }

    /// <summary>Hands bytes to Kestrel.</summary>
    /// <returns>The request that they completed; null where Kestrel wants more, or has closed.</returns>
    public async Task<PlantHttpRequest?> GiveAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Task done;
        ValueTask<FlushResult> flush;
        lock (gate)
        {
            done = Unsettle();
            flush = toKestrel.Writer.WriteAsync(bytes, cancellationToken);
        }

        await flush;
        await done.WaitAsync(cancellationToken);
        return TakeAsked();
    }

    /// <summary>Hands the answer to the request that was asked last to Kestrel.</summary>
    /// <returns>The next request, where the client has sent several at once; null where Kestrel wants more, or has closed.</returns>
    public async Task<PlantHttpRequest?> ReplyAsync(PlantHttpResponse response, CancellationToken cancellationToken)
    {
        Task done;
        lock (gate)
        {
            done = Unsettle();
            reply?.TrySetResult(response);
        }

        await done.WaitAsync(cancellationToken);
        return TakeAsked();
    }

    /// <summary>Asks the plant for an answer; on Kestrel's threads.</summary>
    public Task<PlantHttpResponse> AskAsync(PlantHttpRequest request)
    {
        lock (gate)
        {
            reply = new TaskCompletionSource<PlantHttpResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (isOver)
                reply.TrySetCanceled();
            asked = request;
            settled?.TrySetResult();
            settled = null;
            return reply.Task;
        }
    }

    /// <summary>The plant's side will send no more.</summary>
    public void CompleteInput() => toKestrel.Writer.Complete();

    public override void Abort(ConnectionAbortedException abortReason) => Abort();

    public override void Abort()
    {
        toKestrel.Writer.CancelPendingFlush();
        toKestrel.Writer.Complete(new ConnectionAbortedException());
        fromKestrel.Reader.CancelPendingRead();
        Settle(over: true);
    }

    public override async ValueTask DisposeAsync()
    {
        await fromKestrel.Writer.CompleteAsync();
        await toKestrel.Reader.CompleteAsync();
        Settle(over: true);
        await closed.CancelAsync();
        closed.Dispose();
    }

    private Task Unsettle()
    {
        settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var done = settled.Task;
        if (isOver)
            settled.TrySetResult();
        return done;
    }

    private void Settle(bool over)
    {
        lock (gate)
        {
            isOver |= over;
            if (over)
                reply?.TrySetCanceled();
            settled?.TrySetResult();
            settled = null;
        }
    }

    private PlantHttpRequest? TakeAsked()
    {
        lock (gate)
        {
            var taken = asked;
            asked = null;
            return taken;
        }
    }

    /// <summary>Tells when Kestrel waits for bytes that have not come.</summary>
    private sealed class WatchedReader(KestrelConnection connection, PipeReader inner) : PipeReader
    {
        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            lock (connection.gate)
            {
                var read = inner.ReadAsync(cancellationToken);
                if (!read.IsCompleted)
                {
                    connection.settled?.TrySetResult();
                    connection.settled = null;
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
            connection.Settle(over: true);
        }
    }
}
