namespace TrainingLab.Labs.Definitions.Templates;

/// <summary>A small lab: resolve a batch and report its product and date. Every part of the format stands in it once, explained.</summary>
internal static class LabTemplate
{
    public static readonly IReadOnlyList<(string Path, string Text)> Files =
    [
        ("labs/<<ID>>/lab.yaml", LabFile),
        ("labs/<<ID>>/guide.en.md", GuideEn),
        ("labs/<<ID>>/guide.zh.md", GuideZh),
        ("labs/<<ID>>/submissions/solution.yaml", Solution),
        ("labs/<<ID>>/submissions/empty.yaml", "id: empty\nkind: empty\nnote: Does nothing and earns nothing."),
        ("labs/<<ID>>/submissions/only-looks.yaml", OnlyLooks),
        ("labs/<<ID>>/submissions/other-product.yaml", OtherProduct),
        ("labs/<<ID>>/submissions/old-date.yaml", OldDate),
        ("labs/<<ID>>/submissions/swapped.yaml", Swapped),
    ];

    private const string LabFile = """
        # yaml-language-server: $schema=../../../lab.schema.json      (lab schema lab > lab.schema.json)
        id: <<ID>>
        title: { en: A batch and its product, zh: 批次与产品 }
        summary:
          en: Resolve the identifier of a batch and report what was filled, and when.
          zh: 解析一个批次标识，报告灌装的产品和日期。
        track: <<TRACK>>
        level: 1
        periods: 1
        minutes: 20
        positions: [3]
        competencies: [identifierResolution/operation]

        # Where it runs, and which of the scenario's parameters it sets.
        scenario: bottling-line
        with: { batch: "${batch}", product: "${product}", batchDate: "${date}" }

        # What each student's seed draws: an answer copied from a neighbour is wrong.
        variant:
          batch: { serial: "B-2026-####" }
          product: { pick: [TL-WATER-500, TL-TEA-330, TL-JUICE-250, TL-COLA-330] }
          otherProduct: { pick: [TL-WATER-500, TL-TEA-330, TL-JUICE-250, TL-COLA-330], not: [product] }
          date: { pick: ["2026-02-02", "2026-02-09", "2026-02-16", "2026-02-23"] }

        toolbox: [connect, resolve, http]
        passAt: 60

        tasks:
          - id: report
            title: { en: Report the batch, zh: 报告批次 }
            text:
              en: "Batch `${batch}` of the enterprise `88.104.1201` came back from a customer. Find out what was filled, and when."
              zh: "企业 `88.104.1201` 的批次 `${batch}` 被客户退回。请查明灌装的产品和日期。"
            hints:
              - id: h1
                points: 1
                text: { en: "An identifier is PREFIX/SUFFIX; the batch is the suffix.", zh: 标识的形式为“前缀/后缀”，批次号是后缀。 }
              - id: h2
                points: 4
                text:
                  en: "`resolve 88.104.1201/${batch}` shows all values of the identifier."
                  zh: "`resolve 88.104.1201/${batch}` 会显示该标识的全部值。"
            questions:
              - id: product
                text: { en: Product code of the batch, zh: 该批次的产品代码 }
                kind: text
                expected: variant.product
              - id: date
                text: { en: Date of the batch, zh: 该批次的日期 }
                kind: text
                expected: variant.date
            checks:
              - id: product-right
                title: { en: The product is right, zh: 产品正确 }
                points: 60
                advice: { en: Read the value of the type PRODUCT.CODE., zh: 请查看类型为 PRODUCT.CODE 的值。 }
                answer: product
              - id: date-right
                title: { en: The date is right, zh: 日期正确 }
                points: 40
                advice: { en: Read the value of the type PRODUCT.DATE., zh: 请查看类型为 PRODUCT.DATE 的值。 }
                answer: date
        """;

    private const string GuideEn = """
        # A batch and its product

        ## Goal

        You can find out from an identifier alone what a product is.

        ## Background

        An identifier is a prefix, a slash and a suffix. The recursive node follows the hierarchy from the root to the enterprise that
        owns the prefix, and that enterprise's node holds the values.

        ## The plant

        The identifier nodes stand in the control room. Your workstation reaches all of them; ask the recursive one.

        ## Tasks

        Find the values of batch `${batch}` and answer the two questions.

        ## Tools

        The toolbox command `resolve`, or any HTTP client: `GET /api/handles/PREFIX/SUFFIX` on the recursive node.
        """;

    private const string GuideZh = """
        # 批次与产品

        ## 目标

        仅凭标识就能查明一件产品是什么。

        ## 背景

        标识由前缀、斜杠和后缀组成。递归节点从根节点开始逐级查询，直到拥有该前缀的企业节点，由企业节点给出各项值。

        ## 现场

        各级标识节点位于中控室。你的工作站可以访问所有节点；请向递归节点查询。

        ## 任务

        查出批次 `${batch}` 的各项值，并回答两个问题。

        ## 工具

        工具箱命令 `resolve`，或任意 HTTP 客户端：在递归节点上请求 `GET /api/handles/前缀/后缀`。
        """;

    private const string Solution = """
        id: solution
        kind: solution
        note: Resolves the batch and answers both questions.
        steps:
          - resolve 88.104.1201/${batch}
          - answer product = ${product}
          - answer date = ${date}
        """;

    private const string OnlyLooks = """
        id: only-looks
        kind: wrong
        note: Resolves the batch but answers nothing.
        score: 0
        steps:
          - resolve 88.104.1201/${batch}
        """;

    private const string OtherProduct = """
        id: other-product
        kind: wrong
        note: Answers with the product of another student.
        score: 40
        outcomes: { product-right: failed, date-right: passed }
        steps:
          - answer product = ${otherProduct}
          - answer date = ${date}
        """;

    private const string OldDate = """
        id: old-date
        kind: wrong
        note: Answers with a date from the guide of last year.
        score: 60
        outcomes: { product-right: passed, date-right: failed }
        steps:
          - answer product = ${product}
          - answer date = 2025-02-03
        """;

    private const string Swapped = """
        id: swapped
        kind: wrong
        note: Puts each answer into the other's field.
        score: 0
        steps:
          - answer product = ${date}
          - answer date = ${product}
        """;
}
