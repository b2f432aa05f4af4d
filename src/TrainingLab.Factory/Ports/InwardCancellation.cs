using TrainingLab.Simulation.Time;

namespace TrainingLab.Factory.Ports;

/// <summary>Cancellation from outside a factory that fires inside it, on its own turn: what is cancelled there is used by one thread at a time.</summary>
internal sealed class InwardCancellation : IDisposable
{
    // Not disposed: it has no timer, and an item that was posted may still cancel it.
    private readonly CancellationTokenSource inside = new();
    private readonly List<CancellationTokenRegistration> registrations = [];

    public InwardCancellation(SerialScheduler scheduler, params ReadOnlySpan<CancellationToken> outside)
    {
        foreach (var token in outside)
            registrations.Add(token.UnsafeRegister(_ => scheduler.Post(static source => ((CancellationTokenSource)source!).Cancel(), inside), state: null));
    }

    public CancellationToken Token => inside.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Unregister();
    }
}
