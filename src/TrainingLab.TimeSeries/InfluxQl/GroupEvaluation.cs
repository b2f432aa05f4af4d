using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Makes the rows of one output series out of the merged rows of a group.</summary>
internal sealed class GroupEvaluation
{
    private readonly SelectPlan plan;
    private readonly SelectStatement statement;
    private readonly TimeRange range;
    private readonly QueryLimits limits;
    private readonly bool computed;
    private readonly Dictionary<VarRef, int> index = [];

    public GroupEvaluation(SelectPlan plan, SelectStatement statement, TimeRange range, QueryLimits limits, bool computed)
    {
        this.plan = plan;
        this.statement = statement;
        this.range = range;
        this.limits = limits;
        this.computed = computed;
        for (int i = 0; i < plan.Variables.Count; i++)
            index[plan.Variables[i]] = i;
        LoadRange = plan.Calls.Aggregate(range, (widest, call) => widest with { From = Math.Min(widest.From, Widen(call).From) });
    }

    /// <summary>What must be read: more than asked for where a difference needs the bucket before.</summary>
    public TimeRange LoadRange { get; }

    /// <summary>Refuses functions over fields of a type that they cannot take.</summary>
    public static void CheckTypes(SelectPlan plan, SourceTable table)
    {
        foreach (Call call in plan.Calls.SelectMany(call => call.Walk()).OfType<Call>())
        {
            if (call.Arguments is not [VarRef { Cast: null } field, ..] || !table.Fields.TryGetValue(field.Name, out FieldType type) || type is FieldType.Float or FieldType.Integer)
                continue;
            if (Aggregation.NeedsNumbers(call.Name) || (call.Name is "min" or "max" && type == FieldType.String))
                throw new InfluxQlException($"unsupported {call.Name} iterator type: *query.{(type == FieldType.String ? "string" : "boolean")}InterruptIterator");
        }
    }

    /// <summary>The rows, ordered and limited as the statement says; each begins with its time.</summary>
    public List<FieldValue[]> Rows(RowSet group)
    {
        List<FieldValue[]> rows = plan.Calls.Count == 0 ? Raw(group) : Called(group);
        if (statement.Descending)
            rows.Reverse();
        if (statement.Offset > 0)
            rows.RemoveRange(0, Math.Min(statement.Offset, rows.Count));
        if (statement.Limit > 0 && rows.Count > statement.Limit)
            rows.RemoveRange(statement.Limit, rows.Count - statement.Limit);
        return rows;
    }

    private List<FieldValue[]> Raw(RowSet group)
    {
        CheckSize(group.Count);
        Func<int, FieldValue>[] columns = [.. plan.Columns.Select(column => Evaluation.Bind(column.Expr, expr => Variable(expr, group)))];
        List<FieldValue[]> rows = new(group.Count);
        for (int i = 0; i < group.Count; i++)
            rows.Add(Row(group.Times[i], columns, i));
        return rows;
    }

    private void CheckSize(int rows)
    {
        if ((long)rows * (plan.Columns.Count + 1) > limits.MaxValues)
            throw new InfluxQlException($"max-select-values limit exceeded: ({limits.MaxValues})");
    }

    private Func<int, FieldValue>? Variable(Expr expr, RowSet group) =>
        expr is VarRef variable && index.TryGetValue(variable, out int column) ? row => row < 0 ? FieldValue.Null : group.Columns[column][row] : null;

    private static FieldValue[] Row(long time, Func<int, FieldValue>[] columns, int row)
    {
        FieldValue[] values = new FieldValue[columns.Length + 1];
        values[0] = FieldValue.Integer(time);
        for (int c = 0; c < columns.Length; c++)
            values[c + 1] = columns[c](row);
        return values;
    }

