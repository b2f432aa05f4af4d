using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>What a student changes of the broker stands in the evidence, and is there again after a crash.</summary>
public sealed class Broker_Administration_Tests
{
    [Fact]
    public async Task A_change_of_the_broker_is_an_action_without_passwords_and_survives_a_crash()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginLabAsync("data/oee");
        await TestAttempts.ExecAsync(run, "mqtt user add op --password s3cret");
        await TestAttempts.ExecAsync(run, "mqtt acl add ops/# --user op --allow publish");
        await TestAttempts.ExecAsync(run, "mqtt pub ops/x hello --retain --user op --password s3cret");

        Assert.Equal(
            ["user add op", "acl add publish ops/# user op"],
            attempts.Records(run).Select(r => r.Body).OfType<ActionTaken>().Where(a => a is { Protocol: "mqtt", Operation: "configure", Succeeded: true, By.Student: TestAttempts.Student })
                .Select(a => (string)a.Arguments["command"]!));
        Assert.DoesNotContain("s3cret", await File.ReadAllTextAsync(attempts.PathOf(run), TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var resumed = await attempts.CrashAndResumeAsync(snapshot: null);
        Assert.Equal("""["publish ops/# user op"]""", await TestAttempts.ReadAsync(resumed, "broker/broker/rules"));
        await TestAttempts.ExecAsync(resumed, "mqtt pub ops/y hello --retain --user op --password s3cret");
        Assert.Equal("\"hello\"", await TestAttempts.ReadAsync(resumed, "broker/broker/retained/ops/y"));
        Assert.Null(await TestAttempts.ReadAsync(resumed, "broker/broker/retained/ops/z"));
    }
}
