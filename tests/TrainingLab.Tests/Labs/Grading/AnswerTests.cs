using System.Text.Json.Nodes;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

public sealed class AnswerTests
{
    [Theory]
    [InlineData("42", null, "42")]
    [InlineData("  42  ", null, "42")]
    [InlineData("４２．５", null, "42.5")]
    [InlineData("42,5", null, "42.5")]
    [InlineData("0,125", null, "0.125")]
    [InlineData("1234,567", null, "1234.567")]
    [InlineData("1,234", null, "")]
    [InlineData("1.234", null, "1.234")]
    [InlineData("1,234,567", null, "1234567")]
    [InlineData("1.234.567", null, "1234567")]
    [InlineData("1,234.5", null, "1234.5")]
    [InlineData("1.234,5", null, "1234.5")]
    [InlineData("12,34.5", null, "")]
    [InlineData("1 234.5", null, "1234.5")]
    [InlineData("1\u00A0234,5", null, "1234.5")]
    [InlineData("1'234.5", null, "1234.5")]
    [InlineData("-3.5", null, "-3.5")]
    [InlineData("\u22123.5", null, "-3.5")]
    [InlineData("－３．５", null, "-3.5")]
    [InlineData("+7", null, "7")]
    [InlineData(".5", null, "0.5")]
    [InlineData("1.5e3", null, "1500")]
    [InlineData("1.5×10^3", null, "1500")]
    [InlineData("1.5 × 10³", null, "1500")]
    [InlineData("2×10⁻³", null, "0.002")]
    [InlineData("42 bottles", null, "42")]
    [InlineData("42瓶", null, "42")]
    [InlineData("12.3 ms", "ms", "12.3 ms")]
    [InlineData("12.3MS", "ms", "12.3 ms")]
    [InlineData("12.3", "ms", "12.3 ms")]
    [InlineData("12.3 s", "ms", "")]
    [InlineData("5 °C", "°C", "5 °C")]
    [InlineData("3 m²", "m²", "3 m2")]
    [InlineData("85.3 %", "%", "85.3 %")]
    [InlineData("８５．３％", "%", "85.3 %")]
    [InlineData("85.3", "%", "85.3 %")]
    [InlineData("853‰", "%", "85.3 %")]
    [InlineData("0.853", "%", "0.853 = 85.3 %")]
    [InlineData("85.3 ms", "%", "")]
    [InlineData("85.3 %", null, "0.853")]
    [InlineData("85.3 %", "ms", "")]
    [InlineData("", null, "")]
    [InlineData("about ten", null, "")]
    [InlineData("NaN", null, "")]
    [InlineData("1e999", null, "")]
    [InlineData("--3", null, "")]
    [InlineData("3 7", null, "")]
    [InlineData("37 or 38", null, "")]
    public void Numbers_are_read_as_they_are_meant(string raw, string? unit, string read)
        => Assert.Equal(read, TestLab.Number("q", "1", unit).Normalise(raw));

    [Theory]
    [InlineData("  Filler-1 ", "filler-1")]
    [InlineData("ＦＩＬＬＥＲ－１", "filler-1")]
    [InlineData("room\t 2", "room 2")]
    [InlineData("灌装 机", "灌装 机")]
    [InlineData("88.118.1\u200B/abc", "88.118.1/abc")]
    public void Texts_are_read_without_how_they_were_typed(string raw, string read)
        => Assert.Equal(read, Text("q", "'x'").Normalise(raw));

    [Fact]
    public async Task What_is_no_text_at_all_is_a_wrong_answer_and_nothing_worse()
    {
        await using var attempt = await new TestAttempt(TestLab.Question(Text("q", "'x'"))).BeginAsync();
        await attempt.AddAsync(new AnswerGiven("q", "\uD800", Text("q", "'x'").Normalise("\uD800")));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Theory]
    [InlineData("85.3", true)]
    [InlineData("85.8", true)]
    [InlineData("85.81", false)]
    [InlineData("0.853", true)]
    [InlineData("85,3 %", true)]
    [InlineData("8.53", false)]
    [InlineData("", false)]
    public async Task A_percentage_counts_within_its_tolerance(string raw, bool passes)
    {
        await using var attempt = await new TestAttempt(TestLab.Question(TestLab.Number("q", "truth.oee * 100", "%", 0.5))).BeginAsync();
        await attempt.AddAsync(new TruthNoted("oee", 0.853));
        await attempt.AddAsync(new AnswerGiven("q", raw));
        Assert.Equal(passes, attempt.Outcome() == CheckOutcome.Passed);
    }

    [Fact]
    public async Task The_latest_answer_counts()
    {
        await using var attempt = await new TestAttempt(TestLab.Question(TestLab.Number("q", "variant.vlan"))).BeginAsync(new JsonObject { ["vlan"] = 37 });
        Assert.Equal("no answer", attempt.Check().Actual.En);
        await attempt.AddAsync(new AnswerGiven("q", "37"));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
        await attempt.AddAsync(new AnswerGiven("q", "38"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
    }

    [Fact]
    public async Task No_answer_is_a_failed_check_not_a_broken_one()
    {
        await using var attempt = await new TestAttempt(TestLab.Question(TestLab.Number("q", "truth.oee"))).BeginAsync();
        Assert.Equal(CheckOutcome.Failed, (await attempt.HandInAsync()).Checks[0].Outcome);
    }

    [Fact]
    public async Task An_answer_without_the_truth_to_compare_it_with_is_broken_in_the_end()
    {
        await using var attempt = await new TestAttempt(TestLab.Question(TestLab.Number("q", "truth.oee"))).BeginAsync();
        await attempt.AddAsync(new AnswerGiven("q", "1"));
        Assert.Equal(CheckOutcome.Broken, (await attempt.HandInAsync()).Checks[0].Outcome);
    }

    [Fact]
    public async Task A_long_number_answered_as_text_is_compared_digit_by_digit()
    {
        await using var attempt = await new TestAttempt(TestLab.Question(Text("q", "variant.serial"))).BeginAsync(new JsonObject { ["serial"] = "00690123456789012345" });
        await attempt.AddAsync(new AnswerGiven("q", "690123456789012345"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(new AnswerGiven("q", "00690123456789012344"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(new AnswerGiven("q", "００690123456789012345"));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    [Fact]
    public async Task A_choice_is_one_of_the_choices()
    {
        var question = new GradedQuestion { Id = "q", Kind = QuestionKind.Choice, Expected = "'not-found'", Choices = ["not-found", "no-values"] };
        await using var attempt = await new TestAttempt(TestLab.Question(question)).BeginAsync();
        await attempt.AddAsync(new AnswerGiven("q", "no-values"));
        Assert.Equal(CheckOutcome.Failed, attempt.Outcome());
        await attempt.AddAsync(new AnswerGiven("q", " Not-Found "));
        Assert.Equal(CheckOutcome.Passed, attempt.Outcome());
    }

    private static GradedQuestion Text(string id, string expected) => new() { Id = id, Kind = QuestionKind.Text, Expected = expected };
}
