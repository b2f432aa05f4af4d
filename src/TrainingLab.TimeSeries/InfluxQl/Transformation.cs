using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.InfluxQl;

/// <summary>Functions that make a new series of a series of points in order of time.</summary>
internal static class Transformation
{
    /// <summary>Names of the functions here.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>(StringComparer.Ordinal)
    {
        "derivative", "non_negative_derivative", "difference", "non_negative_difference", "cumulative_sum", "moving_average", "elapsed",
    };

    /// <summary>Applies a function.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="points">Points with values.</param>
    /// <param name="parameter">The unit in nanoseconds, or the length of the moving average.</param>
    public static List<Point> Run(string name, IReadOnlyList<Point> points, long parameter) => name switch
    {
        "derivative" => Derivative(points, parameter, nonNegative: false),
        "non_negative_derivative" => Derivative(points, parameter, nonNegative: true),
        "difference" => Difference(points, nonNegative: false),
        "non_negative_difference" => Difference(points, nonNegative: true),
        "cumulative_sum" => CumulativeSum(points),
        "moving_average" => MovingAverage(points, (int)parameter),
        _ => Elapsed(points, parameter),
    };

    /// <summary>The area under the points, joined by straight lines, per <paramref name="unit"/>; with a window one area per bucket, the lines cut at its ends.</summary>
    public static List<Point> Integral(IReadOnlyList<Point> points, long unit, TimeWindow? window)
    {
        List<Point> areas = [];
        if (points.Count == 0)
            return areas;
        (long time, double value) = (points[0].Time, points[0].Value.AsDouble);
        long start = window?.Start(time) ?? 0;
        long end = window?.Next(start) ?? long.MaxValue;
        double area = 0;
        for (int i = 1; i < points.Count; i++)
        {
            (long nextTime, double nextValue) = (points[i].Time, points[i].Value.AsDouble);
            if (nextTime == time)
            {
                value = nextValue;
                continue;
            }

            if (nextTime >= end)
            {
                if (time != end)
                {
                    double atEnd = value + ((nextValue - value) * (end - time) / (nextTime - time));
                    area += 0.5 * (atEnd + value) * ((double)(end - time) / unit);
                    (time, value) = (end, atEnd);
                }

                areas.Add(new Point(start, FieldValue.Float(area), -1));
                start = window!.Start(nextTime);
                end = window.Next(start);
                area = 0;
            }

            area += 0.5 * (nextValue + value) * ((double)(nextTime - time) / unit);
            (time, value) = (nextTime, nextValue);
        }

        // A last point at the beginning of its bucket encloses nothing there.
        if (window is null || time != start)
            areas.Add(new Point(start, FieldValue.Float(area), -1));
        return areas;
    }

    private static List<Point> Derivative(IReadOnlyList<Point> points, long unit, bool nonNegative)
    {
        List<Point> result = [];
        int before = 0;
        for (int i = 1; i < points.Count; i++)
        {
            // Of several points at one time, from several series, only the first counts.
            if (points[i].Time == points[before].Time)
                continue;
            double difference = points[i].Value.AsDouble - points[before].Value.AsDouble;
            double value = difference / ((double)(points[i].Time - points[before].Time) / unit);
            before = i;
            if (!nonNegative || value >= 0)
                result.Add(new Point(points[i].Time, FieldValue.Float(value), -1));
        }

        return result;
    }

    private static List<Point> Difference(IReadOnlyList<Point> points, bool nonNegative)
    {
        List<Point> result = [];
        int before = 0;
        for (int i = 1; i < points.Count; i++)
        {
            if (points[i].Time == points[before].Time)
                continue;
            FieldValue value = Evaluation.Apply("-", points[i].Value, points[before].Value);
            before = i;
            if (!nonNegative || value.AsDouble >= 0)
                result.Add(new Point(points[i].Time, value, -1));
        }

        return result;
    }

    private static List<Point> CumulativeSum(IReadOnlyList<Point> points)
    {
        List<Point> result = new(points.Count);
        FieldValue sum = FieldValue.Integer(0);
        foreach (Point point in points)
        {
            sum = Evaluation.Apply("+", sum, point.Value);
            result.Add(new Point(point.Time, sum, -1));
        }

        return result;
    }

    private static List<Point> MovingAverage(IReadOnlyList<Point> points, int length)
    {
        List<Point> result = [];
        double sum = 0;
        for (int i = 0; i < points.Count; i++)
        {
            sum += points[i].Value.AsDouble;
            if (i >= length)
                sum -= points[i - length].Value.AsDouble;
            if (i >= length - 1)
                result.Add(new Point(points[i].Time, FieldValue.Float(sum / length), -1));
        }

        return result;
    }

    private static List<Point> Elapsed(IReadOnlyList<Point> points, long unit)
    {
        List<Point> result = [];
        for (int i = 1; i < points.Count; i++)
            result.Add(new Point(points[i].Time, FieldValue.Integer((points[i].Time - points[i - 1].Time) / unit), -1));
        return result;
    }
}
