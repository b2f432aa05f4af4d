namespace TrainingLab.Simulation.Time;

/// <summary>
/// One call that left the factory while the factory stands still (see <see cref="SerialScheduler.SuspendWhileAsync(Func{ExternalCall, Task})"/>).
/// What is posted or invoked here runs on the factory's turn although the factory is suspended, and its continuations come back here.
/// After the call has ended it passes work on to the factory like any outsider.
/// </summary>
public sealed class ExternalCall : SerialContext
{
    internal static readonly SendOrPostCallback Begin = static state => _ = ((ExternalCall)state!).RunAsync();

    private readonly SerialScheduler scheduler;
    private readonly Func<ExternalCall, Task> operation;
    private readonly TaskCompletionSource completion = new();
    private volatile bool isOver;

    internal ExternalCall(SerialScheduler scheduler, Func<ExternalCall, Task> operation)
    {
        this.scheduler = scheduler;
        this.operation = operation;
    }

    /// <summary>True once the operation has ended and the factory runs again.</summary>
    public bool IsOver => isOver;

    internal override SerialScheduler Owner => scheduler;

    internal Task Completion => completion.Task;

    /// <inheritdoc/>
    public override bool CheckAccess() => scheduler.CheckAccess();

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        scheduler.PostNested(this, d, state);
    }

    private async Task RunAsync()
    {
        Exception? failure = null;
        try
        {
            await operation(this);
        }
        catch (Exception exception)
        {
            failure = exception;
        }
        isOver = true;
        scheduler.EndCall(this);
        // The waiting caller captured the scheduler as its context: being on it now lets it continue at once, ahead of all that waited.
        SetSynchronizationContext(scheduler);
        if (failure is null)
            completion.SetResult();
        else if (failure is OperationCanceledException canceled)
            completion.SetCanceled(canceled.CancellationToken);
        else
            completion.SetException(failure);
    }
}
