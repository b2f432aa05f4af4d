using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;

namespace TrainingLab.Factory.Definitions;

/// <summary>
/// JSON Schema (draft 2020-12) of a definition format, made from the same records that the binder fills, so that editors complete and
/// check YAML. Where a value may be a parameter, the schema also accepts <c>${name}</c>.
/// </summary>
public sealed class SchemaGenerator
{
    private const string ParameterPattern = @"\$\{[^}]+\}";
    private readonly KindRegistry _kinds;
    private readonly SortedDictionary<string, JsonObject> _definitions = new(StringComparer.Ordinal);

    private SchemaGenerator(KindRegistry kinds)
    {
        _kinds = kinds;
    }

    /// <summary>The schema of a format.</summary>
    /// <param name="kinds">The kinds that polymorphic places accept.</param>
    /// <param name="title">What editors show as the name of the format.</param>
    public static JsonObject For<T>(KindRegistry kinds, string title)
        where T : class
    {
        var generator = new SchemaGenerator(kinds);
        var root = generator.Record(typeof(T));
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = title };
        foreach (var (key, value) in root.ToList())
        {
            root.Remove(key);
            schema[key] = value;
        }

        schema["$defs"] = new JsonObject(generator._definitions.Select(d => KeyValuePair.Create(d.Key, (JsonNode?)d.Value)));
        return schema;
    }

    private JsonObject Of(Type type, PropertyShape? property = null)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (typeof(DefinitionNode).IsAssignableFrom(type))
        {
            return new JsonObject();
        }

        if (ScalarBinder.Handles(type))
        {
            return Scalar(type, property);
        }

        if (DefinitionBinder.ItemType(type) is { } item)
        {
            var list = new JsonObject { ["type"] = "array", ["items"] = Of(item, property) };
            AddCounts(list, "minItems", "maxItems", property);
            return list;
        }

        if (DefinitionBinder.EntryTypes(type) is var (_, value))
        {
            var map = new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(value, property) };
            if (property?.Form?.Keys is { } form && TextForms.Pattern(form) is { } pattern)
            {
                map["propertyNames"] = new JsonObject { ["pattern"] = pattern };
            }

            AddCounts(map, "minProperties", "maxProperties", property);
            return map;
        }

        return Reference(type);
    }

    private static void AddCounts(JsonObject schema, string minimum, string maximum, PropertyShape? property)
    {
        if (property?.MinCount is > 0 and var min)
        {
            schema[minimum] = min;
        }

        if (property?.MaxCount is { } max)
        {
            schema[maximum] = max;
        }
    }

    private static JsonObject Scalar(Type type, PropertyShape? property)
    {
        if (type == typeof(string))
        {
            var text = new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
            if (TextForms.Pattern(property?.Form?.Form ?? TextForm.Any) is { } pattern)
            {
                text = new JsonObject { ["type"] = "string", ["pattern"] = $"({pattern})|({ParameterPattern})" };
            }

            return text;
        }

        if (type == typeof(ScalarValue))
        {
            return new JsonObject { ["type"] = new JsonArray("string", "number", "boolean") };
        }

        if (type == typeof(bool))
        {
            return OrParameter(new JsonObject { ["type"] = "boolean" });
        }

        if (type == typeof(TimeSpan))
        {
            return new JsonObject { ["type"] = "string", ["pattern"] = $@"^[+-]?\d+(\.\d+)?(ms|s|m|min|h|d)$|({ParameterPattern})" };
        }

        if (type.IsEnum)
        {
            return OrParameter(new JsonObject { ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(n => JsonValue.Create(KeyNames.Of(n)))]) });
        }

        if (type.IsPrimitive || type == typeof(decimal))
        {
            var number = new JsonObject { ["type"] = type == typeof(int) || type == typeof(long) ? "integer" : "number" };
            if (property?.Range is { } range)
            {
                number["minimum"] = Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture);
                if (Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) < int.MaxValue)
                {
                    number["maximum"] = Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture);
                }
            }

            return OrParameter(number);
        }

        var parsable = new JsonObject { ["type"] = "string" };
        if (type.GetCustomAttribute<DescriptionAttribute>(inherit: false)?.Description is { } description)
        {
            parsable["description"] = description;
        }

        return parsable;
    }

    private static JsonObject OrParameter(JsonObject schema) => new()
    {
        ["anyOf"] = new JsonArray(schema, new JsonObject { ["type"] = "string", ["pattern"] = ParameterPattern }),
    };

    private JsonObject Reference(Type type)
    {
        if (!_definitions.ContainsKey(type.Name))
        {
            _definitions[type.Name] = []; // a placeholder, for types that contain themselves
            _definitions[type.Name] = _kinds.Of(type) is { Count: > 0 } kinds ? Choice(type, kinds) : Record(type);
        }

        return new JsonObject { ["$ref"] = $"#/$defs/{type.Name}" };
    }

    // A map with exactly one key, the kind's.
    private JsonObject Choice(Type type, IReadOnlyDictionary<string, Type> kinds)
    {
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["minProperties"] = 1,
            ["maxProperties"] = 1,
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject(kinds.Select(k => KeyValuePair.Create(k.Key, (JsonNode?)Of(k.Value)))),
        };
        if (type.GetCustomAttribute<DescriptionAttribute>(inherit: false)?.Description is { } description)
        {
            schema["description"] = description;
        }

        return schema;
    }

    private JsonObject Record(Type type)
    {
        var shape = RecordShape.Of(type);
        var properties = new JsonObject();
        var allOf = new JsonArray();
        foreach (var property in shape.Properties)
        {
            if (!property.IsOneOfKind)
            {
                properties[property.Key] = Described(Of(property.Type, property), property.Description);
                continue;
            }

            var kinds = _kinds.Of(property.Type);
            foreach (var (key, kind) in kinds)
            {
                properties[key] = Of(kind);
            }

            var exactlyOne = new JsonArray([.. kinds.Keys.Select(k => new JsonObject { ["required"] = new JsonArray(k) })]);
            if (property.IsRequired)
            {
                allOf.Add((JsonNode)new JsonObject { ["oneOf"] = exactlyOne });
            }
        }

        var schema = new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
            ["required"] = new JsonArray([.. shape.Properties.Where(p => p.IsRequired && !p.IsOneOfKind).Select(p => JsonValue.Create(p.Key))]),
        };
        if (allOf.Count > 0)
        {
            schema["allOf"] = allOf;
        }

        if (shape.Shorthand is { } shorthand)
        {
            schema = new JsonObject { ["anyOf"] = new JsonArray(Of(shorthand.Type, shorthand), schema) };
        }

        return Described(schema, shape.Description);
    }

    private static JsonObject Described(JsonObject schema, string? description)
    {
        if (description is not null)
        {
            schema["description"] = description;
        }

        return schema;
    }
}
