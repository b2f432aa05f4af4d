using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class EventCheckTests
{
    [Theory]
    [InlineData("publish", "broker/plant/line1/oee", true)]
    [InlineData("publish", "broker/plant/line1/availability", false)]
    [InlineData("publish", "broker/oee", false)]
    [InlineData("subscribe", "broker/plant/line1/oee", false)]
    public async Task Operation_and_target_must_be_meant(string operation, string target, bool passes)
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Event("publish", "broker/plant/*/oee"))).BeginAsync();
        await attempt.ActAsync(operation, target);
        Assert.Equal(passes, attempt.Outcome() == CheckOutcome.Passed);
    }

    [Fact]
    public async Task An_action_that_the_protocol_refused_is_not_success()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Event("login"))).BeginAsync();
        await attempt.ActAsync("login", "switch-1", ok: false, outcome: "302");
        await attempt.ActAsync("login", "switch-1", ok: false, outcome: "Bad_UserAccessDenied");
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.ActAsync("login", "switch-1");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task An_expected_refusal_must_have_its_own_code()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Event("write") with { Outcome = "Bad_UserAccessDenied" })).BeginAsync();
        await attempt.ActAsync("write", "a", ok: false, outcome: "Bad_NodeIdUnknown");
        await attempt.ActAsync("write", "a", outcome: "Good");
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.ActAsync("write", "a", ok: false, outcome: "Bad_UserAccessDenied");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task Arguments_must_meet_their_conditions()
    {
        var check = TestLab.Event("publish") with
        {
            Where = new OrderedDictionary<string, ValueCondition>
            {
                ["payload.items[1].value"] = new() { AtLeast = ScalarValue.Of(0.8) },
                ["retain"] = new() { Is = ScalarValue.Of(false) },
            },
        };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.ActAsync("publish", "a", JsonNode.Parse("""{"payload":{"items":[{"value":1},{"value":0.7}]},"retain":false}""")!.AsObject());
        await attempt.ActAsync("publish", "a", JsonNode.Parse("""{"payload":{"items":[{"value":1},{"value":0.9}]},"retain":true}""")!.AsObject());
        await attempt.ActAsync("publish", "a", JsonNode.Parse("""{"retain":false}""")!.AsObject());
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.ActAsync("publish", "a", JsonNode.Parse("""{"payload":{"items":[{"value":1},{"value":0.8}]},"retain":false}""")!.AsObject());
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task What_others_did_does_not_count()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Event("publish"))).BeginAsync();
        await attempt.ActAsync("publish", "a", by: TestAttempt.Neighbour);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task It_counts_reads_that_were_coalesced()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Event("browse", count: 3))).BeginAsync();
        await attempt.AddAsync(new ReadsObserved(TestAttempt.Student, "opcua", "browse", "filler-1", 2, TestAttempt.Epoch));
        Assert.Equal("seen 2 of 3 times", attempt.Check().Actual.En);
        await attempt.AddAsync(new ReadsObserved(TestAttempt.Student, "opcua", "browse", "filler-1", 2, TestAttempt.Epoch));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_read_that_was_refused_does_not_count()
    {
        await using var attempt = await new TestAttempt(TestLab.Of(TestLab.Event("query"))).BeginAsync();
        await attempt.AddAsync(new ReadsObserved(TestAttempt.Student, "historian", "query", "historian/plant", 5, TestAttempt.Epoch, "error parsing query"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(new ReadsObserved(TestAttempt.Student, "historian", "query", "historian/plant", 1, TestAttempt.Epoch));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Theory]
    [InlineData("{\"types\":[\"A\"],\"indexes\":[]}", true)]
    [InlineData("{\"types\":[\"A\"],\"indexes\":[3]}", false)]
    [InlineData("{\"types\":[\"A\"]}", false)]
    [InlineData("{\"types\":[\"A\",\"B\"],\"indexes\":[]}", false)]
    public async Task Nothing_else_means_an_empty_list(string arguments, bool passes)
    {
        var check = TestLab.Event("resolve") with
        {
            Where = new Dictionary<string, ValueCondition>
            {
                ["types"] = new() { Items = [ScalarValue.OfText("A")] },
                ["indexes"] = new() { Items = [] },
            },
        };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.ActAsync("resolve", "id-recursive", JsonNode.Parse(arguments)!.AsObject());
        Assert.Equal(passes, attempt.Outcome() == CheckOutcome.Passed);
    }

    [Theory]
    [InlineData("0.8", true)]
    [InlineData("8e-1", true)]
    [InlineData("\"0.8\"", false)]
    [InlineData("true", false)]
    [InlineData("[0.8]", false)]
    [InlineData("null", false)]
    public async Task A_number_in_quotes_is_no_number_where_the_type_is_asked_for(string value, bool passes)
    {
        var check = TestLab.Event("publish") with
        {
            Where = new Dictionary<string, ValueCondition> { ["payload.oee"] = new() { Type = JsonType.Number, AtLeast = ScalarValue.OfText("0.7") } },
        };
        await using var attempt = await new TestAttempt(TestLab.Of(check)).BeginAsync();
        await attempt.ActAsync("publish", "a", JsonNode.Parse($$$"""{"payload":{"oee":{{{value}}}}}""")!.AsObject());
        Assert.Equal(passes, attempt.Outcome() == CheckOutcome.Passed);
    }

    [Fact]
    public async Task Only_what_came_after_a_check_counts()
    {
        var lab = TestLab.Of(TestLab.Check("first", TestLab.State("p", 1)), TestLab.Check("c", TestLab.Event("save") with { After = "first" }));
        await using var attempt = await new TestAttempt(lab).BeginAsync();
        await attempt.ActAsync("save", "switch-1");
        await attempt.SampleAsync("p", 1);
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.ActAsync("save", "switch-1");
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }
}
