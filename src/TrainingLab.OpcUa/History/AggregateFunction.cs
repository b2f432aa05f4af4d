namespace TrainingLab.OpcUa.History;

/// <summary>The aggregates that this server works out (OPC 10000-13, 5.4), by their node in namespace 0.</summary>
public static class AggregateIds
{
    public static readonly NodeId Interpolative = new(0, 2341);
    public static readonly NodeId Average = new(0, 2342);
    public static readonly NodeId Minimum = new(0, 2346);
    public static readonly NodeId Maximum = new(0, 2347);
    public static readonly NodeId Count = new(0, 2352);
    public static readonly NodeId Start = new(0, 2357);
    public static readonly NodeId End = new(0, 2358);
    public static readonly NodeId Delta = new(0, 2359);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<NodeId> All { get; } = [Interpolative, Average, Minimum, Maximum, Count, Start, End, Delta];
}

/// <summary>
/// What an interval's aggregate needs of its raw values, gathered one by one: each value is looked at once, whatever the aggregate (OPC 10000-13, 5.3).
/// </summary>
internal struct IntervalFold
{
    // Info type DataValue with the historian bits (OPC 10000-4, 7.39.1).
    private const uint Raw = 0x0400;
    private const uint Calculated = 0x0401;
    private const uint Interpolated = 0x0402;
    private const uint Partial = 0x0404;
    private const uint MultipleValues = 0x0410;

    private int _good;
    private int _bad;
    private double _sum;
    private int _atMinimum;
    private int _atMaximum;
    private DataValue _minimum;
    private DataValue _maximum;
    private DataValue _first;
    private DataValue _last;
    private DataValue _firstGood;
    private DataValue _lastGood;
    private bool _skippedFirst;
    private bool _skippedLast;

    /// <summary>Whether there was no value, good or bad.</summary>
    public readonly bool IsEmpty => _good + _bad == 0;

    /// <summary>Takes in a value of the interval.</summary>
    public void Add(in DataValue value, bool treatUncertainAsBad)
    {
        if (IsEmpty)
        {
            _first = value;
        }

        _last = value;
        if (IsBad(value, treatUncertainAsBad) || !value.Value.TryGetDouble(out var number) || double.IsNaN(number))
        {
            _bad++;
            _skippedFirst |= _good == 0;
            _skippedLast = true;
            return;
        }

        if (_good == 0)
        {
            _firstGood = value;
        }

        _lastGood = value;
        _skippedLast = false;
        _sum += number;
        Extreme(ref _minimum, ref _atMinimum, value, number, sign: -1);
        Extreme(ref _maximum, ref _atMaximum, value, number, sign: 1);
        _good++;
    }

    /// <summary>Whether a value does not count.</summary>
    public static bool IsBad(in DataValue value, bool treatUncertainAsBad) => value.Status.IsBad || (treatUncertainAsBad && value.Status.IsUncertain);

