using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// The serial context of a broker that stands alone, on Linux: one thread that runs what is posted and sees which of its sockets are ready. So a message is received, handled and sent without another
/// thread, and each socket has its turn. As long as what it waits for comes within some microseconds, it looks instead of sleeping, because being woken takes longer than that.
/// </summary>
public sealed class SocketLoop : SynchronizationContext, IDisposable
{
    /// <summary>Work before it looks at the sockets again.</summary>
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMicroseconds(100);

    /// <summary>How long it looks before it sleeps.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromMicroseconds(50);

    /// <summary>How often looking may be in vain before it sleeps at once.</summary>
    private const int MostVainLooks = 8;

    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> queue = new();
    private readonly Epoll epoll;
    private readonly Dictionary<long, LoopSocket> sockets = [];
    private readonly Thread thread;
    private long lastNumber;
    private int looks;
    private volatile int sleeping;
    private volatile bool stopping;

    /// <summary>Sockets that are open. Read it on the loop.</summary>
    internal int Open => sockets.Count;

    /// <summary>Begins to run.</summary>
    /// <exception cref="PlatformNotSupportedException">Not on Linux: see <see cref="IsSupported"/>.</exception>
    public SocketLoop()
    {
        if (!IsSupported) throw new PlatformNotSupportedException("A socket loop needs Linux.");
        epoll = new Epoll();
        thread = new Thread(Run) { IsBackground = true, Name = "sockets" };
        thread.Start();
    }

    /// <summary>Whether this system has what it needs.</summary>
    public static bool IsSupported => Epoll.IsSupported;

    /// <summary>Called with what escapes from the work; an exception here is a defect. Null: it ends the process, as anywhere else.</summary>
    public Action<Exception>? Failed { get; set; }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        queue.Enqueue((d, state));
        if (Thread.CurrentThread != thread && Interlocked.Exchange(ref sleeping, 0) == 1) epoll.Wake();
    }

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Ends it when what is posted has run, and waits for that unless called on the loop. Its sockets should be closed before.</summary>
    public void Dispose()
    {
        Post(_ => stopping = true, null);
        if (Thread.CurrentThread != thread) thread.Join();
    }

    /// <summary>Takes over a connected socket. Call it on the loop.</summary>
    /// <exception cref="IOException">The system watches no more sockets.</exception>
    internal LoopSocket Take(Socket socket)
    {
        var taken = new LoopSocket(this, socket, ++lastNumber);
        epoll.Watch(socket.SafeHandle, EpollEvents.In | EpollEvents.Out | EpollEvents.PeerClosed | EpollEvents.EdgeTriggered, lastNumber);
        sockets.Add(lastNumber, taken);
        return taken;
    }

    /// <summary>Sees a socket no longer, which has been closed, and so is watched no longer.</summary>
    internal void Forget(LoopSocket gone)
    {
        if (Current == this) ForgetHere(gone);
        else Post(static gone => ((LoopSocket)gone!).Loop.ForgetHere((LoopSocket)gone), gone);
    }

    private void Run()
    {
        SetSynchronizationContext(this);
        while (true)
        {
            var more = RunPosted();
            if (stopping) break;
            See(more ? epoll.Wait(0) : Idle());
        }
        epoll.Dispose();
    }

    /// <summary>Runs what is posted. True when its turn was over before it was empty.</summary>
    private bool RunPosted()
    {
        var begun = Stopwatch.GetTimestamp();
        while (queue.TryDequeue(out var next))
        {
            try
            {
                next.Callback(next.State);
            }
            catch (Exception failure) when (Failed is { } failed)
            {
                failed(failure);
            }
            if (Stopwatch.GetElapsedTime(begun) >= LongestTurn) return true;
        }
        return false;
    }

    /// <summary>Nothing is left to do: looks for a while, then sleeps. How many are ready then.</summary>
    private int Idle()
    {
        var begun = Stopwatch.GetTimestamp();
        if (looks > 0)
        {
            do
            {
                if (epoll.Wait(0) is > 0 and var seen) return seen;
                if (!queue.IsEmpty) return 0;
                Thread.Yield();
            }
            while (Stopwatch.GetElapsedTime(begun) < LongestLook);
            looks--;
        }
        // Of this and a post from elsewhere, one sees the other.
        Interlocked.Exchange(ref sleeping, 1);
        var ready = queue.IsEmpty ? epoll.Wait(-1) : 0;
        sleeping = 0;
        if (Environment.ProcessorCount > 1 && Stopwatch.GetElapsedTime(begun) < LongestLook) looks = MostVainLooks;
        return ready;
    }

    private void See(int ready)
    {
        for (var i = 0; i < ready; i++)
        {
            var (number, events) = epoll.Ready(i);
            // It may have been closed by what one before it has caused; and nobody is behind a wake-up.
            if (!sockets.TryGetValue(number, out var socket)) continue;
            try
            {
                socket.See(events);
            }
            catch (Exception failure) when (Failed is { } failed)
            {
                failed(failure);
            }
        }
    }

    private void ForgetHere(LoopSocket gone)
    {
        sockets.Remove(gone.Number);
        gone.End(new ObjectDisposedException(nameof(LoopSocket)));
    }
}
