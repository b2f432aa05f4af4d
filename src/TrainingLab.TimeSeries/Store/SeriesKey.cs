using System.Text;

namespace TrainingLab.TimeSeries.Store;

/// <summary>Measurement and tags, the tags sorted by name.</summary>
/// <param name="Measurement">Name of the measurement.</param>
/// <param name="Tags">Tags, sorted by name in ordinal order, none empty, none twice.</param>
/// <param name="Text">The key as line protocol writes it: <c>measurement,tag=value</c> with escapes. Two series are the same when their texts are.</param>
public sealed record SeriesKey(string Measurement, IReadOnlyList<KeyValuePair<string, string>> Tags, string Text)
{
    /// <summary>Value of a tag; empty when the series does not have it.</summary>
    public string Tag(string name)
    {
        foreach (KeyValuePair<string, string> tag in Tags)
        {
            if (string.Equals(tag.Key, name, StringComparison.Ordinal))
                return tag.Value;
        }

        return "";
    }

    /// <summary>Makes a key from its parts.</summary>
    public static SeriesKey Create(string measurement, IEnumerable<KeyValuePair<string, string>> tags)
    {
        KeyValuePair<string, string>[] sorted = [.. tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)];
        StringBuilder text = new();
        AppendEscaped(text, measurement, ", ");
        foreach (KeyValuePair<string, string> tag in sorted)
        {
            AppendEscaped(text.Append(','), tag.Key, ",= ");
            AppendEscaped(text.Append('='), tag.Value, ",= ");
        }

        return new SeriesKey(measurement, sorted, text.ToString());
    }

    /// <summary>Reads the key part of a line; null with the reason in InfluxDB's words when it is none.</summary>
    public static SeriesKey? TryParse(ReadOnlySpan<byte> raw, out string? error)
    {
        error = null;
        int end = EndOfPart(raw, 0, ',', stopAtEquals: false);
        if (end == 0)
        {
            error = "missing measurement";
            return null;
        }

        string measurement = Unescape(raw[..end]);
        List<KeyValuePair<string, string>> tags = [];
        while (end < raw.Length)
        {
            int nameStart = end + 1;
            int nameEnd = EndOfPart(raw, nameStart, ',', stopAtEquals: true);
            if (nameEnd == nameStart)
                error = "missing tag key";
            else if (nameEnd >= raw.Length || raw[nameEnd] != '=')
                error = "missing tag value";
            if (error is not null)
                return null;

            int valueStart = nameEnd + 1;
            end = EndOfPart(raw, valueStart, ',', stopAtEquals: true);
            if (end == valueStart)
                error = "missing tag value";
            else if ((end < raw.Length && raw[end] == '=') || (end == raw.Length && raw[^1] == '\\'))
                error = "invalid tag format";
            if (error is not null)
                return null;
            tags.Add(new(Unescape(raw[nameStart..nameEnd]), Unescape(raw[valueStart..end])));
        }

        SeriesKey key = Create(measurement, tags);
        for (int i = 1; i < key.Tags.Count; i++)
        {
            if (string.Equals(key.Tags[i].Key, key.Tags[i - 1].Key, StringComparison.Ordinal))
            {
                error = "duplicate tags";
                return null;
            }
        }

        return key;
    }

    /// <summary>Takes the backslashes before comma, equals sign, space and quotation mark away; others stay.</summary>
    internal static string Unescape(ReadOnlySpan<byte> raw)
    {
        if (!raw.Contains((byte)'\\'))
            return Encoding.UTF8.GetString(raw);
        byte[] plain = new byte[raw.Length];
        int length = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '\\' && i + 1 < raw.Length && raw[i + 1] is (byte)',' or (byte)'=' or (byte)' ')
                i++;
            plain[length++] = raw[i];
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }

    private static int EndOfPart(ReadOnlySpan<byte> raw, int start, char end, bool stopAtEquals)
    {
        for (int i = start; i < raw.Length; i++)
        {
            if (raw[i] == '\\')
                i++;
            else if (raw[i] == end || (stopAtEquals && raw[i] == '='))
                return i;
        }

        return raw.Length;
    }

    /// <summary>Appends a name or tag value with a backslash before each of the special characters.</summary>
    internal static void AppendEscaped(StringBuilder line, string text, string special)
    {
        foreach (char c in text)
        {
            if (special.Contains(c, StringComparison.Ordinal))
                line.Append('\\');
            line.Append(c);
        }
    }
}
