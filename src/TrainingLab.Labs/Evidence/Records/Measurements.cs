using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary><c>sample</c>, sealed: the value of a watched state path, at the start and whenever it changes.</summary>
/// <param name="Path">The state path, for example <c>switch-1/ports/3/accessVlan</c>.</param>
/// <param name="Value">The value; null when the path does not exist now.</param>
/// <param name="By">Whose action changed it; null when nobody's did (a restart, the process, time).</param>
public sealed record StateSampled(string Path, JsonNode? Value, Actor? By = null) : EvidenceBody
{
    internal const string Name = "sample";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        secret["path"] = Path;
        secret["value"] = Value?.DeepClone();
        if (By is not null)
            secret["by"] = By.Write();
    }

    internal static StateSampled Read(JsonObject open, JsonObject secret)
        => new(secret.Text("path"), secret.Take("value"), secret["by"] is JsonObject by ? Actor.Read(by) : null);
}

/// <summary>What a probe found.</summary>
public static class ProbeResults
{
    /// <summary>The connection or request went through.</summary>
    public const string Connected = "connected";

    /// <summary>It did not go through: refused, dropped, no path. Alone it proves nothing, the target may be dead.</summary>
    public const string Blocked = "blocked";

    /// <summary>The probe read a value.</summary>
    public const string Value = "value";

    /// <summary>The prober itself failed. What it would have found is not known, so checks on it are broken.</summary>
    public const string Error = "error";
}

/// <summary><c>probe</c>, sealed: the runtime tried something and this came of it.</summary>
public sealed record ProbeRan : EvidenceBody
{
    internal const string Name = "probe";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>Which probe: the id of the request that the check made.</summary>
    public required string Probe { get; init; }

    /// <summary>The round: probes of one round were run together, against the same plant.</summary>
    public required long Round { get; init; }

    /// <summary>One of <see cref="ProbeResults"/>, or a word of the probe's own.</summary>
    public required string Result { get; init; }

    /// <summary>What the probe read, if it reads a value.</summary>
    public JsonNode? Value { get; init; }

    /// <summary>The hidden value that the probe drew and hoped to read again, if it draws one.</summary>
    public JsonNode? Drawn { get; init; }

    /// <summary>One line for the instructor, for example <c>TCP reset after 2 ms</c>.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Plant time that the probe took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        secret["probe"] = Probe;
        secret["round"] = Round;
        secret["result"] = Result;
        if (Value is not null)
            secret["value"] = Value.DeepClone();
        if (Drawn is not null)
            secret["drawn"] = Drawn.DeepClone();
        secret["detail"] = Detail;
        secret["elapsedTicks"] = Elapsed.Ticks;
    }

    internal static ProbeRan Read(JsonObject open, JsonObject secret) => new()
    {
        Probe = secret.Text("probe"),
        Round = secret.Integer("round"),
        Result = secret.Text("result"),
        Value = secret.Take("value"),
        Drawn = secret.Take("drawn"),
        Detail = secret.TextOrNull("detail") ?? "",
        Elapsed = TimeSpan.FromTicks(secret.Integer("elapsedTicks")),
    };
}

/// <summary><c>truth</c>, sealed: a value that only the simulation knows; checks read it as <c>truth.name</c>.</summary>
/// <param name="Truth">The name that the lab gave it.</param>
/// <param name="Value">Its value now; a later record replaces it.</param>
public sealed record TruthNoted(string Truth, JsonNode? Value) : EvidenceBody
{
    internal const string Name = "truth";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        secret["truth"] = Truth;
        secret["value"] = Value?.DeepClone();
    }

    internal static TruthNoted Read(JsonObject open, JsonObject secret) => new(secret.Text("truth"), secret.Take("value"));
}

/// <summary>One point of a series.</summary>
/// <param name="Time">Source time, UTC.</param>
/// <param name="Value">A finite number.</param>
public readonly record struct SeriesPoint(DateTimeOffset Time, double Value);

/// <summary><c>series</c>, sealed: points of a named series, in pieces; later pieces append.</summary>
/// <param name="Series">The name that the lab gave it.</param>
/// <param name="Points">The points, finite.</param>
/// <param name="Replaces">True when this piece starts the series anew (a query run again).</param>
public sealed record SeriesNoted(string Series, ImmutableArray<SeriesPoint> Points, bool Replaces = false) : EvidenceBody
{
    internal const string Name = "series";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        secret["series"] = Series;
        if (Replaces)
            secret["replaces"] = true;
        secret["times"] = new JsonArray([.. Points.Select(p => (JsonNode)p.Time.UtcTicks)]);
        secret["values"] = new JsonArray([.. Points.Select(p => (JsonNode)p.Value)]);
    }

    internal static SeriesNoted Read(JsonObject open, JsonObject secret)
    {
        var times = (secret["times"] ?? throw new InvalidOperationException("'times' is missing.")).AsArray();
        var values = (secret["values"] ?? throw new InvalidOperationException("'values' is missing.")).AsArray();
        if (times.Count != values.Count)
            throw new InvalidOperationException("'times' and 'values' differ in length.");
        var points = ImmutableArray.CreateBuilder<SeriesPoint>(times.Count);
        for (var i = 0; i < times.Count; i++)
            points.Add(new SeriesPoint(new DateTimeOffset(times[i]!.GetValue<long>(), TimeSpan.Zero), values[i]!.GetValue<double>()));
        return new SeriesNoted(secret.Text("series"), points.MoveToImmutable(), secret["replaces"]?.GetValue<bool>() ?? false);
    }
}
