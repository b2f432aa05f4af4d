using System.Buffers;
using System.Globalization;
using System.Text;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.LineProtocol;

/// <summary>
/// Writes points as line protocol: <c>measurement,tag=value field=1.5,count=2i 1700000000000000000</c>. One instance writes one body; call
/// <see cref="Clear"/> to begin the next one in the same buffer. Tags and fields with empty names or values are left out, as the protocol has no form for them.
/// </summary>
public sealed class LineWriter
{
    private readonly ArrayBufferWriter<byte> buffer = new(4096);

    /// <summary>Points since the last <see cref="Clear"/>.</summary>
    public int Points { get; private set; }

    /// <summary>The body as it stands.</summary>
    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear()
    {
        buffer.ResetWrittenCount();
        Points = 0;
    }

    /// <summary>Adds one point.</summary>
    /// <param name="measurement">The measurement, not empty.</param>
    /// <param name="tags">Tags; sorted by name when the reader shall be fastest.</param>
    /// <param name="fields">At least one field with a value.</param>
    /// <param name="nanoseconds">Time since 1970 in the unit of the write (nanoseconds unless the write names a precision); null lets the server take its own time.</param>
    /// <exception cref="ArgumentException">No measurement, no field, a line feed where none can be written, or a float that is no finite number.</exception>
    public void Add(
        string measurement,
        IEnumerable<KeyValuePair<string, string>> tags,
        IEnumerable<KeyValuePair<string, FieldValue>> fields,
        long? nanoseconds)
    {
        ArgumentException.ThrowIfNullOrEmpty(measurement);
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentNullException.ThrowIfNull(fields);
        StringBuilder line = new();
        AppendEscaped(line, measurement, ", ");
        foreach (KeyValuePair<string, string> tag in tags)
        {
            if (tag.Key.Length == 0 || string.IsNullOrEmpty(tag.Value))
                continue;
            AppendEscaped(line.Append(','), tag.Key, ",= ");
            AppendEscaped(line.Append('='), tag.Value, ",= ");
        }

        char separator = ' ';
        foreach (KeyValuePair<string, FieldValue> field in fields)
        {
            if (field.Key.Length == 0 || field.Value.IsNull)
                continue;
            AppendEscaped(line.Append(separator), field.Key, ",= ");
            AppendValue(line.Append('='), field.Key, field.Value);
            separator = ',';
        }

        if (separator == ' ')
            throw new ArgumentException("A point needs at least one field with a value.", nameof(fields));
        if (nanoseconds is long time)
            line.Append(' ').Append(time.ToString(CultureInfo.InvariantCulture));
        line.Append('\n');
        foreach (ReadOnlyMemory<char> chunk in line.GetChunks())
            Encoding.UTF8.GetBytes(chunk.Span, buffer);
        Points++;
    }

    private static void AppendValue(StringBuilder line, string name, FieldValue value)
    {
        if (value.IsFloat)
        {
            if (!double.IsFinite(value.AsDouble))
                throw new ArgumentException($"Field {name} is {value}, which line protocol cannot carry.", nameof(value));
            line.Append(value);
        }
        else if (value.IsInteger)
        {
            line.Append(value).Append('i');
        }
        else if (value.IsBoolean)
        {
            line.Append(value);
        }
        else
        {
            line.Append('"').Append(value.AsString.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }
    }

    private static void AppendEscaped(StringBuilder line, string text, string special)
    {
        if (text.Contains('\n', StringComparison.Ordinal))
            throw new ArgumentException("Names and tag values cannot hold a line feed.", nameof(text));
        SeriesKey.AppendEscaped(line, text, special);
    }
}
