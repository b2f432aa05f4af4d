using System.Text.Json.Nodes;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Tests.Web.Fakes;

namespace TrainingLab.Tests.Web;

public sealed class EventStreamTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_page_gets_the_state_and_then_what_happens()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        var id = await visitor.StartAttemptAsync();
        var attempt = host.Attempts.All.Single();
        using var stream = await Stream.OpenAsync(visitor, "/events?attempt=" + id);
        Assert.Equal(30, (await stream.NextAsync("scorecard")).Data["score"]!.GetValue<int>());
        Assert.Equal(10, (await stream.NextAsync("values")).Data["values"]!.AsArray().Count);

        attempt.Tick();
        Assert.Equal("2026-03-02T08:01:00.5+00:00", (await stream.NextAsync("values")).Data["plantTime"]!.GetValue<string>());
        await attempt.AnswerAsync(new AttemptActor("x", "X", ActorRole.Student), "loss", "0", Ct);
        Assert.Equal("Answer", (await stream.NextAsync("evidence")).Data["operation"]!.GetValue<string>());
        Assert.Equal(50, (await stream.NextAsync("scorecard")).Data["score"]!.GetValue<int>());
        attempt.Publish(new EndpointsChanged());
        Assert.Equal(5, (await stream.NextAsync("endpoints")).Data.AsArray().Count);
    }

    [Fact]
    public async Task A_page_that_comes_back_gets_what_it_missed_and_nothing_twice()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        var id = await visitor.StartAttemptAsync();
        var attempt = host.Attempts.All.Single();
        string last;
        using (var first = await Stream.OpenAsync(visitor, "/events?attempt=" + id))
        {
            await first.NextAsync("scorecard");
            await first.NextAsync("values");
            attempt.Tick();
            last = (await first.NextAsync("values")).Id;
        }

        attempt.Publish(new EvidenceAppended(Entry(1)));
        attempt.Publish(new EvidenceAppended(Entry(2)));
        using var again = await Stream.OpenAsync(visitor, "/events?attempt=" + id, last);
        Assert.Equal(1, (await again.NextAsync("evidence")).Data["index"]!.GetValue<long>());
        Assert.Equal(2, (await again.NextAsync("evidence")).Data["index"]!.GetValue<long>());
        attempt.Tick();
        await again.NextAsync("values");
    }

    [Theory]
    [InlineData("00000000-3")]
    [InlineData("nonsense")]
    [InlineData("-")]
    public async Task An_unknown_place_begins_anew_and_says_so(string last)
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        var id = await visitor.StartAttemptAsync();
        using var stream = await Stream.OpenAsync(visitor, "/events?attempt=" + id, last);
        await stream.NextAsync("scorecard");
        await stream.NextAsync("values");
        await stream.NextAsync("reset");
    }

    [Fact]
    public async Task Three_tabs_share_one_feed()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var visitor = host.Visitor();
        await visitor.TryAsync();
        var id = await visitor.StartAttemptAsync();
        var attempt = host.Attempts.All.Single();
        var tabs = new List<Stream>();
        for (var i = 0; i < 3; i++)
        {
            tabs.Add(await Stream.OpenAsync(visitor, "/events?attempt=" + id));
            await tabs[i].NextAsync("scorecard");
            await tabs[i].NextAsync("values");
        }

        Assert.Equal(1, attempt.Listening);
        attempt.Tick();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tab in tabs)
        {
            ids.Add((await tab.NextAsync("values")).Id);
            tab.Dispose();
        }

        Assert.Single(ids);
    }

    [Fact]
    public async Task An_instructor_sees_a_class_move()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (cohort, code) = await instructor.CreateClassAsync();
        using var student = host.Visitor();
        await student.JoinAsync(code, "1");
        using var stream = await Stream.OpenAsync(instructor, "/events?cohort=" + cohort);
        await stream.NextAsync("attempts");
        await stream.NextAsync("students");
        using var guest = host.Visitor();
        await guest.TryAsync();
        await guest.StartAttemptAsync();
        var id = await student.StartAttemptAsync();
        Assert.Equal(id, (await stream.NextAsync("attempts")).Data["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_instructor_sees_students_join_and_lose_their_pin()
    {
        await using var host = await WebHost.StartAsync(Ct);
        using var instructor = host.Visitor();
        await instructor.BecomeInstructorAsync(host);
        var (cohort, code) = await instructor.CreateClassAsync();
        var (_, elsewhere) = await instructor.CreateClassAsync("Class 2");
        using var stream = await Stream.OpenAsync(instructor, "/events?cohort=" + cohort);
        await stream.NextAsync("attempts");
        await stream.NextAsync("students");
        using var other = host.Visitor();
        await other.JoinAsync(elsewhere, "9");
        using var student = host.Visitor();
        await student.JoinAsync(code, "1", "Ann");
        await stream.NextAsync("students");
        var list = await instructor.GetAsync($"/classes/{cohort}/students");
        Assert.Contains("Ann", list, StringComparison.Ordinal);
        var reset = System.Text.RegularExpressions.Regex.Match(list, "/classes/[^\"]+/reset-pin", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Value;
        await instructor.SubmitAsync(reset, page: "/classes/" + cohort);
        await stream.NextAsync("students");
        Assert.Contains("has to join again", await instructor.GetAsync($"/classes/{cohort}/students"), StringComparison.Ordinal);
    }

    private static EvidenceEntry Entry(long index) => new(index, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, "opcua", "Write", "x", "Good");

    private sealed class Stream : IDisposable
    {
        private readonly HttpResponseMessage _response;
        private readonly StreamReader _reader;

        private Stream(HttpResponseMessage response, StreamReader reader)
        {
            _response = response;
            _reader = reader;
        }

        public static async Task<Stream> OpenAsync(Visitor visitor, string path, string? last = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (last is not null)
                request.Headers.Add("Last-Event-ID", last);
            var response = await visitor.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            return new Stream(response, new StreamReader(await response.Content.ReadAsStreamAsync(Ct)));
        }

        public async Task<(string Id, JsonNode Data)> NextAsync(string topic)
        {
            var (id, name, data) = ("", "", "");
            while (await _reader.ReadLineAsync(Ct) is { } line)
            {
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                    id = line[4..];
                else if (line.StartsWith("event: ", StringComparison.Ordinal))
                    name = line[7..];
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                    data = line[6..];
                else if (line.Length == 0 && name.Length > 0)
                    break;
            }

            Assert.Equal(topic, name);
            return (id, JsonNode.Parse(data)!);
        }

        public void Dispose()
        {
            _reader.Dispose();
            _response.Dispose();
        }
    }
}
