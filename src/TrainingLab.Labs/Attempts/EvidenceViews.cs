using TrainingLab.Labs.Attempts.Contracts;
using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Attempts;

/// <summary>Evidence as the workspace lists it: what the student did, never what the grader looked at.</summary>
internal static class EvidenceViews
{
    public static EvidenceEntry? Of(EvidenceRecord record) => record.Body switch
    {
        ActionTaken a => Entry(record, a.By.Student ?? a.By.Node, a.Protocol, a.Operation, a.Target, a.Outcome),
        ReadsObserved r => Entry(record, r.By.Student ?? r.By.Node, r.Protocol, r.Operation, r.Target, r.Failure is null ? $"×{r.Count}" : $"{r.Failure} ×{r.Count}"),
        AnswerGiven a => Entry(record, a.Student, "answer", "answer", a.Question, a.Raw),
        HintTaken h => Entry(record, h.Student, "hint", "hint", h.Hint, null),
        HandedIn h => Entry(record, h.By, "attempt", "handIn", null, null),
        CheckpointRestored c => Entry(record, null, "attempt", "restore", c.Checkpoint, null),
        AttemptFrozen f => Entry(record, null, "attempt", "freeze", null, f.Reason),
        AttemptResumed r => Entry(record, null, "attempt", "resume", null, r.Reason),
        AttemptBegun => Entry(record, null, "attempt", "begin", null, null),
        EvidenceSealed => Entry(record, null, "attempt", "seal", null, null),
        _ => null,
    };

    private static EvidenceEntry Entry(EvidenceRecord record, string? actor, string protocol, string operation, string? target, string? outcome) =>
        new(record.Number, record.Plant, record.Wall, actor, protocol, operation, target, outcome);
}
