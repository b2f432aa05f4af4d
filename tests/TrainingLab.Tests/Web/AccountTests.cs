using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web;

public sealed class AccountTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task From_the_first_link_to_a_student_who_comes_back_from_another_pc()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        Assert.Contains("Classes", await instructor.BecomeInstructorAsync(host), StringComparison.Ordinal);
        var (_, code) = await instructor.CreateClassAsync();

        using var student = host.Visitor();
        Assert.Contains("VLAN segmentation", await student.JoinAsync(code, "2026001"), StringComparison.Ordinal);
        var attempt = await student.StartAttemptAsync();

        using var elsewhere = host.Visitor();
        await elsewhere.SignInAsync("2026001", "2468");
        Assert.Contains("VLAN segmentation", await elsewhere.GetAsync("/attempts/" + attempt), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everybody_begins_where_the_work_is()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var first = host.Visitor();
        await first.BecomeInstructorAsync(host);
        var (_, code) = await first.CreateClassAsync();
        using var student = host.Visitor();
        await student.JoinAsync(code, "1");
        using var again = host.Visitor();
        using (var signedIn = await again.PostAsync("/sign-in", new(StringComparer.Ordinal) { ["login"] = "liwei", ["pin"] = "a long password" }))
            Assert.Equal("/classes", signedIn.Headers.Location!.OriginalString);
        using (var signedIn = await host.Visitor().PostAsync("/sign-in", new(StringComparer.Ordinal) { ["login"] = "1", ["pin"] = "2468" }))
            Assert.Equal("/labs", signedIn.Headers.Location!.OriginalString);
        using var home = await again.Client.GetAsync("/", Ct);
        Assert.Equal("/classes", home.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task A_fragment_of_a_page_whose_session_has_ended_leads_to_sign_in_and_back()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var client = new HttpClient { BaseAddress = host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/attempts/a1/live");
        request.Headers.Add("HX-Request", "true");
        request.Headers.Add("HX-Current-URL", new Uri(host.Address, "/attempts/a1?done=start-over").ToString());
        using var response = await client.SendAsync(request, Ct);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("/sign-in?next=%2Fattempts%2Fa1%3Fdone%3Dstart-over", Assert.Single(response.Headers.GetValues("HX-Redirect")));
    }

    [Fact]
    public async Task A_session_outlives_the_server()
    {
        var folder = Directory.CreateTempSubdirectory("traininglab-web-").FullName;
        using var cookies = new HttpClientHandler();
        await using (var host = await WebHost.StartAsync(Ct, folder))
        {
            Assert.NotNull(host.FirstSignIn);
            using var visitor = host.Visitor();
            await visitor.BecomeInstructorAsync(host);
            foreach (Cookie cookie in visitor.Cookies.GetCookies(host.Address))
                cookies.CookieContainer.Add(new Cookie(cookie.Name, cookie.Value, "/", "127.0.0.1"));
        }

        await using (var again = await WebHost.StartAsync(Ct, folder))
        {
            Assert.Null(again.FirstSignIn);
            using var client = new HttpClient(cookies) { BaseAddress = again.Address };
            Assert.Contains("liwei", await client.GetStringAsync("/account", Ct), StringComparison.Ordinal);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Wrong_pins_are_slowed_down_with_a_status_that_says_so()
    {
        await using var host = await WebHost.StartAsync(Ct, time: new ManualTime());
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (_, code) = await instructor.CreateClassAsync();
        using var student = host.Visitor();
        await student.JoinAsync(code, "1");
        using var guesser = host.Visitor();
        for (var i = 0; i < 3; i++)
            await guesser.SignInAsync("1", "0000", HttpStatusCode.Unauthorized);
        Assert.Contains("Try again in 1 s", await guesser.SignInAsync("1", "2468", HttpStatusCode.TooManyRequests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trying_a_lab_needs_a_loopback_name()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        visitor.Client.DefaultRequestHeaders.Host = "lab.school.example";
        Assert.DoesNotContain("/try", await visitor.GetAsync("/"), StringComparison.Ordinal);
        using var refused = await visitor.PostAsync("/try");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_the_address_with_it()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        await visitor.StartAttemptAsync();
        var members = host.Attempts.All.Single().Summary.Members;
        var addresses = host.Services.GetRequiredService<ISignedInAddresses>();
        Assert.True(addresses.IsSignedIn(members, IPAddress.Loopback));
        Assert.True(addresses.IsSignedIn(members, IPAddress.Loopback.MapToIPv6()));
        Assert.False(addresses.IsSignedIn(members, IPAddress.Parse("10.0.0.9")));
        Assert.False(addresses.IsSignedIn(["somebody"], IPAddress.Loopback));
        await visitor.SubmitAsync("/sign-out", page: "/account");
        Assert.False(addresses.IsSignedIn(members, IPAddress.Loopback));
        Assert.Contains("Student number or user name", await visitor.GetAsync("/labs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task The_way_back_never_leads_elsewhere(string next)
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        using var response = await visitor.PostAsync("/language", new(StringComparer.Ordinal) { ["language"] = "zh", ["return"] = next });
        Assert.Equal("/", response.Headers.Location!.OriginalString);
    }
}
