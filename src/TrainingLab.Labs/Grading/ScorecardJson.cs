using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TrainingLab.Factory.Definitions;

namespace TrainingLab.Labs.Grading;

/// <summary>For whom a scorecard is written.</summary>
public enum ScorecardView
{
    /// <summary>Everything: instructors, the command line, and students after release.</summary>
    Full,

    /// <summary>Before release: a commitment instead of the seed, and nothing of what sealed checks expected and found.</summary>
    Student,
}

/// <summary>Writes scorecards as the contract's JSON: one line, properties always in the same order, the same bytes for the same scorecard.</summary>
public static class ScorecardJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The scorecard as JSON.</summary>
    /// <param name="card">The scorecard.</param>
    /// <param name="view">For whom.</param>
    /// <param name="language">The language of <c>expected</c> and <c>actual</c>; <c>advice</c> is in both.</param>
    public static string Write(Scorecard card, ScorecardView view = ScorecardView.Full, string language = "en")
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
            Write(json, card, view, language);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>Writes the scorecard as one JSON object into a document.</summary>
    public static void Write(Utf8JsonWriter json, Scorecard card, ScorecardView view = ScorecardView.Full, string language = "en")
    {
        json.WriteStartObject();
        json.WriteString("lab", card.Lab);
        if (view == ScorecardView.Full && card.Seed is { } seed)
            json.WriteNumber("seed", seed);
        else if (card.SeedCommitment is not null)
            json.WriteString("seedCommitment", card.SeedCommitment);
        Write(json, "score", card.Score);
        Write(json, "max", card.Max);
        json.WriteBoolean("passed", card.Passed);
        json.WriteStartArray("checks");
        foreach (var check in card.Checks)
            Write(json, check, view == ScorecardView.Full || !check.IsSealed, language);
        json.WriteEndArray();
        json.WriteStartArray("deductions");
        foreach (var deduction in card.Deductions)
        {
            json.WriteStartObject();
            json.WriteString("reason", deduction.Reason);
            json.WriteString("id", deduction.Id);
            Write(json, "points", deduction.Points);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("evidence");
        json.WriteNumber("records", card.Records);
        json.WriteString("head", card.Head);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Two gradings and what differs, as one JSON object: <c>before</c>, <c>after</c>, <c>gain</c>, <c>changes</c>.</summary>
    public static string Write(ScorecardComparison comparison, string language = "en")
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WritePropertyName("before");
            Write(json, comparison.Before, language: language);
            json.WritePropertyName("after");
            Write(json, comparison.After, language: language);
            Write(json, "gain", comparison.Gain);
            json.WriteStartArray("changes");
            foreach (var check in comparison.Checks)
            {
                json.WriteStartObject();
                json.WriteString("id", check.Id);
                WriteSide(json, "before", check.Before);
                WriteSide(json, "after", check.After);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteSide(Utf8JsonWriter json, string name, CheckResult? check)
    {
        if (check is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("outcome", Word(check.Outcome));
        Write(json, "points", check.Points);
        Write(json, "max", check.Max);
        json.WriteEndObject();
    }

    /// <summary>The outcome as the contract writes it.</summary>
    public static string Word(CheckOutcome outcome) => KeyNames.Of(outcome.ToString());

    private static void Write(Utf8JsonWriter json, CheckResult check, bool open, string language)
    {
        json.WriteStartObject();
        json.WriteString("id", check.Id);
        json.WriteString("task", check.Task);
        json.WriteString("outcome", Word(check.Outcome));
        Write(json, "points", check.Points);
        Write(json, "max", check.Max);
        if (open)
        {
            json.WriteString("expected", check.Expected.In(language));
            json.WriteString("actual", check.Actual.In(language));
        }

        if (check.Advice is { } advice)
        {
            json.WriteStartObject("advice");
            json.WriteString("en", advice.En);
            json.WriteString("zh", advice.Zh);
            json.WriteEndObject();
        }

        if (check.Comment.Length > 0)
            json.WriteString("comment", check.Comment);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, decimal points)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(points.ToString("0.####", CultureInfo.InvariantCulture));
    }
}
