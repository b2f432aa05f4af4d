using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web;

public sealed class SecurityTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/nowhere")]
    [InlineData("/api/v1/labs")]
    [InlineData("/health/live")]
    [InlineData("/openapi/v1.json")]
    public async Task Every_answer_carries_the_strict_policy(string path)
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        using var response = await visitor.Client.GetAsync(path, Ct);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_form_without_its_token_or_from_another_site_changes_nothing()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        using var without = await visitor.PostAsync("/attempts", new(StringComparer.Ordinal) { ["lab"] = FakeCatalogue.Vlan }, token: "");
        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Contains("out of date", await without.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);

        using var stranger = host.Visitor();
        var foreign = await stranger.FormTokenAsync();
        using var other = await visitor.PostAsync("/attempts", new(StringComparer.Ordinal) { ["lab"] = FakeCatalogue.Vlan }, token: foreign);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);

        using var json = await visitor.Client.PostAsJsonAsync("/api/v1/attempts", new { lab = FakeCatalogue.Vlan }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, json.StatusCode);
        Assert.Equal("application/problem+json", json.Content.Headers.ContentType!.MediaType);

        using var crossSite = new HttpRequestMessage(HttpMethod.Post, "/attempts")
        {
            Content = new FormUrlEncodedContent([new("lab", FakeCatalogue.Vlan), new("form-token", await visitor.FormTokenAsync("/labs"))]),
        };
        crossSite.Headers.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await visitor.Client.SendAsync(crossSite, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Empty(host.Attempts.All);
    }

    [Fact]
    public async Task Students_do_not_see_each_other_and_instructors_only_their_own()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (cohort, code) = await instructor.CreateClassAsync();
        using var ann = host.Visitor();
        await ann.JoinAsync(code, "1", "Ann");
        var attempt = await ann.StartAttemptAsync();
        using var bob = host.Visitor();
        await bob.JoinAsync(code, "2", "Bob");
        using var guest = host.Visitor();
        await guest.TryAsync();

        foreach (var other in new[] { bob, guest })
        {
            foreach (var path in new[] { "", "/scorecard", "/endpoints", "/live", "/switches" })
                await other.GetAsync($"/attempts/{attempt}{path}", HttpStatusCode.NotFound);
            foreach (var path in new[] { "", "/endpoints", "/scorecard", "/evidence", "/evidence/file", "/capture", "/values", "/answers", "/hints" })
                await other.GetAsync($"/api/v1/attempts/{attempt}{path}", HttpStatusCode.NotFound);
            await other.GetAsync($"/events?attempt={attempt}", HttpStatusCode.NotFound);
            await other.GetAsync($"/classes/{cohort}", HttpStatusCode.Forbidden);
            await other.GetAsync("/api/v1/cohorts", HttpStatusCode.Forbidden);
            using var handIn = await other.PostAsync($"/attempts/{attempt}/hand-in", page: "/labs");
            Assert.Equal(HttpStatusCode.NotFound, handIn.StatusCode);
        }

        Assert.Contains("looking at the attempt of Ann", await instructor.GetAsync("/attempts/" + attempt), StringComparison.Ordinal);
        using var change = await instructor.PostAsync($"/attempts/{attempt}/switches/sw-1/save", page: "/labs");
        Assert.Equal(HttpStatusCode.NotFound, change.StatusCode);
        Assert.DoesNotContain(FakeAttempt.Token, await instructor.GetAsync("/attempts/" + attempt), StringComparison.Ordinal);
        await instructor.GetAsync($"/api/v1/attempts/{attempt}/endpoints", HttpStatusCode.NotFound);
        Assert.Empty(host.Attempts.All.Single().Log);
    }

    [Fact]
    public async Task Seeds_and_expected_values_reach_instructors_only()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (_, code) = await instructor.CreateClassAsync();
        using var student = host.Visitor();
        await student.JoinAsync(code, "1");
        var attempt = await student.StartAttemptAsync();
        var seen = await student.GetAsync($"/api/v1/attempts/{attempt}/scorecard");
        Assert.DoesNotContain("\"seed\"", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("expected", seen, StringComparison.Ordinal);
        Assert.Contains("\"seed\":7", await instructor.GetAsync($"/api/v1/attempts/{attempt}/scorecard"), StringComparison.Ordinal);
        using var chosen = await student.PostAsync("/attempts", new(StringComparer.Ordinal) { ["lab"] = FakeCatalogue.Vlan, ["seed"] = "5" }, "/labs");
        Assert.Equal(HttpStatusCode.Redirect, chosen.StatusCode);
    }

    [Fact]
    public async Task An_attempts_token_opens_its_own_api_and_nothing_else()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var own = await instructor.StartAttemptAsync();
        using var client = new HttpClient { BaseAddress = host.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", FakeAttempt.Token);
        using var exec = await client.PostAsJsonAsync($"/api/v1/attempts/{own}/exec", new { command = "help" }, Ct);
        Assert.Equal(HttpStatusCode.OK, exec.StatusCode);
        Assert.Equal(["Li Wei: exec help"], host.Attempts.All.Single().Log);
        Assert.DoesNotContain("\"seed\"", await client.GetStringAsync($"/api/v1/attempts/{own}/scorecard", Ct), StringComparison.Ordinal);
        foreach (var path in new[] { "/api/v1/me", "/api/v1/attempts", "/api/v1/attempts/a9", "/api/v1/cohorts", "/api/v1/labs", "/events?attempt=" + own })
        {
            using var refused = await client.GetAsync(path, Ct);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Services_of_a_factory_open_with_its_token_only_and_come_back_sandboxed()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        var attempt = await visitor.StartAttemptAsync();
        var path = $"/a/{attempt}/sw-1/ports/p%2F1?x=%20y";
        using (var withCookie = await visitor.Client.GetAsync(path, Ct))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, withCookie.StatusCode);
            Assert.Equal("Basic", withCookie.Headers.WwwAuthenticate.Single().Scheme);
        }

        using var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = new StringContent("vlan=20") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("student:" + FakeAttempt.Token)));
        using var response = await visitor.Client.SendAsync(request, Ct);
        Assert.Equal("p1 access 1", await response.Content.ReadAsStringAsync(Ct));
        Assert.StartsWith("sandbox", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("Set-Cookie"));
        var forwarded = host.Attempts.All.Single().Forwarded!;
        Assert.Equal(("PUT", "/ports/p%2F1?x=%20y", "vlan=20"), (forwarded.Method, forwarded.PathAndQuery, Encoding.UTF8.GetString(forwarded.Body.Span)));
        Assert.DoesNotContain(forwarded.Headers, h => h.Key is "Cookie" or "Authorization");

        using var missing = new HttpRequestMessage(HttpMethod.Get, $"/a/{attempt}/nothing/");
        missing.Headers.Add("X-Attempt-Token", FakeAttempt.Token);
        missing.Headers.Authorization = new AuthenticationHeaderValue("Token", "of-the-service");
        using var notThere = await visitor.Client.SendAsync(missing, Ct);
        Assert.Equal(HttpStatusCode.NotFound, notThere.StatusCode);
        Assert.Contains(host.Attempts.All.Single().Forwarded!.Headers, h => h is { Key: "Authorization", Value: "Token of-the-service" });
    }
}
