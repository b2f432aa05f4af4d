using System.Collections.Concurrent;

namespace TrainingLab.Web.Events;

/// <summary>Tells open class pages that their list of students has changed.</summary>
internal sealed class CohortNews
{
    private readonly ConcurrentDictionary<Guid, (string Cohort, Action Tell)> _listeners = new();

    /// <summary>Calls <paramref name="tell"/> on every change until the result is disposed of.</summary>
    public IDisposable Listen(string cohort, Action tell)
    {
        var key = Guid.NewGuid();
        _listeners[key] = (cohort, tell);
        return new Subscription(() => _listeners.TryRemove(key, out _));
    }

    /// <summary>Somebody joined, or a PIN was taken away.</summary>
    public void StudentsChanged(string cohort)
    {
        foreach (var (listening, tell) in _listeners.Values)
        {
            if (listening == cohort)
                tell();
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