    /// <summary>Joins the results of the calls by time; several results of one time are joined in their order.</summary>
    private List<FieldValue[]> Called(RowSet group)
    {
        List<Point>[] results = [.. plan.Calls.Select(call => Evaluate(call, group, range))];
        List<long> times = [];
        List<Point>[] joined = [.. results.Select(_ => new List<Point>())];
        int[] next = new int[results.Length];
        while (true)
        {
            long time = long.MaxValue;
            bool any = false;
            for (int c = 0; c < results.Length; c++)
            {
                if (next[c] < results[c].Count)
                {
                    time = any ? Math.Min(time, results[c][next[c]].Time) : results[c][next[c]].Time;
                    any = true;
                }
            }

            if (!any)
                break;
            times.Add(time);
            for (int c = 0; c < results.Length; c++)
            {
                bool takes = next[c] < results[c].Count && results[c][next[c]].Time == time;
                joined[c].Add(takes ? results[c][next[c]++] : new Point(time, FieldValue.Null, -1));
            }
        }

        Func<int, FieldValue>[] columns = [.. plan.Columns.Select(column => Evaluation.Bind(column.Expr, expr => expr switch
        {
            Call call when IndexOf(call) is var c && c >= 0 => row => joined[c][row].Value,
            VarRef => Variable(expr, group) is { } source ? row => source(joined[0][row].Row) : null,
            _ => null,
        }))];
        CheckSize(times.Count);
        List<FieldValue[]> rows = new(times.Count);
        for (int i = 0; i < times.Count; i++)
            rows.Add(Row(times[i], columns, i));
        return rows;
    }

    private int IndexOf(Call call)
    {
        for (int i = 0; i < plan.Calls.Count; i++)
        {
            if (plan.Calls[i].Equals(call))
                return i;
        }

        return -1;
    }

    /// <summary>A difference of buckets needs the bucket before the first; so does a moving average of InfluxDB, however long it is.</summary>
    private TimeRange Widen(Call call)
    {
        if (plan.Window is null || call.Arguments is not [Call, ..] || range.OpenBelow || !Transformation.Names.Contains(call.Name) || call.Name == "cumulative_sum")
            return range;
        return range with { From = range.From < long.MinValue + plan.Window.Interval ? long.MinValue + 1 : range.From - plan.Window.Interval };
    }

    private long Parameter(Call call) => call.Arguments switch
    {
        [_, DurationLiteral unit] => unit.Nanoseconds,
        [_, Literal { Value.IsInteger: true } length] => length.Value.AsLong,
        _ when call.Name == "elapsed" => 1,
        [Call, ..] when plan.Window is not null => plan.Window.Interval,
        _ => 1_000_000_000,
    };

    private List<Point> Evaluate(Call call, RowSet group, TimeRange within)
    {
        if (Transformation.Names.Contains(call.Name))
        {
            List<Point> input = call.Arguments[0] is Call inner ? Evaluate(inner, group, Widen(call)) : Points((VarRef)call.Arguments[0], group, within);
            input.RemoveAll(point => point.Value.IsNull);
            List<Point> output = Transformation.Run(call.Name, input, Parameter(call));
            output.RemoveAll(point => plan.Window is not null && !within.OpenBelow && point.Time < plan.Window.Start(within.From));
            return output;
        }

        if (call is { Name: "count", Arguments: [Call distinct] })
            return Buckets(call, Points((VarRef)distinct.Arguments[0], group, within), within, points => [Aggregation.Run("count", Aggregation.Distinct(points).ToArray(), 0)!.Value]);
        List<Point> points = Points((VarRef)call.Arguments[0], group, within);
        if (call.Name == "integral")
            return Transformation.Integral(points, Parameter(call), plan.Window);
        if (call.Name == "distinct")
            return Buckets(call, points, within, bucket => Aggregation.Distinct(bucket));
        if (SelectPlan.IsExtreme(call.Name))
            return Buckets(call, points, within, bucket => Extremes(call, bucket, group));
        double percent = call.Arguments is [_, Literal percentile] ? percentile.Value.AsDouble : 0;
        return Buckets(call, points, within, bucket => Aggregation.Run(call.Name, bucket, percent) is { } point ? [point] : []);
    }

    private List<Point> Points(VarRef variable, RowSet group, TimeRange within)
    {
        List<Point> points = [];
        FieldValue[] column = group.Columns[index[variable]];
        for (int i = computed ? 0 : group.LowerBound(within.From); i < group.Count && group.Times[i] <= within.To; i++)
        {
            if (!column[i].IsNull)
                points.Add(new Point(group.Times[i], column[i], i));
        }

        return points;
    }

    private List<Point> Extremes(Call call, Point[] bucket, RowSet group)
    {
        int count = (int)Math.Min(int.MaxValue, ((Literal)call.Arguments[^1]).Value.AsLong);
        bool largest = call.Name == "top";
        VarRef[] tags = [.. call.Arguments.Skip(1).SkipLast(1).Cast<VarRef>()];
        IEnumerable<Point> candidates = bucket;
        if (tags.Length > 0)
        {
            candidates = bucket
                .GroupBy(point => string.Join('\u0001', tags.Select(tag => group.Columns[index[tag]][point.Row].AsString)), StringComparer.Ordinal)
                .SelectMany(same => Aggregation.Extremes(same, 1, largest));
        }

        return Aggregation.Extremes(candidates, count, largest);
    }

