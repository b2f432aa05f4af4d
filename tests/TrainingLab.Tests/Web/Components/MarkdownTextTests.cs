using TrainingLab.Web.Components.Shared;

namespace TrainingLab.Tests.Web.Components;

public sealed class MarkdownTextTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>", "<script")]
    [InlineData("[x](javascript:alert(1))", "javascript:")]
    [InlineData("[x](JaVaScript:alert(1))", "JaVaScript:")]
    [InlineData("<javascript:alert(1)>", "href=\"javascript")]
    [InlineData("![x](https://evil.example/x.png)", "evil.example")]
    [InlineData("[x](data:text/html,x)", "data:")]
    [InlineData("[x](//evil.example)", "evil.example")]
    [InlineData("| a |\n|--:|\n| 1 |", "style=")]
    public void Nothing_that_runs_or_calls_out_survives(string markdown, string forbidden) =>
        Assert.DoesNotContain(forbidden, MarkdownText.ToHtml(markdown), StringComparison.Ordinal);

    [Theory]
    [InlineData("# Goal", "<h2>Goal</h2>")]
    [InlineData("[x](https://example.org/)", "<a href=\"https://example.org/\">x</a>")]
    [InlineData("[x](#part)", "<a href=\"#part\">x</a>")]
    [InlineData("`a < b`", "<code>a &lt; b</code>")]
    public void The_rest_is_rendered(string markdown, string expected) => Assert.Contains(expected, MarkdownText.ToHtml(markdown), StringComparison.Ordinal);
}
