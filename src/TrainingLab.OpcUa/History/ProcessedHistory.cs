using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.History;

/// <summary>
/// Reading values condensed interval by interval (OPC 10000-11, 6.4.4 and OPC 10000-13). Intervals are counted from the start time on, backwards in time when it is the later one; each
/// includes its start and not its end, has the time of its start, and the last may be cut short (OPC 10000-13, 5.4.2.2). The raw values come from the source in pages and are looked at once,
/// however many intervals there are; a reading that takes too many stops between two intervals and goes on with its continuation point.
/// </summary>
internal sealed class ProcessedHistory
{
    /// <summary>Raw values that one request looks at before it hands out what it has; a question to the source counts for some.</summary>
    private const int MaxScanned = 200_000;

    /// <summary>How many values are looked at for the nearest one that counts.</summary>
    private const int Nearby = 10;

    private readonly VariableNode _variable;
    private readonly NodeId _aggregate;
    private readonly AggregateConfiguration _configuration;
    private readonly bool _treatUncertainAsBad;
    private readonly DateTime _start;
    private readonly DateTime _end;
    private readonly TimeSpan _interval;
    private readonly bool _backwards;
    private readonly long _count;
    private long _index;
    private (DateTime First, DateTime Last)? _known;

    private ProcessedHistory(VariableNode variable, NodeId aggregate, ReadProcessedDetails details, TimeSpan interval)
    {
        _variable = variable;
        _aggregate = aggregate;
        _configuration = details.Configuration;
        _treatUncertainAsBad = details.Configuration.UseServerDefaults || details.Configuration.TreatUncertainAsBad;
        _start = details.StartTime;
        _end = details.EndTime;
        _backwards = _end < _start;
        _interval = interval;
        _count = ((_end - _start).Duration().Ticks + interval.Ticks - 1) / interval.Ticks;
    }

    private bool IsStepped => !_variable.DataType.IsStandard((uint)BuiltInType.Double) && !_variable.DataType.IsStandard((uint)BuiltInType.Float);

    public static StatusCode TryCreate(VariableNode variable, NodeId aggregate, ReadProcessedDetails details, out ProcessedHistory? reading)
    {
        reading = null;
        if (!AggregateIds.All.Contains(aggregate))
        {
            return StatusCodes.BadAggregateNotSupported;
        }

        if (details.StartTime <= DateTime.MinValue || details.EndTime <= DateTime.MinValue || details.EndTime >= DateTime.MaxValue || details.StartTime == details.EndTime)
        {
            return StatusCodes.BadInvalidArgument;
        }

        if (details.Configuration is { UseServerDefaults: false, PercentDataBad: > 100 } or { UseServerDefaults: false, PercentDataGood: > 100 })
        {
            return StatusCodes.BadAggregateConfigurationRejected;
        }

        var range = (details.EndTime - details.StartTime).Duration();
        if (!(details.ProcessingInterval >= 0))
        {
            return StatusCodes.BadAggregateInvalidInputs;
        }

        var interval = details.ProcessingInterval == 0 || details.ProcessingInterval >= range.TotalMilliseconds ? range : TimeSpan.FromMilliseconds(details.ProcessingInterval);
        if (interval < TimeSpan.FromMilliseconds(1))
        {
            return StatusCodes.BadAggregateInvalidInputs;
        }

        reading = new ProcessedHistory(variable, aggregate, details, interval);
        return StatusCodes.Good;
    }

    /// <summary>The aggregates of the next intervals.</summary>
    public async ValueTask<(StatusCode Status, List<DataValue> Values, bool Done)> ReadAsync(IHistorySource source, int max, CancellationToken cancellationToken)
    {
        var results = new List<DataValue>();
        var status = _aggregate == AggregateIds.Interpolative
            ? await InterpolateAsync(source, results, max, cancellationToken)
            : await FoldAsync(source, results, max, cancellationToken);
        return status.IsBad ? (status, [], true) : (StatusCodes.Good, results, _index >= _count);
    }

    /// <summary>The instant so many intervals from the start; beyond the end, the end.</summary>
    private DateTime Boundary(long index)
    {
        var distance = Int128.Min((Int128)_interval.Ticks * index, (_end - _start).Duration().Ticks);
        return _start.AddTicks((long)(_backwards ? -distance : distance));
    }

    /// <summary>Whether a time lies at or behind another one, in the direction of the reading.</summary>
    private bool HasReached(DateTime time, DateTime boundary) => _backwards ? time <= boundary : time >= boundary;

    private async ValueTask<StatusCode> FoldAsync(IHistorySource source, List<DataValue> results, int max, CancellationToken cancellationToken)
    {
        var raw = new RawValues(source, _variable, Boundary(_index), _end, _backwards);
        var looked = 0;
        for (; _index < _count && results.Count < max && raw.Scanned + looked < MaxScanned; _index++, looked++)
        {
            var (from, to) = (Boundary(_index), Boundary(_index + 1));
            var fold = default(IntervalFold);
            while (raw.TryPeek(out var value) || await raw.MoreAsync(cancellationToken))
            {
                if (!raw.TryPeek(out value) || HasReached(value.SourceTimestamp, to))
                {
                    break;
                }

                fold.Add(value, _treatUncertainAsBad);
                raw.Take();
            }

            if (raw.Status.IsBad)
            {
                return raw.Status;
            }

            if (fold.IsEmpty && _known is null && _aggregate == AggregateIds.Count)
            {
                var status = await FindEndsAsync(source, cancellationToken);
                if (status.IsBad)
                {
                    return status;
                }
            }

            results.Add(fold.IsEmpty && !IsKnown(from, to) ? new DataValue(default, StatusCodes.BadNoData, from) : fold.Result(_aggregate, from, _configuration, isPartial: (to - from).Duration() < _interval, _backwards));
        }

        return StatusCodes.Good;
    }

