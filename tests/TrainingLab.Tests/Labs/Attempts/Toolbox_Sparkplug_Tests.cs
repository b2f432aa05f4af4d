namespace TrainingLab.Tests.Labs.Attempts;

/// <summary><c>mqtt sub --sparkplug</c> shows payloads as JSON.</summary>
public sealed class Toolbox_Sparkplug_Tests
{
    [Fact]
    public async Task Payloads_are_shown_as_JSON_and_what_is_none_with_its_error()
    {
        await using var attempts = await TestAttempts.StartAsync();
        var run = await attempts.BeginLabAsync("data/oee");

        // Texts whose bytes are payloads: seq 5 is 18 05; "xyz" begins a field that is longer than the rest.
        await ExecAsync("mqtt pub spBv1.0/G/NDATA/E '\u0018\u0005' --retain");
        await ExecAsync("mqtt pub spBv1.0/G/NDATA/F xyz --retain");
        await ExecAsync("mqtt pub spBv1.0/STATE/scada '{}' --retain");

        var decoded = await ExecAsync("mqtt sub spBv1.0/# --count 3 --for 5s --sparkplug");
        Assert.Equal(
            ["spBv1.0/G/NDATA/E {\"metrics\":[],\"seq\":5}", "spBv1.0/G/NDATA/F {\"error\":\"Truncated\"}", "spBv1.0/STATE/scada {}"],
            decoded.Order(StringComparer.Ordinal));
        Assert.Contains("spBv1.0/G/NDATA/F xyz", await ExecAsync("mqtt sub spBv1.0/# --count 3 --for 5s"));

        async Task<IReadOnlyList<string>> ExecAsync(string line)
        {
            var result = await run.RunUntilAsync(run.ExecAsync(TestAttempts.Student, line, CancellationToken.None));
            Assert.True(result.ExitCode == 0, string.Join('\n', result.Lines.Select(l => l.Text)));
            return [.. result.Lines.Select(l => l.Text)];
        }
    }
}
