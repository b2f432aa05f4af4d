using System.Collections.Immutable;
using TrainingLab.Labs.Definitions.Validation;

namespace TrainingLab.Tests.Labs.Definitions;

/// <summary>Each row breaks one rule in the sample lab; exactly the mistake of that rule is reported, at the value that breaks it.</summary>
public sealed class DefinitionValidatorTests
{
    private const string Lab = "labs/network/two-halls/lab.yaml";
    private const string GuideEn = "labs/network/two-halls/guide.en.md";
    private const string GuideZh = "labs/network/two-halls/guide.zh.md";
    private const string Solution = "labs/network/two-halls/submissions/solution.yaml";
    private const string Empty = "labs/network/two-halls/submissions/empty.yaml";
    private const string Guess = "labs/network/two-halls/submissions/guess.yaml";
    private const string Scenario = "scenarios/two-halls.scenario.yaml";
    private const string Device = "devices/filler.device.yaml";

    // file, what is replaced, by what, lines from there to the mistake, code, part of the message
    public static TheoryData<string, string, string, int, string, string> Table => new()
    {
        { Lab, "id: network/two-halls", "id: network/three-halls", 0, "file-name", "write 'id: network/two-halls'" },
        { Lab, "track: network", "track: data", 0, "file-name", "write 'track: network'" },
        { Lab, "minutes: 60", "minutes: 71", 0, "too-long", "write at most 70" },
        { Lab, "stopPoints:\n  - { after: separate, text: { en: The halls are apart., zh: 车间已隔离。 } }", "", -85, "stop-points", "2 periods need 1 stop points" },
        { Lab, "after: separate", "after: seperate", 0, "unknown-reference", "did you mean 'separate'?" },
        { Lab, "- id: count\n", "- id: separate\n", 0, "duplicate-id", "the task 'separate' stands twice" },
        { Lab, "id: h2", "id: h1", 0, "duplicate-id", "the hint 'h1' stands twice, first in line 35" },
        { Lab, "          - { id: power", "          - { id: jam, text: { en: b, zh: 乙 } }\n          - { id: power", 0, "duplicate-id", "the choice 'jam'" },
        { Lab, "points: 20", "points: 30", -9, "points", "add up to 110" },
        { Lab, "passAt: 60", "passAt: 101", 0, "points", "write a number up to 100" },
        { Lab, "[vlan, ping]", "[vlan, pong]", 0, "unknown-reference", "did you mean 'ping'?" },
        { Lab, "- vlan set 3 1", "- vlam set 3 1", 0, "unknown-reference", "did you mean 'vlan'?" },
        { Lab, "scenario: two-halls", "scenario: two-hals", 0, "unknown-reference", "did you mean 'two-halls'?" },
        { Lab, "with: { hallVlan", "with: { hallVlam", 0, "unknown-reference", "did you mean 'hallVlan'?" },
        { Lab, "pair: alive", "", 3, "pair", "add 'pair: CHECK'" },
        { Lab, "pair: alive", "pair: apart", 0, "pair", "name a check that something works" },
        { Lab, "pair: alive", "pair: alife", 0, "unknown-reference", "did you mean 'alive'?" },
        { Lab, "once: true", "pair: alive", 0, "pair", "remove 'pair'" },
        { Lab, "to: filler-1 }\nstopPoints", "to: filler-1, expect: blocked }\nstopPoints", 0, "pair", "which nothing proves" },
        { Lab, "dependsOn: [alive]", "dependsOn: [alife]", 0, "unknown-reference", "did you mean 'alive'?" },
        { Lab, "dependsOn: [alive]", "dependsOn: [apart]", 0, "cycle", "apart -> apart" },
        { Lab, "office-pc, to: filler-1, expect", "office-pc, to: filler-2, expect", 0, "unknown-reference", "did you mean 'filler-1'?" },
        { Lab, "node: filler-1, tag: Good, figure", "node: filler-1, tag: Goood, figure", 0, "unknown-reference", "did you mean 'Good'?" },
        { Lab, "made: { tag: { node: filler-1", "made: { tag: { node: filler-9", 0, "unknown-reference", "device" },
        { Lab, "from: 8h } }\n  quality", "from: 1h, to: 2h } }\n  quality", 0, "out-of-range", "shorter than 'from'" },
        { Lab, "figure: delta, from: 8h } }\n  quality", "figure: seconds, from: 8h } }\n  quality", 0, "missing-key", "where" },
        { Lab, "max(1, truth.total)", "max(1, truth.totl)", 0, "unknown-reference", "did you mean 'truth.total'?" },
        { Lab, "truth.good / max", "truth.quality / max", 0, "unknown-reference", "truth.quality" },
        { Lab, "expected: truth.quality * 100", "expected: truth.quality *", 0, "bad-expression", "ends too early" },
        { Lab, "expected: truth.quality * 100", "expected: quality * 100", 0, "unknown-reference", "write variant.NAME" },
        { Lab, "is: variant.secret", "is: variant.secrt", 0, "unknown-reference", "did you mean 'variant.secret'?" },
        { Lab, "answer: cause", "answer: quality", -18, "question", "no check reads the answer to 'cause'" },
        { Lab, "kind: number", "kind: text", -2, "question", "only a number has a unit" },
        { Lab, "kind: choice", "kind: text", 2, "question", "none for others" },
        { Lab, "zh: \"把端口 3 划入 VLAN ${vlan}。\"", "zh: \"Put port 3 into VLAN ${vlan}.\"", 0, "untranslated", "translate it" },
        { Lab, "en: Keep two halls apart.", "en: \"Keep ${vlan} apart.\"", 0, "value-in-text", "before a seed is known" },
        { Lab, "en: Look at the VLAN.", "en: \"Look at ${secret}.\"", 0, "value-in-text", "hidden from students" },
        { Lab, "lot: {", "lots: { integer: { from: 1, to: 9 } }\n  lot: {", 0, "unused-draw", "write ${lots}" },
        { Lab, "not: [vlan]", "not: [lot]", 0, "unknown-reference", "value drawn before it" },
        { Lab, "{ from: 10, to: 99 }, not", "{ from: 10, to: 10 }, not", 0, "impossible-draw", "wider range" },
        { Lab, "{ from: 10, to: 99 } }", "{ from: 10, to: 9 } }", 0, "impossible-draw", "nothing to be drawn" },
        { Lab, "T0886", "T886", 0, "bad-format", "T0886" },
        { GuideEn, "## Goal", "## Aim", -2, "guide", "add the heading '## Goal'" },
        { GuideZh, "## 工具", "## 其他", -12, "guide", "## 工具" },
        { GuideEn, "${vlan}", "${vlam}", 0, "unknown-parameter", "did you mean 'vlan'?" },
        { GuideEn, "${vlan}", "${secret}", 0, "value-in-text", "hidden" },
        { Solution, "id: solution", "id: sollution", 0, "file-name", "rename the file" },
        { Solution, "kind: solution", "kind: solution\nscore: 90", 0, "declaration", "all 100 points" },
        { Solution, "vlan show 3", "show vlan 3", 0, "unknown-reference", "this lab's toolbox" },
        { Solution, "${reply.port.number}", "${reply.prot.number}", 0, "unknown-reference", "did you mean 'port'?" },
        { Solution, "${vlan}", "${vlam}", 0, "unknown-parameter", "did you mean 'vlan'?" },
        { Solution, "hint h3", "hint h9", 0, "unknown-reference", "hint" },
        { Solution, "wait 10s", "wait 10", 0, "bad-step", "write 'wait 30s'" },
        { Solution, "wait 10s", "wait 0s", 0, "bad-step", "longer than zero" },
        { Solution, "answer quality = 99.2", "answer quality 99.2", 0, "bad-step", "answer ID = VALUE" },
        { Solution, "answer quality", "answer qualty", 0, "unknown-reference", "did you mean 'quality'?" },
        { Solution, "cause = jam", "cause = jams", 0, "unknown-reference", "did you mean 'jam'?" },
        { Empty, "kind: empty", "kind: empty\nsteps: [wait 1s]", 0, "declaration", "does nothing" },
        { Guess, "outcomes: { quality-right: failed }", "", -1, "declaration", "add 'score: N'" },
        { Guess, "outcomes: { quality-right: failed }", "score: 100", -1, "declaration", "below 100" },
        { Guess, "quality-right: failed", "qualty-right: failed", 0, "unknown-reference", "did you mean 'quality-right'?" },
        { Scenario, "id: two-halls", "id: two-hall", 0, "file-name", "write 'id: two-halls'" },
        { Scenario, "profile: filler", "profile: fillr", 0, "unknown-reference", "did you mean 'filler'?" },
        { Device, "id: filler", "id: capper", 0, "file-name", "write 'id: filler'" },
    };

