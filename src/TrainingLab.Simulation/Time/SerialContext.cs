using System.Runtime.CompilerServices;

namespace TrainingLab.Simulation.Time;

/// <summary>
/// A place where work of one factory runs one item at a time: the factory's <see cref="SerialScheduler"/> itself, or an
/// <see cref="ExternalCall"/> during which the rest of the factory stands still. A handler that serves both kinds of requests
/// (from a student's real client, and from a device inside the plant) takes this type.
/// </summary>
public abstract class SerialContext : SynchronizationContext
{
    /// <summary>The factory's scheduler.</summary>
    internal abstract SerialScheduler Owner { get; }

    /// <summary>True when the calling thread is at this moment running an item of this factory.</summary>
    public abstract bool CheckAccess();

    /// <summary>Runs <paramref name="action"/> here: at once when the caller is already here, else in its turn.</summary>
    /// <returns>A task that ends with the action, with its exception, or with <see cref="ObjectDisposedException"/> when the factory closes first.</returns>
    public Task InvokeAsync(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return InvokeAsync(() =>
        {
            action();
            return true;
        });
    }

    /// <inheritdoc cref="InvokeAsync(Action)"/>
    public Task<T> InvokeAsync<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Start(() => new ValueTask<T>(function()));
    }

    /// <inheritdoc cref="InvokeAsync(Action)"/>
    [OverloadResolutionPriority(1)]
    public Task InvokeAsync(Func<ValueTask> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Start(async () =>
        {
            await function();
            return true;
        });
    }

    /// <inheritdoc cref="InvokeAsync(Action)"/>
    [OverloadResolutionPriority(1)]
    public Task<T> InvokeAsync<T>(Func<ValueTask<T>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Start(function);
    }

    /// <inheritdoc cref="InvokeAsync(Action)"/>
    [OverloadResolutionPriority(2)]
    public Task InvokeAsync(Func<Task> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Start(async () =>
        {
            await function();
            return true;
        });
    }

    /// <inheritdoc cref="InvokeAsync(Action)"/>
    [OverloadResolutionPriority(2)]
    public Task<T> InvokeAsync<T>(Func<Task<T>> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Start(() => new ValueTask<T>(function()));
    }

    /// <summary>Not offered: blocking one thread on another thread's turn is how serial schedulers deadlock. Runs inline when already here.</summary>
    /// <exception cref="NotSupportedException">The caller is not on this context.</exception>
    public sealed override void Send(SendOrPostCallback d, object? state)
    {
        ArgumentNullException.ThrowIfNull(d);
        if (!CheckAccess())
            throw new NotSupportedException("Send would block the calling thread; use InvokeAsync.");
        d(state);
    }

    /// <summary>The context is its own identity: continuations compare it by reference.</summary>
    public sealed override SynchronizationContext CreateCopy() => this;

    private Task<T> Start<T>(Func<ValueTask<T>> function)
    {
        if (CheckAccess())
        {
            try
            {
                return function().AsTask();
            }
            catch (Exception exception)
            {
                return Task.FromException<T>(exception);
            }
        }
        var invocation = new Invocation<T>(Owner, function);
        if (!Owner.Expect(invocation))
            return Task.FromException<T>(new ObjectDisposedException(nameof(SerialScheduler)));
        Post(Invocation<T>.Run, invocation);
        return invocation.Completion;
    }
}

/// <summary>Work that somebody outside waits for; it must be told when the factory closes before the work has ended.</summary>
internal interface IAbandonable
{
    void Abandon();
}

internal sealed class Invocation<T>(SerialScheduler owner, Func<ValueTask<T>> function) : IAbandonable
{
    public static readonly SendOrPostCallback Run = static state => _ = ((Invocation<T>)state!).RunAsync();

    // Whoever waits outside must not continue on the factory's turn.
    private readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Completion => completion.Task;

    public void Abandon() => completion.TrySetException(new ObjectDisposedException(nameof(SerialScheduler)));

    private async Task RunAsync()
    {
        try
        {
            completion.TrySetResult(await function());
        }
        catch (OperationCanceledException exception)
        {
            completion.TrySetCanceled(exception.CancellationToken);
        }
        catch (Exception exception)
        {
            completion.TrySetException(exception);
        }
        owner.Forget(this);
    }
}
