using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace TrainingLab.Simulation.Time;

/// <summary>
/// The one thread of execution of one factory, without owning a thread: a <see cref="SynchronizationContext"/> that runs items one at
/// a time in the order in which they were posted, borrowing a pool thread only while there is something to run.
/// </summary>
/// <remarks>
/// <para>Work comes from three sides, and the order between them is what makes a run repeatable:</para>
/// <list type="number">
/// <item><b>Inside</b>: posted by an item of this factory (continuations of <c>await</c>, pipe callbacks). All of it runs before
/// anything else happens: when it is used up the factory is <i>quiet</i>.</item>
/// <item><b>Outside</b>: posted by any other thread (a student's socket, the web page, wire timers). An outside item enters only
/// when the factory is quiet, one at a time. When the plant is paced against the wall clock, plant time is first brought up to
/// the present, so the item sees the current plant time and every timer due before it has fired. Recording (plant time, order) of
/// outside items is therefore enough to repeat a run.</item>
/// <item><b>Time</b>: when the factory is quiet and no outside item waits, the attached <see cref="PlantClock"/> moves to its next due
/// timer, never beyond the target it was given.</item>
/// </list>
/// <para>One thing escapes: library code that awaits with <c>ConfigureAwait(false)</c> (stream adapters, <c>HttpClient</c>, asynchronous JSON) does not continue
/// here but on a pool thread, because .NET does not inline such continuations under a custom context, and its result enters as an outside item. Inside a
/// factory use pipes and synchronous codecs; what cannot do without goes through <see cref="SuspendWhileAsync(Func{ExternalCall, Task})"/>.</para>
/// <para>Thread safety: <see cref="Post"/>, <c>InvokeAsync</c>, <see cref="Drain"/> and <see cref="Close"/> may be called from any thread.</para>
/// </remarks>
public sealed class SerialScheduler : SerialContext, IThreadPoolWorkItem
{
    /// <summary>Items run before the pool thread is given back for other factories.</summary>
    private const int BatchSize = 256;

    [ThreadStatic]
    private static SerialScheduler? current;

    private readonly Action<Exception> unhandled;
    private readonly bool usePool;

    // Touched only by the thread that has the turn.
    private readonly Queue<Item> inside = new();
    private readonly Queue<ExternalCall> waitingCalls = new();
    private ExternalCall? activeCall;
    private TimeSpan? admission;

    // Guarded by gate.
    private readonly object gate = new();
    private readonly Queue<Item> outside = new();
    private readonly Queue<Item> nested = new();
    private readonly HashSet<IAbandonable> awaited = [];
    private bool turnTaken;
    private bool timeRequested;
    private bool suspended;
    private volatile bool closed;

    /// <summary>Makes an idle scheduler.</summary>
    /// <param name="unhandled">Told of every exception that an item let escape; the item is over, the factory goes on. Runs on the factory's turn.</param>
    /// <param name="usePool">False: nothing runs until somebody calls <see cref="Drain"/> (tests that want to look between items).</param>
    public SerialScheduler(Action<Exception> unhandled, bool usePool = true)
    {
        ArgumentNullException.ThrowIfNull(unhandled);
        this.unhandled = unhandled;
        this.usePool = usePool;
        PipeScheduler = new ContextPipeScheduler(this);
    }

    /// <summary>Runs pipe callbacks as items of this factory. Pipes inside a factory use it for reader and writer.</summary>
    public PipeScheduler PipeScheduler { get; }