    private delegate List<Point> BucketFunction(Point[] points);

    private List<Point> Buckets(Call call, List<Point> points, TimeRange within, BucketFunction function)
    {
        List<Point> results = [];
        if (points.Count == 0)
            return results;
        bool keepsTimes = SelectPlan.IsExtreme(call.Name);
        bool fills = call.Name is not "distinct" && !keepsTimes;
        if (plan.Window is not TimeWindow window)
        {
            foreach (Point point in function([.. points]))
            {
                bool ownTime = keepsTimes || (plan.SingleSelector && point.Row >= 0);
                results.Add(ownTime ? point : point with { Time = within.OpenBelow ? 0 : within.From });
            }

            return results;
        }

        int start = 0;
        while (start < points.Count)
        {
            long bucket = window.Start(points[start].Time);
            long bucketEnd = window.Next(bucket);
            int end = start;
            while (end < points.Count && points[end].Time < bucketEnd)
                end++;
            if (end == start)
                end++;
            foreach (Point point in function([.. points.GetRange(start, end - start)]))
                results.Add(keepsTimes ? point : point with { Time = bucket });
            start = end;
        }

        return fills ? Fill(call, results, window, within) : results;
    }

    private List<Point> Fill(Call call, List<Point> results, TimeWindow window, TimeRange within)
    {
        // Nulls that only a transformation would see are left out by it.
        bool unseen = statement.Fill == FillOption.Null && call.Name != "count" && plan.Calls.All(outer => Transformation.Names.Contains(outer.Name));
        if (statement.Fill == FillOption.None || results.Count == 0 || unseen)
            return results;
        List<Point> filled = [];
        int next = 0;
        long first = within.OpenBelow ? results[0].Time : window.Start(within.From);
        long last = window.Start(within.To);
        long wanted = RowsWanted;
        if (statement.Descending && (Int128)last - ((Int128)window.Interval * (wanted + 2)) > first)
            first = window.Start(last - (window.Interval * (wanted + 2)));
        for (long bucket = first; bucket <= last; bucket = window.Next(bucket))
        {
            while (next < results.Count && results[next].Time < bucket)
                filled.Add(results[next++]);
            if (filled.Count >= wanted && !statement.Descending)
                break;
            if (filled.Count >= limits.MaxBuckets)
                throw new InfluxQlException($"max-select-buckets limit exceeded: ({limits.MaxBuckets})");
            filled.Add(next < results.Count && results[next].Time == bucket
                ? results[next++]
                : new Point(bucket, FillValue(call, results, next, bucket), -1));
        }

        return filled;
    }

    /// <summary>Buckets of which the statement shows none or all: those beyond LIMIT need not be made. A transformation may leave out any number of them.</summary>
    private long RowsWanted => statement.Limit == 0 || plan.Calls.Any(call => Transformation.Names.Contains(call.Name)) ? long.MaxValue / 4 : (long)statement.Offset + statement.Limit;

    private FieldValue FillValue(Call call, List<Point> results, int next, long bucket)
    {
        switch (statement.Fill)
        {
            case FillOption.Number:
                FieldValue sample = results[0].Value;
                return sample.IsInteger ? FieldValue.Integer((long)statement.FillValue) : sample.IsFloat ? FieldValue.Float(statement.FillValue) : FieldValue.Null;
            case FillOption.Previous when next > 0:
                return results[next - 1].Value;
            case FillOption.Linear when next > 0 && next < results.Count && results[next].Value.IsNumber && results[next - 1].Value.IsNumber:
                (long time, FieldValue before) = (results[next - 1].Time, results[next - 1].Value);
                FieldValue after = results[next].Value;
                double share = (double)(bucket - time) / (results[next].Time - time);
                double value = before.AsDouble + (share * (after.AsDouble - before.AsDouble));
                return after.IsInteger ? FieldValue.Integer((long)value) : FieldValue.Float(value);
            case FillOption.Null when call.Name == "count":
                return FieldValue.Integer(0);
            default:
                return FieldValue.Null;
        }
    }
}
