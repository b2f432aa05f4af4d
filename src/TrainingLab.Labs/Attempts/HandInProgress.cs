using TrainingLab.Labs.Evidence;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Attempts;

/// <summary>How far the hand-in of an attempt has come, as its evidence says: the index may not know, where the process ended in between.</summary>
/// <param name="By">Who handed in; null where nobody has.</param>
/// <param name="IsSealed">Whether the evidence is sealed.</param>
internal readonly record struct HandInProgress(string? By, bool IsSealed)
{
    /// <summary>Reads it from the evidence; an end that was cut short counts as not there.</summary>
    public static HandInProgress Of(string evidence)
    {
        if (!File.Exists(evidence))
            return default;
        using var file = new FileStream(evidence, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var walk = new EvidenceWalk(file);
        string? by = null;
        while (walk.Next() is { } record)
        {
            // Only the kind is looked at: a body is parsed when it is asked for.
            if (record.Kind == HandedIn.Name)
                by = ((HandedIn)record.Body).By;
        }

        return new HandInProgress(by, walk.Chain.WasSealed);
    }
}
