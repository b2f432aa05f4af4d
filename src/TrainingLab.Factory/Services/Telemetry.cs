using System.Buffers;
using System.Globalization;
using System.Text.Json;
using TrainingLab.TimeSeries.LineProtocol;
using TrainingLab.TimeSeries.Store;

namespace TrainingLab.Factory.Services;

/// <summary>One machine's values at one instant, as gateways and machines publish them.</summary>
/// <remarks><code>{"device":"filler-1","time":"2026-03-02T06:00:01.000Z","values":{"CurMachSpeed":118.4},"bad":["FillVolume"]}</code></remarks>
/// <param name="Device">The machine.</param>
/// <param name="Time">Time of the source.</param>
/// <param name="Values">Values of good and uncertain quality, by tag.</param>
/// <param name="Bad">Tags whose quality is bad; they have no value.</param>
public sealed record Telemetry(string Device, DateTimeOffset Time, IReadOnlyList<KeyValuePair<string, FieldValue>> Values, IReadOnlyList<string> Bad)
{
    /// <summary>Measurement of the historian that holds telemetry; its tag <c>device</c> names the machine, its fields are the machine's tags.</summary>
    public const string Measurement = "machine";

    /// <summary>Tags that one message may carry.</summary>
    public const int MaxTags = 1000;

    /// <summary>The last instant that a historian can hold: nanoseconds since 1970 in 64 bits.</summary>
    private static readonly DateTimeOffset Latest = DateTimeOffset.UnixEpoch.AddTicks(long.MaxValue / 100);

    /// <summary>Writes the JSON form.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("device", Device);
        json.WriteString("time", Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("values");
        foreach (var (tag, value) in Values)
            WriteValue(json, tag, value);
        json.WriteEndObject();
        if (Bad.Count > 0)
        {
            json.WriteStartArray("bad");
            foreach (var tag in Bad)
                json.WriteStringValue(tag);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads the JSON form; null where it is none. A value that the historian has no form for, such as 1e999, is left out.</summary>
    public static Telemetry? Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 4 });
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("device", out var device) || !root.TryGetProperty("time", out var time)
                || !root.TryGetProperty("values", out var values) || !time.TryGetDateTimeOffset(out var instant)
                || device.GetString() is not { } name || !IsName(name) || instant < DateTimeOffset.UnixEpoch || instant > Latest)
                return null;
            var fields = new List<KeyValuePair<string, FieldValue>>();
            foreach (var property in values.EnumerateObject())
            {
                if (fields.Count == MaxTags)
                    return null;
                if (IsName(property.Name) && ValueOf(property.Value) is { IsNull: false } value)
                    fields.Add(new(property.Name, value));
            }

            var bad = root.TryGetProperty("bad", out var list) ? list.EnumerateArray().Take(MaxTags).Select(e => e.GetString() ?? "").ToList() : [];
            return new Telemetry(name, instant, fields, bad);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Adds the sample as a point of line protocol; nothing where there is no value.</summary>
    public void AppendTo(LineWriter lines)
    {
        if (Values.Count > 0 && Device.Length > 0)
            lines.Add(Measurement, [new("device", Device)], Values, (Time.UtcDateTime - DateTime.UnixEpoch).Ticks * 100);
    }

    private static bool IsName(string text) => text.Length > 0 && !text.Any(char.IsControl);

    private static void WriteValue(Utf8JsonWriter json, string tag, FieldValue value)
    {
        if (value.IsBoolean)
            json.WriteBoolean(tag, value.AsBoolean);
        else if (value.IsInteger)
            json.WriteNumber(tag, value.AsLong);
        else if (value.IsFloat)
            json.WriteRawProperty(tag, value.AsDouble);
        else
            json.WriteString(tag, value.AsString);
    }

    private static FieldValue ValueOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => FieldValue.Boolean(value: true),
        JsonValueKind.False => FieldValue.Boolean(value: false),
        JsonValueKind.String => FieldValue.String(element.GetString()!.ReplaceLineEndings(" ")),
        // A number written with a point is a float even where it is whole: the field must not change its type from sample to sample.
        JsonValueKind.Number when element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E') => FloatOf(element.GetDouble()),
        JsonValueKind.Number => element.TryGetInt64(out var integer) ? FieldValue.Integer(integer) : FloatOf(element.GetDouble()),
        _ => FieldValue.Null,
    };

    private static FieldValue FloatOf(double value) => double.IsFinite(value) ? FieldValue.Float(value) : FieldValue.Null;
}

/// <summary>Numbers that keep showing that they are not whole by type.</summary>
internal static class TelemetryNumbers
{
    /// <summary>Writes a float so that it reads back as one: 12 becomes 12.0.</summary>
    public static void WriteRawProperty(this Utf8JsonWriter json, string name, double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        json.WritePropertyName(name);
        json.WriteRawValue(text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0");
    }
}
