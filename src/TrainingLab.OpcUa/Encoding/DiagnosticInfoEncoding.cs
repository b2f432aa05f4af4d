namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// DiagnosticInfo (OPC 10000-6, 5.2.2.12): a mask, then in this order what the mask says.
/// <code>
/// mask:1 (80 means nothing) | 01 symbolic id:4 | 02 namespace:4 | 08 locale:4 | 04 text:4 | 10 additional info string | 20 inner status:4 | 40 inner diagnostics
/// </code>
/// </summary>
public static class DiagnosticInfoEncoding
{
    internal static void Write(UaWriter writer, DiagnosticInfo? value)
    {
        if (value is null)
        {
            writer.WriteByte(0);
            return;
        }

        writer.WriteByte((byte)((value.SymbolicId is null ? 0 : 0x01)
            | (value.NamespaceUri is null ? 0 : 0x02)
            | (value.LocalizedText is null ? 0 : 0x04)
            | (value.Locale is null ? 0 : 0x08)
            | (value.AdditionalInfo is null ? 0 : 0x10)
            | (value.InnerStatusCode is null ? 0 : 0x20)
            | (value.InnerDiagnosticInfo is null ? 0 : 0x40)));
        if (value.SymbolicId is { } symbolicId)
        {
            writer.WriteInt32(symbolicId);
        }

        if (value.NamespaceUri is { } namespaceUri)
        {
            writer.WriteInt32(namespaceUri);
        }

        if (value.Locale is { } locale)
        {
            writer.WriteInt32(locale);
        }

        if (value.LocalizedText is { } text)
        {
            writer.WriteInt32(text);
        }

        if (value.AdditionalInfo is not null)
        {
            writer.WriteString(value.AdditionalInfo);
        }

        if (value.InnerStatusCode is { } status)
        {
            writer.WriteStatusCode(status);
        }

        if (value.InnerDiagnosticInfo is not null)
        {
            Write(writer, value.InnerDiagnosticInfo);
        }
    }

    internal static DiagnosticInfo? Read(ref UaReader reader)
    {
        var mask = reader.ReadByte() & 0x7F;
        if (mask == 0)
        {
            return null;
        }

        int? symbolicId = (mask & 0x01) != 0 ? reader.ReadInt32() : null;
        int? namespaceUri = (mask & 0x02) != 0 ? reader.ReadInt32() : null;
        int? locale = (mask & 0x08) != 0 ? reader.ReadInt32() : null;
        int? text = (mask & 0x04) != 0 ? reader.ReadInt32() : null;
        var additional = (mask & 0x10) != 0 ? reader.ReadString() : null;
        StatusCode? status = (mask & 0x20) != 0 ? reader.ReadStatusCode() : null;
        var inner = (mask & 0x40) != 0 ? reader.ReadDiagnosticInfo() : null;
        // A mask may promise what then is null.
        return symbolicId is null && namespaceUri is null && locale is null && text is null && additional is null && status is null && inner is null
            ? null
            : new DiagnosticInfo(symbolicId, namespaceUri, locale, text, additional, status, inner);
    }
}