    /// <summary>Where the data begin and end: before and after, nothing is known, not even that nothing happened (OPC 10000-13, 5.4.3.21).</summary>
    private async ValueTask<StatusCode> FindEndsAsync(IHistorySource source, CancellationToken cancellationToken)
    {
        var first = await source.ReadAsync(new HistoryQuery(_variable, DateTime.MinValue, DateTime.MaxValue, 1), cancellationToken);
        var last = await source.ReadAsync(new HistoryQuery(_variable, DateTime.MinValue, DateTime.MaxValue, 1, NewestFirst: true), cancellationToken);
        _known = first.Values.Count > 0 && last.Values.Count > 0 ? (first.Values[0].SourceTimestamp, last.Values[0].SourceTimestamp) : (DateTime.MaxValue, DateTime.MinValue);
        return first.Status.IsBad ? first.Status : last.Status;
    }

    /// <summary>Whether some of an interval without values lies between the first and the last value that there are.</summary>
    private bool IsKnown(DateTime from, DateTime to) => _known is not { } known || ((from > to ? from : to) > known.First && (from < to ? from : to) < known.Last);

    private async ValueTask<StatusCode> InterpolateAsync(IHistorySource source, List<DataValue> results, int max, CancellationToken cancellationToken)
    {
        RawValues? raw = null;
        DataValue? behind = null, ahead = null;
        var isBadBetween = false;
        for (var scanned = 0; _index < _count && results.Count < max && scanned < MaxScanned; _index++)
        {
            var at = Boundary(_index);
            if (raw is null || (!raw.Reaches(at) && !(ahead is { } found && IsBeyond(found, at))))
            {
                // Far from what is at hand the neighbours are asked for anew.
                var (status, nearest, passedBad) = await NearestBehindAsync(source, at, cancellationToken);
                if (status.IsBad)
                {
                    return status;
                }

                scanned += (raw?.Scanned ?? 0) + RawValues.OfQuestion;
                (behind, ahead, isBadBetween) = (nearest, null, passedBad);
                raw = new RawValues(source, _variable, at, _backwards ? DateTime.MinValue : DateTime.MaxValue, _backwards);
                (ahead, isBadBetween) = await NextAsync(raw, isBadBetween, cancellationToken);
            }

            while (ahead is { } next && !IsBeyond(next, at))
            {
                behind = next;
                (ahead, isBadBetween) = await NextAsync(raw, wasBad: false, cancellationToken);
            }

            if (raw.Status.IsBad)
            {
                return raw.Status;
            }

            var (before, after) = _backwards && behind?.SourceTimestamp != at ? (ahead, behind) : (behind, ahead);
            results.Add(IntervalFold.Interpolate(at, before, after, IsStepped, isBadBetween));
            scanned++;
        }

        return StatusCodes.Good;
    }

    /// <summary>Whether a value lies behind an instant, in the direction of the reading.</summary>
    private bool IsBeyond(in DataValue value, DateTime at) => value.SourceTimestamp != at && HasReached(value.SourceTimestamp, at);

    /// <summary>The next value that counts, and whether others were passed over on the way to it.</summary>
    private async ValueTask<(DataValue? Value, bool PassedBad)> NextAsync(RawValues raw, bool wasBad, CancellationToken cancellationToken)
    {
        while (raw.TryPeek(out var value) || await raw.MoreAsync(cancellationToken))
        {
            raw.TryPeek(out value);
            raw.Take();
            if (!IntervalFold.IsBad(value, _treatUncertainAsBad))
            {
                return (value, wasBad);
            }

            wasBad = true;
        }

        return (null, wasBad);
    }

    /// <summary>The last value that counts before an instant, against the direction of the reading.</summary>
    private async ValueTask<(StatusCode Status, DataValue? Value, bool PassedBad)> NearestBehindAsync(IHistorySource source, DateTime at, CancellationToken cancellationToken)
    {
        var page = await source.ReadAsync(
            _backwards ? new HistoryQuery(_variable, at, DateTime.MaxValue, Nearby) : new HistoryQuery(_variable, DateTime.MinValue, at, Nearby, NewestFirst: true), cancellationToken);
        if (page.Status.IsBad)
        {
            return (page.Status, null, false);
        }

        for (var i = 0; i < page.Values.Count; i++)
        {
            if (!IntervalFold.IsBad(page.Values[i], _treatUncertainAsBad))
            {
                return (StatusCodes.Good, page.Values[i], i > 0);
            }
        }

        return (StatusCodes.Good, null, page.Values.Count > 0);
    }
}
