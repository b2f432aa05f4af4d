using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.History;

/// <summary>
/// Reading values as they were stored (OPC 10000-11, 6.4.3.2): from the start time on, backwards when it is the later one; a time that is not given leaves that end open, and then
/// the number of values ends it. The end time itself is not part of the range, unless it is the start.
/// </summary>
internal sealed class RawHistory
{
    private readonly VariableNode _variable;
    private readonly DateTime _start;
    private readonly DateTime _end;
    private readonly bool _backwards;
    private readonly bool _bounds;
    private readonly bool _openEnd;
    private DateTime _next;
    private int _skip;
    private bool _begun;

    private RawHistory(VariableNode variable, DateTime start, DateTime end, bool backwards, bool bounds, bool openEnd, uint perNode)
    {
        _variable = variable;
        _start = _next = start;
        _end = end;
        _backwards = backwards;
        _bounds = bounds;
        _openEnd = openEnd;
        PerNode = perNode;
    }

    /// <summary>Values that the client wants at a time; 0 leaves it to the server.</summary>
    public uint PerNode { get; }

    /// <summary>Whether the details say where to begin and where to end; BadHistoryOperationInvalid when they do not.</summary>
    public static StatusCode TryCreate(VariableNode variable, ReadRawModifiedDetails details, out RawHistory? reading)
    {
        reading = null;
        var hasStart = details.StartTime > DateTime.MinValue;
        var hasEnd = details.EndTime > DateTime.MinValue && details.EndTime < DateTime.MaxValue;
        if ((hasStart ? 1 : 0) + (hasEnd ? 1 : 0) + (details.ValuesPerNode > 0 ? 1 : 0) < 2)
        {
            return StatusCodes.BadHistoryOperationInvalid;
        }

        // Without a start, so many values before the end.
        var start = hasStart ? details.StartTime : details.EndTime;
        var end = hasStart ? (hasEnd ? details.EndTime : DateTime.MaxValue) : DateTime.MinValue;
        reading = new RawHistory(variable, start, end, end < start, details.ReturnBounds, openEnd: !(hasStart && hasEnd), details.ValuesPerNode);
        return StatusCodes.Good;
    }

    /// <summary>The next values, at most <paramref name="max"/> and those of one instant; <c>Done</c> when there are no more.</summary>
    public async ValueTask<(StatusCode Status, List<DataValue> Values, bool Done)> ReadAsync(IHistorySource source, int max, CancellationToken cancellationToken)
    {
        var values = new List<DataValue>();
        if (!_begun)
        {
            _begun = true;
            if (_bounds && await BoundAsync(source, _start, !_backwards, cancellationToken) is { } first)
            {
                values.Add(first);
            }
        }

        // One more than wanted says whether there is more; those of the last instant that were given before are passed over.
        var wanted = max - values.Count + _skip + 1;
        var page = await source.ReadAsync(
            _backwards ? new HistoryQuery(_variable, _end, _next, wanted, NewestFirst: true) : new HistoryQuery(_variable, _next, _end, wanted), cancellationToken);
        if (page.Status.IsBad)
        {
            return (page.Status, [], true);
        }

        var isFull = false;
        for (var i = _skip; i < page.Values.Count; i++)
        {
            var value = page.Values[i];
            if (!_openEnd && value.SourceTimestamp == _end && _start != _end)
            {
                break;
            }

            if (values.Count >= max)
            {
                isFull = true;
                break;
            }

            values.Add(value);
            _skip = value.SourceTimestamp == _next ? _skip + 1 : 1;
            _next = value.SourceTimestamp;
        }

        if (!isFull && _bounds && !_openEnd && _start != _end)
        {
            if (values.Count >= max)
            {
                // The bound comes with the next part.
                isFull = true;
            }
            else if (await BoundAsync(source, _end, _backwards, cancellationToken) is { } last)
            {
                values.Add(last);
            }
        }

        return (StatusCodes.Good, values, !isFull);
    }

    /// <summary>The value next to a time that is outside the range: before it or after it. None when a value lies exactly there; BadBoundNotFound when there is none on that side.</summary>
    private async ValueTask<DataValue?> BoundAsync(IHistorySource source, DateTime time, bool before, CancellationToken cancellationToken)
    {
        var page = await source.ReadAsync(
            before ? new HistoryQuery(_variable, DateTime.MinValue, time, 1, NewestFirst: true) : new HistoryQuery(_variable, time, DateTime.MaxValue, 1), cancellationToken);
        if (page.Status.IsBad || page.Values.Count == 0)
        {
            return new DataValue(default, StatusCodes.BadBoundNotFound, time);
        }

        // At the start, a value exactly there is in the range already; at the end, where the range does not reach, it is the bound.
        return page.Values[0].SourceTimestamp == time && time == _start ? null : page.Values[0];
    }
}