    [Fact]
    public void The_sample_lab_breaks_no_rule() => Assert.Empty(Validate(SampleLab.Files));

    [Theory]
    [MemberData(nameof(Table))]
    public void A_broken_rule_is_reported_where_it_is_broken(string file, string replace, string by, int lines, string code, string part)
    {
        var text = SampleLab.Files[file];
        Assert.Contains(replace, text, StringComparison.Ordinal);
        var at = text.IndexOf(replace, StringComparison.Ordinal);
        var broken = SampleLab.Files.SetItem(file, text[..at] + by + text[(at + replace.Length)..]);

        var mistake = Assert.Single(Validate(broken));

        Assert.StartsWith($"{file}:{1 + text[..at].Count(c => c == '\n') + lines}:", mistake, StringComparison.Ordinal);
        Assert.Contains($" {code}: ", mistake, StringComparison.Ordinal);
        Assert.Contains(part, mistake, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GuideZh, "guide.zh.md:1:1: guide: the guide is missing")]
    [InlineData(Solution, "the lab has 0 submissions of kind 'solution', not 1")]
    [InlineData(Empty, "the lab has 0 submissions of kind 'empty', not 1")]
    [InlineData(Guess, "the lab has 3 submissions of kind 'wrong', not 4+")]
    public void A_missing_file_is_reported(string file, string part) =>
        Assert.Contains(part, Assert.Single(Validate(SampleLab.Files.Remove(file))), StringComparison.Ordinal);

