using System.Collections.Immutable;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;

namespace TrainingLab.Tests.Labs.Definitions;

// Stand-ins for the check kinds of Grading, as small as the rules for labs need them.
public sealed record SampleAnswer : CheckPredicate
{
    [Shorthand]
    public required string Question { get; init; }

    public override IEnumerable<string> Questions => [Question];

    public override void Validate(LabContext context, Mistakes mistakes) =>
        context.RequireQuestion(Origin.Of(nameof(Question)), Question, mistakes);
}

public sealed record SampleProbe : CheckPredicate
{
    public required string From { get; init; }

    public required string To { get; init; }

    public string Expect { get; init; } = "connected";

    public string? Is { get; init; }

    public override bool ExpectsBlocked => Expect == "blocked";

    public override IEnumerable<(string Expression, SourceSpan Span)> Expressions => Is is null ? [] : [(Is, Origin.Of(nameof(Is)))];

    public override void Validate(LabContext context, Mistakes mistakes)
    {
        context.RequireNode(Origin.Of(nameof(From)), From, mistakes);
        context.RequireNode(Origin.Of(nameof(To)), To, mistakes);
    }
}

public sealed record SampleAll : CheckPredicate
{
    [Shorthand]
    public required IReadOnlyList<CheckPredicate> Of { get; init; }

    public override IEnumerable<CheckPredicate> Parts => Of;
}

/// <summary>A small lab that breaks no rule, and the files around it.</summary>
internal static class SampleLab
{
    public const string Id = "network/two-halls";
    public const string LabPath = "labs/network/two-halls/lab.yaml";

    public static readonly LabFormat Format = new()
    {
        Kinds = LabKinds.Create(kinds => kinds
            .Add<CheckPredicate, SampleAnswer>("answer")
            .Add<CheckPredicate, SampleProbe>("probe")
            .Add<CheckPredicate, SampleAll>("all")),
        Scenarios = new ScenarioFormat(),
        ToolboxCommands = new HashSet<string>(["vlan", "ping", "show"], StringComparer.Ordinal),
    };

