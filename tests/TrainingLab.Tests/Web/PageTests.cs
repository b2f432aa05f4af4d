using System.Net;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web;

public sealed class PageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Starting_over_leads_back_to_the_workspace_so_that_reloading_repeats_nothing()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        var attempt = await visitor.StartAttemptAsync();
        using var response = await visitor.PostAsync($"/attempts/{attempt}/start-over", page: "/labs");
        Assert.Equal($"/attempts/{attempt}?done=start-over", response.Headers.Location!.OriginalString);
        Assert.Contains("back in its first state", await visitor.GetAsync(response.Headers.Location.OriginalString), StringComparison.Ordinal);
        Assert.Single(host.Attempts.All.Single().Log);
    }

    [Fact]
    public async Task The_list_of_labs_says_where_one_stopped()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        Assert.DoesNotContain("Go on", await visitor.GetAsync("/labs"), StringComparison.Ordinal);
        var attempt = await visitor.StartAttemptAsync();
        Assert.Contains($"<a href=\"/attempts/{attempt}\">Go on</a>", await visitor.GetAsync("/labs"), StringComparison.Ordinal);
        Assert.Contains($"href=\"/attempts/{attempt}\">Go on</a>", await visitor.GetAsync("/labs/" + FakeCatalogue.Vlan), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whose_attempt_it_is_stands_on_what_an_instructor_reads()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (cohort, code) = await instructor.CreateClassAsync();
        using var student = host.Visitor();
        await student.JoinAsync(code, "1", "Wang Fang");
        var attempt = await student.StartAttemptAsync();
        foreach (var path in new[] { $"/attempts/{attempt}", $"/attempts/{attempt}/scorecard" })
            Assert.Contains("Wang Fang", await instructor.GetAsync(path), StringComparison.Ordinal);
        Assert.Contains($"href=\"/classes/{cohort}\"", await instructor.GetAsync("/attempts/" + attempt), StringComparison.Ordinal);
        Assert.Contains($"{host.Address.GetLeftPart(UriPartial.Authority)}/join?code={code}", await instructor.GetAsync("/classes/" + cohort), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_renders_in_both_languages_without_inline_code()
    {
        await using var host = await WebHost.StartAsync(Ct);
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
