using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.History;

/// <summary>Where a server takes the past of its variables from: a historian, of which it knows no more than this.</summary>
public interface IHistorySource
{
    /// <summary>Whether the past of a variable is kept.</summary>
    bool Keeps(VariableNode variable);

    /// <summary>
    /// Values of a variable within a time, by their source time. Awaited on the server's serial context; what cannot be had is said in the status and throws nothing.
    /// </summary>
    /// <param name="query">What is wanted.</param>
    /// <param name="cancellationToken">Cancelled when the client goes.</param>
    ValueTask<HistoryPage> ReadAsync(HistoryQuery query, CancellationToken cancellationToken);
}

/// <summary>Some of a variable's past.</summary>
/// <param name="Variable">Whose.</param>
/// <param name="From">Earliest source time, included, UTC.</param>
/// <param name="To">Latest source time, included, UTC.</param>
/// <param name="Max">At most so many values, the first in the order asked for; at least 1.</param>
/// <param name="NewestFirst">Whether the newest come first.</param>
public readonly record struct HistoryQuery(VariableNode Variable, DateTime From, DateTime To, int Max, bool NewestFirst = false);

/// <summary>Values in the order asked for, each with its source time.</summary>
/// <param name="Status">Good, or why there are none: <c>BadNoCommunication</c> when the historian cannot be reached.</param>
/// <param name="Values">The values.</param>
public readonly record struct HistoryPage(StatusCode Status, IReadOnlyList<DataValue> Values)
{
    /// <summary>Nothing, and why.</summary>
    public static HistoryPage Bad(StatusCode status) => new(status, []);
}
