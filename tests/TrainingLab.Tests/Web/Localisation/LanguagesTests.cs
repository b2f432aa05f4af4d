using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web.Localisation;

public sealed class LanguagesTests
{
    [Theory]
    [InlineData("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")]
    [InlineData("en;q=0.5,zh-TW;q=0.7", "zh-CN")]
    [InlineData("de-DE,en-GB;q=0.3", "en")]
    [InlineData("fr", "en")]
    [InlineData(null, "en")]
    public async Task The_browser_is_asked_first(string? accepted, string expected)
    {
        await using var host = await WebHost.StartAsync(TestContext.Current.CancellationToken);
        using var visitor = host.Visitor(accepted);
        Assert.Contains($"<html lang=\"{expected}\">", await visitor.GetAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_reader_chose_stays_and_leads_back_to_the_page()
    {
        await using var host = await WebHost.StartAsync(TestContext.Current.CancellationToken);
        using var visitor = host.Visitor("en");
        using var response = await visitor.PostAsync("/language", new(StringComparer.Ordinal) { ["language"] = "zh", ["return"] = "/join?code=1" });
        Assert.Equal("/join?code=1", response.Headers.Location!.OriginalString);
        Assert.Contains("加入班级", await visitor.GetAsync("/join"), StringComparison.Ordinal);
    }
}
