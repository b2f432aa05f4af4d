using TrainingLab.Identifiers.Handles;

namespace TrainingLab.Identifiers.Nodes;

/// <summary>One line of a node's query log.</summary>
public sealed record QueryLogEntry(long Number, DateTimeOffset Time, string From, string Handle, ResponseCode Code, int Steps, bool FromCache);

/// <summary>The last questions that a node answered; older ones are dropped.</summary>
public sealed class QueryLog(int capacity = 1000)
{
    private readonly Queue<QueryLogEntry> _entries = new();

    /// <summary>Questions answered since the start, including those no longer listed.</summary>
    public long Count { get; private set; }

    /// <summary>The questions still listed, oldest first.</summary>
    public IReadOnlyCollection<QueryLogEntry> Entries => _entries;

    internal QueryLogEntry Add(DateTimeOffset time, string from, ResolutionResponse answer)
    {
        var entry = new QueryLogEntry(++Count, time, from, answer.Handle.ToString(), answer.Code, answer.Steps.Count, answer.FromCache);
        if (_entries.Count == capacity)
            _entries.Dequeue();
        _entries.Enqueue(entry);
        return entry;
    }

    internal void Restore(long count)
    {
        _entries.Clear();
        Count = count;
    }
}
