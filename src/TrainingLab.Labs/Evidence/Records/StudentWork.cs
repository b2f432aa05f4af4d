using System.Text.Json.Nodes;

namespace TrainingLab.Labs.Evidence.Records;

/// <summary><c>answer</c>: a student answered a question; the latest answer counts.</summary>
/// <param name="Question">The question's id.</param>
/// <param name="Raw">What was typed, as it was typed.</param>
/// <param name="Normalised">How it was read when it was given, to show; grading reads <paramref name="Raw"/> again.</param>
/// <param name="Student">Who answered, in a group; null when there is one student.</param>
public sealed record AnswerGiven(string Question, string Raw, string Normalised = "", string? Student = null) : EvidenceBody
{
    internal const string Name = "answer";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["question"] = Question;
        open["raw"] = Raw;
        open["normalised"] = Normalised;
        if (Student is not null)
            open["student"] = Student;
    }

    internal static AnswerGiven Read(JsonObject open, JsonObject secret)
        => new(open.Text("question"), open.Text("raw"), open.TextOrNull("normalised") ?? "", open.TextOrNull("student"));
}

/// <summary><c>hint</c>: a student opened a hint. Its price is charged once.</summary>
/// <param name="Hint">The hint's id.</param>
/// <param name="Price">The price that was shown, in points; the lab's own price decides when the lab still has the hint.</param>
/// <param name="Student">Who, in a group.</param>
public sealed record HintTaken(string Hint, decimal Price, string? Student = null) : EvidenceBody
{
    internal const string Name = "hint";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret)
    {
        open["hint"] = Hint;
        open["price"] = Price;
        if (Student is not null)
            open["student"] = Student;
    }

    internal static HintTaken Read(JsonObject open, JsonObject secret) => new(open.Text("hint"), open.Number("price"), open.TextOrNull("student"));
}

/// <summary><c>handIn</c>: the student ended the attempt, or the bell did. Inputs are frozen from here; plant time runs on until holds decide.</summary>
/// <param name="By">The student, or <c>bell</c>.</param>
public sealed record HandedIn(string By = "") : EvidenceBody
{
    internal const string Name = "handIn";

    /// <inheritdoc/>
    public override string Kind => Name;

    /// <inheritdoc/>
    protected internal override void Write(JsonObject open, JsonObject secret) => open["by"] = By;

    internal static HandedIn Read(JsonObject open, JsonObject secret) => new(open.TextOrNull("by") ?? "");
}
