namespace TrainingLab.Labs.Evidence;

/// <summary>Reads an evidence file record by record, checking the chain as it goes; it holds one line in memory at a time.</summary>
public static class EvidenceReader
{
    /// <summary>Reads all records of a file.</summary>
    /// <exception cref="InvalidDataException">At the first record that is not intact; the message names it.</exception>
    public static IEnumerable<EvidenceRecord> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        foreach (var record in Read(file))
            yield return record;
    }

    /// <inheritdoc cref="Read(string)"/>
    public static IEnumerable<EvidenceRecord> Read(Stream stream)
    {
        var walk = new EvidenceWalk(stream);
        while (walk.Next() is { } record)
            yield return record;
        if (walk.Reason is not null)
            throw new InvalidDataException($"Record {walk.Chain.Records + 1} is not intact: {walk.Reason}.");
    }
}

/// <summary>One walk over the lines of a stream, up to its end or to the first record that is not intact.</summary>
internal sealed class EvidenceWalk(Stream stream)
{
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    public EvidenceChain Chain { get; } = new();

    /// <summary>Why the walk stopped before the end of the stream; null while it goes and when it came to the end.</summary>
    public string? Reason { get; private set; }

    /// <summary>True when it stopped because the last line has no line end: a write that was cut short.</summary>
    public bool IsCutShort { get; private set; }

    /// <summary>Length in bytes of the records accepted so far, with their line ends.</summary>
    public long Length { get; private set; }

    public EvidenceRecord? Next()
    {
        if (Reason is not null || ReadLine() is not { } line)
            return null;

        var parsed = EvidenceLine.Read(line, out var reason);
        var record = parsed is null ? null : Chain.Accept(parsed, out reason);
        Reason = reason;
        if (record is not null)
            Length += line.Length + 1;
        return record;
    }

    private byte[]? ReadLine()
    {
        var searched = 0;
        while (true)
        {
            var at = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                var line = buffer.AsSpan(start, searched + at).ToArray();
                start += line.Length + 1;
                return line;
            }

            searched = end - start;
            if (searched >= EvidenceLine.MaxLength)
            {
                Reason = $"its line is longer than {EvidenceLine.MaxLength} bytes";
                return null;
            }

            if (!Fill())
            {
                IsCutShort = searched > 0;
                Reason = IsCutShort ? "its line does not end" : null;
                return null;
            }
        }
    }

    private bool Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
            Array.Resize(ref buffer, buffer.Length * 2);
        var read = stream.Read(buffer, end, buffer.Length - end);
        end += read;
        return read > 0;
    }
}
