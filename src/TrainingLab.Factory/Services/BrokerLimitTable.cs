using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using TrainingLab.Factory.Definitions;
using TrainingLab.Factory.Definitions.Scenarios;

namespace TrainingLab.Factory.Services;

/// <summary>The limits of a plant's broker by the names that they have in files, as commands and state paths use them.</summary>
public static class BrokerLimitTable
{
    private static readonly SortedDictionary<string, PropertyInfo> Properties = new(
        typeof(BrokerLimits).GetProperties().Where(p => p.PropertyType == typeof(int) || p.PropertyType == typeof(TimeSpan)).ToDictionary(p => KeyNames.Of(p.Name), StringComparer.Ordinal),
        StringComparer.Ordinal);

    /// <summary>The names, ordered.</summary>
    public static IReadOnlyCollection<string> Names => Properties.Keys;

    /// <summary>The value of a limit: a number, or seconds; null where there is no limit of that name.</summary>
    public static long? Read(BrokerLimits limits, string name) => !Properties.TryGetValue(name, out var property) ? null
        : property.GetValue(limits) is TimeSpan span ? (long)span.TotalSeconds
        : (int)property.GetValue(limits)!;

    /// <summary>The limits with another value for one of them; null where the value is none of those possible.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="text">A number, or a duration such as 1h.</param>
    public static BrokerLimits? With(BrokerLimits limits, string name, string text)
    {
        var property = Properties[name];
        object? value = null;
        if (property.PropertyType == typeof(TimeSpan))
        {
            var range = property.GetCustomAttribute<DurationRangeAttribute>()!;
            if (Duration.TryParse(text, out var span) && Duration.TryParse(range.Minimum, out var shortest) && Duration.TryParse(range.Maximum, out var longest) && span >= shortest && span <= longest)
                value = TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds));
        }
        else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && RangeOf(property)!.IsValid(number))
        {
            value = number;
        }

        return value is null ? null : Set(limits, property, value);
    }

    /// <summary>What may be written for a limit, such as <c>1-65535</c>.</summary>
    public static string Possible(string name) => Properties[name] is var property && RangeOf(property) is { } range
        ? string.Create(CultureInfo.InvariantCulture, $"{range.Minimum}-{range.Maximum}")
        : property.GetCustomAttribute<DurationRangeAttribute>() is { } span ? $"{span.Minimum}-{span.Maximum}" : "";

    /// <summary>All limits as they are kept.</summary>
    public static JsonObject Save(BrokerLimits limits) => new(Names.Select(n => KeyValuePair.Create(n, (JsonNode?)JsonValue.Create(Read(limits, n)))));

    /// <summary>Takes back what <see cref="Save"/> gave; a limit that it does not name has its default.</summary>
    public static BrokerLimits Load(JsonNode state)
    {
        var limits = new BrokerLimits();
        foreach (var (name, value) in state.AsObject())
        {
            if (Properties.TryGetValue(name, out var property))
                limits = Set(limits, property, property.PropertyType == typeof(TimeSpan) ? TimeSpan.FromSeconds((long)value!) : (int)(long)value!);
        }

        return limits.InPlant();
    }

    private static RangeAttribute? RangeOf(PropertyInfo property) =>
        property.Name == nameof(BrokerLimits.Memory) ? new RangeAttribute(1, BrokerLimits.MostMemoryInPlant) : property.GetCustomAttribute<RangeAttribute>();

    private static BrokerLimits Set(BrokerLimits limits, PropertyInfo property, object value)
    {
        var changed = limits with { };
        property.SetValue(changed, value);
        return changed;
    }
}
