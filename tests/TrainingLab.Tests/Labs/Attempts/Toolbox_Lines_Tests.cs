namespace TrainingLab.Tests.Labs.Attempts;

/// <summary>Lines that somebody types without thinking, or to do harm: each is answered, and the attempt goes on.</summary>
public sealed class Toolbox_Lines_Tests
{
    private static readonly string[] Lines =
    [
        "mqtt pub '' x", "mqtt pub plant/+/x y", "mqtt pub plant/# y", "mqtt sub '' --for 100ms", "mqtt sub a/#/b --for 100ms", "mqtt pub a b --password p",
        "mqtt pub a b --user x", "mqtt pub \"\0\" b", "mqtt pub " + new string('t', 60_000) + " x", "mqtt pub a b --id " + new string('i', 60_000), "mqtt sub # --for 0s",
        "opcua browse filler-1 ns=99;s=x", "opcua read filler-1 i=99999", "opcua read filler-1 ns=65535;s=" + new string('x', 50_000),
        "opcua write filler-1 i=85 1", "opcua write filler-1 ns=3;s=filler-1.MachSpeed ''", "opcua write filler-1 ns=3;s=filler-1.MachSpeed 1e308",
        "opcua call filler-1 i=85 i=86", "opcua subscribe filler-1 i=2258 --interval -1 --for 100ms", "opcua subscribe filler-1 i=2258 --interval 1e308 --for 100ms",
        "opcua subscribe filler-1 i=85 --deadband 1 --for 100ms", "opcua subscribe filler-1 i=2258 --deadband NaN --for 100ms", "opcua browse filler-1 nsu=;s=", "opcua read 灌装机 i=85",
        "http GET http://broker:1883/", "http GET http://filler-1:4840/", "http GET http://broker:99999/", "http GET 'http://historian:8086/ping' --header 'a\r\nb: c'", "http GET http://nobody/",
        "http 'GET / HTTP/1.1' http://historian:8086/ping", "http GÉT http://historian:8086/ping", "http GET http://historian:8086/" + new string('a', 60_000), "http GET http://sw-1/ --header ' : x'",
        "http GET http://historian:8086/ping --header 'Content-Length: 5'", "http POST http://historian:8086/query --data \"q=\uD83D\"", "http GET http://用户:密码@historian:8086/ping",
        "switch sw-1 port 99 access vlan 1", "switch sw-1 port 3 access vlan 4095", "switch sw-1 port 3 trunk native 1 allowed 1-99999", "switch sw-1 \"show running\nsave\"", "switch sw-1 端口", "switch '' save",
        "connect '' 1", "connect broker -1", "connect broker 1883 x", "connect " + new string('h', 60_000) + " 1", "answer", "answer x", "hint ''", "hint '🙂'", "status x y z", "help help", "'", "\"", "\\", "--", "\0", "🙂",
        new string('a', 70_000),
    ];

    [Fact]
    public async Task Each_is_answered_and_the_attempt_goes_on()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginAsync();
        foreach (var line in Lines)
        {
            var result = await run.RunUntilAsync(run.ExecAsync(TestAttempts.Student, line, CancellationToken.None));
            Assert.True(result.ExitCode is >= 0 and <= 3, line);
            Assert.True(result.ExitCode == 0 || result.Lines.Any(l => l.Text.Length > 0), $"nothing was said about {line[..Math.Min(80, line.Length)]}");
            Assert.DoesNotContain(result.Lines, l => l.Text.Contains("   at ", StringComparison.Ordinal) || l.Text.Contains("(Parameter '", StringComparison.Ordinal));
        }

        Assert.Empty(run.Failures);
        await TestAttempts.SolveAsync(run, ..);
        Assert.Equal(100, (await run.HandInAsync(TestAttempts.Student)).Checks.Sum(c => c.Points));
    }
}