    /// <summary>The aggregate of the interval that begins at <paramref name="start"/>.</summary>
    /// <param name="aggregate">Which.</param>
    /// <param name="start">The time of the result.</param>
    /// <param name="configuration">From which share of bad values on the result is bad.</param>
    /// <param name="isPartial">Whether the range ends within the interval.</param>
    /// <param name="backwards">Whether the values were taken in from the newest on; what is the first of them and what the last does not depend on it.</param>
    public readonly DataValue Result(NodeId aggregate, DateTime start, in Messages.AggregateConfiguration configuration, bool isPartial, bool backwards)
    {
        var info = isPartial ? Partial : 0;
        var quality = Quality(configuration);
        if (aggregate == AggregateIds.Count)
        {
            return new DataValue(_good, With(quality, Calculated | info), start);
        }

        if (!IsEmpty && (aggregate == AggregateIds.Start || aggregate == AggregateIds.End))
        {
            // Raw values, with the status and the time that they have.
            var raw = aggregate == AggregateIds.Start != backwards ? _first : _last;
            return isPartial ? raw with { Status = With(raw.Status, Raw | info) } : raw;
        }

        if (_good == 0)
        {
            return new DataValue(default, StatusCodes.BadNoData, start);
        }

        if (aggregate == AggregateIds.Average)
        {
            return new DataValue(_sum / _good, With(quality, Calculated | info), start);
        }

        if (aggregate == AggregateIds.Minimum)
        {
            return Extreme(_minimum, _atMinimum, start, info);
        }

        if (aggregate == AggregateIds.Maximum)
        {
            return Extreme(_maximum, _atMaximum, start, info);
        }

        var (early, late) = backwards ? (_lastGood, _firstGood) : (_firstGood, _lastGood);
        early.Value.TryGetDouble(out var from);
        late.Value.TryGetDouble(out var to);
        return new DataValue(to - from, With(_skippedFirst || _skippedLast ? StatusCodes.UncertainDataSubNormal : StatusCodes.Good, Calculated | info), start);
    }

    /// <summary>The value at an instant between its neighbours (OPC 10000-13, 5.4.3.2): on the line between them, or for a stepped variable the one before.</summary>
    public static DataValue Interpolate(DateTime at, DataValue? before, DataValue? after, bool isStepped, bool badBetween)
    {
        if (before is not { } left)
        {
            return new DataValue(default, StatusCodes.BadNoData, at);
        }

        if (left.SourceTimestamp == at)
        {
            return left;
        }

        if (isStepped || after is not { } right || !left.Value.TryGetDouble(out var y0) || !right.Value.TryGetDouble(out var y1))
        {
            // Beyond the last value nothing is known for sure.
            return new DataValue(left.Value, With(after is null || badBetween ? StatusCodes.UncertainDataSubNormal : StatusCodes.Good, Interpolated), at);
        }

        var share = (double)(at - left.SourceTimestamp).Ticks / (right.SourceTimestamp - left.SourceTimestamp).Ticks;
        Variant value = y0 + ((y1 - y0) * share);
        if (left.Value.Type != BuiltInType.Double && Variant.TryConvert(value, left.Value.Type, out var converted))
        {
            value = converted;
        }

        return new DataValue(value, With(badBetween ? StatusCodes.UncertainDataSubNormal : StatusCodes.Good, Interpolated), at);
    }

    private readonly StatusCode Quality(in Messages.AggregateConfiguration configuration)
    {
        if (IsEmpty)
        {
            return StatusCodes.Good;
        }

        var (percentGood, percentBad) = configuration.UseServerDefaults ? (100, 100) : (configuration.PercentDataGood, configuration.PercentDataBad);
        var good = 100.0 * _good / (_good + _bad);
        return good >= percentGood ? StatusCodes.Good : 100 - good >= percentBad ? StatusCodes.Bad : StatusCodes.UncertainDataSubNormal;
    }

    private static StatusCode With(StatusCode status, uint info) => status.Code | info;

    /// <summary>The smallest or largest value: as it is when it lies at the start and no other is bad, else worked out (OPC 10000-13, 5.4.3.10).</summary>
    private readonly DataValue Extreme(in DataValue extreme, int times, DateTime start, uint info)
    {
        var status = _bad > 0 ? StatusCodes.UncertainDataSubNormal : StatusCodes.Good;
        var origin = _bad == 0 && extreme.SourceTimestamp == start ? Raw : Calculated;
        return new DataValue(extreme.Value, With(status, origin | info | (times > 1 ? MultipleValues : 0)), start);
    }

    private readonly void Extreme(ref DataValue extreme, ref int times, in DataValue value, double number, int sign)
    {
        extreme.Value.TryGetDouble(out var present);
        if (_good == 0 || number.CompareTo(present) == sign)
        {
            extreme = value;
            times = 1;
        }
        else if (number.Equals(present))
        {
            times++;
        }
    }
}
