using System.ComponentModel;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Validation;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary><c>sparkplug: { node: bottling/gateway, devices: [filler-1] }</c>: an edge node is born and breaks no rule, as the plant's broker sees it.</summary>
[Description("A Sparkplug B edge node is born and has broken no rule since it last connected, as the plant's broker sees it.")]
public sealed record SparkplugCheck : Predicate
{
    private const string StateGroup = "STATE";

    /// <summary>The edge node as <c>group/node</c>, or a host as <c>STATE/host</c>.</summary>
    [Description("The edge node as group/node, or a host application as STATE/host."), Shorthand]
    public required string Node { get; init; }

    /// <summary>The broker that watches.</summary>
    [Description("Host name of the broker that watches."), Form(TextForm.Id)]
    public string Broker { get; init; } = "broker";

    /// <summary>Where the node has to stand.</summary>
    [Description("born, or dead: that it has told its death. A host is online, or offline.")]
    public SparkplugLife Is { get; init; }

    /// <summary>Devices that must be born, too.</summary>
    [Description("Devices behind the node that must be born as well.")]
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Patterns of the rules that count; all when absent.</summary>
    [Description("The rules that count, by their identifiers in Sparkplug 3.0.0; * stands for any text. All when absent; [] for none.")]
    public IReadOnlyList<string>? Rules { get; init; }

    /// <summary>Whether broken recommendations count.</summary>
    [Description("Whether what the specification only recommends (SHOULD) counts as well.")]
    public bool Recommendations { get; init; }

    /// <summary>Whether the commands to the node count.</summary>
    [Description("Whether the commands that others send to the node (NCMD, DCMD) count as well.")]
    public bool Commands { get; init; }

    /// <summary>Whose the node must be.</summary>
    [Description("Who must have told the birth: student, or anyone (the default).")]
    public ByWhom? By { get; init; }

    private bool IsHost => Node.StartsWith(StateGroup + "/", StringComparison.Ordinal);

    private string Path => $"broker/{Broker}/sparkplug/{Node}";

    /// <inheritdoc/>
    public override void AddNeeds(GradingNeeds needs) => needs.Watch(Path);

    /// <inheritdoc/>
    public override void Validate(LabContext context, Mistakes mistakes)
    {
        if (Node.Length > 0 && (Node.Split('/') is not [var group, var node] || !SparkplugTopic.IsValidId(group) || !SparkplugTopic.IsValidId(node)))
        {
            mistakes.Add(Origin.Of(nameof(Node)), MistakeCodes.BadFormat, $"'{Node}' names no edge node", $"“{Node}”不是边缘节点",
                "write group/node, such as bottling/gateway, or STATE/host", "请写“组/节点”，例如 bottling/gateway，或 STATE/主机");
        }

        if (IsHost && Devices.Count > 0)
            mistakes.Add(Origin.Of(nameof(Devices)), MistakeCodes.OneOf, "a host application has no devices", "主机应用没有设备", "take 'devices' out", "请删除 devices");
        for (var i = 0; i < (Rules?.Count ?? 0); i++)
        {
            if (!SparkplugRules.All.Any(r => TextPattern.Matches(Rules![i], r.Id)))
                mistakes.UnknownReference(Origin.Of(nameof(Rules), i), "rule", "规则", Rules![i], SparkplugRules.All.Select(r => r.Id));
        }
    }

    /// <inheritdoc/>
    public override LocalizedText Describe() => GradingTexts.SparkplugExpected(IsHost ? Node[(StateGroup.Length + 1)..] : Node, IsHost, Is, Devices, Rules is not { Count: 0 });

    /// <inheritdoc/>
    public override PredicateState Start(GradingScope scope, long since) => new State(this, scope, since);

    private Finding Judge(JsonObject? seen)
    {
        if (seen is null)
            return Finding.No(GradingTexts.SparkplugUnseen(Node));
        if (By is { } by && !by.Counts((string?)seen["student"] is { } student ? new Actor("", student, "", student) : null))
            return Finding.No(GradingTexts.SparkplugNotBy(Node, by.Text));
        if ((bool)seen[IsHost ? "online" : "born"]! != (Is == SparkplugLife.Born))
            return Finding.No(GradingTexts.SparkplugStands(IsHost, Is == SparkplugLife.Born ? SparkplugLife.Dead : SparkplugLife.Born));
        var born = (seen["devices"] as JsonArray)?.Select(d => (string)d!).ToHashSet(StringComparer.Ordinal) ?? [];
        if (Devices.Where(d => !born.Contains(d)).ToList() is { Count: > 0 } missing)
            return Finding.No(GradingTexts.SparkplugMissing(missing));
        var broken = seen["broken"]!.AsArray().Select(b => b!.AsObject()).Where(Counts).ToList();
        return broken.Count == 0
            ? Finding.Of(true, GradingTexts.SparkplugClean(IsHost, Is))
            : Finding.No(GradingTexts.SparkplugBroken(broken[0], broken.Count)) with { Advice = GradingTexts.SparkplugRule((string)broken[0]["rule"]!) };
    }

    private bool Counts(JsonObject broken)
    {
        var id = (string)broken["rule"]!;
        return (Recommendations || SparkplugRules.All.FirstOrDefault(r => r.Id == id) is not { IsMust: false })
            && (Commands || (string?)broken["message"] is not ("NCMD" or "DCMD"))
            && (Rules is null || Rules.Any(r => TextPattern.Matches(r, id)));
    }

    private sealed class State : PredicateState
    {
        private readonly SparkplugCheck check;
        private readonly GradingScope scope;
        private readonly long since;

        public State(SparkplugCheck check, GradingScope scope, long since)
        {
            this.check = check;
            this.scope = scope;
            this.since = since;
            Judge();
        }

        public override void Fold(EvidenceRecord record)
        {
            if (record.Body is StateSampled sample && sample.Path == check.Path)
                Judge();
        }

        private void Judge()
        {
            if (scope.State(check.Path) is not { } state)
                return;
            var finding = check.Judge(state.Value as JsonObject);
            Current = finding.Kind == FindingKind.Holds && state.Record <= since ? Finding.No(finding.Actual) : finding;
        }
    }
}

/// <summary>Where an edge node or host stands.</summary>
public enum SparkplugLife
{
    /// <summary>Its birth came, and its death did not.</summary>
    Born,

    /// <summary>Its death came.</summary>
    Dead,
}
