using System.Text.Json.Nodes;
using TrainingLab.Simulation.Parameters;
using TrainingLab.Simulation.Values;

namespace TrainingLab.Simulation.Faults;

/// <summary>
/// An instrument fault: it stands between what is true and what a device observes, and never changes what is true. It acts while it is switched on
/// and plant time is within its window.
/// </summary>
public abstract class Fault
{
    private TimeSpan? since;

    /// <summary>The window and the switch, which every kind of fault takes.</summary>
    internal static readonly IReadOnlyList<ParameterDefinition> CommonParameters =
    [
        new("from", ParameterKind.Duration) { Description = new("acts from this plant time on; default: always", "从该仿真时间起生效，默认一直生效") },
        new("until", ParameterKind.Duration) { Description = new("acts until this plant time", "到该仿真时间为止") },
        new("enabled", ParameterKind.Boolean) { Default = true, Description = new("whether it is switched on", "是否启用") },
    ];

    /// <summary>The registered name of its kind.</summary>
    public string Kind { get; internal set; } = "";

    /// <summary>Tells the faults of one tag apart; empty when nobody gave one.</summary>
    public string Id { get; internal set; } = "";

    /// <summary>The switch. A change is seen at the plant's next tick.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether it acted when the tag was observed last.</summary>
    public bool IsActing => since is not null;

    /// <summary>Start of the window, in plant time since the epoch; null: no start.</summary>
    public TimeSpan? From { get; internal set; }

    /// <summary>End of the window, not included; null: no end.</summary>
    public TimeSpan? Until { get; internal set; }

    internal IReadOnlyDictionary<string, object?> Given { get; set; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>Changes what is observed, if the fault acts now.</summary>
    /// <param name="now">Plant time since the epoch.</param>
    /// <param name="lastObserved">What was observed before.</param>
    /// <param name="value">In: what is true, after earlier faults. Out: what is observed.</param>
    /// <param name="quality">Likewise.</param>
    internal void Apply(TimeSpan now, TagValue lastObserved, ref TagValue value, ref Quality quality)
    {
        if (!Enabled || (From is { } from && now < from) || (Until is { } until && now >= until))
        {
            if (since is not null)
                End();
            since = null;
            return;
        }
        if (since is null)
        {
            since = now;
            Begin(now, lastObserved, value);
        }
        Distort(now, now - since.Value, ref value, ref quality);
    }

    /// <summary>The fault starts to act.</summary>
    protected virtual void Begin(TimeSpan now, TagValue lastObserved, TagValue value)
    {
    }

    /// <summary>The fault has ceased to act.</summary>
    protected virtual void End()
    {
    }

    /// <summary>Changes the observation.</summary>
    protected abstract void Distort(TimeSpan now, TimeSpan acting, ref TagValue value, ref Quality quality);

    /// <summary>Adds what the kind itself must remember.</summary>
    protected virtual void SaveOwn(JsonObject state)
    {
    }

    /// <summary>Reads it back.</summary>
    protected virtual void LoadOwn(JsonObject state)
    {
    }

    /// <summary>Adds <paramref name="amount"/> to a number; an integer is rounded; other kinds stay.</summary>
    protected static TagValue Shift(TagValue value, double amount) => value.Kind switch
    {
        TagKind.Double => value.AsDouble + amount,
        TagKind.Integer => (long)Math.Round(value.AsInteger + amount),
        _ => value,
    };

    internal JsonObject Save()
    {
        var given = new JsonObject();
        foreach (var (name, parameter) in Given.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            given[name] = parameter is null ? null : ToJson(parameter);
        var state = new JsonObject { ["id"] = Id, ["kind"] = Kind, ["parameters"] = given, ["enabled"] = Enabled };
        if (since is { } began)
            state["since"] = began.Ticks;
        SaveOwn(state);
        return state;
    }

    internal void Load(JsonObject state)
    {
        Id = (string)state["id"]!;
        Enabled = (bool)state["enabled"]!;
        since = state["since"] is { } began ? new TimeSpan((long)began) : null;
        LoadOwn(state);
    }

    private static JsonNode ToJson(object parameter) => parameter switch
    {
        bool flag => JsonValue.Create(flag),
        int number => JsonValue.Create(number),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        TimeSpan span => JsonValue.Create(span.TotalSeconds),
        _ => JsonValue.Create(Convert.ToString(parameter, System.Globalization.CultureInfo.InvariantCulture)!),
    };
}
