using System.Globalization;
using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary>What a record says. Each kind writes a public part, which a student may read, and, if it has secrets, a sealed one.</summary>
public abstract record EvidenceBody
{
    /// <summary>The record's kind: letters, digits and hyphens, at most 32.</summary>
    public abstract string Kind { get; }

    /// <summary>Writes the body into its two parts. A sealed part that stays empty is not written.</summary>
    protected internal abstract void Write(JsonObject open, JsonObject secret);
}

/// <summary>A record whose kind is not known here, or whose sealed part was taken out: its parts, unread and without loss.</summary>
/// <param name="Name">The kind as the file has it.</param>
/// <param name="Public">The public part.</param>
/// <param name="Secret">The sealed part; null when there is none or it was taken out.</param>
public sealed record UnknownBody(string Name, JsonObject Public, JsonObject? Secret = null) : EvidenceBody
{
    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        Copy(Public, open);
        if (Secret is not null)
            Copy(Secret, secret);
    }

    private static void Copy(JsonObject from, JsonObject to)
    {
        foreach (var (name, value) in from)
            to[name] = value?.DeepClone();
    }
}

/// <summary>Which kinds there are: one registration line each.</summary>
internal static class EvidenceKinds
{
    private delegate EvidenceBody Reader(JsonObject open, JsonObject secret);

    /// <summary>Kinds whose content is in the sealed part: without it there is nothing to read.</summary>
    private static readonly HashSet<string> SealedKinds =
        new(StringComparer.Ordinal) { StateSampled.Name, ProbeRan.Name, TruthNoted.Name, SeriesNoted.Name, FaultSwitched.Name };

    private static readonly Dictionary<string, Reader> Readers = new(StringComparer.Ordinal)
    {
        [AttemptBegun.Name] = AttemptBegun.Read,
        [ActionTaken.Name] = ActionTaken.Read,
        [ReadsObserved.Name] = ReadsObserved.Read,
        [StateSampled.Name] = StateSampled.Read,
        [ProbeRan.Name] = ProbeRan.Read,
        [TruthNoted.Name] = TruthNoted.Read,
        [SeriesNoted.Name] = SeriesNoted.Read,
        [AnswerGiven.Name] = AnswerGiven.Read,
        [HintTaken.Name] = HintTaken.Read,
        [InputApplied.Name] = InputApplied.Read,
        [FaultSwitched.Name] = FaultSwitched.Read,
        [TimePassed.Name] = TimePassed.Read,
        [CheckpointTaken.Name] = CheckpointTaken.Read,
        [CheckpointRestored.Name] = CheckpointRestored.Read,
        [AttemptFrozen.Name] = AttemptFrozen.Read,
        [AttemptResumed.Name] = AttemptResumed.Read,
        [MarkGiven.Name] = MarkGiven.Read,
        [PointsDeducted.Name] = PointsDeducted.Read,
        [HandedIn.Name] = HandedIn.Read,
        [EvidenceSealed.Name] = EvidenceSealed.Read,
    };

    public static EvidenceBody Read(EvidenceRecord record)
    {
        var open = record.ReadPublic();
        var secret = record.ReadSealed();
        if (!Readers.TryGetValue(record.Kind, out var read) || (secret is null && SealedKinds.Contains(record.Kind)))
            return new UnknownBody(record.Kind, open, secret);
        try
        {
            return read(open, secret ?? []);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                string.Create(CultureInfo.InvariantCulture, $"Record {record.Number} of kind {record.Kind} does not hold what its kind needs: {e.Message}"), e);
        }
    }
}

/// <summary>Reading values out of a record's part: a value that is missing or of another type is an <see cref="InvalidOperationException"/>.</summary>
internal static class RecordPart
{
    public static string Text(this JsonObject part, string name) => part.TextOrNull(name) ?? throw Missing(name);

    public static string? TextOrNull(this JsonObject part, string name) => part[name]?.GetValue<string>();

    public static long Integer(this JsonObject part, string name) => (part[name] ?? throw Missing(name)).GetValue<long>();

    public static decimal Number(this JsonObject part, string name) => (part[name] ?? throw Missing(name)).GetValue<decimal>();

    public static double? DoubleOrNull(this JsonObject part, string name) => part[name]?.GetValue<double>();

    public static DateTimeOffset Instant(this JsonObject part, string name)
        => DateTimeOffset.Parse(part.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    public static string Text(DateTimeOffset instant) => instant.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Takes a value out of a freshly parsed part, so that it can live elsewhere.</summary>
    public static JsonNode? Take(this JsonObject part, string name) => part[name]?.DeepClone();

    private static InvalidOperationException Missing(string name) => new($"'{name}' is missing.");
}
