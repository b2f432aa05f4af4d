using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Tests.Factory;

namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>The topic explorer's client in a factory.</summary>
public sealed class Mqtt_Workbench_Tests
{
    [Fact]
    public async Task Topics_show_their_last_message_and_are_evidence()
    {
        await using var test = await TestFactory.StartAsync();
        var told = 0;
        var bench = new MqttWorkbench(test.Factory, () => told++);
        await test.ExecAsync("mqtt pub student/note hello --retain");
        Assert.True((await SubscribeAsync(test, bench, "plant/+", 0)).Done);
        Assert.True((await SubscribeAsync(test, bench, "student/#", 1)).Done);
        await test.RunAsync(10);

        var view = await ShowAsync(test, bench);
        Assert.Equal([("plant/+", 0), ("student/#", 1)], view.Filters.Select(f => (f.Filter, f.QoS)));
        var note = view.Topics.Single(t => t.Topic == "student/note");
        Assert.Equal(("hello", true, 5), (note.Text, note.Retained, note.Length));
        var filler = view.Topics.Single(t => t.Topic == "plant/filler-1");
        Assert.False(filler.Retained);
        Assert.InRange(filler.Count, 5, 12);
        Assert.Contains(test.Actions, a => a is { Operation: "SUBSCRIBE", Target: "broker/plant/+", Outcome: "GrantedAtMostOnce" });

        // Told once until somebody looks.
        var before = told;
        await test.RunAsync(5);
        Assert.Equal(before + 1, told);

        await test.DoAsync(() => Assert.True(bench.Unsubscribe("plant/+").Done));
        Assert.Equal(["student/note"], (await ShowAsync(test, bench)).Topics.Select(t => t.Topic));
        await test.ExecAsync("mqtt pub student/note \"\" --retain");
        await test.RunAsync(1);
        Assert.Empty((await ShowAsync(test, bench)).Topics);
    }

    [Fact]
    public async Task Sparkplug_is_decoded_and_broken_rules_are_named()
    {
        await using var test = await TestFactory.StartAsync(with: ("sparkplug", "true"));
        var bench = new MqttWorkbench(test.Factory, () => { });
        Assert.True((await SubscribeAsync(test, bench, "spBv1.0/#", 0)).Done);
        await test.RunAsync(20);

        var birth = (await MessageAsync(test, bench, "spBv1.0/bottling/DBIRTH/gateway/filler-1"))!.Sparkplug!;
        var speed = birth.Metrics.Single(m => m.Name == "Command/MachSpeed");
        Assert.Equal(("Double", "120"), (speed.DataType, speed.Value));
        Assert.Contains("readOnly: false", speed.Properties, StringComparison.Ordinal);

        // Data has aliases only; the births that were heard name them.
        var data = (await MessageAsync(test, bench, "spBv1.0/bottling/DDATA/gateway/filler-1"))!.Sparkplug!;
        Assert.Equal(("DDATA", "filler-1"), (data.Type, data.Device));
        Assert.NotEmpty(data.Metrics);
        Assert.All(data.Metrics, m => Assert.NotNull(m.Name));
        Assert.Empty((await ShowAsync(test, bench)).Broken);

        await test.ExecAsync("mqtt pub spBv1.0/bottling/NDATA/rogue xyz");
        await test.RunAsync(1);
        var rogue = (await MessageAsync(test, bench, "spBv1.0/bottling/NDATA/rogue"))!;
        Assert.Equal(("Truncated", "xyz"), (rogue.Error, rogue.Text));
        Assert.Equal(["section-6.4.1", "tck-id-payloads-ndata-qos"], rogue.Broken.Select(b => b.Rule).Order(StringComparer.Ordinal));
        Assert.All(rogue.Broken, b => Assert.False(string.IsNullOrEmpty(b.Text.Zh)));
        Assert.Equal(2, (await ShowAsync(test, bench)).Broken.Count);
    }

    [Theory]
    [InlineData("plant/#/x")]
    [InlineData("")]
    public async Task What_is_no_filter_is_refused(string filter)
    {
        await using var test = await TestFactory.StartAsync();
        var bench = new MqttWorkbench(test.Factory, () => { });
        Assert.False((await SubscribeAsync(test, bench, filter, 0)).Done);
    }

    [Fact]
    public async Task Without_a_way_to_the_broker_the_reason_is_told()
    {
        await using var test = await TestFactory.StartAsync();
        var bench = new MqttWorkbench(test.Factory, () => { });
        await test.ExecAsync("switch sw-3 port 1 disable");
        var outcome = await SubscribeAsync(test, bench, "plant/#", 0);
        Assert.False(outcome.Done);
        Assert.StartsWith("no connection to the broker: ", outcome.Message.En, StringComparison.Ordinal);
        Assert.Empty((await ShowAsync(test, bench)).Filters);
    }

    private static Task<ActionOutcome> SubscribeAsync(TestFactory test, MqttWorkbench bench, string filter, int qos) =>
        test.DoAsync(() => bench.SubscribeAsync(TestFactory.Student, filter, qos, CancellationToken.None));

    private static Task<MqttTopicsView> ShowAsync(TestFactory test, MqttWorkbench bench) => test.DoAsync(() => Task.FromResult(bench.Show()));

    private static Task<MqttMessageView?> MessageAsync(TestFactory test, MqttWorkbench bench, string topic) => test.DoAsync(() => Task.FromResult(bench.Show(topic)));
}
