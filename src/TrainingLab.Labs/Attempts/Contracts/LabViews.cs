namespace TrainingLab.Labs.Attempts.Contracts;

/// <summary>One row of the list of labs.</summary>
/// <param name="Id">For example <c>network/vlan-segmentation</c>.</param>
/// <param name="Title">Title in both languages.</param>
/// <param name="Summary">One or two sentences.</param>
/// <param name="Track">First part of the id: network, identifiers, interop, platform, data, apps, operations, security, cases.</param>
/// <param name="Level">1 junior to 3 senior.</param>
/// <param name="Minutes">Hands-on minutes.</param>
/// <param name="Points">The most a scorecard can reach.</param>
/// <param name="Positions">Numbers 1 to 15 of the curriculum's positions.</param>
public sealed record LabSummary(
    string Id, LocalizedText Title, LocalizedText Summary, string Track, int Level, int Minutes, int Points, IReadOnlyList<int> Positions);

/// <summary>A lab as its page and the workspace show it. Never carries expected values.</summary>
/// <param name="Summary">The row in the list.</param>
/// <param name="Guide">Markdown in both languages.</param>
/// <param name="Tasks">In the order of the lab file.</param>
public sealed record LabDetail(LabSummary Summary, LocalizedText Guide, IReadOnlyList<LabTask> Tasks);

/// <summary>One task of a lab.</summary>
public sealed record LabTask(
    string Id, LocalizedText Title, LocalizedText Text, IReadOnlyList<LabCheck> Checks, IReadOnlyList<LabQuestion> Questions);

/// <summary>What a check is called; its outcome is in the scorecard.</summary>
/// <param name="Id">Unique in the lab.</param>
/// <param name="Title">What must hold, in words a student may read.</param>
/// <param name="Max">Points.</param>
public sealed record LabCheck(string Id, LocalizedText Title, int Max);

/// <summary>What the student answers in a form.</summary>
/// <param name="Id">The name under which the answer is graded.</param>
/// <param name="Prompt">The question; may depend on the variant, so the workspace asks the attempt rather than the lab.</param>
/// <param name="Unit">For example <c>%</c>; null when the answer is a word.</param>
/// <param name="Choices">Empty for free text.</param>
public sealed record LabQuestion(string Id, LocalizedText Prompt, string? Unit, IReadOnlyList<LabChoice> Choices);

/// <summary>One of the answers to choose from.</summary>
public sealed record LabChoice(string Value, LocalizedText Text);
