using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class CheckValidationTests
{
    public static TheoryData<Predicate, string> Mistakes => new()
    {
        { new StateCheck { Path = "p" }, MistakeCodes.MissingKey },
        { new StateCheck { Path = "p", Matches = "(" }, MistakeCodes.BadFormat },
        { new StateCheck { Path = "p", Matches = "(?=look)ahead" }, MistakeCodes.BadFormat },
        { new EventCheck { Operation = "x", After = "no-such-check" }, MistakeCodes.UnknownReference },
        { new AnswerCheck { Question = "no-such-question" }, MistakeCodes.UnknownReference },
        { new SeriesCheck { Series = "no-such-series", Statistic = SeriesStatistic.Mean, AtLeast = ScalarValue.Of(1) }, MistakeCodes.UnknownReference },
        { new SeriesCheck { Series = "", Statistic = SeriesStatistic.Coverage, AtLeast = ScalarValue.Of(1) }, MistakeCodes.MissingKey },
        { new SeriesCheck { Series = "", Statistic = SeriesStatistic.Mean }, MistakeCodes.MissingKey },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_check_reports_what_binding_cannot_see(Predicate check, string code)
    {
        var mistakes = new Mistakes();
        check.Validate(Context, mistakes);
        Assert.Equal([code], mistakes.All.Select(m => m.Code));
        Assert.All(mistakes.All, m => Assert.False(string.IsNullOrEmpty(m.Remedy.Zh)));
    }

    [Fact]
    public void Kinds_are_registered_under_their_words()
        => Assert.Equal(
            ["all", "answer", "any", "event", "mark", "probe", "sequence", "series", "sparkplug", "state"],
            LabKinds.Create(CheckKinds.Add).Of(typeof(CheckPredicate)).Keys);

    [Fact]
    public void Every_check_says_what_it_expects_in_both_languages()
    {
        var (blocked, _) = TestLab.Pair();
        Assert.Equal("connect from office-pc to filler-1:4840: blocked", blocked.Describe().En);
        Assert.Equal("连接 从 office-pc 到 filler-1:4840：被阻断", blocked.Describe().Zh);
        Assert.Equal("p is 1, then publish, 2 times", new SequenceCheck { Steps = [TestLab.State("p", 1), TestLab.Event("publish", count: 2)] }.Describe().En);
    }

    private static LabContext Context { get; } = new()
    {
        ToolboxCommands = new HashSet<string>(StringComparer.Ordinal),
        Lab = new LabDefinition
        {
            Id = "test/lab",
            Title = new LocalizedText("a", "b"),
            Summary = new LocalizedText("a", "b"),
            Track = LabTrack.Network,
            Level = 1,
            Periods = 1,
            Minutes = 30,
            Positions = [1],
            Competencies = [],
            Scenario = "none",
            Toolbox = [],
            PassAt = 1,
            Tasks = [],
        },
    };
}
