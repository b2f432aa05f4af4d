using TrainingLab.OpcUa.Encoding;

namespace TrainingLab.OpcUa;

/// <summary>An engineering unit (OPC 10000-8, 5.6.4.3).</summary>
/// <param name="NamespaceUri">Who defines <paramref name="UnitId"/>; <see cref="UneceUri"/> for UNECE Recommendation 20.</param>
/// <param name="UnitId">The big-endian ASCII of the UNECE code, for example 4408652 for <c>CEL</c>.</param>
/// <param name="DisplayName">The symbol, for example <c>°C</c>.</param>
/// <param name="Description">The unit's full name.</param>
public sealed record EUInformation(string? NamespaceUri, int UnitId, LocalizedText DisplayName, LocalizedText Description) : IStructure, IStructureBody<EUInformation>
{
    /// <summary>The namespace of UNECE units.</summary>
    public const string UneceUri = "http://www.opcfoundation.org/UA/units/un/cefact";

    /// <inheritdoc/>
    public uint BinaryEncodingId => 889;

    /// <summary>A unit by its UNECE code (<c>CEL</c>, <c>BAR</c>, <c>P1</c>), with the symbol shown to people.</summary>
    /// <exception cref="ArgumentException">The code is not one to three ASCII characters.</exception>
    public static EUInformation FromUneceCode(string code, LocalizedText symbol, LocalizedText description = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        if (code.Length > 3 || !System.Text.Ascii.IsValid(code))
        {
            throw new ArgumentException($"'{code}' is not a UNECE code", nameof(code));
        }

        var id = 0;
        foreach (var c in code)
        {
            id = (id << 8) | c;
        }

        return new EUInformation(UneceUri, id, symbol, description);
    }

    /// <inheritdoc/>
    public void Write(UaWriter writer)
    {
        writer.WriteString(NamespaceUri);
        writer.WriteInt32(UnitId);
        writer.WriteLocalizedText(DisplayName);
        writer.WriteLocalizedText(Description);
    }

    public static EUInformation Read(ref UaReader reader) =>
        new(reader.ReadString(), reader.ReadInt32(), reader.ReadLocalizedText(), reader.ReadLocalizedText());
}
