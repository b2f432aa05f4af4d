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
    [InlineData("## Goal\n\nText", "<h3>Goal</h3>")]
    [InlineData("[x](https://example.org/)", "<a href=\"https://example.org/\">x</a>")]
    [InlineData("[x](#part)", "<a href=\"#part\">x</a>")]
    [InlineData("`a < b`", "<code>a &lt; b</code>")]
    public void The_rest_is_rendered(string markdown, string expected) => Assert.Contains(expected, MarkdownText.ToHtml(markdown), StringComparison.Ordinal);

    [Fact]
    public void A_guides_title_is_the_pages() => Assert.Equal("<p>Text</p>\n", MarkdownText.ToHtml("# VLAN segmentation\n\nText"));

    [Theory]
    [InlineData("VLAN **${cellVlan}**, from ${ start } on", "VLAN **‹cellVlan›**, from ‹start› on")]
    [InlineData("costs $5 {or} so", "costs $5 {or} so")]
    public void Values_that_are_not_drawn_yet_are_named(string markdown, string expected) => Assert.Equal(expected, MarkdownText.WithoutValues(markdown));
}
