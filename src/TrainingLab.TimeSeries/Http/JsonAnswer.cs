using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrainingLab.TimeSeries.InfluxQl;
using TrainingLab.TimeSeries.LineProtocol;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.TimeSeries.Http;

/// <summary>Writes answers as InfluxDB's JSON.</summary>
internal static class JsonAnswer
{
    /// <summary>An error as the whole answer, with the lines of a write that were refused.</summary>
    public static byte[] Error(string error, bool pretty, IReadOnlyList<LineError>? lines = null)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Options(pretty)))
        {
            json.WriteStartObject();
            json.WriteString("error", error);
            if (lines is { Count: > 0 })
            {
                json.WriteStartArray("lines");
                foreach (LineError line in lines)
                {
                    json.WriteStartObject();
                    json.WriteNumber("line", line.Line);
                    json.WriteString("error", line.Reason);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>All results in one document.</summary>
    /// <param name="result">The results.</param>
    /// <param name="epoch">The unit of times; null for RFC 3339.</param>
    /// <param name="pretty">Indented by four.</param>
    /// <param name="zones">The zone of the times of each statement, or null for UTC.</param>
    public static byte[] Whole(QueryResult result, Precision? epoch, bool pretty, IReadOnlyList<TimeZoneInfo?> zones)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter json = new(buffer, Options(pretty)))
        {
            json.WriteStartObject();
            if (result.Statements.Count > 0)
            {
                json.WriteStartArray("results");
                foreach (StatementResult statement in result.Statements)
                    WriteStatement(json, statement, statement.Series.Select(series => (series, series.Rows, false)), partial: false, epoch, zones[statement.Index]);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>One document per line and at most <paramref name="size"/> rows each.</summary>
    public static byte[] Chunked(QueryResult result, Precision? epoch, bool pretty, IReadOnlyList<TimeZoneInfo?> zones, int size)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        foreach (StatementResult statement in result.Statements)
        {
            List<(ResultSeries Series, IReadOnlyList<FieldValue[]> Rows, bool Partial)> chunks = [];
            foreach (ResultSeries series in statement.Series)
            {
                for (int start = 0; start == 0 || start < series.Rows.Count; start += size)
                    chunks.Add((series, [.. series.Rows.Skip(start).Take(size)], start + size < series.Rows.Count));
            }

            for (int i = 0; i < Math.Max(1, chunks.Count); i++)
            {
                using (Utf8JsonWriter json = new(buffer, Options(pretty)))
                {
                    json.WriteStartObject();
                    json.WriteStartArray("results");
                    WriteStatement(json, statement, chunks.Skip(i).Take(1), partial: i + 1 < chunks.Count, epoch, zones[statement.Index]);
                    json.WriteEndArray();
                    json.WriteEndObject();
                }

                buffer.Write("\n"u8);
            }
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteStatement(
        Utf8JsonWriter json, StatementResult statement, IEnumerable<(ResultSeries Series, IReadOnlyList<FieldValue[]> Rows, bool Partial)> chunks, bool partial, Precision? epoch, TimeZoneInfo? zone)
    {
        json.WriteStartObject();
        json.WriteNumber("statement_id", statement.Index);
        bool any = false;
        foreach ((ResultSeries series, IReadOnlyList<FieldValue[]> rows, bool more) in chunks)
        {
            if (!any)
                json.WriteStartArray("series");
            any = true;
            WriteSeries(json, series, rows, more, epoch, zone);
        }

        if (any)
            json.WriteEndArray();
        if (statement.Warning is not null)
        {
            json.WriteStartArray("messages");
            json.WriteStartObject();
            json.WriteString("level", "warning");
            json.WriteString("text", statement.Warning);
            json.WriteEndObject();
            json.WriteEndArray();
        }

        if (partial)
            json.WriteBoolean("partial", true);
        if (statement.Error is not null)
            json.WriteString("error", statement.Error);
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, ResultSeries series, IReadOnlyList<FieldValue[]> rows, bool partial, Precision? epoch, TimeZoneInfo? zone)
    {
        json.WriteStartObject();
        if (series.Name.Length > 0)
            json.WriteString("name", series.Name);
        if (series.Tags is not null)
        {
            json.WriteStartObject("tags");
            foreach ((string key, string value) in series.Tags)
                json.WriteString(key, value);
            json.WriteEndObject();
        }

        json.WriteStartArray("columns");
        foreach (string column in series.Columns)
            json.WriteStringValue(column);
        json.WriteEndArray();
        if (rows.Count > 0)
        {
            json.WriteStartArray("values");
            foreach (FieldValue[] row in rows)
            {
                json.WriteStartArray();
                for (int i = 0; i < row.Length; i++)
                    WriteValue(json, row[i], isTime: i == 0 && series.TimeColumn, epoch, zone);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        if (partial)
            json.WriteBoolean("partial", true);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, FieldValue value, bool isTime, Precision? epoch, TimeZoneInfo? zone)
    {
        if (value.IsNull)
            json.WriteNullValue();
        else if (isTime && epoch is Precision unit)
            json.WriteNumberValue(value.AsLong / unit.ToNanoseconds());
        else if (isTime)
            json.WriteStringValue(TimeText.Write(value.AsLong, zone));
        else if (value.IsString)
            json.WriteStringValue(value.AsString);
        else if (value.IsBoolean)
            json.WriteBooleanValue(value.AsBoolean);
        else if (value.IsInteger)
            json.WriteNumberValue(value.AsLong);
        else if (value.AsDouble == 0 || Math.Abs(value.AsDouble) is >= 1e-4 and < 1e15)
            json.WriteNumberValue(value.AsDouble);
        else if (double.IsFinite(value.AsDouble))
            json.WriteRawValue(NumberText.Write(value.AsDouble));
        else
            json.WriteNullValue();
    }

    private static JsonWriterOptions Options(bool pretty) => new() { Indented = pretty, IndentSize = 4, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
