using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;
using TrainingLab.Tests.House;

namespace TrainingLab.Tests.Factory.Definitions;

/// <summary>Mistakes in the faults of a plant's broker, as <c>lab validate</c> tells them: place, what is wrong and what to write, in both languages. The mark « stands where the mistake is.</summary>
public sealed class Broker_Fault_Rules_Tests
{
    private const string Reasons = "UnspecifiedError, ImplementationSpecificError, NotAuthorized, ServerBusy, ServerShuttingDown, KeepAliveTimeout, SessionTakenOver, MessageRateTooHigh, QuotaExceeded, AdministrativeAction, UseAnotherServer, ServerMoved, ConnectionRateExceeded, MaximumConnectTime";

    [Theory]
    [InlineData("{ id: f, kind: «lostMesages }", "unknown-value", "'lostMesages' is not possible here; did you mean 'lostMessages'?", "此处不能写“lostMesages”；是否想写“lostMessages”？")]
    [InlineData("«{ id: f }", "missing-key", "the key 'kind' is missing; add 'kind: refusedConnections|lostMessages|delayedMessages|reorderedMessages|heldAcknowledgements|repeatedMessages|disconnects' (What happens)",
        "缺少键“kind”；请添加“kind: refusedConnections|lostMessages|delayedMessages|reorderedMessages|heldAcknowledgements|repeatedMessages|disconnects”")]
    [InlineData("{ id: «Lost, kind: lostMessages }", "bad-format", "'Lost' has not the form wanted here; write lower-case letters, digits and single hyphens, such as filler-1", "“Lost”的格式不正确；请写小写字母、数字和单个连字符，例如 filler-1")]
    [InlineData("{ id: lost, kind: lostMessages }, { id: «lost, kind: disconnects }", "duplicate-id", "'lost' is there twice; give it another name", "“lost”重复；请换一个名称")]
    [InlineData("{ id: f, kind: lostMessages, «topics: plant/# }", "unknown-key", "the key 'topics' is not known here; write one of: id, kind, parameters", "此处没有键“topics”；请写其中之一：id, kind, parameters")]
    [InlineData("{ id: f, kind: lostMessages, parameters: { topics: «plant/# } }", "out-of-range", "there is no parameter 'topics'; known parameters: topic, share", "没有名为“topics”的参数；可用参数：topic, share")]
    [InlineData("{ id: f, kind: refusedConnections, parameters: { share: «0.5 } }", "out-of-range", "there is no parameter 'share'; leave it out: this kind takes none", "没有名为“share”的参数；请删去：该类型没有参数")]
    [InlineData("{ id: f, kind: lostMessages, parameters: { topic: «plant/#/x } }", "out-of-range", "'plant/#/x' is not a topic filter; + stands for a whole level, # for all levels at the end", "“plant/#/x”不是主题过滤器；+ 代表一整级，# 只能在末尾代表其余各级")]
    [InlineData("{ id: f, kind: delayedMessages, parameters: { topic: «$SYS/# } }", "out-of-range", "no client publishes to topics that begin with $; write a filter of the plant's topics, such as plant/#", "客户端不能向以 $ 开头的主题发布消息；请写工厂主题的过滤器，例如 plant/#")]
    [InlineData("{ id: f, kind: reorderedMessages, parameters: { topic: «$share/g/plant } }", "out-of-range", "no client publishes to topics that begin with $; write a filter of the plant's topics, such as plant/#", "客户端不能向以 $ 开头的主题发布消息；请写工厂主题的过滤器，例如 plant/#")]
    [InlineData("{ id: f, kind: lostMessages, parameters: { share: «1.5 } }", "out-of-range", "parameter 'share' is out of range: 1.5; give a number from 0 to 1", "参数“share”超出范围：1.5；请填写一个数，范围 0 至 1")]
    [InlineData("{ id: f, kind: repeatedMessages, parameters: { share: «half } }", "out-of-range", "parameter 'share' cannot be 'half'; give a number from 0 to 1", "参数“share”的值“half”类型不对；请填写一个数，范围 0 至 1")]
    [InlineData("{ id: f, kind: delayedMessages, parameters: { delay: «2min } }", "out-of-range", "parameter 'delay' is out of range: 2min; give a span such as 500ms, 30s, 15min or 8h from 0.01 s to 60 s", "参数“delay”超出范围：2min；请填写一个时长，如 500ms、30s、15min、8h，范围 0.01 s 至 60 s")]
    [InlineData("{ id: f, kind: delayedMessages, parameters: { jitter: «soon } }", "out-of-range", "parameter 'jitter' cannot be 'soon'; give a span such as 500ms, 30s, 15min or 8h from 0 s to 60 s", "参数“jitter”的值“soon”类型不对；请填写一个时长，如 500ms、30s、15min、8h，范围 0 s 至 60 s")]
    [InlineData("{ id: f, kind: reorderedMessages, parameters: { within: «0s } }", "out-of-range", "parameter 'within' is out of range: 0s; give a span such as 500ms, 30s, 15min or 8h from 0.01 s to 60 s", "参数“within”超出范围：0s；请填写一个时长，如 500ms、30s、15min、8h，范围 0.01 s 至 60 s")]
    [InlineData("{ id: f, kind: heldAcknowledgements, parameters: { delay: «2h } }", "out-of-range", "parameter 'delay' is out of range: 2h; give a span such as 500ms, 30s, 15min or 8h from 0.01 s to 3600 s", "参数“delay”超出范围：2h；请填写一个时长，如 500ms、30s、15min、8h，范围 0.01 s 至 3600 s")]
    [InlineData("{ id: f, kind: disconnects, parameters: { every: «500ms } }", "out-of-range", "parameter 'every' is out of range: 500ms; give a span such as 500ms, 30s, 15min or 8h from 1 s to 86400 s", "参数“every”超出范围：500ms；请填写一个时长，如 500ms、30s、15min、8h，范围 1 s 至 86400 s")]
    [InlineData("{ id: f, kind: disconnects, parameters: { reason: «Success } }", "out-of-range", "parameter 'reason' cannot be 'Success'; give one of: " + Reasons, null)]
    [InlineData("{ id: f, kind: disconnects, parameters: «[reason] }", "wrong-type", "a map is wanted here, not a list; write 'key: value' lines below it", "此处需要映射，而不是列表；请在其下写“键: 值”")]
    public void Each_mistake_says_where_what_and_what_to_write(string broken, string code, string english, string? chinese)
    {
        var (text, place) = Scenario($"[{broken}]");
        var found = Read(text);
        var mistake = Assert.Single(found);
        Assert.Equal($"{place}: {code}: {english}", mistake.ToString("en"));
        Assert.Equal($"{place}: {code}: {chinese ?? $"参数“reason”不能是“Success”；可选值：{Reasons.Replace(", ", "、", StringComparison.Ordinal)}"}", mistake.ToString("zh"));
    }

