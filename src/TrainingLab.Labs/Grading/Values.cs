using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Grading;

/// <summary>How recorded values compare with each other and with what a lab writes.</summary>
internal static class Values
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A scalar of a definition as a value.</summary>
    public static JsonNode Of(ScalarValue scalar) => scalar.Kind switch
    {
        ScalarKind.Boolean => JsonValue.Create(scalar.Text == "true"),
        ScalarKind.Text => JsonValue.Create(scalar.Text),
        _ when decimal.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact) => JsonValue.Create(exact),
        _ => JsonValue.Create(scalar.Number),
    };

    /// <summary>The value in words: a text without quotes, a number without superfluous digits, anything else as JSON.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "null",
        JsonValue v when v.GetValueKind() == JsonValueKind.String => v.GetValue<string>(),
        JsonValue v when TryNumber(v, out var number) => number.ToString("R", CultureInfo.InvariantCulture),
        _ => value.ToJsonString(Plain),
    };

    /// <summary>The value as a number: a JSON number, or a text that is one.</summary>
    public static bool TryNumber(JsonNode? value, out double number)
    {
        number = double.NaN;
        if (value is not JsonValue scalar)
            return false;
        return scalar.GetValueKind() switch
        {
            JsonValueKind.Number => double.TryParse(scalar.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number),
            JsonValueKind.String => double.TryParse(scalar.GetValue<string>(), NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number),
            _ => false,
        };
    }

    /// <summary>Equality over types: numbers by value, a number and its text alike, lists item by item, maps key by key.</summary>
    public static bool Equal(JsonNode? a, JsonNode? b)
    {
        switch (a, b)
        {
            case (null, null):
                return true;
            case (JsonArray x, JsonArray y):
                return x.Count == y.Count && x.Zip(y).All(p => Equal(p.First, p.Second));
            case (JsonObject x, JsonObject y):
                return x.Count == y.Count && x.All(p => y.TryGetPropertyValue(p.Key, out var other) && Equal(p.Value, other));
            case (JsonValue x, JsonValue y):
                var texts = x.GetValueKind() == JsonValueKind.String && y.GetValueKind() == JsonValueKind.String;
                if (!texts && TryNumber(x, out var first) && TryNumber(y, out var second))
                    return first.Equals(second);
                return string.Equals(Text(x), Text(y), StringComparison.Ordinal);
            default:
                return false;
        }
    }

    /// <summary>The value at a dotted path, for example <c>payload.items[0].value</c>; null when there is none.</summary>
    public static JsonNode? At(JsonNode? value, string path)
    {
        foreach (var step in path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries))
        {
            value = value switch
            {
                JsonObject map => map[step],
                JsonArray list when int.TryParse(step.TrimEnd(']'), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
                _ => null,
            };
        }

        return value;
    }
}
