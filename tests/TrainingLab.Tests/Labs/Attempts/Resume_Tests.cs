using System.IO.Pipelines;
using TrainingLab.Labs.Attempts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;

namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>An attempt goes on after the process has died at any moment: nothing that was acknowledged is missing.</summary>
public sealed class Resume_Tests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_crash_the_plant_is_as_it_was_and_the_student_still_reaches_everything(bool withSnapshot)
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginAsync();
        await first.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);
        await TestAttempts.SolveAsync(first, ..2);
        var snapshot = withSnapshot ? await first.SaveAsync() : null;
        await TestAttempts.ExecAsync(first, "opcua write filler-1 ns=3;s=filler-1.MachSpeed 77");
        await TestAttempts.ExecAsync(first, "mqtt pub student/note kept --retain");
        await TestAttempts.ExecAsync(first, "mqtt pub student/quick kept --retain --qos 0");
        await TestAttempts.ExecAsync(first, TestAttempts.Solution[2]);
        await first.WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        var second = await attempts.CrashAndResumeAsync(snapshot);
        foreach (var path in new[]
        {
            "device/filler-1/tags/MachSpeed", "broker/broker/retained/student/note", "broker/broker/retained/student/quick", "network/sw-1/running/ports/${officePort}/access",
            "network/sw-2/running/ports/6/access", "network/sw-1/running/ports/8/allowed", "network/sw-1/isSaved",
        })
            Assert.Equal(await TestAttempts.ReadAsync(first, path), await TestAttempts.ReadAsync(second, path));
        Assert.Equal("77", await TestAttempts.ReadAsync(second, "device/filler-1/tags/MachSpeed"));
        var records = attempts.Records(second);
        var resumed = Assert.Single(records, r => r.Body is AttemptResumed);
        Assert.Equal(records[(int)resumed.Number - 2].Plant, resumed.Plant);

        await TestAttempts.SolveAsync(second, 3..);
        var card = await second.HandInAsync(TestAttempts.Student);
        Assert.Equal(card.Max, card.Score);
        Assert.Equal(EvidenceState.Intact, EvidenceVerifier.Verify(attempts.PathOf(second)).State);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_will_that_was_published_is_evidence_and_comes_back(bool withSnapshot)
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginAsync();
        await LeaveWillAsync(first, MqttMessage.FromText("student/early", "gone", MqttQoS.AtLeastOnce, retain: true));
        var snapshot = withSnapshot ? await first.SaveAsync() : null;
        await LeaveWillAsync(first, MqttMessage.FromText("student/alive", "no", retain: true));
        await LeaveWillAsync(first, MqttMessage.FromText("student/passing", "heard by nobody"));

        var second = await attempts.CrashAndResumeAsync(snapshot);
        Assert.Equal("\"gone\"", await TestAttempts.ReadAsync(second, "broker/broker/retained/student/early"));
        Assert.Equal("\"no\"", await TestAttempts.ReadAsync(second, "broker/broker/retained/student/alive"));
        Assert.Null(await TestAttempts.ReadAsync(second, "broker/broker/retained/student/passing"));
        var wills = attempts.Records(second).Select(static r => r.Body).OfType<ActionTaken>().Where(static a => a.Operation == "will").ToList();
        Assert.All(wills, w => Assert.Equal(("mqtt", "Accepted", true, TestAttempts.Student), (w.Protocol, w.Outcome, w.Succeeded, w.By.Student)));
        Assert.Equal(["broker/student/early", "broker/student/alive"], wills.Select(static w => w.Target).Where(static t => !t.EndsWith("passing", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_that_an_instructor_has_switched_is_sealed_evidence_and_comes_back(bool withSnapshot)
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginAsync();
        Assert.Equal(2, (await first.ExecAsync(TestAttempts.Student, "fault filler-1 temperature-bad on", CancellationToken.None)).ExitCode);
        Assert.Equal(0, (await first.ExecAsync("teacher", "fault filler-1 temperature-bad on", CancellationToken.None, isInstructor: true)).ExitCode);
        Assert.Equal(0, (await first.ExecAsync("teacher", "fault filler-1 volume-stuck on", CancellationToken.None, isInstructor: true)).ExitCode);
        Assert.Equal("true", await TestAttempts.ReadAsync(first, "device/filler-1/faults/temperature-bad"));
        await first.WaitAsync(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        var snapshot = withSnapshot ? await first.SaveAsync() : null;

        var second = await attempts.CrashAndResumeAsync(snapshot);
        Assert.Equal("true", await TestAttempts.ReadAsync(second, "device/filler-1/faults/temperature-bad"));
        Assert.Equal("true", await TestAttempts.ReadAsync(second, "device/filler-1/faults/volume-stuck"));
        Assert.Equal("false", await TestAttempts.ReadAsync(second, "device/filler-1/faults/server-slow"));
        var records = attempts.Records(second).Where(static r => r.Body is FaultSwitched).ToList();
        Assert.Equal(["temperature-bad", "volume-stuck"], records.Select(static r => ((FaultSwitched)r.Body).Fault));
        Assert.All(records, static r => Assert.Empty(r.ReadPublic()));
    }

    [Fact]
    public async Task A_record_that_was_cut_short_was_never_acknowledged()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginAsync();
        await TestAttempts.SolveAsync(first, ..1);
        var second = await attempts.CrashAndResumeAsync(snapshot: null, harm: path =>
        {
            using var file = new FileStream(path, FileMode.Append);
            file.Write("{\"n\":9999,\"kind\":\"act"u8);
        });
        Assert.Equal(await TestAttempts.ReadAsync(first, "network/sw-1/running/ports/${officePort}/access"), await TestAttempts.ReadAsync(second, "network/sw-1/running/ports/${officePort}/access"));
    }

    [Fact]
    public async Task After_starting_over_an_older_snapshot_does_not_come_back()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginAsync();
        await TestAttempts.SolveAsync(first, ..1);
        var old = await first.SaveAsync();
        await first.StartOverAsync();
        await first.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        var second = await attempts.CrashAndResumeAsync(old);
        Assert.Equal(TestAttempts.Bind(first, "${cellVlan}"), await TestAttempts.ReadAsync(second, "network/sw-1/running/ports/${officePort}/access"));
        Assert.Equal(first.Factory.Clock.Elapsed.TotalSeconds, second.Factory.Clock.Elapsed.TotalSeconds, tolerance: 2);
    }

    [Fact]
    public async Task A_hand_in_that_was_cut_off_is_completed_and_lets_nobody_act()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginAsync();
        await TestAttempts.SolveAsync(first, ..2);
        await first.OnFactoryAsync(async () => await first.Recorder.AppendAsync(new HandedIn(TestAttempts.Student)));
        var second = await attempts.CrashAndResumeAsync(snapshot: null);
        Assert.Equal(3, (await second.ExecAsync(TestAttempts.Student, "switch sw-1 save", CancellationToken.None)).ExitCode);
        await second.HandInAsync(TestAttempts.Student);
        Assert.Single(attempts.Records(second), r => r.Body is HandedIn);
        Assert.Equal(EvidenceState.Intact, EvidenceVerifier.Verify(attempts.PathOf(second)).State);
    }

    [Fact]
    public async Task A_frozen_attempt_comes_back_at_the_same_instant()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var first = await attempts.BeginAsync();
        await TestAttempts.SolveAsync(first, ..2);
        var at = first.Factory.Clock.Elapsed;
        var snapshot = await first.FreezeAsync("idle");
        var second = await attempts.CrashAndResumeAsync(snapshot);
        Assert.Equal(at, second.Factory.Clock.Elapsed);
        await TestAttempts.SolveAsync(second, 2..);
        var card = await second.HandInAsync(TestAttempts.Student);
        Assert.Equal(card.Max, card.Score);
    }

    /// <summary>A student's program with a will that ends without a word.</summary>
    private static async Task LeaveWillAsync(AttemptRun run, MqttMessage will)
    {
        IDuplexPipe? pipe = null;
        MqttClient? client = null;
        var connected = await run.RunUntilAsync(run.OnFactoryAsync(() =>
        {
            client = new MqttClient(
                new MqttClientOptions { ClientId = will.Topic, Will = will, ReconnectDelay = null },
                async token => pipe = await run.Factory.Context.ConnectAsync("workstation", "broker", 1883, TestAttempts.Student, token),
                run.Factory.Clock);
            return client.ConnectAsync(CancellationToken.None);
        }));
        Assert.True(connected.Connected);
        await run.OnFactoryAsync(async () => await pipe!.Output.CompleteAsync(new IOException("the cable is cut")));
        await run.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        await run.RunUntilAsync(run.OnFactoryAsync(async () =>
        {
            await client!.StopAsync();
            return true;
        }));
    }
}
