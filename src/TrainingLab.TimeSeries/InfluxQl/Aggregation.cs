using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>A value at a time, and the row it came from (-1 when from none).</summary>
internal readonly record struct Point(long Time, FieldValue Value, int Row);

/// <summary>Functions that make one value, or a few, of all values of a bucket.</summary>
internal static class Aggregation
{
    /// <summary>Names of the functions here, and whether they answer one of the points themselves.</summary>
    public static readonly IReadOnlyDictionary<string, bool> Selectors = new Dictionary<string, bool>(StringComparer.Ordinal)
    {
        ["count"] = false, ["sum"] = false, ["mean"] = false, ["median"] = false, ["mode"] = false, ["spread"] = false, ["stddev"] = false,
        ["min"] = true, ["max"] = true, ["first"] = true, ["last"] = true, ["percentile"] = true,
    };

    /// <summary>True when the function takes only numbers.</summary>
    public static bool NeedsNumbers(string name) => name is not ("count" or "mode" or "min" or "max" or "first" or "last" or "distinct" or "elapsed");

    /// <summary>The result over the points of one bucket, in order of time; null when the function has none (not even a null row).</summary>
    /// <param name="name">A key of <see cref="Selectors"/>.</param>
    /// <param name="points">At least one point.</param>
    /// <param name="percent">The second argument of percentile.</param>
    public static Point? Run(string name, ReadOnlySpan<Point> points, double percent) => name switch
    {
        "count" => Of(FieldValue.Integer(points.Length)),
        "sum" => Of(Sum(points)),
        "mean" => Of(FieldValue.Float(Mean(points))),
        "median" => Of(Median(points)),
        "mode" => Of(Mode(points)),
        "spread" => Of(Evaluation.Apply("-", Select(points, (a, b) => Order(a.Value, b.Value) > 0).Value, Select(points, (a, b) => Order(a.Value, b.Value) < 0).Value)),
        "stddev" => Of(StandardDeviation(points)),
        "min" => Select(points, (a, b) => Order(a.Value, b.Value) < 0),
        "max" => Select(points, (a, b) => Order(a.Value, b.Value) > 0),
        "first" => First(points),
        "last" => Last(points),
        "percentile" => Percentile(points, percent),
        _ => throw new InfluxQlException($"undefined function {name}()"),
    };

    /// <summary>Every value once, in order of first appearance, those of one time in order of value.</summary>
    public static List<Point> Distinct(ReadOnlySpan<Point> points)
    {
        HashSet<FieldValue> seen = [];
        List<Point> distinct = [];
        foreach (Point point in points)
        {
            if (seen.Add(point.Value))
                distinct.Add(point);
        }

        return [.. distinct.OrderBy(point => point.Time).ThenBy(point => point.Value, Comparer<FieldValue>.Create(Order))];
    }

    /// <summary>The <paramref name="count"/> largest (or smallest) points, of equals the earliest, in order of time.</summary>
    public static List<Point> Extremes(IEnumerable<Point> points, int count, bool largest) =>
        [.. points.OrderBy(point => point, Comparer<Point>.Create((a, b) =>
        {
            int order = largest ? Order(b.Value, a.Value) : Order(a.Value, b.Value);
            return order != 0 ? order : a.Time.CompareTo(b.Time);
        })).Take(count).OrderBy(point => point.Time)];

    /// <summary>Numbers by size, texts by code, false before true.</summary>
    public static int Order(FieldValue left, FieldValue right) =>
        left.IsInteger && right.IsInteger ? left.AsLong.CompareTo(right.AsLong)
        : left.IsNumber && right.IsNumber ? left.AsDouble.CompareTo(right.AsDouble)
        : left.IsString && right.IsString ? string.CompareOrdinal(left.AsString, right.AsString)
        : left.AsBoolean.CompareTo(right.AsBoolean);

    private static Point? Of(FieldValue value) => new Point(0, value, -1);

