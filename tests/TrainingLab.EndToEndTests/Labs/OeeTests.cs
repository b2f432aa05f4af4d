using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>Lab 17 with foreign tools alone: curl on the historian, mosquitto_pub on the broker; and with the toolbox alone.</summary>
public sealed partial class OeeTests
{
    private const string Lab = "data/oee";

    private static readonly string[] Questions = ["processed", "defective", "downtime", "availability", "performance", "quality", "oee"];

    [Theory]
    [InlineData("0", 21)]
    [InlineData("1", 22)]
    public async Task Curl_and_mosquitto_pub_earn_full_marks(string qos, long seed)
    {
        await using var lab = await LiveLab.StartAsync(Lab, seed);
        var body = await LiveLab.RunAsync(
            "curl", "-sS", "--fail-with-body", "-G", lab.Url("historian", "/query"), "--data-urlencode", "db=plant", "--data-urlencode", "q=" + Query(lab));
        var figures = FiguresIn(JsonNode.Parse(body)!);
        foreach (var (question, figure) in Questions.Zip(figures))
            await lab.Run.AnswerAsync(LiveLab.Student, question, Text(figure));
        await LiveLab.RunAsync(
            "mosquitto_pub", "-h", "127.0.0.1", "-p", lab.Port("broker").ToString(CultureInfo.InvariantCulture), "-q", qos, "-r", "-t", Topic(lab), "-m", Payload(lab, figures));
        await lab.WaitForAsync("published", TrainingLab.Labs.Grading.CheckOutcome.Passed);

        var card = await lab.HandInAsync();

        Assert.Equal(100, card.Score);
    }

    [Fact]
    public async Task The_toolbox_alone_earns_full_marks()
    {
        await using var lab = await LiveLab.StartAsync(Lab, seed: 23);
        var figures = FiguresIn((await lab.ExecAsync($"query \"{Query(lab)}\"")).Json!);
        foreach (var (question, figure) in Questions.Zip(figures))
            await lab.ExecAsync($"answer {question} = {Text(figure)}");
        await lab.ExecAsync($"mqtt pub {Topic(lab)} '{Payload(lab, figures)}' --retain");
        await lab.WaitForAsync("published", TrainingLab.Labs.Grading.CheckOutcome.Passed);

        var card = await lab.HandInAsync();

        Assert.Equal(100, card.Score);
    }

    [Theory]
    [InlineData("guide.en.md")]
    [InlineData("guide.zh.md")]
    public async Task Every_command_of_the_guide_works_as_printed(string guide)
    {
        await using var lab = await LiveLab.StartAsync(Lab, seed: 24);
        var text = await File.ReadAllTextAsync(Path.Combine(LabsEnvironment.ContentRoot, "labs", Lab, guide), TestContext.Current.CancellationToken);
        var commands = Name().Replace(text, m => lab.Variant(m.Groups["name"].Value)).Split('\n').Select(l => l.Trim())
            .Where(l => l.StartsWith("query ", StringComparison.Ordinal) || l.StartsWith("mqtt ", StringComparison.Ordinal)).ToList();

        Assert.Equal(6, commands.Count);
        foreach (var command in commands)
            Assert.NotEmpty((await lab.ExecAsync(command)).Lines);
    }

    [Fact]
    public async Task What_was_true_of_the_shift_outlives_a_freeze()
    {
        await using var environment = await LabsEnvironment.StartAsync(LabsEnvironment.ContentRoot, dataFolder: null);
        var evidence = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".evidence");
        try
        {
            var plan = new AttemptPlan("frozen", environment.Catalog.Labs[Lab], 25, [new AttemptStudent("student")], IsLive: false);
            var run = await AttemptRun.BeginAsync(plan, environment, evidence);
            var before = Truths(run);
            await run.WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            var snapshot = await run.FreezeAsync("idle");

            await using var resumed = await AttemptRun.ResumeAsync("frozen", environment, evidence, snapshot, "returned");
            await resumed.WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

            Assert.Equal(before, Truths(resumed));
            Assert.DoesNotContain("null", before, StringComparison.Ordinal);
            Assert.Empty(resumed.Failures);
        }
        finally
        {
            File.Delete(evidence);
        }
    }

    private static string Truths(AttemptRun run) => string.Join(
        ' ', run.Bound.Lab.Truths.Keys.Select(name => run.Recorder.Grader.Scope.TryTruth(name, out var value) ? $"{name}={value?.ToJsonString() ?? "null"}" : $"{name}=null"));

    private static string Query(LiveLab lab)
    {
        var (machine, day, minute, endHour) = (lab.Variant("machine"), lab.Variant("day"), lab.Variant("minute"), lab.Variant("endHour"));
        return "SELECT SPREAD(ProdProcessedCount), SPREAD(ProdDefectiveCount), (SPREAD(PlannedProductionTime) - SPREAD(RunTime)) / 60, "
            + "SPREAD(RunTime) / SPREAD(PlannedProductionTime), LAST(IdealCycle) * SPREAD(ProdProcessedCount) / SPREAD(RunTime), "
            + "1 - SPREAD(ProdDefectiveCount) / SPREAD(ProdProcessedCount) "
            + $"FROM machine WHERE device = '{machine}' AND time >= '2026-03-{day}T06:{minute}:00Z' AND time <= '2026-03-{day}T{endHour}:{minute}:00Z'";
    }

    /// <summary>What the query answered, and OEE as the product of the three factors.</summary>
    private static double[] FiguresIn(JsonNode answer)
    {
        var row = answer["results"]![0]!["series"]![0]!["values"]![0]!.AsArray().Skip(1).Select(v => v!.GetValue<double>()).ToArray();
        return [.. row, row[3] * row[4] * row[5]];
    }

    private static string Topic(LiveLab lab) => $"plant/kpi/{lab.Variant("machine")}/oee";

    private static string Payload(LiveLab lab, double[] figures) => new JsonObject
    {
        ["machine"] = lab.Variant("machine"),
        ["availability"] = figures[3],
        ["performance"] = figures[4],
        ["quality"] = figures[5],
        ["oee"] = figures[6],
    }.ToJsonString();

    private static string Text(double figure) => figure.ToString("F4", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\$\{(?<name>\w+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
