using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Sparkplug.Payloads;

namespace TrainingLab.Mqtt.Sparkplug;

/// <summary>
/// A payload as the JSON in which the specification shows them (§6.4.2). For people: what has no JSON is written as text (NaN, times as ISO 8601, bytes in base64),
/// and the value of a metric without a data type as it is on the wire.
/// </summary>
public static class SparkplugJson
{
    /// <summary>The JSON of a payload.</summary>
    public static JsonObject Of(SparkplugPayload payload)
    {
        var json = new JsonObject();
        Put(json, "timestamp", payload.Timestamp);
        json["metrics"] = new JsonArray([.. payload.Metrics.Select(m => (JsonNode)Of(m))]);
        Put(json, "seq", payload.Seq);
        Put(json, "uuid", payload.Uuid);
        if (payload.Body is { } body) json["body"] = Convert.ToBase64String(body.Span);
        return json;
    }

    private static JsonObject Of(SparkplugMetric metric)
    {
        var json = new JsonObject();
        Put(json, "name", metric.Name);
        Put(json, "alias", metric.Alias);
        Put(json, "timestamp", metric.Timestamp);
        if (metric.DataType is { } type) json["dataType"] = metric.Type == SparkplugDataType.Unknown ? type : metric.Type.ToString();
        if (metric.IsHistorical) json["isHistorical"] = true;
        if (metric.IsTransient) json["isTransient"] = true;
        if (metric.Properties is { } properties) json["properties"] = Of(properties);
        if (metric.IsNull) json["isNull"] = true;
        if (metric.Value.Kind != SparkplugValueKind.None) json["value"] = Of(metric.Value, metric.Type);
        return json;
    }

    private static JsonObject Of(SparkplugPropertySet set)
    {
        var json = new JsonObject();
        foreach (var (key, property) in set.Keys.Zip(set.Values)) json[key] = property.Value.Kind == SparkplugValueKind.None ? null : Of(property.Value, TypeOf(property.DataType));
        return json;
    }

    private static JsonObject Of(SparkplugTemplate template)
    {
        var json = new JsonObject();
        Put(json, "version", template.Version);
        Put(json, "templateRef", template.TemplateRef);
        if (template.IsDefinition is { } definition) json["isDefinition"] = definition;
        json["metrics"] = new JsonArray([.. template.Metrics.Select(m => (JsonNode)Of(m))]);
        var parameters = new JsonObject();
        foreach (var parameter in template.Parameters) parameters[parameter.Name ?? ""] = Of(parameter.Value, TypeOf(parameter.DataType));
        if (parameters.Count > 0) json["parameters"] = parameters;
        return json;
    }

    private static JsonObject Of(SparkplugDataSet table) => new()
    {
        ["columns"] = new JsonArray([.. table.Columns.Select(c => (JsonNode)c)]),
        ["types"] = new JsonArray([.. table.Types.Select(t => (JsonNode)TypeOf(t).ToString())]),
        ["rows"] = new JsonArray([.. table.Rows.Select(row => (JsonNode)new JsonArray([.. row.Select((v, i) => Of(v, i < table.Types.Count ? TypeOf(table.Types[i]) : SparkplugDataType.Unknown))]))]),
    };

    private static JsonNode? Of(SparkplugValue value, SparkplugDataType type) => Of(value.TryGet(type, out var typed) ? typed : Raw(value));

    private static object? Raw(SparkplugValue value) => value.Kind switch
    {
        SparkplugValueKind.Int or SparkplugValueKind.Long => value.Integer,
        SparkplugValueKind.Float => (float)value.Number,
        SparkplugValueKind.Double => value.Number,
        SparkplugValueKind.Boolean => value.Boolean,
        SparkplugValueKind.Bytes => value.Bytes.ToArray(),
        _ => value.String ?? value.DataSet ?? value.Template ?? value.PropertySet ?? (object?)value.PropertySetList,
    };

    private static JsonNode? Of(object? value) => value switch
    {
        null => null,
        bool b => b,
        string s => s,
        float f when !float.IsFinite(f) => f.ToString(CultureInfo.InvariantCulture),
        double d when !double.IsFinite(d) => d.ToString(CultureInfo.InvariantCulture),
        float f => f,
        double d => d,
        ulong u => u,
        long or int or short or sbyte or uint or ushort or byte => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        DateTimeOffset t => t.ToString("O", CultureInfo.InvariantCulture),
        Guid g => g.ToString("D", CultureInfo.InvariantCulture),
        byte[] bytes => Convert.ToBase64String(bytes),
        SparkplugDataSet table => Of(table),
        SparkplugTemplate template => Of(template),
        SparkplugPropertySet set => Of(set),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(Of)]),
        _ => value.ToString(),
    };

    private static SparkplugDataType TypeOf(uint? type) => type is { } known && Enum.IsDefined((SparkplugDataType)known) ? (SparkplugDataType)known : SparkplugDataType.Unknown;

    private static void Put(JsonObject json, string name, ulong? value)
    {
        if (value is { } number) json[name] = number;
    }

    private static void Put(JsonObject json, string name, string? value)
    {
        if (value is not null) json[name] = value;
    }
}
