using System.Text.Json.Nodes;
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

    internal JsonObject Save() => new()
    {
        ["answered"] = Count,
        ["entries"] = new JsonArray([.. _entries.Select(e => (JsonNode)new JsonArray(e.Number, e.Time.UtcTicks, e.From, e.Handle, (int)e.Code, e.Steps, e.FromCache))]),
    };

    internal void Load(JsonNode state)
    {
        Count = (long)state["answered"]!;
        _entries.Clear();
        foreach (var e in state["entries"]!.AsArray())
        {
            _entries.Enqueue(new QueryLogEntry(
                (long)e![0]!, new DateTimeOffset((long)e[1]!, TimeSpan.Zero), (string)e[2]!, (string)e[3]!, (ResponseCode)(int)e[4]!, (int)e[5]!, (bool)e[6]!));
        }
    }
}
