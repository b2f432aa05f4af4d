using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class StateCheckTests
{
    private const string Vlan = "switch-1/ports/3/accessVlan";

    [Fact]
    public async Task It_passes_while_the_value_is_right_and_no_longer_when_undone()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State(Vlan, 10))).BeginAsync();
        await attempt.SampleAsync(Vlan, 1);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.SampleAsync(Vlan, 10, TestAttempt.Student);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        await attempt.SampleAsync(Vlan, 1, TestAttempt.Student);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        Assert.Equal("1", attempt.Check().Actual.En);
    }

    [Fact]
    public async Task A_change_that_somebody_else_made_earns_nothing()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State(Vlan, 10, by: "student"))).BeginAsync();
        await attempt.SampleAsync(Vlan, 10);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.SampleAsync(Vlan, 10, TestAttempt.Neighbour);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        Assert.Equal("10, but not set by the student", attempt.Check().Actual.En);
        await attempt.SampleAsync(Vlan, 10, TestAttempt.Student);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_required_account_must_be_the_one_used()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State(Vlan, 10, by: "engineer"))).BeginAsync();
        await attempt.SampleAsync(Vlan, 10, TestAttempt.Student);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.SampleAsync(Vlan, 10, TestAttempt.Student with { Account = "engineer" });
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_saved_value_is_still_the_students_after_a_restart()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State(Vlan, 10, by: "student"))).BeginAsync();
        await attempt.SampleAsync(Vlan, 1);
        await attempt.SampleAsync(Vlan, 10, TestAttempt.Student);
        await attempt.SampleAsync(Vlan, null);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.SampleAsync(Vlan, 10);
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task An_unsaved_value_is_lost_by_a_restart()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State(Vlan, 10, by: "student"))).BeginAsync();
        await attempt.SampleAsync(Vlan, 1);
        await attempt.SampleAsync(Vlan, 10, TestAttempt.Student);
        await attempt.SampleAsync(Vlan, 1);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task A_path_that_was_never_recorded_is_broken_in_the_end_and_costs_nothing()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.State(Vlan, 10))).BeginAsync();
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        var card = await attempt.HandInAsync();
        Assert.Equal(CheckOutcome.Broken, card.Checks[0].Outcome);
        Assert.Equal(10, card.Score);
    }

    public static TheoryData<string, StateCheck, string, bool> Conditions => new()
    {
        { "is a number", new StateCheck { Path = "p", Is = ScalarValue.Of(10) }, "10.0", true },
        { "is a number, as text", new StateCheck { Path = "p", Is = ScalarValue.Of(10) }, "\"10\"", true },
        { "is a text", new StateCheck { Path = "p", Is = ScalarValue.OfText("access") }, "\"access\"", true },
        { "is a text, other case", new StateCheck { Path = "p", Is = ScalarValue.OfText("access") }, "\"Access\"", false },
        { "is true", new StateCheck { Path = "p", Is = ScalarValue.Of(true) }, "true", true },
        { "is not", new StateCheck { Path = "p", IsNot = ScalarValue.Of(1) }, "2", true },
        { "is not, nothing there", new StateCheck { Path = "p", IsNot = ScalarValue.Of(1) }, "null", false },
        { "at least", new StateCheck { Path = "p", AtLeast = ScalarValue.Of(0.999) }, "0.999", true },
        { "more than", new StateCheck { Path = "p", MoreThan = ScalarValue.Of(0.999) }, "0.999", false },
        { "at most", new StateCheck { Path = "p", AtMost = ScalarValue.Of(50) }, "50", true },
        { "less than", new StateCheck { Path = "p", LessThan = ScalarValue.Of(50) }, "-49.99", true },
        { "less than, a text", new StateCheck { Path = "p", LessThan = ScalarValue.Of(50) }, "\"low\"", false },
        { "both bounds", new StateCheck { Path = "p", AtLeast = ScalarValue.Of(1), AtMost = ScalarValue.Of(3) }, "4", false },
        { "in", new StateCheck { Path = "p", In = [ScalarValue.Of(1), ScalarValue.Of(2)] }, "2", true },
        { "in, not", new StateCheck { Path = "p", In = [ScalarValue.Of(1), ScalarValue.Of(2)] }, "3", false },
        { "items", new StateCheck { Path = "p", Items = [ScalarValue.Of(10), ScalarValue.Of(20)] }, "[20,10]", true },
        { "items, one too many", new StateCheck { Path = "p", Items = [ScalarValue.Of(10), ScalarValue.Of(20)] }, "[20,10,1]", false },
        { "items, one twice", new StateCheck { Path = "p", Items = [ScalarValue.Of(10), ScalarValue.Of(20)] }, "[10,10]", false },
        { "contains an item", new StateCheck { Path = "p", Contains = ScalarValue.Of(10) }, "[10,20]", true },
        { "contains a part", new StateCheck { Path = "p", Contains = ScalarValue.OfText("deny") }, "\"deny any any\"", true },
        { "matches as a whole", new StateCheck { Path = "p", Matches = "[a-z]+-[0-9]" }, "\"filler-1\"", true },
        { "matches a part only", new StateCheck { Path = "p", Matches = "[a-z]+" }, "\"filler-1\"", false },
        { "is an expression", new StateCheck { Path = "p", Is = ScalarValue.OfText("=variant.vlan + 1") }, "38", true },
        { "is another state", new StateCheck { Path = "p", Is = ScalarValue.OfText("=`state.other/path`") }, "5", true },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public async Task Conditions_hold_as_written(string name, StateCheck check, string value, bool holds)
    {
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync(new JsonObject { ["vlan"] = 37 });
        await attempt.SampleAsync("other/path", 5);
        await attempt.SampleAsync("p", JsonNode.Parse(value));
        Assert.True(holds == (attempt.Outcome() == CheckOutcome.Passed), name);
    }

    [Fact]
    public async Task An_expression_that_cannot_be_evaluated_breaks_the_check_and_costs_nothing()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(new StateCheck { Path = "p", Is = ScalarValue.OfText("=1 +") })).BeginAsync();
        await attempt.SampleAsync("p", 1);
        Assert.Equal(CheckOutcome.Broken, attempt.Outcome());
        Assert.Equal(10, attempt.Check().Points);
    }

    [Fact]
    public void It_says_what_to_watch()
        => Assert.Equal(
            [Vlan, "other/path"],
            TestLab.Of(new StateCheck { Path = Vlan, Is = ScalarValue.OfText("=`state.other/path` + truth.offset") }).CollectNeeds().Watches.Order(StringComparer.Ordinal).Reverse());
}
