using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Grading;
using TrainingLab.Labs.Grading.Checks;
using TrainingLab.Tests.Labs.Evidence;

namespace TrainingLab.Tests.Labs.Grading;

/// <summary>From a lab file with every kind of check, through an attempt, to a grade from evidence alone.</summary>
public sealed class EvidenceGraderTests : IDisposable
{
    private const string Path = "labs/network/every-kind/lab.yaml";
    private const string Lab = """
        id: network/every-kind
        title: { en: Every kind, zh: 各种检查 }
        summary: { en: One check of each kind., zh: 每种检查各一个。 }
        track: network
        level: 1
        periods: 1
        minutes: 30
        positions: [1]
        competencies: [networkInterconnection/implementation]
        scenario: none
        variant:
          vlan: { integer: { from: 10, to: 99 } }
        truths:
          good: { path: filler-1/good }
        toolbox: [vlan]
        passAt: 50
        tasks:
          - id: t
            title: { en: Task, zh: 任务 }
            text: { en: Do it., zh: 请完成。 }
            hints:
              - { id: h1, points: 2, text: { en: One., zh: 一。 } }
              - { id: h2, points: 3, text: { en: Two., zh: 二。 } }
            questions:
              - { id: q, text: { en: How many?, zh: 多少？ }, kind: number, unit: "%", tolerance: 0.5, expected: truth.good * 100 }
            checks:
              - { id: works, title: { en: a, zh: a }, points: 10, advice: { en: a, zh: a }, probe: { kind: connect, with: { from: gateway, to: "filler-1:4840" } } }
              - id: isolated
                title: { en: b, zh: b }
                points: 20
                advice: { en: b, zh: b }
                negative: true
                pair: works
                all:
                  - probe: { kind: connect, with: { from: office-pc, to: "filler-1:4840" }, expect: blocked }
              - id: port
                title: { en: c, zh: c }
                points: 10
                advice: { en: c, zh: c }
                holdFor: 10s
                state: { path: switch-1/ports/3/accessVlan, is: "${vlan}", by: student }
              - id: saved
                title: { en: d, zh: d }
                points: 10
                dependsOn: [port]
                once: true
                advice: { en: d, zh: d }
                event: { protocol: mqtt, operation: save, target: "switch-*", where: { slot: 1, size: { atLeast: 10 } }, after: port }
              - id: order
                title: { en: e, zh: e }
                points: 10
                advice: { en: e, zh: e }
                sequence: { within: 5m, steps: [ { event: { operation: stop } }, { any: [ { event: { operation: start } }, { state: { path: running, is: true } } ] } ] }
              - { id: answer, title: { en: f, zh: f }, points: 20, advice: { en: f, zh: f }, answer: q }
              - { id: series, title: { en: g, zh: g }, points: 10, advice: { en: g, zh: g }, series: { series: s, statistic: p95, atMost: 5 } }
              - { id: report, title: { en: h, zh: h }, points: 10, advice: { en: h, zh: h }, mark: { rubric: { en: Clear., zh: 清楚。 } } }
        deductions:
          - { id: tripped, reason: { en: Tripped, zh: 跳闸 }, points: 5, atMost: 10, state: { path: line/tripped, is: true } }
        """;

    private static readonly LabFormat Format = new()
    {
        Kinds = LabKinds.Create(CheckKinds.Add),
        ToolboxCommands = new HashSet<string>(["vlan"], StringComparer.Ordinal),
        Scenarios = new NoScenarios(),
    };

    private readonly string file = System.IO.Path.GetTempFileName();

    [Fact]
    public async Task Grading_from_evidence_alone_equals_the_live_scorecard_to_the_byte()
    {
        await using var attempt = await PlayAsync();
        var live = ScorecardJson.Write(attempt.Live!.Scorecard());

        var grade = new EvidenceGrader(Format).Grade(Keep(attempt.Bytes));

        Assert.True(grade.Verdict.IsIntact, grade.Verdict.Reason);
        Assert.Equal(live, ScorecardJson.Write(grade.Scorecard!));
        Assert.Equal(
            ["works passed", "isolated passed", "port passed", "saved passed", "order passed", "answer passed", "series passed", "report pending"],
            grade.Scorecard!.Checks.Select(c => $"{c.Id} {ScorecardJson.Word(c.Outcome)}"));
        Assert.Equal(90 - 2 - 5, grade.Scorecard.Score);
        Assert.True(grade.Scorecard.Passed);
        Assert.Equal(["networkInterconnection/implementation"], grade.Scorecard.Checks[0].Competencies);
    }

    [Fact]
    public async Task Without_a_seal_the_attempt_is_graded_as_it_stands()
    {
        await using var attempt = await PlayAsync(handIn: false);

        var grade = new EvidenceGrader(Format).Grade(Keep(attempt.Bytes));

        Assert.Equal(EvidenceState.Unsealed, grade.Verdict.State);
        Assert.False(grade.Scorecard!.IsHandedIn);
        Assert.Equal(ScorecardJson.Write(attempt.Live!.Scorecard()), ScorecardJson.Write(grade.Scorecard));
    }

