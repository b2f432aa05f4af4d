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
    /// <summary>Bytes of the longest number: a double in its shortest form, or a 64-bit integer.</summary>
    private const int LongestNumber = 32;

    private byte[] buffer = new byte[4096];

    /// <summary>End of the last whole point.</summary>
    private int written;

    /// <summary>End of what has been written of the point that is being added.</summary>
    private int end;

    /// <summary>Points since the last <see cref="Clear"/>.</summary>
    public int Points { get; private set; }

    /// <summary>The body as it stands.</summary>
    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, written);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear()
    {
        written = 0;
        Points = 0;
    }

    /// <summary>Adds what another instance has written, as it is.</summary>
    /// <param name="lines">A body that <see cref="Written"/> once was.</param>
    /// <param name="points">How many points it holds.</param>
    public void AddWritten(ReadOnlySpan<byte> lines, int points)
    {
        end = written;
        AppendRaw(lines);
        written = end;
        Points += points;
    }

    /// <summary>Adds one point; where that fails nothing is added.</summary>
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
        end = written;
        AppendName(measurement, ", "u8);
        foreach (KeyValuePair<string, string> tag in tags)
        {
            if (tag.Key.Length == 0 || string.IsNullOrEmpty(tag.Value))
                continue;
            Append((byte)',');
            AppendName(tag.Key, ",= "u8);
            Append((byte)'=');
            AppendName(tag.Value, ",= "u8);
        }

        byte separator = (byte)' ';
        foreach (KeyValuePair<string, FieldValue> field in fields)
        {
            if (field.Key.Length == 0 || field.Value.IsNull)
                continue;
            Append(separator);
            AppendName(field.Key, ",= "u8);
            Append((byte)'=');
            AppendValue(field.Key, field.Value);
            separator = (byte)',';
        }

        if (separator == ' ')
            throw new ArgumentException("A point needs at least one field with a value.", nameof(fields));
        if (nanoseconds is long time)
        {
            Append((byte)' ');
            AppendNumber(time);
        }

        Append((byte)'\n');
        written = end;
        Points++;
    }

    private void AppendValue(string name, FieldValue value)
    {
        if (value.IsFloat)
        {
            if (!double.IsFinite(value.AsDouble))
                throw new ArgumentException($"Field {name} is {value}, which line protocol cannot carry.", nameof(value));
            AppendNumber(value.AsDouble);
        }
        else if (value.IsInteger)
        {
            AppendNumber(value.AsLong);
            Append((byte)'i');
        }
        else if (value.IsBoolean)
        {
            AppendRaw(value.AsBoolean ? "true"u8 : "false"u8);
        }
        else
        {
            Append((byte)'"');
            AppendEscaped(value.AsString, "\\\""u8);
            Append((byte)'"');
        }
    }

    private void AppendName(string text, ReadOnlySpan<byte> special)
    {
        if (text.Contains('\n', StringComparison.Ordinal))
            throw new ArgumentException("Names and tag values cannot hold a line feed.", nameof(text));
        AppendEscaped(text, special);
    }

    /// <summary>Text with a backslash before each of the special characters, all of them ASCII.</summary>
    private void AppendEscaped(string text, ReadOnlySpan<byte> special)
    {
        int start = end;
        end += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
        if (!buffer.AsSpan(start, end - start).ContainsAny(special))
            return;
        byte[] plain = buffer[start..end];
        end = start;
        foreach (byte b in plain)
        {
            if (special.Contains(b))
                Append((byte)'\\');
            Append(b);
        }
    }

    private void AppendNumber<T>(T number)
        where T : IUtf8SpanFormattable
    {
        number.TryFormat(Room(LongestNumber), out int length, default, CultureInfo.InvariantCulture);
        end += length;
    }

    private void AppendRaw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        end += bytes.Length;
    }

    private void Append(byte b)
    {
        Room(1)[0] = b;
        end++;
    }

    /// <summary>Space for so many bytes more.</summary>
    private Span<byte> Room(int length)
    {
        if (buffer.Length - end < length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, end + length));
        return buffer.AsSpan(end);
    }
}
