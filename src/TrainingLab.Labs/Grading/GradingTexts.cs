using System.Globalization;
using TrainingLab.Factory.Definitions;

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

    public static LocalizedText Marked(string by) => new($"marked by {by}", $"由 {by} 评分");

    private static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