    [Theory]
    [InlineData("{ device: broker, fault: «lots, at: 10s }", "unknown-reference")]
    [InlineData("{ device: brokr, fault: lost, at: 10s }", "unknown-reference")]
    [InlineData("{ device: broker, fault: lost, at: «soon }", "bad-duration")]
    [InlineData("{ device: broker, fault: lost, at: 10s, lasts: «0s }", "out-of-range")]
    public void When_a_fault_comes_is_looked_at_too(string timed, string code)
    {
        var (text, place) = Scenario("[{ id: lost, kind: lostMessages }]", timed.Contains('«', StringComparison.Ordinal) ? timed : timed.Replace("brokr", "«brokr", StringComparison.Ordinal));
        var mistake = Assert.Single(Read(text));
        Assert.Equal($"{place}: {code}", $"{mistake.Span}: {mistake.Code}");
        Assert.All([mistake.Message, mistake.Remedy], t => Assert.All([t.En, t.Zh], Assert.NotEmpty));
    }

    [Fact]
    public void All_kinds_with_all_that_they_take_are_sound() => Assert.Empty(Read(Scenario("""
        [
            { id: refused, kind: refusedConnections },
            { id: lost, kind: lostMessages, parameters: { topic: plant/+, share: 0.5 } },
            { id: late, kind: delayedMessages, parameters: { topic: "#", delay: 10ms, jitter: 1min } },
            { id: mixed, kind: reorderedMessages, parameters: { topic: plant/#, within: 60s } },
            { id: held, kind: heldAcknowledgements, parameters: { delay: 1h, jitter: 0s } },
            { id: again, kind: repeatedMessages, parameters: { client: mes, share: 1 } },
            { id: cut, kind: disconnects, parameters: { client: mes, reason: ServerBusy, every: 1d } },
          ]
        """).Text));

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(3, Read(Scenario("[{ id: a, kind: lostMessages, parameters: { share: 2, topic: a#, shares: 1 } }]").Text).Count);

    /// <summary>The bottling line with these faults of its broker.</summary>
    private static (string Text, string Place) Scenario(string faults, string? timed = null)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "scenarios", "bottling-line.scenario.yaml")).ReplaceLineEndings("\n");
        var broker = text.IndexOf("\n  broker:", StringComparison.Ordinal);
        Assert.True(broker > 0);
        var end = text.IndexOf("\n  ", broker + 2, StringComparison.Ordinal);
        while (text[end + 3] == ' ') end = text.IndexOf("\n  ", end + 1, StringComparison.Ordinal);
        text = text.Insert(end, $"\n    faults: {faults}");
        if (timed is not null)
        {
            var list = text.IndexOf("\nfaults:\n", StringComparison.Ordinal);
            text = list < 0 ? $"{text}\nfaults: [{timed}]\n" : text.Insert(list + "\nfaults:\n".Length, $"  - {timed}\n");
        }
        var mark = text.IndexOf('«', StringComparison.Ordinal);
        if (mark < 0) return (text, "");
        var before = text[..mark];
        return (text.Remove(mark, 1), $"plant.scenario.yaml:{before.Count(c => c == '\n') + 1}:{mark - before.LastIndexOf('\n')}");
    }

    private static IReadOnlyList<Mistake> Read(string text)
    {
        var mistakes = new Mistakes();
        var devices = Repository.Files("devices", "*.device.yaml").ToDictionary(
            f => Path.GetFileName(f)[..^".device.yaml".Length], f => SourceFile.FromText(f, File.ReadAllText(Path.Combine(Repository.Root, f))), StringComparer.Ordinal);
        ScenarioReader.Read(SourceFile.FromText("plant.scenario.yaml", text), devices, new Dictionary<string, ScalarValue>(StringComparer.Ordinal), mistakes);
        return mistakes.All;
    }
}
