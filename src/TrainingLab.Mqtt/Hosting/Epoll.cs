using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>What a file descriptor is ready for (epoll_ctl(2)).</summary>
[Flags]
internal enum EpollEvents : uint
{
    None = 0,
    In = 0x1,
    Out = 0x4,
    Error = 0x8,
    HangUp = 0x10,
    PeerClosed = 0x2000,
    EdgeTriggered = 0x8000_0000,
}

/// <summary>
/// Linux's epoll(7): one thread learns which of many sockets are ready. A set of descriptors, each with a number of its owner's choice, and a way to wake whoever waits. Only the waiting thread may
/// use <see cref="Wait"/>; everything else may be called from any.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    /// <summary>The number of nobody.</summary>
    public const long WakeNumber = -1;

    private const int Add = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int MostEvents = 64;

    /// <summary>An event is its 32 bits, then the 64 of the owner: without a gap on x64, on a boundary of 8 elsewhere.</summary>
    private static readonly int NumberAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;

    private readonly byte[] events = GC.AllocateArray<byte>(MostEvents * (NumberAt + 8), pinned: true);
    private readonly SafeFileHandle set;
    private readonly SafeFileHandle wake;

    /// <summary>An empty set.</summary>
    /// <exception cref="IOException">The system has none left.</exception>
    public Epoll()
    {
        set = Valid(epoll_create1(CloseOnExec));
        wake = Valid(eventfd(0, NonBlocking | CloseOnExec));
        Watch(wake, EpollEvents.In | EpollEvents.EdgeTriggered, WakeNumber);
    }

    /// <summary>Whether this system has it.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>Watches a descriptor until it is closed.</summary>
    public void Watch(SafeHandle descriptor, EpollEvents what, long number)
    {
        Span<byte> wanted = stackalloc byte[16];
        MemoryMarshal.Write(wanted, (uint)what);
        MemoryMarshal.Write(wanted[NumberAt..], number);
        if (epoll_ctl(set, Add, descriptor, ref MemoryMarshal.GetReference(wanted)) != 0) throw Failure();
    }

    /// <summary>Waits until something is ready or <see cref="Wake"/> is called.</summary>
    /// <param name="milliseconds">The longest time; 0 only looks, -1 is without end.</param>
    /// <returns>How many there are for <see cref="Ready"/>; perhaps none, also before the time is over.</returns>
    public int Wait(int milliseconds) => Math.Max(0, epoll_wait(set, ref events[0], MostEvents, milliseconds));

    /// <summary>What the last wait found: a number, <see cref="WakeNumber"/> for <see cref="Wake"/>, and what it is ready for.</summary>
    public (long Number, EpollEvents Events) Ready(int index)
    {
        var one = events.AsSpan(index * (NumberAt + 8));
        return (MemoryMarshal.Read<long>(one[NumberAt..]), MemoryMarshal.Read<EpollEvents>(one));
    }

    /// <summary>Ends the wait that is in progress, or the next one.</summary>
    public void Wake()
    {
        // Each write is a new edge, so the counter is not read; it reaches its bound after 2^64 of them.
        var one = 1UL;
        _ = write(wake, ref one, sizeof(ulong));
    }

    public void Dispose()
    {
        wake.Dispose();
        set.Dispose();
    }

    private static SafeFileHandle Valid(int descriptor) => descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw Failure();

    private static IOException Failure() => new(Marshal.GetLastPInvokeErrorMessage());

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int epoll_ctl(SafeHandle set, int operation, SafeHandle descriptor, ref byte wanted);

    [LibraryImport("libc")]
    private static partial int epoll_wait(SafeHandle set, ref byte events, int most, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc")]
    private static partial nint write(SafeHandle descriptor, ref ulong value, nint size);
}
