using System.Runtime.CompilerServices;
using TrainingLab.OpcUa.Messages;

namespace TrainingLab.OpcUa.Client;

/// <summary>A subscription of a client.</summary>
public sealed class OpcUaSubscription : IAsyncDisposable
{
    private const int MaxWaitingChanges = 10_000;

    private readonly ClientPublishing _publishing;
    private readonly IReadOnlyList<WatchItem> _items;
    private readonly Action<DataChange>? _onChange;
    private readonly Queue<DataChange> _changes = [];
    private TaskCompletionSource? _more;

    internal OpcUaSubscription(ClientPublishing publishing, uint id, double publishingInterval, IReadOnlyList<WatchItem> items, Action<DataChange>? onChange)
    {
        _publishing = publishing;
        _items = items;
        _onChange = onChange;
        Id = id;
        PublishingInterval = publishingInterval;
    }

    /// <summary>The server's id.</summary>
    public uint Id { get; }

    /// <summary>The granted publishing interval, milliseconds.</summary>
    public double PublishingInterval { get; }

    /// <summary>What was answered to each item, in order.</summary>
    public IReadOnlyList<StatusCode> ItemStatuses { get; internal set; } = [];

    /// <summary>Puts what comes in order.</summary>
    internal NotificationOrder Order { get; set; } = null!;

    /// <summary>Called with the selected fields of each event.</summary>
    internal Action<Variant[]>? OnEvent { get; init; }

    /// <summary>Why it ended; null while it lives.</summary>
    public StatusCode? Ended { get; private set; }

    /// <summary>The changes as a stream, for callers that gave no callback; it ends with the subscription. The oldest give way beyond 10,000 waiting.</summary>
    public async IAsyncEnumerable<DataChange> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            while (_changes.TryDequeue(out var change))
            {
                yield return change;
            }

            if (Ended is not null)
            {
                yield break;
            }

            // Not a System.Threading.Channels channel: its readers hop over the thread pool, off the factory's context.
            var more = _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var stop = cancellationToken.UnsafeRegister(static (m, token) => ((TaskCompletionSource)m!).TrySetCanceled(token), more);
            await more.Task;
        }
    }

    /// <summary>Deletes it on the server.</summary>
    public async ValueTask DisposeAsync()
    {
        End(StatusCodes.BadSubscriptionIdInvalid);
        await _publishing.DeleteAsync(this);
    }

    internal void Receive(in MonitoredItemNotification notification)
    {
        if (Ended is null && notification.ClientHandle < _items.Count)
        {
            var change = new DataChange(_items[(int)notification.ClientHandle].Node, notification.Value);
            if (_onChange is not null)
            {
                _onChange(change);
            }
            else
            {
                if (_changes.Count == MaxWaitingChanges)
                {
                    _changes.Dequeue();
                }

                _changes.Enqueue(change);
                _more?.TrySetResult();
            }
        }
    }

    internal void End(StatusCode reason)
    {
        if (Ended is null)
        {
            Ended = reason;
            _more?.TrySetResult();
        }
    }
}
