using System.Text;
using System.Text.RegularExpressions;
using TrainingLab.Labs.Attempts;

namespace TrainingLab.EndToEndTests.Labs;

/// <summary>The commands that a guide prints in blocks marked <c>toolbox</c> and <c>curl</c> run as printed.</summary>
public sealed partial class GuideCommandTests
{
    [Theory]
    [InlineData("network/vlan-segmentation", "en")]
    [InlineData("network/vlan-segmentation", "zh")]
    [InlineData("identifiers/resolve", "en")]
    [InlineData("identifiers/resolve", "zh")]
    public async Task Commands_run_as_printed(string id, string language)
    {
        await using var lab = await LiveLab.StartAsync(id, seed: 31);
        var guide = await File.ReadAllTextAsync(Path.Combine(LabsEnvironment.ContentRoot, "labs", id, $"guide.{language}.md"), TestContext.Current.CancellationToken);
        guide = Parameter().Replace(guide, m => lab.Variant(m.Groups["name"].Value));
        var blocks = Block().Matches(guide).Select(m => (Kind: m.Groups["kind"].Value, Lines: m.Groups["lines"].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains(blocks, b => b.Kind == "toolbox");
        Assert.Contains(blocks, b => b.Kind == "curl");

        foreach (var (kind, lines) in blocks)
        {
            foreach (var line in lines)
            {
                if (kind == "curl")
                    await CurlAsync(lab, line);
                else
                    await ToolboxAsync(lab, line);
            }
        }
    }

    // A question that a node answers with a code other than 1 ends with 1; only misuse ends with 2.
    private static async Task ToolboxAsync(LiveLab lab, string line)
    {
        var result = await lab.Run.ExecAsync(LiveLab.Student, line, TestContext.Current.CancellationToken);
        var text = string.Join('\n', result.Lines.Select(l => l.Text));
        TestContext.Current.TestOutputHelper?.WriteLine($"> {line}\n{text}");
        Assert.True(result.ExitCode == 0 || (result.ExitCode == 1 && line.StartsWith("resolve ", StringComparison.Ordinal)), $"{line}: {text}");
    }

    private static async Task CurlAsync(LiveLab lab, string line)
    {
        var words = Split(line.Replace("ATTEMPT:TOKEN@HOST:PORT", $"{LiveLab.Student}:{LiveLab.Token}@127.0.0.1:{lab.Port("socks5")}", StringComparison.Ordinal));
        Assert.Equal("curl", words[0]);
        var output = await LiveLab.RunAsync("curl", [.. words.Skip(1), "-sS", "--max-time", "20"]);
        TestContext.Current.TestOutputHelper?.WriteLine($"> {line}\n{output}");
        Assert.NotEmpty(output);
        Assert.DoesNotContain("\"status\":4", output, StringComparison.Ordinal);
    }

    private static List<string> Split(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        foreach (var c in line + " ")
        {
            if (quote == c || (quote == '\0' && c is '\'' or '"'))
                quote = quote == c ? '\0' : c;
            else if (c == ' ' && quote == '\0')
            {
                words.Add(word.ToString());
                word.Clear();
            }
            else
                word.Append(c);
        }

        return words;
    }

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z0-9]+)\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^```(?<kind>toolbox|curl)\n(?<lines>(?:[^`].*\n)+)```", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Block();
}