    public static readonly ImmutableSortedDictionary<string, string> Files = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [LabPath] = """
            id: network/two-halls
            title: { en: Two halls, zh: 两个车间 }
            summary: { en: Keep two halls apart., zh: 隔离两个车间。 }
            track: network
            level: 1
            periods: 2
            minutes: 60
            positions: [1, 15]
            competencies: [networkInterconnection/implementation]
            techniques: [T0886]
            scenario: two-halls
            with: { hallVlan: "${vlan}" }
            variant:
              vlan: { integer: { from: 10, to: 99 } }
              other: { integer: { from: 10, to: 99 }, not: [vlan] }
              lot: { serial: "LOT-##" }
              secret: { pick: [red, green, blue], hidden: true }
            truths:
              good: { tag: { node: filler-1, tag: Good, figure: delta, from: 8h } }
              total: { tag: { node: filler-1, tag: Total, figure: delta, from: 8h } }
              quality:
                expression: truth.good / max(1, truth.total)
            series:
              made: { tag: { node: filler-1, tag: Good } }
              stored: { query: "SELECT good FROM line WHERE colour = '${secret}'" }
            start:
              - vlan set 3 1
            toolbox: [vlan, ping]
            passAt: 60
            tasks:
              - id: separate
                title: { en: Separate, zh: 隔离 }
                text: { en: "Put port 3 into VLAN ${vlan}.", zh: "把端口 3 划入 VLAN ${vlan}。" }
                hints:
                  - { id: h1, points: 1, text: { en: Look at the port., zh: 看一下端口。 } }
                  - { id: h2, points: 3, text: { en: "Not ${other}.", zh: "不是 ${other}。" } }
                checks:
                  - id: alive
                    title: { en: The line works, zh: 产线正常 }
                    points: 20
                    advice: { en: Connect it., zh: 请连接。 }
                    probe: { from: workstation, to: filler-1 }
                  - id: apart
                    title: { en: The halls are apart, zh: 车间已隔离 }
                    points: 40
                    dependsOn: [alive]
                    holdFor: 10s
                    advice: { en: Look at the VLAN., zh: 检查 VLAN。 }
                    pair: alive
                    negative: true
                    all:
                      - probe: { from: office-pc, to: filler-1, expect: blocked, is: variant.secret }
              - id: count
                title: { en: Count, zh: 计数 }
                text: { en: "How good was lot ${lot}?", zh: "批次 ${lot} 的合格率是多少？" }
                hints:
                  - { id: h3, points: 0, text: { en: Divide., zh: 相除。 } }
                  - { id: h4, points: 2, text: { en: Good by total., zh: 合格数除以总数。 } }
                questions:
                  - id: quality
                    text: { en: Quality, zh: 合格率 }
                    kind: number
                    unit: "%"
                    tolerance: 0.5
                    expected: truth.quality * 100
                  - id: cause
                    text: { en: Cause, zh: 原因 }
                    kind: choice
                    choices:
                      - { id: jam, text: { en: A jam, zh: 堵塞 } }
                      - { id: power, text: { en: Power, zh: 停电 } }
                    expected: "'jam'"
                checks:
                  - id: quality-right
                    title: { en: The figure is right, zh: 数值正确 }
                    points: 30
                    advice: { en: Count again., zh: 请重新计数。 }
                    answer: quality
                  - id: cause-right
                    title: { en: The cause is right, zh: 原因正确 }
                    points: 10
                    once: true
                    advice: { en: Look again., zh: 请再看看。 }
                    answer: cause
            deductions:
              - id: cut
                reason: { en: The line was cut off, zh: 产线被切断 }
                points: 5
                atMost: 10
                probe: { from: office-pc, to: filler-1 }
            stopPoints:
              - { after: separate, text: { en: The halls are apart., zh: 车间已隔离。 } }
            """,
        ["labs/network/two-halls/guide.en.md"] = "# Two halls\n\n## Goal\n\nUse VLAN ${vlan}.\n\n## Background\n\n## The plant\n\n## Tasks\n\n## Tools\n\n`echo $${HOME}`\n",
        ["labs/network/two-halls/guide.zh.md"] = "# 两个车间\n\n## 目标\n\n使用 VLAN ${vlan}。\n\n## 背景\n\n## 现场\n\n## 任务\n\n## 工具\n",
        ["labs/network/two-halls/submissions/solution.yaml"] = """
            id: solution
            kind: solution
            steps:
              - run: vlan show 3
                as: port
              - vlan set ${reply.port.number} ${vlan}
              - hint h3
              - wait 10s
              - answer quality = 99.2
              - answer cause = jam
            """,
        ["labs/network/two-halls/submissions/empty.yaml"] = "id: empty\nkind: empty\n",
        ["labs/network/two-halls/submissions/other-vlan.yaml"] = "id: other-vlan\nkind: wrong\nscore: 20\nsteps: [\"vlan set 3 ${other}\"]\n",
        ["labs/network/two-halls/submissions/guess.yaml"] = "id: guess\nkind: wrong\noutcomes: { quality-right: failed }\nsteps: [answer quality = 50]\n",
        ["labs/network/two-halls/submissions/power.yaml"] = "id: power\nkind: wrong\noutcomes: { cause-right: failed }\nsteps: [answer cause = power]\n",
        ["labs/network/two-halls/submissions/dead.yaml"] = "id: dead\nkind: wrong\nscore: 0\nsteps: [{ run: vlan off 3, fails: true }]\n",
        ["scenarios/two-halls.scenario.yaml"] = """
            id: two-halls
            title: { en: Two halls, zh: 两个车间 }
            parameters: { hallVlan: 10 }
            network:
              workstation: workstation
              switches: [{ id: sw-1, address: 10.0.9.1/24, managementVlan: 99, ports: { 1: { access: "${hallVlan}" }, 2: { access: 10 }, 3: { access: 10 } } }]
              hosts:
                - { id: workstation, at: { address: 10.0.1.1/24, switch: sw-1, port: 1 } }
                - { id: office-pc, at: { address: 10.0.1.2/24, switch: sw-1, port: 2 } }
            devices:
              - { id: filler-1, profile: filler, at: { address: 10.0.1.3/24, switch: sw-1, port: 3 } }
            services: {}
            """,
        ["devices/filler.device.yaml"] = """
            id: filler
            title: { en: Filler, zh: 灌装机 }
            model: F-1
            tags: [{ name: Good, variable: ProdProcessedCount }, { name: Total, variable: ProdDefectiveCount }]
            process: { kind: filler }
            faces: {}
            """,
        ["devices/unused.device.yaml"] = "id: unused\ntitle: { en: Unused, zh: 未使用 }\nmodel: U-1\ntags: []\nfaces: {}\n",
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static LabCatalog Catalog(ImmutableSortedDictionary<string, string>? files = null) =>
        new((files ?? Files).Select(f => SourceFile.FromText(f.Key, f.Value)), Format);
}
