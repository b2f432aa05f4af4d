using System.Net;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web;

public sealed class PageTests
{
    [Fact]
    public async Task Every_page_renders_in_both_languages_without_inline_code()
    {
        await using var host = await WebHost.StartAsync(TestContext.Current.CancellationToken);
        foreach (var language in new[] { "en", "zh-CN" })
        {
            using var visitor = host.Visitor(language);
            List<string> pages = [await visitor.GetAsync("/"), await visitor.GetAsync("/sign-in"), await visitor.GetAsync("/join")];
            await visitor.TryAsync();
            var attempt = await visitor.StartAttemptAsync();
            foreach (var path in new[] { "/labs", "/labs/" + FakeCatalogue.Vlan, "/attempts/" + attempt, $"/attempts/{attempt}/scorecard", "/account" })
                pages.Add(await visitor.GetAsync(path));
            pages.Add(await visitor.GetAsync("/nowhere", HttpStatusCode.NotFound));
            foreach (var page in pages)
            {
                Assert.Contains($"<html lang=\"{language}\">", page, StringComparison.Ordinal);
                Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
                Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
                Assert.DoesNotContain(" onclick=", page, StringComparison.Ordinal);
                Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
                Assert.DoesNotContain("javascript:", page, StringComparison.Ordinal);
            }
        }
    }
}
