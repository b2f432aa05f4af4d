namespace TrainingLab.Tests.Factory.Services;

/// <summary>The collector takes what anybody publishes under its topics.</summary>
public sealed class Collector_Tests
{
    [Theory]
    [InlineData("""{"device":"x","time":"2026-03-02T06:00:01Z","values":{"a":1e999,"b":-1e999}}""")]
    [InlineData("""{"device":"x\ny","time":"2026-03-02T06:00:01Z","values":{"a":1}}""")]
    [InlineData("""{"device":"x","time":"2026-03-02T06:00:01Z","values":{"a\nb":1,"":2}}""")]
    [InlineData("""{"device":"x\\","time":"2026-03-02T06:00:01Z","values":{"a\\":1,"a":"\\"}}""")]
    [InlineData("""{"device":"x","time":"9999-12-31T23:59:59Z","values":{"a":1}}""")]
    [InlineData("""{"device":"x","time":"0001-01-01T00:00:00Z","values":{"a":1}}""")]
    [InlineData("""{"device":5,"time":"2026-03-02T06:00:01Z","values":{"a":1}}""")]
    [InlineData("""{"device":null,"time":"2026-03-02T06:00:01Z","values":{"a":1}}""")]
    [InlineData("""{"device":"x","time":"2026-03-02T06:00:01Z","values":{"a":"\ud800"}}""")]
    [InlineData("""{"device":"x","time":"2026-03-02T06:00:01Z","values":{"a":1},"bad":5}""")]
    [InlineData("""{"device":"filler-1","time":"2026-03-02T06:00:01Z","values":{"CurMachSpeed":"text"}}""")]
    [InlineData("""[[[[[[""")]
    public async Task A_message_that_is_no_telemetry_stops_nobody(string payload)
    {
        await using var test = await TestFactory.StartAsync();
        await test.RunAsync(12);
        await test.ExecAsync($"mqtt pub plant/x '{payload}'");
        await test.RunAsync(12);
        var before = await test.QueryAsync("SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'");
        await test.RunAsync(12);
        Assert.True(await test.QueryAsync("SELECT count(CurMachSpeed) FROM machine WHERE device = 'filler-1'") >= before + 10);
    }
}