    [Fact]
    public async Task A_newer_rubric_that_needs_what_was_not_recorded_answers_broken_and_says_what_changed()
    {
        await using var attempt = await PlayAsync();
        var newer = Lab.Replace("path: switch-1/ports/3/accessVlan, is", "path: switch-1/ports/4/accessVlan, is", StringComparison.Ordinal)
            .Replace("tolerance: 0.5", "tolerance: 0.001", StringComparison.Ordinal);

        var regrade = new EvidenceGrader(Format).Regrade(Keep(attempt.Bytes), Source(newer));

        Assert.Equal(["port", "saved", "answer"], regrade.Comparison!.Checks.Select(c => c.Id));
        Assert.Equal(CheckOutcome.Broken, regrade.Comparison.Checks[0].After!.Outcome);
        Assert.Equal(10, regrade.Comparison.Checks[0].After!.Points);
        Assert.Equal(-20, regrade.Comparison.Gain);
        Assert.Contains("\"gain\":-20,\"changes\":[{\"id\":\"port\",", ScorecardJson.Write(regrade.Comparison), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_rubric_changes_nothing()
    {
        await using var attempt = await PlayAsync();
        Assert.True(new EvidenceGrader(Format).Regrade(Keep(attempt.Bytes), Source(Lab)).Comparison!.IsSame);
    }

    [Fact]
    public async Task A_redacted_copy_is_not_graded_and_a_changed_file_names_its_record()
    {
        await using var attempt = await PlayAsync();
        var redacted = new EvidenceGrader(Format).Grade(Keep(TamperingTests.Redacted(attempt.Bytes)));
        Assert.Null(redacted.Scorecard);
        Assert.Contains("redacted", redacted.Problem!.En, StringComparison.Ordinal);

        var changed = attempt.Bytes;
        changed[^100] ^= 1;
        var grade = new EvidenceGrader(Format).Grade(Keep(changed));
        Assert.Null(grade.Scorecard);
        Assert.Contains($"record {attempt.Records.Count} is not intact", grade.Problem!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lab_says_what_must_be_recorded()
    {
        var needs = Compile().CollectNeeds();
        Assert.Equal(["line/tripped", "running", "switch-1/ports/3/accessVlan"], needs.Watches);
        Assert.Equal(["good"], needs.Truths);
        Assert.Equal(["s"], needs.Series);
        Assert.Equal(["filler-1:4840 gateway", "filler-1:4840 office-pc"], needs.Probes.Select(p => $"{p.Arguments["to"]} {p.Arguments["from"]}").Order(StringComparer.Ordinal));
    }

    public void Dispose() => File.Delete(file);

    private static LabSource Source(string text) => new LabCatalog([SourceFile.FromText(Path, text)], Format).Labs["network/every-kind"];

    private static GradedLab Compile()
    {
        var source = Source(Lab);
        return GradedLabCompiler.Compile(source.Bind(source.Draw(4711, [])));
    }

    private static async Task<TestAttempt> PlayAsync(bool handIn = true)
    {
        var source = Source(Lab);
        var variant = source.Draw(4711, []);
        var attempt = new TestAttempt(Compile());
        await attempt.AddAsync(TestAttempt.Begin(variant.ToJson(), source.Id) with { LabVersion = source.Bundle.Version, Bundle = source.Bundle.ToBytes() });
        await attempt.SampleAsync("switch-1/ports/3/accessVlan", 1);
        await attempt.SampleAsync("line/tripped", false);
        await attempt.SampleAsync("running", true);
        await attempt.AddAsync(new TruthNoted("good", 0.853));
        await attempt.SampleAsync("switch-1/ports/3/accessVlan", long.Parse(variant.All["vlan"].Text, System.Globalization.CultureInfo.InvariantCulture), TestAttempt.Student, afterSeconds: 5);
        await attempt.AddAsync(new TimePassed(), afterSeconds: 10);
        await attempt.ActAsync("save", "switch-1", new() { ["slot"] = 1, ["size"] = 12 });
        await attempt.AddAsync(new HintTaken("h1", 2));
        await attempt.SampleAsync("line/tripped", true);
        await attempt.ActAsync("stop", "line");
        await attempt.SampleAsync("running", false);
        await attempt.SampleAsync("running", true);
        await attempt.AddAsync(new AnswerGiven("q", "８５，２％"));
        await attempt.AddAsync(new SeriesNoted("s", [new(TestAttempt.Epoch, 4), new(TestAttempt.Epoch.AddSeconds(1), 5)]));
        foreach (var probe in attempt.Live!.Lab.CollectNeeds().Probes)
        {
            await attempt.AddAsync(new ProbeRan
            {
                Probe = probe.Id, Round = 1, Result = probe.Arguments["from"] == "gateway" ? "connected" : "blocked", Elapsed = TimeSpan.FromMilliseconds(2),
            });
        }

        if (handIn)
            await attempt.HandInAsync();
        return attempt;
    }

    private string Keep(byte[] bytes)
    {
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private sealed class NoScenarios : IScenarioFormat
    {
        public ScenarioOutline? Read(
            SourceFile scenario, IReadOnlyDictionary<string, SourceFile> devices, IReadOnlyDictionary<string, ScalarValue> with, Mistakes mistakes) => null;

        public void ReadDevice(SourceFile device, Mistakes mistakes)
        {
        }
    }
}
