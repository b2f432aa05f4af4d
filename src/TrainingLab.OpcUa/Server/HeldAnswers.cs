using TrainingLab.OpcUa.Channel;

namespace TrainingLab.OpcUa.Server;

/// <summary>The answers that a slow server keeps back, written already, in the order of their requests.</summary>
internal sealed class HeldAnswers : IDisposable
{
    private readonly Queue<(long Due, uint RequestId, byte[] Body)> _held = [];
    private readonly TimeProvider _time;
    private readonly ContextTimer _timer;
    private readonly Action<uint, byte[]> _write;
    private TaskCompletionSource? _room;
    private long _lastDue;

    /// <param name="time">The host's time.</param>
    /// <param name="write">Puts the body of an answer, and what it answers, on its way.</param>
    public HeldAnswers(TimeProvider time, Action<uint, byte[]> write)
    {
        _time = time;
        _write = write;
        _timer = new ContextTimer(time, Release);
    }

    public bool Any => _held.Count > 0;

    /// <summary>Keeps an answer, but not longer than those that follow it.</summary>
    public void Hold(TimeSpan delay, uint requestId, byte[] body)
    {
        _lastDue = Math.Max(_lastDue, _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency));
        _held.Enqueue((_lastDue, requestId, body));
        if (_held.Count == 1)
        {
            _timer.Start(delay);
        }
    }

    /// <summary>Completes when there is room for another answer, or nobody is there any more.</summary>
    public Task RoomAsync()
    {
        if (_held.Count < ServerFaults.MaxHeldAnswers)
        {
            return Task.CompletedTask;
        }

        _room ??= new TaskCompletionSource();
        return _room.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer.Dispose();
        _held.Clear();
        MakeRoom();
    }

    private void Release()
    {
        var now = _time.GetTimestamp();
        while (_held.TryPeek(out var first) && first.Due <= now)
        {
            _held.Dequeue();
            _write(first.RequestId, first.Body);
        }

        if (_held.TryPeek(out var next))
        {
            // Rounded up: a timer that comes a tick early would find nothing due.
            _timer.Start(TimeSpan.FromTicks(Math.Max(1, ((next.Due - now) * TimeSpan.TicksPerSecond / _time.TimestampFrequency) + 1)));
        }

        MakeRoom();
    }

    private void MakeRoom()
    {
        if (_held.Count < ServerFaults.MaxHeldAnswers && _room is { } waiting)
        {
            _room = null;
            waiting.TrySetResult();
        }
    }
}
