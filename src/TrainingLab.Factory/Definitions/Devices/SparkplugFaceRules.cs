using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Factory.Devices;
using TrainingLab.Mqtt.Sparkplug;
using TrainingLab.Mqtt.Sparkplug.Nodes;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Factory.Definitions.Devices;

/// <summary>What must be right in the Sparkplug face of a profile beyond the form of its values.</summary>
internal static class SparkplugFaceRules
{
    /// <summary>Adds every mistake that the profile alone shows.</summary>
    public static void Check(DeviceProfile profile, HashSet<string> tags, Mistakes mistakes)
    {
        if (profile.Faces.Sparkplug is not { } face)
            return;
        CheckNode(face, mistakes);
        CheckId(face.Node, face.Origin.Of(nameof(face.Node)), "edge node", "边缘节点", mistakes);
        if (face.Device is { } device)
            CheckId(device, face.Origin.Of(nameof(face.Device)), "device", "设备", mistakes);
        if (face.Metrics is { Count: 0 })
            mistakes.Add(face.Origin.Of(nameof(face.Metrics)), MistakeCodes.OutOfRange, "an edge node without metrics says nothing", "没有指标的边缘节点什么也不发布", "name tags, or leave 'metrics' out for all of them", "请列出变量；省略 metrics 则发布全部变量");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var metric in face.Metrics ?? [])
            CheckMetric(profile, face, metric, tags, names, mistakes);
    }

    /// <summary>Adds the mistakes of group and primary host.</summary>
    public static void CheckNode(SparkplugNodeDefinition node, Mistakes mistakes)
    {
        CheckId(node.Group, node.Origin.Of(nameof(node.Group)), "group", "组", mistakes);
        if (node.Group == "STATE")
            mistakes.Add(node.Origin.Of(nameof(node.Group)), MistakeCodes.BadFormat, "a group cannot be named STATE: the topics of hosts are named so", "组名不能是 STATE：它用于主机应用的主题", "give it another name", "请换一个名称");
        if (node.AwaitedHost is { } host)
            CheckId(host, node.Origin.Of(nameof(node.PrimaryHost)), "host application", "主机应用", mistakes);
    }

    /// <summary>Adds a mistake where a text is no identifier of Sparkplug.</summary>
    public static void CheckId(string id, SourceSpan span, string en, string zh, Mistakes mistakes)
    {
        if (!SparkplugTopic.IsValidId(id.Replace("{device}", "device", StringComparison.Ordinal)))
            mistakes.Add(span, MistakeCodes.BadFormat, $"'{id}' names no {en} in Sparkplug", $"“{id}”不是 Sparkplug 的{zh}标识", "write a text without +, # and /", "请写不含 +、# 和 / 的文本");
    }

    /// <summary>Adds the mistakes that show once it is known what the tags hold.</summary>
    public static void CheckKinds(DeviceProfile profile, IReadOnlyDictionary<string, TagKind> kinds, Mistakes mistakes)
    {
        foreach (var metric in profile.Faces.Sparkplug?.Metrics ?? [])
        {
            if (!kinds.TryGetValue(metric.Tag, out var kind))
                continue;
            if (metric.Type is { } type && !SparkplugMetrics.CanShow(kind, type))
                mistakes.Add(metric.Origin.Of(nameof(metric.Type)), MistakeCodes.OutOfRange, $"'{metric.Tag}' holds {KeyNames.Of(kind.ToString())}, which {KeyNames.Of(type.ToString())} cannot show", $"“{metric.Tag}”的类型为 {KeyNames.Of(kind.ToString())}，不能表示为 {KeyNames.Of(type.ToString())}", "leave 'type' out, or write one that holds it", "请省略 type，或写能容纳它的类型");
            if (metric.Deadband > 0 && kind is not (TagKind.Integer or TagKind.Double))
                mistakes.Add(metric.Origin.Of(nameof(metric.Deadband)), MistakeCodes.OutOfRange, $"'{metric.Tag}' is no number that could have a deadband", $"“{metric.Tag}”不是数值，不能设置死区", "take 'deadband' out", "请删除 deadband");
        }
    }

    private static void CheckMetric(DeviceProfile profile, SparkplugFaceDefinition face, SparkplugMetricDefinition metric, HashSet<string> tags, HashSet<string> names, Mistakes mistakes)
    {
        if (metric.Tag.Length > 0 && !tags.Contains(metric.Tag))
        {
            mistakes.UnknownReference(metric.Origin.Of(nameof(metric.Tag)), "tag of this device", "该设备的变量", metric.Tag, tags);
            return;
        }

        var span = metric.Origin.Of(metric.Name is null ? nameof(metric.Tag) : nameof(metric.Name));
        var name = SparkplugMetrics.NameOf(profile, metric);
        if (name is "" or SparkplugEdgeNode.BdSeqMetric or SparkplugEdgeNode.RebirthMetric)
            mistakes.Add(span, MistakeCodes.BadFormat, $"'{name}' is no name that a metric may have here", $"指标不能命名为“{name}”", "give it another name", "请换一个名称");
        else if (!names.Add(name))
            DeviceRules.Duplicate(span, name, mistakes);
        if (metric.Period is { } period && period.Ticks % face.Interval.Ticks != 0)
            mistakes.Add(metric.Origin.Of(nameof(metric.Period)), ScenarioMistakeCodes.NotAMultiple, "'period' is no whole number of 'interval'", "“period”不是“interval”的整数倍", "write a multiple of the node's interval", "请写节点 interval 的整数倍");
    }
}
