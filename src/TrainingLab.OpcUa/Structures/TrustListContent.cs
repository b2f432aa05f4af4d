using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>The parts of a trust list (TrustListMasks, OPC 10000-12, 7.8.2.10).</summary>
[Flags]
public enum TrustListMasks : uint
{
    None = 0,
    TrustedCertificates = 1,
    TrustedCrls = 2,
    IssuerCertificates = 4,
    IssuerCrls = 8,
    All = 15,
}

/// <summary>The content of a trust list's file (TrustListDataType, OPC 10000-12, 7.8.2.9): which lists it holds, and their elements in DER.</summary>
/// <param name="SpecifiedLists">The lists that are told; the others are left as they are.</param>
/// <param name="TrustedCertificates">Certificates that are trusted.</param>
/// <param name="TrustedCrls">What their authorities have revoked.</param>
/// <param name="IssuerCertificates">Authorities that only complete chains.</param>
/// <param name="IssuerCrls">What those have revoked.</param>
/// <remarks><code>specified lists: 4 | byte strings | byte strings | byte strings | byte strings, each: count: 4 | (length: 4 | DER)…</code></remarks>
public sealed record TrustListContent(
    TrustListMasks SpecifiedLists, IReadOnlyList<byte[]> TrustedCertificates, IReadOnlyList<byte[]> TrustedCrls, IReadOnlyList<byte[]> IssuerCertificates, IReadOnlyList<byte[]> IssuerCrls)
    : IStructureBody<TrustListContent>
{
    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteUInt32((uint)SpecifiedLists);
        WriteList(writer, TrustedCertificates);
        WriteList(writer, TrustedCrls);
        WriteList(writer, IssuerCertificates);
        WriteList(writer, IssuerCrls);
    }

    public static TrustListContent Read(ref UaReader reader) =>
        new((TrustListMasks)reader.ReadUInt32(), ReadList(ref reader), ReadList(ref reader), ReadList(ref reader), ReadList(ref reader));

    private static void WriteList(UaWriter writer, IReadOnlyList<byte[]> list)
    {
        writer.WriteInt32(list.Count);
        foreach (var element in list)
        {
            writer.WriteByteString(element);
        }
    }

    private static byte[][] ReadList(ref UaReader reader)
    {
        var list = new byte[Math.Max(0, reader.ReadArrayLength(sizeof(int)))][];
        for (var i = 0; i < list.Length; i++)
        {
            list[i] = reader.ReadByteString() ?? [];
        }

        return list;
    }
}
