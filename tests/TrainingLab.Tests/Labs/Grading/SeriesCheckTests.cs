using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class SeriesCheckTests
{
    private static readonly double[] Points = [4, 1, 3, 2, 5, 4];

    [Theory]
    [InlineData(SeriesStatistic.Count, 6)]
    [InlineData(SeriesStatistic.Mean, 19.0 / 6)]
    [InlineData(SeriesStatistic.Min, 1)]
    [InlineData(SeriesStatistic.Max, 5)]
    [InlineData(SeriesStatistic.Sum, 19)]
    [InlineData(SeriesStatistic.StdDev, 1.4719601443879744)]
    [InlineData(SeriesStatistic.Median, 3.5)]
    [InlineData(SeriesStatistic.P95, 5)]
    [InlineData(SeriesStatistic.First, 4)]
    [InlineData(SeriesStatistic.Last, 4)]
    [InlineData(SeriesStatistic.Duplicates, 0)]
    public async Task Figures_are_what_they_are_called(SeriesStatistic statistic, double figure)
    {
        var check = new SeriesCheck { Series = "s", Statistic = statistic, AtLeast = ScalarValue.Of(figure - 1e-9), AtMost = ScalarValue.Of(figure + 1e-9) };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.AddAsync(Series("s", Points[..3], 0));
        await attempt.AddAsync(Series("s", Points[3..], 3));
        Assert.True(attempt.Outcome() == CheckOutcome.Passed, attempt.Check().Actual.En);
    }

    [Fact]
    public async Task Coverage_counts_points_by_source_time_and_value()
    {
        var check = new SeriesCheck { Series = "stored", Statistic = SeriesStatistic.Coverage, Reference = "produced", AtLeast = ScalarValue.Of(0.999) };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.AddAsync(Series("produced", Points, 0));
        await attempt.AddAsync(Series("stored", Points, 600));
        Assert.Equal("0", attempt.Check().Actual.En);
        await attempt.AddAsync(Series("stored", [4, 1, 3, 3, 5, 4], 0) with { Replaces = true });
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(Series("stored", Points, 0) with { Replaces = true });
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_point_stored_twice_is_a_duplicate()
    {
        var check = new SeriesCheck { Series = "s", Statistic = SeriesStatistic.Duplicates, Is = ScalarValue.Of(0) };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.AddAsync(Series("s", Points, 0));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        await attempt.AddAsync(Series("s", [9], 2));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task A_series_that_was_never_recorded_is_broken_in_the_end()
    {
        var check = new SeriesCheck { Series = "s", Statistic = SeriesStatistic.Mean, AtLeast = ScalarValue.Of(0) };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        Assert.Equal(CheckOutcome.Broken, (await attempt.HandInAsync()).Checks[0].Outcome);
    }

    private static SeriesNoted Series(string name, double[] values, int startSecond)
        => new(name, [.. values.Select((v, i) => new SeriesPoint(TestAttempt.Epoch.AddSeconds(startSecond + i), v))]);
}
