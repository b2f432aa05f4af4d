using System.Buffers;
using System.IO.Pipelines;

namespace TrainingLab.Network.Flows;

/// <summary>
/// The bytes of a connection from one side to the other: one pipe, and a gate that says how much of it the reader may see. The gate is open as long as the path
/// exists and no cable on it is shaped; then a byte costs what it costs in a pipe. Blocked, nothing more becomes visible; shaped, each segment does at its time.
/// </summary>
internal sealed class FlowDirection
{
    /// <summary>The payload of a full TCP segment over Ethernet: 1500 less the IPv4 and TCP headers.</summary>
    public const int MaxSegment = 1460;

    private readonly Flow _flow;
    private readonly Queue<(long Position, DateTimeOffset At, bool Fin)> _underWay = new();
    private TaskCompletionSource? _waiting;
    private ITimer? _timer;
    private DateTimeOffset _lastArrival;
    private long _released;
    private bool _finReleased;
    private bool _blocked;
    private bool _shaped;

    public FlowDirection(Flow flow, PlantNetworkOptions options, bool fromClient)
    {
        _flow = flow;
        FromClient = fromClient;
        // The reader and writer in front of the pipe continue their callers on the callers' context; the pipe itself need not do it a second time.
        Pipe = new Pipe(new PipeOptions(
            readerScheduler: options.ReaderScheduler,
            writerScheduler: options.WriterScheduler,
            pauseWriterThreshold: options.WindowSize,
            resumeWriterThreshold: options.WindowSize / 2,
            useSynchronizationContext: false));
        Reader = new FlowReader(this, Pipe.Reader);
        Writer = new FlowWriter(this, Pipe.Writer);
    }

    public bool FromClient { get; }

    public Pipe Pipe { get; }

    public FlowReader Reader { get; }

    public FlowWriter Writer { get; }

    /// <summary>Bytes that the sender has flushed.</summary>
    public long Written { get; private set; }

    /// <summary>The sender has completed.</summary>
    public bool FinWritten { get; private set; }

    /// <summary>False: the reader sees the pipe as it is.</summary>
    public bool Gated { get; private set; }

    /// <summary>Bytes, or the end, that the receiver may not see yet.</summary>
    public bool HasHidden => Gated && (_released < Written || FinWritten != _finReleased);

    public bool FinArrived => FinWritten && (!Gated || _finReleased);

    public long Hidden => Gated ? Written - _released : 0;

    /// <summary>The sender flushes <paramref name="count"/> bytes, and perhaps ends. Called before the pipe is flushed.</summary>
    public void Commit(int count, bool fin)
    {
        Written += count;
        FinWritten |= fin;
        if (!Gated && _flow.Tap is null)
            return;
        _flow.Tap?.Sent(this, fin, _blocked);
        if (_blocked)
            _flow.BytesWait();
        else if (Gated)
            Send(count, fin);
        else
            _flow.Tap?.Arrived(this, Written, fin);
    }

    /// <summary>A side has completed its reader or writer.</summary>
    public void SideCompleted() => _flow.SideChanged();

    public void Abort() => _flow.Cut();

    /// <summary>The path is lost: what is under way is lost with it and will be sent again.</summary>
    public void Block()
    {
        Close();
        _blocked = true;
        _underWay.Clear();
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The path exists; its cables delay segments or do not.</summary>
    public void Pass(bool shaped)
    {
        _shaped = shaped;
        if (_blocked)
        {
            _blocked = false;
            _flow.Tap?.Resent(this);
            Send(Written - _released, FinWritten && !_finReleased);
        }
        else if (shaped)
            Close();
        OpenWhenEmpty();
    }

    /// <summary>Nothing more arrives and the timer stops.</summary>
    public void Stop()
    {
        _underWay.Clear();
        _timer?.Dispose();
        _timer = null;
        Signal();
    }

    /// <summary>How much of the pipe's content the reader may see, and whether it may see the end.</summary>
    public bool Look(in ReadResult result, long examined, out ReadResult visible)
    {
        var length = result.Buffer.Length - Hidden;
        var ended = result.IsCompleted && FinArrived;
        visible = new ReadResult(result.Buffer.Slice(0, length), result.IsCanceled, ended);
        return length > examined || ended || result.IsCanceled;
    }

    /// <summary>Completes at the next change of the gate, or when the token fires. (Task.WaitAsync would pass through the thread pool.)</summary>
    public async ValueTask ChangedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = cancellationToken.UnsafeRegister(static direction => ((FlowDirection)direction!).Signal(), this);
        await _waiting.Task;
        cancellationToken.ThrowIfCancellationRequested();
    }

    public void Signal()
    {
        var waiting = _waiting;
        _waiting = null;
        waiting?.TrySetResult();
    }

    private void Close()
    {
        if (Gated)
            return;
        Gated = true;
        _released = Written;
        _finReleased = FinWritten;
    }

    private void OpenWhenEmpty()
    {
        if (Gated && !_blocked && !_shaped && _underWay.Count == 0)
        {
            Gated = false;
            Signal();
        }
    }

    private void Send(long count, bool fin)
    {
        var now = _flow.Time.GetUtcNow();
        var position = Written - count;
        if (count == 0 && fin)
            Enqueue(position, 0, now, fin: true);
        while (count > 0)
        {
            var segment = Math.Min(count, MaxSegment);
            position += segment;
            count -= segment;
            Enqueue(position, (int)segment, now, fin && count == 0);
        }

        if (_underWay.Count > 0)
            Arrive();
    }

    private void Enqueue(long position, int bytes, DateTimeOffset now, bool fin)
    {
        var arrival = _flow.ArrivalOf(this, bytes, now);
        _lastArrival = arrival > _lastArrival ? arrival : _lastArrival;
        _underWay.Enqueue((position, _lastArrival, fin));
    }

    private void Arrive()
    {
        var now = _flow.Time.GetUtcNow();
        var released = false;
        while (_underWay.TryPeek(out var segment) && segment.At <= now)
        {
            _underWay.Dequeue();
            _released = segment.Position;
            _finReleased |= segment.Fin;
            released = true;
            _flow.Tap?.Arrived(this, segment.Position, segment.Fin);
        }

        if (_underWay.TryPeek(out var next))
        {
            _timer ??= _flow.Time.CreateTimer(static state => ((FlowDirection)state!).Arrive(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(next.At - now, Timeout.InfiniteTimeSpan);
        }

        if (released)
        {
            Signal();
            OpenWhenEmpty();
            if (_finReleased)
                _flow.SideChanged();
        }
    }
}
