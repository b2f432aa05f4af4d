using System.Text.Json.Nodes;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Evidence;

/// <summary>One record of an attempt's evidence: a line of the file, with its place in the hash chain.</summary>
/// <remarks>
/// A record is immutable. Its parts are kept as the exact bytes of the file, because the hashes are over those bytes; <see cref="Body"/>
/// is always read from them, so that grading live and grading again see the same values.
/// </remarks>
public sealed class EvidenceRecord
{
    private EvidenceBody? body;

    internal EvidenceRecord(EvidenceLine line, byte[] head)
    {
        Line = line;
        HeadBytes = head;
    }

    /// <summary>Position in the file, from 1, without gaps.</summary>
    public long Number => Line.Number;

    /// <summary>The kind of record, for example <c>action</c>. A kind that this version does not know is kept as it is.</summary>
    public string Kind => Line.Kind;

    /// <summary>The instant of the plant, UTC. It can go back, after a return to a checkpoint.</summary>
    public DateTimeOffset Plant => Line.Plant;

    /// <summary>The instant of the host that wrote the record, UTC.</summary>
    public DateTimeOffset Wall => Line.Wall;

    /// <summary>True when the record had a sealed part that was taken out of this copy.</summary>
    public bool IsRedacted => Line.SealedHash is not null;

    /// <summary>The head of the chain after this record, as <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string Head => EvidenceHash.Text(HeadBytes);

    /// <summary>What the record says, typed; <see cref="UnknownBody"/> when the kind is not known or its sealed part was taken out.</summary>
    public EvidenceBody Body => body ??= EvidenceKinds.Read(this);

    /// <summary>The public part, parsed anew on each call: the caller may keep and change it.</summary>
    public JsonObject ReadPublic() => JsonNode.Parse(Line.Public.Span)!.AsObject();

    /// <summary>The sealed part, parsed anew on each call; null when there is none or it was taken out.</summary>
    public JsonObject? ReadSealed() => Line.Sealed is { } part ? JsonNode.Parse(part.Span)!.AsObject() : null;

    internal EvidenceLine Line { get; }

    internal byte[] HeadBytes { get; }
}
