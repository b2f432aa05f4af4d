using System.Diagnostics;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// A socket's stream below TLS or a WebSocket. Those read on while bytes are there that bring nothing to whoever waits above them (empty frames, pings, empty records), and would keep the thread that
/// hears all the other sockets, or the broker's loop. So a reader that has had bytes for a few milliseconds without a pause lets others have their turn. While hands are shaken, which is hard work for
/// the processor, it goes on on another thread, and only so many connections at a time.
/// </summary>
/// <param name="inner">The socket's stream.</param>
/// <param name="computing">Held while a connection that shakes hands computes.</param>
internal sealed class FairStream(Stream inner, SemaphoreSlim computing) : TransportStream
{
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(2);

    private long begun;
    private bool computes;

    /// <summary>Whether hands are being shaken.</summary>
    public bool IsShaking { get; private set; }

    /// <summary>Hands are shaken from now on.</summary>
    public void BeginHandshake() => IsShaking = true;

    /// <summary>They have been, or will not be.</summary>
    public void EndHandshake()
    {
        IsShaking = false;
        LeaveOff();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LeaveOff();
        var reading = inner.ReadAsync(buffer, cancellationToken);
        if (IsShaking && !buffer.IsEmpty) return ReadApartAsync(reading, cancellationToken);
        if (!reading.IsCompleted)
        {
            begun = 0; // The thread is left while there is nothing.
            return reading;
        }
        var now = Stopwatch.GetTimestamp();
        if (begun == 0) begun = now;
        if (Stopwatch.GetElapsedTime(begun, now) < LongestTurn) return reading;
        begun = 0;
        return ReadLaterAsync(reading);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LeaveOff();
        return inner.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        EndHandshake();
        inner.Dispose();
    }

    private static async ValueTask<int> ReadLaterAsync(ValueTask<int> reading)
    {
        await Task.Yield();
        return await reading;
    }

    private async ValueTask<int> ReadApartAsync(ValueTask<int> reading, CancellationToken cancellation)
    {
        var count = await reading;
        await computing.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        computes = true;
        return count;
    }

    /// <summary>Whoever reads or writes has computed.</summary>
    private void LeaveOff()
    {
        if (!computes) return;
        computes = false;
        computing.Release();
    }
}
