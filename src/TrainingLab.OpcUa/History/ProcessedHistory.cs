using TrainingLab.OpcUa.Messages;
using TrainingLab.OpcUa.Nodes;

namespace TrainingLab.OpcUa.History;

/// <summary>
/// Reading values condensed interval by interval (OPC 10000-11, 6.4.4 and OPC 10000-13). The raw values come from the source in pages and are looked at once; a reading that takes too
/// many stops between two intervals and goes on with its continuation point.
/// </summary>
internal sealed class ProcessedHistory
{
    /// <summary>Raw values asked for at a time.</summary>
    private const int PageSize = 5_000;

    /// <summary>Raw values that one request looks at before it hands out what it has.</summary>
    private const int MaxScanned = 200_000;

    private readonly VariableNode _variable;
    private readonly NodeId _aggregate;
    private readonly AggregateConfiguration _configuration;
    private readonly bool _treatUncertainAsBad;
    private readonly DateTime _low;
    private readonly DateTime _high;
    private readonly TimeSpan _interval;
    private readonly bool _backwards;
    private readonly long _count;
    private long _index;

    private ProcessedHistory(VariableNode variable, NodeId aggregate, ReadProcessedDetails details, TimeSpan interval)
    {
        _variable = variable;
        _aggregate = aggregate;
        _configuration = details.Configuration;
        _treatUncertainAsBad = details.Configuration.UseServerDefaults || details.Configuration.TreatUncertainAsBad;
        _backwards = details.EndTime < details.StartTime;
        (_low, _high) = _backwards ? (details.EndTime, details.StartTime) : (details.StartTime, details.EndTime);
        _interval = interval;
        _count = ((_high - _low).Ticks + interval.Ticks - 1) / interval.Ticks;
    }

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
        var scanned = 0;
        while (_index < _count && results.Count < max && scanned < MaxScanned)
        {
            // Backwards, the last interval comes first; within each, time runs forwards.
            var place = _backwards ? _count - 1 - _index : _index;
            var from = _low + TimeSpan.FromTicks(_interval.Ticks * place);
            var to = from + _interval;
            var isPartial = to > _high;
            var (status, value, looked) = _aggregate == AggregateIds.Interpolative
                ? await InterpolateAsync(source, from, cancellationToken)
                : await FoldAsync(source, from, isPartial ? _high : to, isPartial, cancellationToken);
            if (status.IsBad)
            {
                return (status, [], true);
            }

            results.Add(value);
            scanned += looked;
            _index++;
        }

        return (StatusCodes.Good, results, _index >= _count);
    }

    private async ValueTask<(StatusCode Status, DataValue Value, int Scanned)> FoldAsync(
        IHistorySource source, DateTime from, DateTime to, bool isPartial, CancellationToken cancellationToken)
    {
        var fold = default(IntervalFold);
        var (next, skip, scanned) = (from, 0, 1);
        while (true)
        {
            var wanted = PageSize + skip;
            var page = await source.ReadAsync(new HistoryQuery(_variable, next, to, wanted), cancellationToken);
            if (page.Status.IsBad)
            {
                return (page.Status, default, scanned);
            }

            for (var i = skip; i < page.Values.Count; i++)
            {
                var value = page.Values[i];
                if (value.SourceTimestamp >= to)
                {
                    break;
                }

                fold.Add(value, _treatUncertainAsBad);
                skip = value.SourceTimestamp == next ? skip + 1 : 1;
                next = value.SourceTimestamp;
                scanned++;
            }

            if (page.Values.Count < wanted || next >= to)
            {
                return (StatusCodes.Good, fold.Result(_aggregate, from, _configuration, isPartial), scanned);
            }
        }
    }

    private async ValueTask<(StatusCode Status, DataValue Value, int Scanned)> InterpolateAsync(IHistorySource source, DateTime at, CancellationToken cancellationToken)
    {
        var before = await NeighbourAsync(source, new HistoryQuery(_variable, DateTime.MinValue, at, 10, NewestFirst: true), cancellationToken);
        var after = await NeighbourAsync(source, new HistoryQuery(_variable, at, DateTime.MaxValue, 10), cancellationToken);
        if (before.Status.IsBad)
        {
            return (before.Status, default, 2);
        }

        return after.Status.IsBad
            ? (after.Status, default, 2)
            : (StatusCodes.Good, IntervalFold.Interpolate(at, before.Value, after.Value, IsStepped, before.PassedBad || after.PassedBad), 2);
    }

    private bool IsStepped => !_variable.DataType.IsStandard((uint)BuiltInType.Double) && !_variable.DataType.IsStandard((uint)BuiltInType.Float);

    private async ValueTask<(StatusCode Status, DataValue? Value, bool PassedBad)> NeighbourAsync(IHistorySource source, HistoryQuery query, CancellationToken cancellationToken)
    {
        var page = await source.ReadAsync(query, cancellationToken);
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