    private static Point Select(ReadOnlySpan<Point> points, Func<Point, Point, bool> better)
    {
        Point best = points[0];
        foreach (Point point in points)
        {
            if (better(point, best))
                best = point;
        }

        return best;
    }

    /// <summary>Of several at the first time the largest; of truth values false.</summary>
    private static Point First(ReadOnlySpan<Point> points)
    {
        Point best = points[0];
        foreach (Point point in points)
        {
            if (point.Time != points[0].Time)
                break;
            if (point.Value.IsBoolean ? best.Value.AsBoolean && !point.Value.AsBoolean : Order(point.Value, best.Value) > 0)
                best = point;
        }

        return best;
    }

    /// <summary>Of several at the last time the largest.</summary>
    private static Point Last(ReadOnlySpan<Point> points)
    {
        Point best = points[^1];
        for (int i = points.Length - 2; i >= 0 && points[i].Time == best.Time; i--)
        {
            if (Order(points[i].Value, best.Value) > 0)
                best = points[i];
        }

        return best;
    }

    private static FieldValue Sum(ReadOnlySpan<Point> points)
    {
        if (points[0].Value.IsInteger)
        {
            long whole = 0;
            foreach (Point point in points)
                whole = unchecked(whole + point.Value.AsLong);
            return FieldValue.Integer(whole);
        }

        double sum = 0;
        foreach (Point point in points)
            sum += point.Value.AsDouble;
        return FieldValue.Float(sum);
    }

    private static double Mean(ReadOnlySpan<Point> points)
    {
        double sum = 0;
        foreach (Point point in points)
            sum += point.Value.AsDouble;
        return sum / points.Length;
    }

    private static FieldValue[] SortedValues(ReadOnlySpan<Point> points)
    {
        FieldValue[] values = new FieldValue[points.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = points[i].Value;
        Array.Sort(values, Order);
        return values;
    }

    private static FieldValue Median(ReadOnlySpan<Point> points)
    {
        FieldValue[] values = SortedValues(points);
        int middle = values.Length / 2;
        if (values.Length % 2 == 1)
            return FieldValue.Float(values[middle].AsDouble);
        double low = values[middle - 1].AsDouble;
        return FieldValue.Float(low + ((values[middle].AsDouble - low) / 2));
    }

    private static FieldValue StandardDeviation(ReadOnlySpan<Point> points)
    {
        if (points.Length < 2)
            return FieldValue.Null;
        double mean = Mean(points);
        double squares = 0;
        foreach (Point point in points)
            squares += (point.Value.AsDouble - mean) * (point.Value.AsDouble - mean);
        return FieldValue.Float(Math.Sqrt(squares / (points.Length - 1)));
    }

    private static Point? Percentile(ReadOnlySpan<Point> points, double percent)
    {
        int index = (int)Math.Floor((points.Length * percent / 100) + 0.5) - 1;
        if (index < 0 || index >= points.Length)
            return null;
        Point[] sorted = points.ToArray();
        int[] order = new int[sorted.Length];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        Array.Sort(order, (a, b) => Order(sorted[a].Value, sorted[b].Value) is var difference && difference != 0 ? difference : a.CompareTo(b));
        return sorted[order[index]];
    }

    /// <summary>
    /// The most frequent value. Of values that all come once the smallest; of several as frequent the larger one, unless it began after the smaller one
    /// was seen often enough: so InfluxDB decides it.
    /// </summary>
    private static FieldValue Mode(ReadOnlySpan<Point> points)
    {
        IGrouping<FieldValue, Point>[] groups = [.. points.ToArray().GroupBy(point => point.Value).OrderBy(group => group.Key, Comparer<FieldValue>.Create(Order))];
        FieldValue mode = groups[0].Key;
        int most = 1;
        long decidedAt = long.MinValue;
        foreach (IGrouping<FieldValue, Point> group in groups)
        {
            int count = group.Count();
            if (count < 2 || count < most || (count == most && group.First().Time > decidedAt))
                continue;
            (mode, most, decidedAt) = (group.Key, count, group.Last().Time);
        }

        return mode;
    }
}