    /// <summary>True when nothing runs, nothing waits to run, no timer is due and no external call is open.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (gate)
                return !turnTaken && !suspended && !timeRequested && outside.Count == 0;
        }
    }

    /// <summary>True after <see cref="Close"/>.</summary>
    public bool IsClosed => closed;

    internal override SerialScheduler Owner => this;

    /// <summary>The plant time of this factory; set by the clock itself.</summary>
    internal PlantClock? Clock { get; set; }

    /// <inheritdoc/>
    public override bool CheckAccess() => ReferenceEquals(current, this);

    /// <summary>Runs <paramref name="d"/> later, in its turn. After <see cref="Close"/> it is dropped.</summary>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (CheckAccess())
            inside.Enqueue(new Item(d, state));
        else
            PostFromOutside(outside, new Item(d, state));
    }

    /// <summary>
    /// Like <see cref="Post"/>, but where the factory is idle the calling thread runs it, at once, instead of waking another one: for a socket's completion, on a
    /// pool thread that has nothing else to do and holds no lock. In which order things happen is the same.
    /// </summary>
    public void PostInPlace(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        // On the turn of another factory, that one's items would wait for this one's.
        if (current is not null || !usePool)
        {
            Post(d, state);
            return;
        }

        lock (gate)
        {
            if (closed)
                return;
            outside.Enqueue(new Item(d, state));
            if (turnTaken || !HasWork())
                return;
            turnTaken = true;
        }

        if (!RunBatch())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>
    /// Runs everything on the calling thread until the factory is quiet, waiting for external calls to end.
    /// If another thread has the turn, waits for it first.
    /// </summary>
    /// <exception cref="InvalidOperationException">Called by an item of this factory.</exception>
    public void Drain()
    {
        if (CheckAccess())
            throw new InvalidOperationException("Drain was called from inside the factory that it would run.");
        while (true)
        {
            lock (gate)
            {
                while (turnTaken || (suspended && nested.Count == 0 && !closed))
                    Monitor.Wait(gate);
                if (!HasWork())
                    return;
                turnTaken = true;
            }
            while (!RunBatch())
            {
            }
        }
    }

    /// <summary>
    /// Stands still for a call that leaves the factory: until <paramref name="operation"/> ends no item runs, no outside item enters and plant time
    /// does not move, except what is posted to the <see cref="ExternalCall"/> that the operation is given. Then the caller continues
    /// before anything else. To the rest of the factory the call is one step, however long it takes in wall time, so runs stay repeatable.
    /// </summary>
    /// <remarks>
    /// Used where a device inside the plant calls something that the process hosts once for all (Kestrel), and that comes back into the
    /// factory to answer. The operation must not wait for an ordinary item of this factory or for plant time: both stand still, it
    /// would wait for ever. Bound it with a cancellation on wire time. Calls started while one is open are made one after the other, in order.
    /// </remarks>
    /// <exception cref="InvalidOperationException">Called from outside the factory.</exception>
    public async ValueTask<T> SuspendWhileAsync<T>(Func<ExternalCall, Task<T>> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        T result = default!;
        await Suspend(Operation);
        return result;

        async Task Operation(ExternalCall call) => result = await operation(call);
    }

    /// <inheritdoc cref="SuspendWhileAsync{T}(Func{ExternalCall, Task{T}})"/>
    public ValueTask SuspendWhileAsync(Func<ExternalCall, Task> operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        return Suspend(operation);
    }

    /// <summary>Ends the factory: what waits is dropped, callers of <c>InvokeAsync</c> get <see cref="ObjectDisposedException"/>, later posts are dropped.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            outside.Clear();
            nested.Clear();
            foreach (var work in awaited)
                work.Abandon();
            awaited.Clear();
            Monitor.PulseAll(gate);
        }
        Clock?.Abandon();
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (!RunBatch())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Asks for a turn because the clock has been given a new target. Any thread.</summary>
    internal void RequestTime()
    {
        lock (gate)
        {
            if (closed)
                return;
            timeRequested = true;
            Wake();
        }
    }

    /// <summary>Remembers work that somebody outside waits for; false when the factory is closed.</summary>
    internal bool Expect(IAbandonable work)
    {
        lock (gate)
            return !closed && awaited.Add(work);
    }

    internal void Forget(IAbandonable work)
    {
        lock (gate)
            awaited.Remove(work);
    }

    internal void PostNested(ExternalCall call, SendOrPostCallback callback, object? state)
    {
        // A call that has ended is no longer a way in: its late work queues like anybody else's.
        if (call.IsOver)
            Post(callback, state);
        else
            PostFromOutside(nested, new Item(callback, state));
    }

    private ValueTask Suspend(Func<ExternalCall, Task> operation)
    {
        if (!CheckAccess())
            throw new InvalidOperationException("Only an item of the factory can suspend it.");
        var call = new ExternalCall(this, operation);
        waitingCalls.Enqueue(call);
        return new ValueTask(call.Completion);
    }

    private void PostFromOutside(Queue<Item> queue, Item item)
    {
        lock (gate)
        {
            if (closed)
                return;
            queue.Enqueue(item);
            Wake();
        }
    }

    private bool HasWork() => !closed && (suspended ? nested.Count > 0 : outside.Count > 0 || nested.Count > 0 || timeRequested);

    private void Wake()
    {
        if (turnTaken || !HasWork())
            return;
        if (usePool)
        {
            turnTaken = true;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Runs up to a batch with the turn taken. True: the turn was given back. False: there is more to do and the turn is still ours.</summary>
    private bool RunBatch()
    {
        var previousContext = Current;
        var previousScheduler = current;
        current = this;
        SetSynchronizationContext(this);
        try
        {
            for (var count = 0; count < BatchSize; count++)
            {
                if (!RunNext() && GiveBackTurn())
                    return true;
            }
            return false;
        }
        finally
        {
            current = previousScheduler;
            SetSynchronizationContext(previousContext);
        }
    }

    private bool RunNext()
    {
        if (closed)
            return false;
        if (activeCall is not null)
            return TryRunNested(activeCall);
        if (waitingCalls.TryDequeue(out var next))
        {
            activeCall = next;
            lock (gate)
                suspended = true;
            Run(next, ExternalCall.Begin, next);
            return true;
        }
        if (inside.TryDequeue(out var item))
        {
            Run(this, item.Callback, item.State);
            return true;
        }
        if (TryRunNested(this))
            return true;
        return TryAdmitOutside() || TryMoveTime();
    }

    /// <summary>Called by the call itself when its operation has ended: the caller continues at once, ahead of everything that waited.</summary>
    internal void EndCall(ExternalCall call)
    {
        if (!ReferenceEquals(activeCall, call))
            throw new InvalidOperationException("The call that ends is not the open one.");
        activeCall = null;
        lock (gate)
            suspended = false;
    }

    private bool TryRunNested(SerialContext context)
    {
        Item item;
        lock (gate)
        {
            if (!nested.TryDequeue(out item))
                return false;
        }
        Run(context, item.Callback, item.State);
        return true;
    }

    private bool TryAdmitOutside()
    {
        Item item;
        lock (gate)
        {
            if (outside.Count == 0)
                return false;
        }
        if (Clock is { } clock)
        {
            admission ??= clock.AdmissionTime();
            if (FireTimer(clock, admission.Value))
                return true;
            clock.Reach(admission.Value);
            admission = null;
        }
        lock (gate)
        {
            if (!outside.TryDequeue(out item))
                return false;
        }
        Run(this, item.Callback, item.State);
        return true;
    }

    private bool TryMoveTime()
    {
        if (Clock is not { } clock)
        {
            lock (gate)
                timeRequested = false;
            return false;
        }
        lock (gate)
            timeRequested = false;
        // The target is read after the request was taken back: whoever raises it in between asks again.
        clock.FollowPace();
        var target = clock.Target;
        if (FireTimer(clock, target))
            return true;
        clock.Reach(target);
        clock.OnQuiet();
        return false;
    }

    private bool FireTimer(PlantClock clock, TimeSpan limit)
    {
        if (clock.TakeDue(limit) is not { } timer)
            return false;
        Run(this, PlantTimer.Fire, timer);
        return true;
    }

    private void Run(SerialContext context, SendOrPostCallback callback, object? state)
    {
        if (!ReferenceEquals(Current, context))
            SetSynchronizationContext(context);
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            unhandled(exception);
        }
    }

    private bool GiveBackTurn()
    {
        lock (gate)
        {
            if (HasWork())
                return false;
            turnTaken = false;
            Monitor.PulseAll(gate);
            return true;
        }
    }

    private readonly record struct Item(SendOrPostCallback Callback, object? State);

    private sealed class ContextPipeScheduler(SerialScheduler scheduler) : PipeScheduler
    {
        // Pipes have only a handful of actions, and schedule each again and again.
        private readonly ConditionalWeakTable<Action<object?>, SendOrPostCallback> callbacks = [];

        public override void Schedule(Action<object?> action, object? state) =>
            scheduler.Post(callbacks.GetValue(action, static wanted => wanted.Invoke), state);
    }
}
