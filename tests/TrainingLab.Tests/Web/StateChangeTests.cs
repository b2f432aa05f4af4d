using System.Net;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using TrainingLab.Labs.Records;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web;

/// <summary>Every endpoint that changes something, found in the routing table rather than listed here, so that a new one is covered from its first day.</summary>
public sealed class StateChangeTests
{
    // Everything that any of them reads, so that what is refused is refused for who asks and not for what is missing.
    private const string Json =
        """
        {"lab":"network/vlan-segmentation","command":"help","line":"h","cursor":0,"query":"SHOW MEASUREMENTS","value":"1","enabled":true,"trunk":false,
        "accessVlan":1,"nativeVlan":1,"trunkVlans":[],"nodeId":"i=85","publishingMs":100,"samplingMs":100,"deadbandKind":"none","deadband":0,
        "filter":"plant/#","qos":1,"name":"X","login":"x","pin":"1234","joinCode":"X","number":"1","link":"x","password":"a long password"}
        """;

    private static readonly string[] WaysIn = ["/sign-in", "/join", "/try", "/start/x", "/language", "/api/v1/tokens", "/api/v1/tokens/join", "/api/v1/tokens/guest", "/api/v1/tokens/first-instructor"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nobody_changes_anything()
    {
        await using var school = await School.OpenAsync();
        using var nobody = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = school.Host.Address };
        foreach (var change in school.Changes().Where(c => !WaysIn.Contains(c.Path, StringComparer.Ordinal)))
            Assert.Contains(await SendAsync(nobody, change), new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        await school.IsUntouchedAsync();
    }

    [Fact]
    public async Task Another_student_changes_nothing_of_an_attempt_or_a_class()
    {
        await using var school = await School.OpenAsync();
        using var other = school.Host.Visitor();
        await other.JoinAsync(school.Code, "2", "Bob");
        var token = await other.FormTokenAsync("/labs");
        foreach (var change in school.Changes().Where(c => c.Path.Contains("/attempts/", StringComparison.Ordinal)))
            Assert.Equal(HttpStatusCode.NotFound, await SendAsync(other.Client, change, token));
        foreach (var change in school.Changes().Where(c => c.Path.Contains("/classes", StringComparison.Ordinal) || c.Path.Contains("/cohorts", StringComparison.Ordinal)))
            Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(other.Client, change, token));
        await school.IsUntouchedAsync();
    }

    [Fact]
    public async Task Another_instructor_changes_nothing_either()
    {
        await using var school = await School.OpenAsync();
        using var other = school.Host.Visitor();
        await school.AddInstructorAsync(other);
        var token = await other.FormTokenAsync("/labs");
        foreach (var change in school.Changes().Where(c => c.Path.Contains(school.Attempt, StringComparison.Ordinal) || c.Path.Contains(school.Cohort, StringComparison.Ordinal)))
            Assert.Equal(HttpStatusCode.NotFound, await SendAsync(other.Client, change, token));
        await school.IsUntouchedAsync();
    }

    [Fact]
    public async Task A_cookie_without_the_form_token_changes_nothing()
    {
        await using var school = await School.OpenAsync();
        foreach (var change in school.Changes())
            Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(school.Student.Client, change));
        await school.IsUntouchedAsync();
    }

    [Fact]
    public async Task A_session_that_has_ended_changes_nothing()
    {
        await using var school = await School.OpenAsync();
        var token = await school.Student.FormTokenAsync("/labs");
        var cookie = school.Student.Cookies.GetCookies(school.Host.Address)["tl-session"]!.Value;
        await school.Student.SubmitAsync("/sign-out", page: "/account");
        using var stale = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = school.Host.Address };
        stale.DefaultRequestHeaders.Add("Cookie", "tl-session=" + cookie);
        foreach (var change in school.Changes().Where(c => !WaysIn.Contains(c.Path, StringComparer.Ordinal)))
            Assert.Contains(await SendAsync(stale, change, token), new[] { HttpStatusCode.BadRequest, HttpStatusCode.Unauthorized });
        await school.IsUntouchedAsync();
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, (string Method, string Path) change, string? formToken = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(change.Method), change.Path + "?filter=plant")
        {
            Content = change.Path.StartsWith("/api/", StringComparison.Ordinal)
                ? new StringContent(Json, Encoding.UTF8, "application/json")
                : new FormUrlEncodedContent([new("value", "1"), new("name", "X"), new("mode", "access"), new("access-vlan", "1"), new("native-vlan", "1")]),
        };
        if (formToken is not null)
            request.Headers.Add("X-Form-Token", formToken);
        using var response = await client.SendAsync(request, Ct);
        return response.StatusCode;
    }

    /// <summary>An instructor's class with one student at work.</summary>
    private sealed class School : IAsyncDisposable
    {
        private School(WebHost host, Visitor instructor, Visitor student, string cohort, string code, string attempt)
        {
            Host = host;
            Instructor = instructor;
            Student = student;
            Cohort = cohort;
            Code = code;
            Attempt = attempt;
        }

        public WebHost Host { get; }

        public Visitor Instructor { get; }

        public Visitor Student { get; }

        public string Cohort { get; }

        public string Code { get; }

        public string Attempt { get; }

        public static async Task<School> OpenAsync()
        {
            var host = await WebHost.StartAsync(Ct);
            var instructor = host.Visitor();
            await instructor.BecomeInstructorAsync(host);
            var (cohort, code) = await instructor.CreateClassAsync();
            var student = host.Visitor();
            await student.JoinAsync(code, "1", "Ann");
            return new School(host, instructor, student, cohort, code, await student.StartAttemptAsync());
        }

        public IReadOnlyList<(string Method, string Path)> Changes()
        {
            var all = from endpoint in Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                      where !endpoint.RoutePattern.RawText!.StartsWith("/a/", StringComparison.Ordinal)
                      from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
                      where method is not ("GET" or "HEAD")
                      select (method, PathOf(endpoint.RoutePattern.RawText!));
            var list = all.Distinct().ToList();
            Assert.True(list.Count > 30, "the routing table has been read");
            return list;
        }

        public async Task AddInstructorAsync(Visitor visitor)
        {
            var records = Host.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<RecordsContext>>();
            await using var context = await records.CreateDbContextAsync(Ct);
            context.Accounts.Add(new Account { Id = "other", Name = "Zhao", Login = "zhao", Kind = AccountKind.Instructor, Pin = PinHash.Create("a long password"), CreatedAt = DateTimeOffset.UnixEpoch });
            await context.SaveChangesAsync(Ct);
            await visitor.SignInAsync("zhao", "a long password");
        }

        public async Task IsUntouchedAsync()
        {
            var attempt = Assert.Single(Host.Attempts.All);
            Assert.Empty(attempt.Log);
            var cohorts = Host.Services.GetRequiredService<CohortStore>();
            var owner = (await cohorts.FindAsync(Cohort, Ct))!.InstructorId;
            Assert.Single(await cohorts.ListAsync(owner, Ct));
            Assert.NotNull((await cohorts.ListStudentsAsync(Cohort, Ct))[0].Pin);
        }

        public ValueTask DisposeAsync()
        {
            Instructor.Dispose();
            Student.Dispose();
            return Host.DisposeAsync();
        }

        private string PathOf(string pattern)
        {
            var path = "/" + pattern.Trim('/');
            path = path.Replace("{id}", path.Contains("/attempts/", StringComparison.Ordinal) ? Attempt : Cohort, StringComparison.Ordinal);
            return System.Text.RegularExpressions.Regex.Replace(path, "{[^}]+}", "x", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        }
    }
}
