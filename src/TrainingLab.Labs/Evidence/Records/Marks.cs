using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary><c>mark</c>, signed: a human gave points for a check, also after the seal. The latest mark of a check counts.</summary>
/// <param name="Check">The check's id.</param>
/// <param name="Points">Points given, from 0 to the check's own.</param>
/// <param name="By">The instructor or examiner.</param>
/// <param name="Comment">For the student.</param>
public sealed record MarkGiven(string Check, decimal Points, string By, string Comment = "") : EvidenceBody
{
    internal const string Name = "mark";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <summary>The public key that the mark is signed by; the writer fills it in.</summary>
    public string Key { get; init; } = "";

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["check"] = Check;
        open["points"] = Points;
        open["by"] = By;
        open["comment"] = Comment;
        open["key"] = Key;
    }

    internal static MarkGiven Read(JsonObject open, JsonObject secret)
        => new(open.Text("check"), open.Number("points"), open.Text("by"), open.TextOrNull("comment") ?? "") { Key = open.Text("key") };
}

/// <summary><c>deduction</c>: points taken for something that no predicate of the lab sees.</summary>
/// <param name="Id">The id of the lab's declared deduction, or a new one.</param>
/// <param name="Points">Points taken, positive; the lab's own figure decides when it declares this id.</param>
/// <param name="By">Who decided it: an instructor, or a component of the runtime.</param>
/// <param name="Comment">For the student.</param>
public sealed record PointsDeducted(string Id, decimal Points, string By = "", string Comment = "") : EvidenceBody
{
    internal const string Name = "deduction";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["id"] = Id;
        open["points"] = Points;
        open["by"] = By;
        open["comment"] = Comment;
    }

    internal static PointsDeducted Read(JsonObject open, JsonObject secret)
        => new(open.Text("id"), open.Number("points"), open.TextOrNull("by") ?? "", open.TextOrNull("comment") ?? "");
}

/// <summary><c>seal</c>, signed, the last record: from here only marks may follow, and another seal.</summary>
/// <param name="Records">How many records the file has with this one.</param>
/// <param name="Key">The installation's public key, SubjectPublicKeyInfo in base64url.</param>
/// <param name="Fingerprint">SHA-256 of that key, to compare with the installation's.</param>
public sealed record EvidenceSealed(long Records, string Key, string Fingerprint) : EvidenceBody
{
    internal const string Name = "seal";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["records"] = Records;
        open["key"] = Key;
        open["fingerprint"] = Fingerprint;
    }

    internal static EvidenceSealed Read(JsonObject open, JsonObject secret) => new(open.Integer("records"), open.Text("key"), open.Text("fingerprint"));
}
