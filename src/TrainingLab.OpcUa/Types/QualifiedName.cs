using System.Globalization;

namespace TrainingLab.OpcUa;

/// <summary>A browse name: a name and the namespace it comes from (OPC 10000-3, 8.3).</summary>
/// <param name="NamespaceIndex">The index into the server's namespace array.</param>
/// <param name="Name">The name, at most 512 characters; null in the null name.</param>
public readonly record struct QualifiedName(ushort NamespaceIndex, string? Name)
{
    /// <summary>Reads <c>2:Speed</c> or <c>Speed</c>.</summary>
    public static QualifiedName Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && ushort.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var ns)
            ? new QualifiedName(ns, text[(colon + 1)..])
            : new QualifiedName(0, text);
    }

    /// <inheritdoc/>
    public override string ToString() => NamespaceIndex == 0 ? Name ?? "" : string.Create(CultureInfo.InvariantCulture, $"{NamespaceIndex}:{Name}");
}
