using System.Security.Cryptography;
using TrainingLab.Labs.Evidence.Records;

namespace TrainingLab.Labs.Evidence;

/// <summary>The rules that hold from one record to the next; the writer, the reader and the verifier all follow it.</summary>
internal sealed class EvidenceChain
{
    /// <summary>Records accepted so far.</summary>
    public long Records { get; private set; }

    /// <summary>The head after them.</summary>
    public byte[] Head { get; private set; } = EvidenceHash.Start;

    /// <summary>True when the last record is a seal.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>True when there was a seal: only marks and another seal may follow.</summary>
    public bool WasSealed { get; private set; }

    /// <summary>Fingerprint of the key of the last seal; empty before one.</summary>
    public string Fingerprint { get; private set; } = "";

    /// <summary>Takes the next record, or says why it is not the next record.</summary>
    public EvidenceRecord? Accept(EvidenceLine line, out string? reason)
    {
        if (line.Number != Records + 1)
        {
            reason = $"record {Records + 1} was expected and number {line.Number} was found";
            return null;
        }

        var head = line.ComputeHead(Head);
        if (!CryptographicOperations.FixedTimeEquals(head, line.Hash))
        {
            reason = "its content is not what its hash says";
            return null;
        }

        var record = new EvidenceRecord(line, head);
        reason = CheckPlace(record) ?? CheckSignature(record);
        if (reason is not null)
            return null;

        Records++;
        Head = head;
        IsSealed = line.Kind == EvidenceSealed.Name;
        WasSealed |= IsSealed;
        return record;
    }

    private string? CheckPlace(EvidenceRecord record)
    {
        if (record.Number == 1 != (record.Kind == AttemptBegun.Name))
            return "the first record, and only the first, is the begin record";
        if (WasSealed && record.Kind is not (MarkGiven.Name or EvidenceSealed.Name))
            return "after the seal only marks and another seal may follow";
        return null;
    }

    private string? CheckSignature(EvidenceRecord record)
    {
        string key;
        try
        {
            switch (record.Kind)
            {
                case EvidenceSealed.Name:
                    var seal = (EvidenceSealed)record.Body;
                    if (seal.Records != record.Number)
                        return "the seal counts other records than the file has";
                    key = seal.Key;
                    break;
                case MarkGiven.Name:
                    key = ((MarkGiven)record.Body).Key;
                    break;
                default:
                    return record.Line.Signature is null ? null : "only a seal or a mark carries a signature";
            }
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }

        if (record.Line.Signature is null)
            return $"the {record.Kind} carries no signature";
        if (!InstallationKey.Verify(key, record.HeadBytes, record.Line.Signature, out var fingerprint))
            return "the signature does not belong to this content";
        if (record.Body is EvidenceSealed stated && stated.Fingerprint != fingerprint)
            return "the seal's fingerprint is not that of its key";
        if (record.Kind == EvidenceSealed.Name)
            Fingerprint = fingerprint;
        return null;
    }
}
