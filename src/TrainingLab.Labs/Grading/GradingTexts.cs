using System.Globalization;
using TrainingLab.Factory.Definitions;
using TrainingLab.Labs.Grading.Checks;

namespace TrainingLab.Labs.Grading;

/// <summary>Every sentence that grading itself says to a user, in both languages.</summary>
internal static class GradingTexts
{
    public static readonly LocalizedText NotRecorded = new("not recorded", "没有记录");
    public static readonly LocalizedText WaitsForMark = new("waits for a mark", "等待人工评分");
    public static readonly LocalizedText NoAnswer = new("no answer", "未作答");
    public static readonly LocalizedText NotThere = new("not there", "不存在");
    public static readonly LocalizedText NotYet = new("not yet seen", "尚未出现");
    public static readonly LocalizedText NotProvenAlive = new("blocked, but the target was not proven alive in the same round", "被阻断，但同一轮次中未证明目标正常");
    public static readonly LocalizedText TargetDead = new("blocked for everyone: the permitted path does not work either", "对所有来源都不通：允许的路径也不可用");
    public static readonly LocalizedText ProbeFailed = new("the probe itself failed", "探测本身出错");
    public static readonly LocalizedText NothingDrawn = new("the probe recorded no value to compare with", "探测未记录用于比较的值");
    public static readonly LocalizedText Ambiguous = new("read in two ways: write the number without a thousands separator", "数字有歧义：请不要使用千位分隔符");
    public static readonly LocalizedText WrongUnit = new("a unit that the question does not ask for", "单位与题目要求不符");
    public static readonly LocalizedText NotANumber = new("not a number", "不是数字");

    public static readonly LocalizedText WhatWasDrawn = new("the value that the probe drew", "探测抽取的值");

    public static readonly LocalizedText Redacted = new(
        "this is a redacted copy: it verifies, but without its sealed parts it cannot be graded", "这是脱敏副本：可以校验，但缺少密封部分，无法评分");

    public static readonly LocalizedText NoRecords = new("the file has no records", "文件中没有记录");

    public static LocalizedText NotIntact(long record, string reason)
        => new(Invariant($"record {record} is not intact: {reason}"), Invariant($"第 {record} 条记录不完整：{reason}"));

    public static LocalizedText LabNotReadable(IReadOnlyList<Mistake> mistakes) => new(
        "the lab cannot be read: " + string.Join("; ", mistakes.Select(m => m.ToString("en"))),
        "无法读取实验：" + string.Join("；", mistakes.Select(m => m.ToString("zh"))));

    public static LocalizedText AfterBroken(string check)
        => new($"only what came after {check} counts, and {check} is broken", $"只计算 {check} 之后的操作，而 {check} 评测异常");

    public static LocalizedText RightAnswer(string question) => new($"the right answer to {question}", $"{question} 的正确答案");

    public static LocalizedText NoQuestion(string question) => new($"the lab has no question {question}", $"实验中没有问题 {question}");

    /// <summary>A probe with its arguments, such as <c>connect from office-pc to filler-1:4840</c>; words that have no Chinese here stay as the lab writes them.</summary>
    public static LocalizedText Probe(string kind, IEnumerable<KeyValuePair<string, string>> with)
    {
        var arguments = with.ToList();
        return new(
            string.Join(' ', arguments.Select(w => $"{w.Key} {w.Value}").Prepend(kind)),
            string.Join(' ', arguments.Select(w => $"{ProbeWords.GetValueOrDefault(w.Key, w.Key)} {w.Value}").Prepend(ProbeWords.GetValueOrDefault(kind, kind))));
    }

    private static readonly Dictionary<string, string> ProbeWords = new(StringComparer.Ordinal)
    {
        ["connect"] = "连接", ["opcua"] = "读取 OPC UA", ["from"] = "从", ["to"] = "到", ["device"] = "设备", ["tag"] = "标签",
        ["mqtt"] = "MQTT", ["action"] = "操作", ["topic"] = "主题", ["user"] = "用户", ["password"] = "口令", ["client"] = "客户端",
    };

    public static LocalizedText Result(string result) => result switch
    {
        Evidence.Records.ProbeResults.Connected => new(result, "连通"),
        Evidence.Records.ProbeResults.Blocked => new(result, "被阻断"),
        _ => Value(result),
    };

    public static LocalizedText After(LocalizedText result, TimeSpan elapsed) => elapsed <= TimeSpan.Zero
        ? result
        : new($"{result.En} in {Milliseconds(elapsed)} ms", $"{result.Zh}，用时 {Milliseconds(elapsed)} ms");

    public static LocalizedText Join(IEnumerable<LocalizedText> texts, string en, string zh)
    {
        var all = texts.ToList();
        return new(string.Join(en, all.Select(t => t.En)), string.Join(zh, all.Select(t => t.Zh)));
    }

    public static LocalizedText Value(string text) => new(text, text);

