using System.Globalization;
using TrainingLab.Simulation.Parameters;

namespace TrainingLab.Simulation.Processes.Packaging;

/// <summary>Daily times, in plant time, at which production is planned to stand: breaks, changeovers, nights. Written 12:00-12:30; may pass midnight.</summary>
public sealed class PlannedStops
{
    private readonly List<(TimeSpan From, TimeSpan To)> stops = [];

    /// <summary>Reads stops; what cannot be read is added to the mistakes.</summary>
    public PlannedStops(IEnumerable<string> texts, string parameter, ICollection<ParameterMistake> mistakes)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentNullException.ThrowIfNull(mistakes);
        foreach (var text in texts)
        {
            var ends = text.Split('-', StringSplitOptions.TrimEntries);
            if (ends.Length == 2 && TryReadTime(ends[0], out var from) && TryReadTime(ends[1], out var to) && from != to)
            {
                stops.Add((from, to));
                continue;
            }
            mistakes.Add(new ParameterMistake(
                parameter,
                new($"'{text}' is not a time of day from-to.", $"“{text}”不是有效的时间段。"),
                new("Write it like 12:00-12:30.", "请写成 12:00-12:30 的形式。")));
        }
    }

    /// <summary>Whether production is planned to stand at this time of day. The start of a stop belongs to it, the end does not.</summary>
    public bool Contains(TimeSpan timeOfDay)
    {
        foreach (var (from, to) in stops)
        {
            if (from < to ? timeOfDay >= from && timeOfDay < to : timeOfDay >= from || timeOfDay < to)
                return true;
        }
        return false;
    }

    private static bool TryReadTime(string text, out TimeSpan time) =>
        TimeSpan.TryParseExact(text, @"h\:mm", CultureInfo.InvariantCulture, out time)
        || TimeSpan.TryParseExact(text, @"hh\:mm", CultureInfo.InvariantCulture, out time);
}