    [Fact]
    public void A_value_that_only_some_seeds_draw_out_of_range_is_found()
    {
        var files = SampleLab.Files.SetItem(Lab, SampleLab.Files[Lab]
            .Replace("lot: { serial: \"LOT-##\" }", "lot: { pick: [1, 2, 3, 4] }", StringComparison.Ordinal)
            .Replace("level: 1", "level: ${lot}", StringComparison.Ordinal));

        Assert.Contains("lab.yaml:5:8: out-of-range: 'level' is 4", Assert.Single(Validate(files)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_mistake_of_every_file_is_reported_at_once()
    {
        var files = SampleLab.Files
            .SetItem(Lab, SampleLab.Files[Lab].Replace("pair: alive", "pair: nobody", StringComparison.Ordinal).Replace("level: 1", "level: high", StringComparison.Ordinal))
            .SetItem(Solution, "id: solution\nkind: solution\nsteps: [fly away]\n")
            .SetItem(Device, "id: filler\n");

        var codes = Validate(files).Select(m => m.Split(": ")[1]).ToList();

        Assert.Contains("wrong-type", codes);
        Assert.Equal(2, codes.Count(c => c == "unknown-reference"));
        Assert.Equal(4, codes.Count(c => c == "missing-key"));
    }

    private static List<string> Validate(ImmutableSortedDictionary<string, string> files) =>
        [.. new DefinitionValidator(SampleLab.Catalog(files)).ValidateAll().Select(m => m.ToString())];
}
