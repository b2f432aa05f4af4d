using System.Buffers.Text;
using System.Text;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.LineProtocol;

/// <summary>A field of the current line, with its name as on the wire (escapes kept).</summary>
internal struct ParsedField
{
    public int NameStart;
    public int NameLength;
    public FieldType Type;

    /// <summary>The bits of a float, an integer, or 0 and 1; of a string its start.</summary>
    public long Bits;
    public int StringLength;
    public bool StringEscaped;
}

/// <summary>
/// Walks a body of line protocol. A bad line is told and stepped over: the next call of <see cref="Read"/> stands on the next line. The key part is
/// only delimited here; <see cref="SeriesKey.TryParse"/> reads it, once per series and not once per line.
/// </summary>
// measurement[,tag=value…] field=value[,field=value…] [timestamp]\n
// A line feed inside a quoted string belongs to the string. Lines that begin with # and empty lines say nothing.
// https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/
internal ref struct LineReader(ReadOnlySpan<byte> body, ParsedField[] fields)
{
    private const int MaxQuotedLine = 1024;

    private readonly ReadOnlySpan<byte> body = body;
    private ParsedField[] fields = fields;
    private int position;
    private int lineStart;
    private int keyEnd;
    private int countedTo;
    private int countedLines = 1;

    /// <summary>Fields of the line; the array may have been replaced by a longer one.</summary>
    public readonly ParsedField[] Fields => fields;

    public int FieldCount { get; private set; }

    /// <summary>Measurement and tags, escapes kept.</summary>
    public readonly ReadOnlySpan<byte> Key => body[lineStart..keyEnd];

    /// <summary>The timestamp in the unit of the write.</summary>
    public long Time { get; private set; }

    public bool HasTime { get; private set; }

    /// <summary>Why the current line is none; null when it is good.</summary>
    public string? Error { get; private set; }

    public readonly ReadOnlySpan<byte> Name(in ParsedField field) => body.Slice(field.NameStart, field.NameLength);

    public readonly string Text(in ParsedField field)
    {
        ReadOnlySpan<byte> raw = body.Slice((int)field.Bits, field.StringLength);
        if (!field.StringEscaped)
            return Encoding.UTF8.GetString(raw);
        byte[] plain = new byte[raw.Length];
        int length = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '\\' && i + 1 < raw.Length && raw[i + 1] is (byte)'"' or (byte)'\\')
                i++;
            plain[length++] = raw[i];
        }

        return Encoding.UTF8.GetString(plain, 0, length);
    }

    /// <summary>Number of the current line, from 1.</summary>
    public int LineNumber()
    {
        countedLines += body[countedTo..lineStart].Count((byte)'\n');
        countedTo = lineStart;
        return countedLines;
    }

    /// <summary>Goes to the next line that says something; false at the end.</summary>
    public bool Read()
    {
        while (position < body.Length)
        {
            byte c = body[position];
            if (c is (byte)' ' or (byte)'\t' or (byte)'\n' or 0)
            {
                position++;
            }
            else if (c == '#')
            {
                position = EndOfLine(position);
            }
            else
            {
                lineStart = position;
                FieldCount = 0;
                HasTime = false;
                Error = ReadLine();
                if (Error is not null)
                    Recover();
                return true;
            }
        }

        return false;
    }

    private string? ReadLine()
    {
        string? reason = ReadKeyEnd() ?? ReadFields();
        return reason is null && position < body.Length && body[position] == ' ' ? ReadTime() : reason;
    }

    private void Recover()
    {
        if (keyEnd > lineStart || Error is not "missing fields")
        {
            // What is wrong with the key is said first, as a reader would find it first.
            if (SeriesKey.TryParse(Key, out string? keyError) is null && Error is not "missing fields")
                Error = keyError;
            else if (Error is "missing fields" && keyError is not null)
                Error = keyError;
        }

        position = EndOfLine(lineStart);
        Error = Unparsable(Error ?? "invalid line");
    }

    /// <summary>InfluxDB's sentence for a line that cannot be read: the line and the reason.</summary>
    public readonly string Unparsable(string reason)
    {
        ReadOnlySpan<byte> line = body[lineStart..position];
        return $"unable to parse '{Encoding.UTF8.GetString(line[..Math.Min(line.Length, MaxQuotedLine)])}': {reason}";
    }

    private string? ReadKeyEnd()
    {
        int i = position;
        while (i < body.Length)
        {
            int step = body[i..].IndexOfAny((byte)' ', (byte)'\\', (byte)'\n');
            if (step < 0)
            {
                i = body.Length;
                break;
            }

            i += step;
            if (body[i] != '\\')
                break;
            i += i + 1 < body.Length && body[i + 1] != '\n' ? 2 : 1;
        }

        keyEnd = Math.Min(i, body.Length);
        position = keyEnd;
        return position < body.Length && body[position] == ' ' ? null : "missing fields";
    }

    private string? ReadFields()
    {
        while (position < body.Length && body[position] == ' ')
            position++;
        while (true)
        {
            int start = position;
            while (position < body.Length && body[position] is not ((byte)'=' or (byte)',' or (byte)' ' or (byte)'\n'))
                position += body[position] == '\\' && position + 1 < body.Length && body[position + 1] != '\n' ? 2 : 1;
            if (position >= body.Length || body[position] != '=')
                return "invalid field format";
            if (position == start)
                return "missing field key";
            if (FieldCount == fields.Length)
                Array.Resize(ref fields, fields.Length * 2);
            ref ParsedField field = ref fields[FieldCount++];
            field.NameStart = start;
            field.NameLength = position - start;
            position++;
            string? reason = ReadValue(ref field);
            if (reason is not null)
                return reason;
            if (position >= body.Length || body[position] is (byte)' ' or (byte)'\n')
                return null;
            position++;
        }
    }

    private string? ReadValue(ref ParsedField field)
    {
        if (position >= body.Length)
            return "missing field value";
        if (body[position] == '"')
            return ReadString(ref field);
        int length = body[position..].IndexOfAny((byte)',', (byte)' ', (byte)'\n');
        ReadOnlySpan<byte> token = length < 0 ? body[position..] : body.Slice(position, length);
        position += token.Length;
        if (token.IsEmpty)
            return "missing field value";
        if (token[0] is (>= (byte)'0' and <= (byte)'9') or (byte)'-' or (byte)'.' or (byte)'n' or (byte)'N')
            return token[^1] == 'i' ? ReadInteger(token[..^1], ref field) : ReadFloat(token, ref field);
        bool isTrue = token.SequenceEqual("t"u8) || token.SequenceEqual("T"u8) || token.SequenceEqual("true"u8) || token.SequenceEqual("True"u8) || token.SequenceEqual("TRUE"u8);
        if (!isTrue && !(token.SequenceEqual("f"u8) || token.SequenceEqual("F"u8) || token.SequenceEqual("false"u8) || token.SequenceEqual("False"u8) || token.SequenceEqual("FALSE"u8)))
            return "invalid boolean";
        field.Type = FieldType.Boolean;
        field.Bits = isTrue ? 1 : 0;
        return null;
    }

    private string? ReadString(ref ParsedField field)
    {
        int start = ++position;
        bool escaped = false;
        while (true)
        {
            int step = body[position..].IndexOfAny((byte)'"', (byte)'\\');
            if (step < 0)
                return "unbalanced quotes";
            position += step;
            if (body[position] == '"')
                break;
            escaped = true;
            position += 2;
            if (position > body.Length)
                return "unbalanced quotes";
        }

        field.Type = FieldType.String;
        field.Bits = start;
        field.StringLength = position - start;
        field.StringEscaped = escaped;
        position++;
        return position >= body.Length || body[position] is (byte)',' or (byte)' ' or (byte)'\n' ? null : "invalid field format";
    }

    private static string? ReadInteger(ReadOnlySpan<byte> digits, ref ParsedField field)
    {
        ReadOnlySpan<byte> unsigned = digits is [(byte)'-', ..] ? digits[1..] : digits;
        if (unsigned.IsEmpty || unsigned.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            return "invalid number";
        if (!Utf8Parser.TryParse(digits, out long value, out int used) || used != digits.Length)
        {
            string text = Encoding.ASCII.GetString(digits);
            return $"unable to parse integer {text}: strconv.ParseInt: parsing \"{text}\": value out of range";
        }

        field.Type = FieldType.Integer;
        field.Bits = value;
        return null;
    }

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    private static string? ReadFloat(ReadOnlySpan<byte> token, ref ParsedField field)
    {
        field.Type = FieldType.Float;
        int i = token[0] == '-' ? 1 : 0;
        long mantissa = 0;
        int digits = 0;
        int fraction = 0;
        bool point = false;
        for (; i < token.Length; i++)
        {
            byte c = token[i];
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                mantissa = unchecked((mantissa * 10) + (c - '0'));
                digits++;
                fraction += point ? 1 : 0;
            }
            else if (c == '.' && !point)
            {
                point = true;
            }
            else
            {
                break;
            }
        }

        if (digits == 0)
            return "invalid number";

        // Fifteen digits and a power of ten up to 22 are exact doubles, so that one division rounds once.
        if (i == token.Length && digits <= 15)
        {
            double value = mantissa / PowersOfTen[fraction];
            field.Bits = BitConverter.DoubleToInt64Bits(token[0] == '-' ? -value : value);
            return null;
        }

        if (i < token.Length && token[i] is not ((byte)'e' or (byte)'E'))
            return "invalid number";
        ReadOnlySpan<byte> exponent = i < token.Length ? token[(i + 1)..] : default;
        if (exponent is [(byte)'+' or (byte)'-', ..])
            exponent = exponent[1..];
        if (i < token.Length && (exponent.IsEmpty || exponent.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0))
            return "invalid number";
        if (!double.TryParse(token, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out double parsed) || !double.IsFinite(parsed))
            return "invalid float";
        field.Bits = BitConverter.DoubleToInt64Bits(parsed);
        return null;
    }

    private string? ReadTime()
    {
        SkipSpaces();
        if (position >= body.Length || body[position] == '\n')
            return null;
        int start = position;
        bool negative = body[position] == '-';
        if (negative)
            position++;
        int digitsStart = position;
        ulong value = 0;
        bool overflow = false;
        while (position < body.Length && body[position] is >= (byte)'0' and <= (byte)'9')
        {
            ulong digit = (ulong)(body[position++] - '0');
            overflow |= value > (ulong.MaxValue - digit) / 10;
            value = unchecked((value * 10) + digit);
        }

        int end = position;
        if (end == digitsStart || (end < body.Length && body[end] is not ((byte)' ' or (byte)'\n')))
            return "bad timestamp";
        if (overflow || value > (negative ? 1UL << 63 : long.MaxValue))
            return $"strconv.ParseInt: parsing \"{Encoding.ASCII.GetString(body[start..end])}\": value out of range";
        Time = negative ? unchecked(-(long)value) : (long)value;
        HasTime = true;
        SkipSpaces();
        return position >= body.Length || body[position] == '\n' ? null : "point is invalid";
    }

    private void SkipSpaces()
    {
        while (position < body.Length && body[position] == ' ')
            position++;
    }

    /// <summary>End of the line that begins at <paramref name="start"/>: a line feed outside quotes, or the first one at all when the quotes do not close.</summary>
    private readonly int EndOfLine(int start)
    {
        bool fieldsBegun = false;
        bool quoted = false;
        for (int i = start; i < body.Length; i++)
        {
            byte c = body[i];
            if (c == '\\' && i + 1 < body.Length && body[i + 1] != '\n')
                i++;
            else if (c == ' ')
                fieldsBegun = true;
            else if (c == '"' && fieldsBegun && (quoted || body[i - 1] == '='))
                quoted = !quoted;
            else if (c == '\n' && !quoted)
                return i;
        }

        int first = quoted ? body[start..].IndexOf((byte)'\n') : -1;
        return first < 0 ? body.Length : start + first;
    }
}