    public static LocalizedText NotByStudent(string value) => new($"{value}, but not set by the student", $"{value}，但不是学员设置的");

    public static LocalizedText NotBy(string value, string who) => new($"{value}, but not set by {who}", $"{value}，但不是由 {who} 设置的");

    public static readonly LocalizedText NotAnExpression = new("it is not an expression", "不是表达式");

    public static LocalizedText CannotEvaluate(string expression, LocalizedText why)
        => new($"cannot evaluate {expression}: {why.En}", $"无法计算 {expression}：{why.Zh}");

    public static LocalizedText Held(LocalizedText actual, TimeSpan held, TimeSpan needed)
        => new(
            $"{actual.En}; held for {Duration.Format(held)} of {Duration.Format(needed)}",
            $"{actual.Zh}；已保持 {Duration.Format(held)}，需 {Duration.Format(needed)}");

    public static LocalizedText Seen(long count, long needed) => needed == 1
        ? (count == 0 ? NotYet : new LocalizedText("seen", "已出现"))
        : new(Invariant($"seen {count} of {needed} times"), Invariant($"已出现 {count} 次，需 {needed} 次"));

    public static LocalizedText Step(int done, int all) => new(Invariant($"{done} of {all} steps in order"), Invariant($"按顺序完成 {done}/{all} 步"));

    /// <summary>The lab's advice and what the finding adds to it; null where neither says anything.</summary>
    public static LocalizedText? Advice(LocalizedText? ofLab, LocalizedText? ofFinding) =>
        ofLab is null ? ofFinding : ofFinding is null ? ofLab : new($"{ofLab.En} {ofFinding.En}", $"{ofLab.Zh} {ofFinding.Zh}");

    public static LocalizedText SparkplugExpected(string name, bool isHost, SparkplugLife life, IReadOnlyList<string> devices, bool isClean)
    {
        var stands = SparkplugStands(isHost, life);
        var (en, zh) = ($"{name} {stands.En}", $"{name} {stands.Zh}");
        if (devices.Count > 0)
            (en, zh) = ($"{en} with {string.Join(", ", devices)}", $"{zh}，设备 {string.Join("、", devices)} 均已上线");
        return isClean ? new($"{en} and breaks no rule of Sparkplug", $"{zh}，且不违反 Sparkplug 规则") : new(en, zh);
    }

    public static LocalizedText SparkplugStands(bool isHost, SparkplugLife life) => (isHost, life) switch
    {
        (false, SparkplugLife.Born) => new("is born", "已发布出生消息"),
        (false, _) => new("has told its death", "已发布死亡消息"),
        (true, SparkplugLife.Born) => new("is online", "在线"),
        (true, _) => new("is offline", "离线"),
    };

    public static LocalizedText SparkplugClean(bool isHost, SparkplugLife life)
    {
        var stands = SparkplugStands(isHost, life);
        return new($"{stands.En}, no rule broken", $"{stands.Zh}，未违反规则");
    }

    public static LocalizedText SparkplugUnseen(string node) => new($"nothing of {node} was seen", $"没有收到 {node} 的消息");

    public static LocalizedText SparkplugNotBy(string node, string who) => who == ByWhom.Student.Text
        ? new($"{node} was not told by the student", $"{node} 的消息不是学员发布的")
        : new($"{node} was not told by {who}", $"{node} 的消息不是由 {who} 发布的");

    public static LocalizedText SparkplugMissing(IReadOnlyList<string> devices) => new($"not born: {string.Join(", ", devices)}", $"未收到出生消息：{string.Join("、", devices)}");

    /// <summary>What broke a rule, with the rule's identifier: the first of those that were broken.</summary>
    public static LocalizedText SparkplugBroken(System.Text.Json.Nodes.JsonObject broken, int count)
    {
        var where = string.Join(' ', new[] { (string?)broken["message"], (string?)broken["device"], (string?)broken["metric"] }.Where(static p => p is { Length: > 0 }));
        var (rule, expected, found) = ((string)broken["rule"]!, (string)broken["expected"]!, (string)broken["found"]!);
        return new(
            Invariant($"{where} breaks {rule}: {expected} expected, {found} found{(count > 1 ? $"; {count} rules broken in all" : "")}"),
            Invariant($"{where} 违反 {rule}：应为 {expected}，实为 {found}{(count > 1 ? $"；共违反 {count} 条规则" : "")}"));
    }

    /// <summary>A rule with its identifier, as advice.</summary>
    public static LocalizedText SparkplugRule(string id) => Mqtt.Sparkplug.Validation.SparkplugRules.All.FirstOrDefault(r => r.Id == id) is { } rule
        ? new($"{rule.English} ({id})", $"{rule.Chinese}（{id}）")
        : Value(id);

    public static LocalizedText Marked(string by) => new($"marked by {by}", $"由 {by} 评分");

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
