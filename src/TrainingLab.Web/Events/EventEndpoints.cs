using System.Globalization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Records;
using TrainingLab.Web.Attempts;
using TrainingLab.Web.Telemetry;

namespace TrainingLab.Web.Events;

/// <summary>The one event stream of a page: <c>/events?attempt=…</c> for a workspace, <c>/events?cohort=…</c> for an instructor's table.</summary>
internal static class EventEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/events", StreamAsync).RequireAuthorization().WithName("events").WithTags("Events")
            .WithSummary("Server-sent events: scorecard, values, evidence, endpoints, switches, topics, attempt, opcua of an attempt, resumable by Last-Event-ID; attempts, students of a cohort.");

    private static async Task StreamAsync(
        HttpContext context, string? attempt, string? cohort, AttemptAccess access, AttemptFeeds feeds, IAttemptService attempts, CohortStore cohorts,
        CohortNews news, AttemptMetrics metrics, Visit visit, TimeProvider time, IHostApplicationLifetime lifetime, IOptions<JsonOptions> json)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        using var tooLong = time.CreateTimer(_ => ending.Cancel(), null, EventStream.MaxDuration, Timeout.InfiniteTimeSpan);
        using var live = metrics.Live();
        var stream = new EventStream(context.Response, json.Value.SerializerOptions);
        try
        {
            if (attempt is not null && await access.FindAsync(attempt, ending.Token) is { } found)
                await StreamAttemptAsync(context, stream, new Reader(found, visit.Role, visit.Language, access.IsMember(found)), feeds, time, ending.Token);
            else if (cohort is not null && await access.FindCohortAsync(cohort, ending.Token) is not null)
                await StreamCohortAsync(stream, cohort, attempts, cohorts, news, time, ending.Token);
            else
                context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The page is gone, the stream is old or the server stops: a stream has no other end.
        }
    }

    private static async Task StreamAttemptAsync(
        HttpContext context, EventStream stream, Reader reader, AttemptFeeds feeds, TimeProvider time, CancellationToken cancellationToken)
    {
        var attempt = reader.Attempt;
        var lastId = context.Request.Headers["Last-Event-ID"].ToString() is { Length: > 0 } header ? header : context.Request.Query["last"].ToString();
        var feed = feeds.Hold(attempt);
        var (page, missed, last) = feed.Join(EventStream.NumberIn(lastId, feed.Epoch));
        try
        {
            await stream.StartAsync(cancellationToken);
            if (missed is not null)
            {
                await WriteAsync(stream, reader, feed.Epoch, missed, cancellationToken);
            }
            else
            {
                // New here, or away too long: everything that is a state is sent as it is now; a page that was away also reloads its lists.
                var id = Id(feed.Epoch, last);
                stream.Event(id, "scorecard", await attempt.GetScorecardAsync(reader.Audience, reader.Language, cancellationToken));
                stream.Event(id, "values", await attempt.GetValuesAsync(cancellationToken));
                if (lastId.Length > 0)
                    stream.Event(id, "reset", new { });
            }

            await stream.FlushAsync(cancellationToken);
            await PumpAsync(page.Reader, stream, time, batch => WriteAsync(stream, reader, feed.Epoch, batch, cancellationToken), cancellationToken);
        }
        finally
        {
            feed.Leave(page);
            feeds.Release(attempt.Id);
        }
    }

    private static async Task StreamCohortAsync(
        EventStream stream, string cohort, IAttemptService attempts, CohortStore cohorts, CohortNews news, TimeProvider time, CancellationToken cancellationToken)
    {
        // Null says that the list of students has changed.
        var changes = Channel.CreateBounded<AttemptSummary?>(new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest });
        using var hearing = news.Listen(cohort, () => changes.Writer.TryWrite(null));
        var listening = ListenAsync();
        await stream.StartAsync(cancellationToken);
        stream.Event(null, "attempts", new { });
        stream.Event(null, "students", new { });
        await stream.FlushAsync(cancellationToken);
        await PumpAsync(changes.Reader, stream, time, WriteAsync, cancellationToken, rest: EventStream.CohortRest);
        await listening;

        async Task ListenAsync()
        {
            await foreach (var summary in attempts.WatchAsync(cancellationToken))
                changes.Writer.TryWrite(summary);
            changes.Writer.TryComplete();
        }

        async ValueTask WriteAsync(IReadOnlyList<AttemptSummary?> batch)
        {
            if (batch.Contains(null))
                stream.Event(null, "students", new { });
            var students = (await cohorts.ListStudentsAsync(cohort, cancellationToken)).Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var summary in batch.OfType<AttemptSummary>().GroupBy(s => s.Id, StringComparer.Ordinal).Select(g => g.Last()).Where(s => s.Members.Any(students.Contains)))
                stream.Event(null, "attempts", summary);
        }
    }

    private static async Task PumpAsync<T>(
        ChannelReader<T> reader, EventStream stream, TimeProvider time, Func<IReadOnlyList<T>, ValueTask> write, CancellationToken cancellationToken, TimeSpan rest = default)
    {
        var waiting = reader.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            try
            {
                if (!await waiting.WaitAsync(EventStream.KeepAlive, time, cancellationToken))
                    return;
                var batch = new List<T>();
                while (reader.TryRead(out var item))
                    batch.Add(item);
                await write(batch);
                await stream.FlushAsync(cancellationToken);
                await Task.Delay(rest, time, cancellationToken);
                waiting = reader.WaitToReadAsync(cancellationToken).AsTask();
            }
            catch (TimeoutException)
            {
                stream.Comment();
                await stream.FlushAsync(cancellationToken);
            }
        }
    }

    private static async ValueTask WriteAsync(
        EventStream stream, Reader reader, string epoch, IReadOnlyList<NumberedEvent> batch, CancellationToken cancellationToken)
    {
        var attempt = reader.Attempt;
        // Of signals that only say "look again", the last in a batch is enough.
        var lastOfKind = batch.GroupBy(e => e.Event.GetType()).ToDictionary(g => g.Key, g => g.Max(e => e.Number));
        foreach (var (number, happened) in batch)
        {
            var id = Id(epoch, number);
            var isLast = lastOfKind[happened.GetType()] == number;
            switch (happened)
            {
                case ValuesChanged values:
                    stream.Event(id, "values", values.Values);
                    break;
                case EvidenceAppended evidence:
                    stream.Event(id, "evidence", evidence.Entry);
                    break;
                case OpcUaNotified notified:
                    stream.Event(id, "opcua", notified);
                    break;
                case ScorecardChanged when isLast:
                    stream.Event(id, "scorecard", await attempt.GetScorecardAsync(reader.Audience, reader.Language, cancellationToken));
                    break;
                case EndpointsChanged when isLast && reader.IsMember:
                    stream.Event(id, "endpoints", await attempt.GetEndpointsAsync(cancellationToken));
                    break;
                case TopicsChanged when isLast && reader.IsMember:
                    stream.Event(id, "topics", new { });
                    break;
                case SwitchesChanged when isLast:
                    stream.Event(id, "switches", new { });
                    break;
                case AttemptChanged when isLast:
                    stream.Event(id, "attempt", attempt.Summary);
                    break;
            }
        }
    }

    /// <param name="Attempt">What is read.</param>
    /// <param name="Audience">What the scorecard may show.</param>
    /// <param name="Language">In which language.</param>
    /// <param name="IsMember">Endpoints carry the attempt's token, which is the members' own.</param>
    private sealed record Reader(IAttempt Attempt, ActorRole Audience, string Language, bool IsMember);

    private static string Id(string epoch, long number) => string.Create(CultureInfo.InvariantCulture, $"{epoch}-{number}");
}
