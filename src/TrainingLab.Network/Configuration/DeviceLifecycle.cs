using TrainingLab.Network.Forwarding;

namespace TrainingLab.Network.Configuration;

/// <summary>Power, restarts and boot durations of nodes, in plant time.</summary>
internal sealed class DeviceLifecycle(NetworkState state, PlantNetworkOptions options, Action<string> nodeLost, Action changed) : IDisposable
{
    private readonly SortedDictionary<string, Pending> _pending = new(StringComparer.Ordinal);

    /// <summary>Devices that are about to restart or are starting, and when the next step is due.</summary>
    public IEnumerable<(string Device, bool Starting, DateTimeOffset Due)> Steps => _pending.Select(p => (p.Key, p.Value.Starting, p.Value.Due));

    /// <summary>Goes down after <see cref="PlantNetworkOptions.RestartDelay"/>, so that the answer to the command still leaves.</summary>
    public void Restart(string device) => Schedule(device, starting: false, options.Time.GetUtcNow() + options.RestartDelay);

    public void SetPower(string node, bool on)
    {
        if (on == !state.Off.Contains(node))
            return;
        Cancel(node);
        state.Booting.Remove(node);
        if (on)
        {
            state.Off.Remove(node);
            if (IsDevice(node))
                Boot(node);
        }
        else
        {
            state.Off.Add(node);
            nodeLost(node);
        }

        changed();
    }

    /// <summary>Continues what a saved state was in the middle of.</summary>
    public void Schedule(string device, bool starting, DateTimeOffset due)
    {
        Cancel(device);
        if (starting)
            state.Booting.Add(device);
        var wait = due - options.Time.GetUtcNow();
        var pending = new Pending(starting, due);
        _pending.Add(device, pending);
        pending.Timer = options.Time.CreateTimer(
            _ => Due(device, pending), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        foreach (var device in _pending.Keys.ToArray())
            Cancel(device);
    }

    private void Due(string device, Pending pending)
    {
        if (!_pending.TryGetValue(device, out var current) || !ReferenceEquals(current, pending))
            return;
        Cancel(device);
        if (pending.Starting)
        {
            state.Booting.Remove(device);
        }
        else
        {
            nodeLost(device);
            Boot(device);
        }

        changed();
    }

    // What runs after a start is what was saved before it.
    private void Boot(string device)
    {
        if (state.Switches.TryGetValue(device, out var aSwitch))
            aSwitch.Running = aSwitch.Saved;
        else if (state.Router is { } router)
            router.Running = router.Saved;
        Schedule(device, starting: true, options.Time.GetUtcNow() + options.BootDuration);
    }

    private bool IsDevice(string node) => state.Switches.ContainsKey(node) || state.Router?.Drawn.Id == node;

    private void Cancel(string device)
    {
        if (_pending.Remove(device, out var pending))
            pending.Timer?.Dispose();
    }

    private sealed class Pending(bool starting, DateTimeOffset due)
    {
        public bool Starting { get; } = starting;

        public DateTimeOffset Due { get; } = due;

        public ITimer? Timer { get; set; }
    }
}
