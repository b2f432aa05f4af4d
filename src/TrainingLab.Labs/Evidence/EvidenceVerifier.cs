namespace TrainingLab.Labs.Evidence;

/// <summary>Whether a file is what was written.</summary>
public enum EvidenceState
{
    /// <summary>Every record is intact and the last one is a seal whose signature holds.</summary>
    Intact,

    /// <summary>Every record is intact and there is no seal at the end: the attempt still runs, or the end was cut off.</summary>
    Unsealed,

    /// <summary>A record is not intact.</summary>
    Broken,

    /// <summary>All is intact, but sealed by another key than the one that was asked for.</summary>
    ForeignSeal,
}

/// <summary>What the verifier found.</summary>
/// <param name="State">Whether the file is what was written.</param>
/// <param name="Records">Records up to the end, or up to the first bad one.</param>
/// <param name="Head">The head after those records, <c>sha256:…</c>.</param>
/// <param name="Fingerprint">The fingerprint of the key that sealed it; empty without a seal. Whoever must trust the file compares it with the installation's.</param>
/// <param name="FirstBadRecord">The first record that is not intact or is missing; null when intact.</param>
/// <param name="Reason">Why, in English; null when intact.</param>
public sealed record EvidenceVerdict(
    EvidenceState State, long Records, string Head, string Fingerprint, long? FirstBadRecord = null, string? Reason = null)
{
    /// <summary>True for a whole, sealed, unchanged file.</summary>
    public bool IsIntact => State == EvidenceState.Intact;
}

/// <summary>Says whether an evidence file, or a redacted copy of one, is intact.</summary>
public static class EvidenceVerifier
{
    /// <summary>Verifies a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="trustedFingerprint">The fingerprint that the seal's key must have; any key when null.</param>
    public static EvidenceVerdict Verify(string path, string? trustedFingerprint = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Verify(file, trustedFingerprint);
    }

    /// <inheritdoc cref="Verify(string, string?)"/>
    public static EvidenceVerdict Verify(Stream stream, string? trustedFingerprint = null)
    {
        var walk = new EvidenceWalk(stream);
        while (walk.Next() is not null)
        {
        }

        var chain = walk.Chain;
        var verdict = new EvidenceVerdict(EvidenceState.Intact, chain.Records, EvidenceHash.Text(chain.Head), chain.IsSealed ? chain.Fingerprint : "");
        if (walk.Reason is not null)
            return verdict with { State = EvidenceState.Broken, FirstBadRecord = chain.Records + 1, Reason = walk.Reason };
        if (!chain.IsSealed)
            return verdict with { State = EvidenceState.Unsealed, FirstBadRecord = chain.Records + 1, Reason = "the file ends here, without a seal" };
        if (trustedFingerprint is not null && trustedFingerprint != chain.Fingerprint)
            return verdict with { State = EvidenceState.ForeignSeal, FirstBadRecord = chain.Records, Reason = "the seal is of another key than the installation's" };
        return verdict;
    }
}
