using System.Globalization;
using System.Net;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Definitions;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Labs.Probes;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Labs.Grading.Checks;

/// <summary>Whether a probe can be run as a check asks for it: a kind that exists, its arguments, nodes and tags of the scenario, a result that can come of it.</summary>
internal static class ProbeArguments
{
    private static readonly string[] Results = [ProbeResults.Connected, ProbeResults.Blocked, ProbeResults.Value];

    /// <summary>Adds every mistake.</summary>
    public static void Validate(ProbeCheck check, LabContext context, Mistakes mistakes)
    {
        if (check.Origin.Has(nameof(check.Expect)) && !Results.Contains(check.Expect, StringComparer.Ordinal))
            mistakes.UnknownReference(check.Origin.Of(nameof(check.Expect)), "result of a probe", "探测结果", check.Expect, Results);
        if (check.Kind.Length == 0)
            return;
        if (ProbeKinds.Find(check.Kind) is not { } kind)
        {
            mistakes.UnknownReference(check.Origin.Of(nameof(check.Kind)), "kind of probe", "探测类型", check.Kind, ProbeKinds.Names);
            return;
        }

        foreach (var name in check.With.Keys.Where(n => !kind.Arguments.ContainsKey(n) && !kind.Optional.ContainsKey(n)))
            mistakes.UnknownReference(check.Origin.OfKey(nameof(check.With), name), $"argument of the probe '{check.Kind}'", $"“{check.Kind}”探测的参数", name, kind.Arguments.Keys.Concat(kind.Optional.Keys));
        foreach (var (name, argument) in kind.Arguments)
        {
            if (check.With.TryGetValue(name, out var value))
                CheckValue(check, argument, check.Origin.OfKey(nameof(check.With), name), value.Text, context, mistakes);
            else
                mistakes.Add(check.Origin.Of(check.Origin.Has(nameof(check.With)) ? nameof(check.With) : nameof(check.Kind)), MistakeCodes.MissingKey,
                    $"the probe '{check.Kind}' needs '{name}'", $"“{check.Kind}”探测缺少“{name}”", $"add '{name}: {Example(argument)}' to 'with'", $"请在 with 中添加“{name}: {Example(argument)}”");
        }
    }

    private static void CheckValue(ProbeCheck check, ProbeArgument argument, SourceSpan span, string text, LabContext context, Mistakes mistakes)
    {
        switch (argument)
        {
            case ProbeArgument.Node:
                context.RequireNode(span, text, mistakes);
                break;
            case ProbeArgument.Device:
                context.RequireTag(span, text, span, "", mistakes);
                break;
            case ProbeArgument.Tag when check.With.TryGetValue("device", out var device) && context.Scenario?.Tags.ContainsKey(device.Text) == true:
                context.RequireTag(span, device.Text, span, text, mistakes);
                break;
            case ProbeArgument.MqttAction when text is not ("publish" or "subscribe"):
                mistakes.UnknownReference(span, "action", "操作", text, ["publish", "subscribe"]);
                break;
            case ProbeArgument.Topic when check.With.TryGetValue("action", out var action) && action.Text == "publish" && !MqttTopic.IsValidName(text):
                mistakes.Add(span, MistakeCodes.BadFormat, $"'{text}' is no topic to publish to", $"“{text}”不是可发布的主题", "it has at least one character, and no + or #", "主题至少一个字符，且不含 + 或 #");
                break;
            case ProbeArgument.Topic when !MqttTopic.IsValidFilter(text):
                mistakes.Add(span, MistakeCodes.BadFormat, $"'{text}' is not a topic filter", $"“{text}”不是主题过滤器", "+ stands for a whole level, # for all levels at the end", "+ 代表一整级，# 只能在末尾代表其余各级");
                break;
            case ProbeArgument.Endpoint:
                var colon = text.LastIndexOf(':');
                if (colon < 1 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > IPEndPoint.MaxPort)
                    mistakes.Add(span, MistakeCodes.BadFormat, $"'{text}' is no host and port", $"“{text}”不是主机和端口", $"write such as {Example(argument)}", $"例如 {Example(argument)}");
                else if (!IPAddress.TryParse(text.AsSpan(0, colon), out _))
                    context.RequireNode(span, text[..colon], mistakes);
                break;
        }
    }

    private static string Example(ProbeArgument argument) => argument switch
    {
        ProbeArgument.Node => "office-pc",
        ProbeArgument.Endpoint => "\"filler-1:4840\"",
        ProbeArgument.Device => "filler-1",
        ProbeArgument.MqttAction => "subscribe",
        ProbeArgument.Topic => "\"plant/#\"",
        _ => "StateCurrent",
    };
}
