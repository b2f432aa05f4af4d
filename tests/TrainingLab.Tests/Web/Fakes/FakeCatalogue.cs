using TrainingLab.Labs.Attempts.Contracts;

namespace TrainingLab.Tests.Web.Fakes;

/// <summary>Four labs as the pages see them.</summary>
public sealed class FakeCatalogue : ILabCatalogue
{
    public const string Vlan = "network/vlan-segmentation";

    private static readonly LabSummary[] Labs =
    [
        new(Vlan, new("VLAN segmentation", "车间网络分段"), new(
            "Separate the office from the production cell without stopping the line.", "在不停线的前提下，把办公网与生产单元隔离开。"), "network", 1, 35, 100, [1, 15]),
        new("identifiers/resolve", new("Resolve an identifier", "标识解析查询"), new(
            "Follow a code from the root to the enterprise node and read its values.", "从根节点逐级解析到企业节点，读取标识的值。"), "identifiers", 1, 30, 60, [3]),
        new("interoperability/browse-subscribe", new("Browse and subscribe", "浏览与订阅"), new(
            "Find a tag in the address space and subscribe to it with a deadband.", "在地址空间中找到标签，并以死区方式订阅。"), "interoperability", 1, 35, 80, [4, 15]),
        new("data/oee", new("Overall equipment effectiveness", "设备综合效率 OEE"), new(
            "Compute OEE of a whole shift from raw counts and states.", "根据原始计数和状态计算整个班次的 OEE。"), "data", 2, 70, 100, [9, 10]),
    ];

    public IReadOnlyList<LabSummary> List() => Labs;

    public LabDetail? Find(string id) => Array.Find(Labs, l => l.Id == id) is { } summary ? new LabDetail(summary, Guide, Tasks) : null;

    public static LocalizedText Guide { get; } = new(
        """
        ## Goal

        The office PC must not reach the filler any more, while the **historian keeps receiving data**.

        | VLAN | zone | hosts |
        |-----:|------|-------|
        | 10 | cell | filler-1, capper-1, labeller-1 |
        | 20 | office | office-pc |

        ```
        switch show sw-1
        switch set sw-1 p3 access 10
        ```

        See [IEEE 802.1Q](https://standards.ieee.org/) for the tag. <script>alert(1)</script> [bad](javascript:alert(1))
        """,
        """
        ## 目标

        办公电脑不能再访问灌装机，同时**时序数据库仍能收到数据**。

        | VLAN | 区域 | 主机 |
        |-----:|------|------|
        | 10 | 生产单元 | filler-1、capper-1、labeller-1 |
        | 20 | 办公区 | office-pc |

        ```
        switch show sw-1
        switch set sw-1 p3 access 10
        ```
        """);

    public static IReadOnlyList<LabTask> Tasks { get; } =
    [
        new("segment", new("Separate the cell", "隔离生产单元"), new(
            "Put the machines into VLAN 10 and the office into VLAN 20.", "把设备放入 VLAN 10，把办公电脑放入 VLAN 20。"),
            [
                new("cell-isolated", new("The office cannot reach the filler", "办公电脑无法访问灌装机"), 40),
                new("line-lives", new("The historian keeps receiving data", "时序数据库持续收到数据"), 30),
            ], []),
        new("report", new("Report", "报告"), new("Say what you measured and which mode the uplink uses.", "写出测得的数值以及上联端口的模式。"),
            [new("answer-right", new("The answers are right", "答案正确"), 20), new("report-marked", new("Your instructor has marked the report", "教师已为报告评分"), 10)],
            [
                new("loss", new("Frames lost while switching", "切换期间丢失的帧比例"), "%", []),
                new("uplink", new("Mode of the uplink", "上联端口模式"), null, [new("access", LocalizedText.Same("access")), new("trunk", LocalizedText.Same("trunk"))]),
            ]),
    ];
}
