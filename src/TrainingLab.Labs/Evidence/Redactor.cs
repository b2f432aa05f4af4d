namespace TrainingLab.Labs.Evidence;

/// <summary>Makes the copy of an evidence file that its student may read: sealed parts and their salts taken out, their hashes kept.</summary>
public static class Redactor
{
    /// <summary>Writes the redacted copy; it has the same head and verifies by the same seal.</summary>
    /// <exception cref="InvalidDataException">The evidence is not intact.</exception>
    public static void Redact(Stream evidence, Stream copy)
    {
        foreach (var record in EvidenceReader.Read(evidence))
            copy.Write(Redact(record));
    }

    /// <summary>One record of the redacted copy, as the bytes of its line.</summary>
    public static byte[] Redact(EvidenceRecord record)
    {
        var line = record.Line;
        if (line.Sealed is { } part)
            line = line with { Sealed = null, SealedSalt = null, SealedHash = EvidenceHash.Leaf(line.SealedSalt, part.Span) };
        return line.ToBytes();
    }
}
