using TrainingLab.Mqtt.Storage;

namespace TrainingLab.Tests.Mqtt.Support;

/// <summary>A store whose commits end when a test says so.</summary>
internal sealed class HeldStore(StoredState? state = null) : MqttStore
{
    private TaskCompletionSource? waiting;
    private bool clean = true;

    /// <summary>Whether it says that much waits.</summary>
    public bool Behind { get; set; }

    /// <summary>Whether it cannot be written.</summary>
    public bool Full { get; set; }

    internal override bool IsBehind => Behind;

    public List<StoreChange> Noted { get; } = [];

    public async Task ReleaseAsync(BrokerEnvironment env)
    {
        clean = true;
        waiting?.SetResult();
        waiting = null;
        await env.Context.SettleAsync();
    }

    public override ValueTask DisposeAsync() => default;

    internal override StoredState Load() => state ?? new StoredState([], []);

    internal override void Note(StoreChange change)
    {
        clean = false;
        Noted.Add(change);
    }

    internal override ValueTask CommitAsync() => Full ? ValueTask.FromException(new IOException("full")) : clean ? default : new ValueTask((waiting ??= new TaskCompletionSource()).Task);
}
