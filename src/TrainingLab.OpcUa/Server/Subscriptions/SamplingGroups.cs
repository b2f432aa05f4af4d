using TrainingLab.OpcUa.Channel;

namespace TrainingLab.OpcUa.Server.Subscriptions;

/// <summary>
/// Samples monitored items at multiples of their sampling interval, in the host's time. Only items whose value has changed, or must be polled, cost
/// anything: an interval's timer runs only while some item waits for it.
/// </summary>
internal sealed class SamplingGroups(OpcUaServer server) : IDisposable
{
    /// <summary>Groups that are kept whether or not an item waits; beyond them those that have nothing to do are given up, as clients may ask for ever other intervals.</summary>
    private const int KeptGroups = 64;

    private readonly Dictionary<TimeSpan, Group> _groups = [];
    private int _sweepAt = KeptGroups;
    private readonly long _origin = server.HostTime.GetTimestamp();

    /// <summary>Has the item sampled at the next multiple of its interval.</summary>
    public void Schedule(DataItem item)
    {
        var interval = TimeSpan.FromMilliseconds(item.SamplingInterval);
        if (!_groups.TryGetValue(interval, out var group))
        {
            if (_groups.Count >= _sweepAt)
            {
                Sweep();
            }

            _groups.Add(interval, group = new Group(this, interval));
        }

        group.Add(item);
    }

    /// <summary>The intervals for which there is a timer.</summary>
    public int Count => _groups.Count;

    private void Sweep()
    {
        foreach (var (interval, group) in _groups)
        {
            if (group.IsIdle)
            {
                group.Dispose();
                _groups.Remove(interval);
            }
        }

        _sweepAt = Math.Max(KeptGroups, _groups.Count * 2);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var group in _groups.Values)
        {
            group.Dispose();
        }

        _groups.Clear();
    }

    private sealed class Group : IDisposable
    {
        private readonly SamplingGroups _owner;
        private readonly TimeSpan _interval;
        private readonly ContextTimer _timer;
        private SampleList _waiting = new();
        private SampleList _sampling = new();

        public Group(SamplingGroups owner, TimeSpan interval)
        {
            _owner = owner;
            _interval = interval;
            _timer = new ContextTimer(owner.HostTime, Sample);
        }

        public void Add(DataItem item)
        {
            var isFirst = _waiting.IsEmpty;
            _waiting.Add(item);
            if (isFirst)
            {
                var past = _owner.HostTime.GetElapsedTime(_owner._origin).Ticks % _interval.Ticks;
                _timer.Start(TimeSpan.FromTicks(_interval.Ticks - past));
            }
        }

        /// <summary>Whether no item waits for it, and it is not at work.</summary>
        public bool IsIdle => _waiting.IsEmpty && _sampling.IsEmpty;

        public void Dispose() => _timer.Dispose();

        private void Sample()
        {
            (_waiting, _sampling) = (_sampling, _waiting);
            _owner.Server.Turn++;
            while (_sampling.First is { } item)
            {
                SampleList.Remove(item);
                item.SampleNow();
            }
        }
    }

    private OpcUaServer Server => server;

    private TimeProvider HostTime => server.HostTime;
}
