using TrainingLab.Cli.Brokers;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Cli.Brokers;

/// <summary>What <c>lab broker</c> writes of logins that it refuses.</summary>
public sealed class RefusalLog_Tests
{
    [Fact]
    public void A_line_says_who_from_where_and_why() => SerialContext.Run(context =>
    {
        var lines = new List<string>();
        using var log = new RefusalLog(lines.Add, new FakeTime(context));
        log.Login(Client("mes", "scada", context), MqttReasonCode.BadUserNameOrPassword);
        log.Login(Client(null, "", context), MqttReasonCode.NotAuthorized);
        Assert.Equal(["refused 10.0.0.9:4711: user 'mes', client 'scada': BadUserNameOrPassword", "refused 10.0.0.9:4711: no user, client '': NotAuthorized"], lines);
        return Task.CompletedTask;
    });

    [Fact]
    public void A_name_makes_no_line_of_its_own_and_no_long_one() => SerialContext.Run(context =>
    {
        var lines = new List<string>();
        using var log = new RefusalLog(lines.Add, new FakeTime(context));
        log.Login(Client("a\nrefused 10.0.0.1:1: user 'admin'\u2028\u202E\u001B[2J", new string('x', 10_000), context), MqttReasonCode.BadUserNameOrPassword);
        Assert.Equal($"refused 10.0.0.9:4711: user 'a?refused 10.0.0.1:1: user 'admin'???[2J', client '{new string('x', 64)}…': BadUserNameOrPassword", Assert.Single(lines));
        return Task.CompletedTask;
    });

    [Fact]
    public void Of_many_within_a_window_only_the_number_is_written() => SerialContext.Run(async context =>
    {
        var lines = new List<string>();
        var time = new FakeTime(context);
        using var log = new RefusalLog(lines.Add, time);
        for (var i = 0; i < 1000; i++) log.Login(Client("root", "guess", context), MqttReasonCode.BadUserNameOrPassword);
        Assert.Equal(RefusalLog.MaxLines, lines.Count);
        await time.AdvanceAsync(RefusalLog.Window);
        Assert.Equal($"refused {1000 - RefusalLog.MaxLines} more within 10 s", lines[^1]);
        log.Login(Client("root", "guess", context), MqttReasonCode.BadUserNameOrPassword);
        Assert.Equal(RefusalLog.MaxLines + 2, lines.Count);
        await time.AdvanceAsync(RefusalLog.Window);
        Assert.Equal(RefusalLog.MaxLines + 2, lines.Count);
    });

    private static MqttClientIdentity Client(string? user, string id, SerialContext context) => new(new MqttPeer("network", "10.0.0.9:4711", null, new FakeTime(context)), id, user);
}
