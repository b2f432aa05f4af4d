using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TrainingLab.Web.Events;

/// <summary>
/// Writes server-sent events (HTML Standard, section 9.2):
/// <code>
/// id: 5f3a91c2-17      what a browser sends back as Last-Event-ID
/// event: values        the topic
/// data: {"t":…}        one line of JSON
///                      an empty line ends the event
/// </code>
/// </summary>
internal sealed class EventStream(HttpResponse response, JsonSerializerOptions json)
{
    /// <summary>A comment is sent after this much silence, so that proxies keep the connection.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Between two batches of a cohort's stream: a class page fetches its table again when nothing has come for a moment, and forty
    /// students at work never leave one by themselves.
    /// </summary>
    public static readonly TimeSpan CohortRest = TimeSpan.FromSeconds(1);

    /// <summary>A stream ends after this time; the browser comes back with its last id, and its session is looked at again.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(30);

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers["X-Accel-Buffering"] = "no";
        Write("retry: 1000\n\n");
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    public void Event(string? id, string topic, object? data)
    {
        if (id is not null)
            Write($"id: {id}\n");
        Write($"event: {topic}\ndata: ");
        response.BodyWriter.Write(JsonSerializer.SerializeToUtf8Bytes(data, json));
        Write("\n\n");
    }

    public void Comment() => Write(":\n\n");

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await response.BodyWriter.FlushAsync(cancellationToken);

    /// <summary>The number in <paramref name="lastEventId"/> if it is of this feed.</summary>
    public static long? NumberIn(string? lastEventId, string epoch)
    {
        var dash = lastEventId?.IndexOf('-', StringComparison.Ordinal) ?? -1;
        return dash > 0 && lastEventId.AsSpan(0, dash).SequenceEqual(epoch) &&
            long.TryParse(lastEventId.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
    }

    private void Write(string text) => response.BodyWriter.Write(Encoding.UTF8.GetBytes(text));
}
