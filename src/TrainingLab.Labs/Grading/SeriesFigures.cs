using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading.Checks;

namespace TrainingLab.Labs.Grading;

/// <summary>Figures of a series. Sums run in the order of recording, so that the same records give the same last bit.</summary>
internal static class SeriesFigures
{
    /// <summary>The figure; null when the series is too short to have it.</summary>
    public static double? Compute(SeriesStatistic statistic, List<SeriesPoint> points, List<SeriesPoint> reference, TimeSpan within) => statistic switch
    {
        SeriesStatistic.Count => points.Count,
        SeriesStatistic.Duplicates => points.Count - points.Select(p => p.Time).Distinct().Count(),
        SeriesStatistic.Coverage => Coverage(points, reference, within),
        _ when points.Count == 0 => null,
        SeriesStatistic.Mean => points.Sum(p => p.Value) / points.Count,
        SeriesStatistic.Min => points.Min(p => p.Value),
        SeriesStatistic.Max => points.Max(p => p.Value),
        SeriesStatistic.Sum => points.Sum(p => p.Value),
        SeriesStatistic.StdDev => Deviation(points),
        SeriesStatistic.Median => Median(points),
        SeriesStatistic.P95 => Percentile(points, 95),
        SeriesStatistic.P99 => Percentile(points, 99),
        SeriesStatistic.First => points.MinBy(p => p.Time).Value,
        SeriesStatistic.Last => points.MaxBy(p => p.Time).Value,
        _ => throw new ArgumentOutOfRangeException(nameof(statistic)),
    };

    private static double? Deviation(List<SeriesPoint> points)
    {
        if (points.Count < 2)
            return null;
        var mean = points.Sum(p => p.Value) / points.Count;
        return Math.Sqrt(points.Sum(p => (p.Value - mean) * (p.Value - mean)) / (points.Count - 1));
    }

    private static double Median(List<SeriesPoint> points)
    {
        var sorted = points.Select(p => p.Value).Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double Percentile(List<SeriesPoint> points, int percent)
    {
        var sorted = points.Select(p => p.Value).Order().ToList();
        var rank = ((sorted.Count * percent) + 99) / 100;
        return sorted[Math.Max(rank, 1) - 1];
    }

    private static double? Coverage(List<SeriesPoint> points, List<SeriesPoint> reference, TimeSpan within)
    {
        if (reference.Count == 0)
            return null;
        var there = points.OrderBy(p => p.Time).ToList();
        var wanted = reference.OrderBy(p => p.Time).ToList();
        int next = 0, found = 0;
        foreach (var point in wanted)
        {
            while (next < there.Count && there[next].Time < point.Time - within)
                next++;
            for (var i = next; i < there.Count && there[i].Time <= point.Time + within; i++)
            {
                if (there[i].Value.Equals(point.Value))
                {
                    found++;
                    break;
                }
            }
        }

        return (double)found / wanted.Count;
    }
}
