using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TrainingLab.OpcUa;

/// <summary>The kind of an identifier inside a <see cref="NodeId"/> (OPC 10000-3, 8.2.3).</summary>
public enum IdType : byte
{
    Numeric = 0,
    String = 1,
    Guid = 2,
    Opaque = 3,
}

/// <summary>
/// Names a node of one server: a namespace index and a numeric, string, GUID or opaque identifier (OPC 10000-3, 8.2).
/// A value; <c>default</c> is the null node id <c>i=0</c>. Numeric and string ids do not allocate.
/// </summary>
public readonly struct NodeId : IEquatable<NodeId>
{
    private readonly object? _identifier;
    private readonly uint _numeric;

    /// <summary>A numeric id.</summary>
    public NodeId(ushort namespaceIndex, uint identifier)
    {
        NamespaceIndex = namespaceIndex;
        _numeric = identifier;
    }

    /// <summary>A string id.</summary>
    public NodeId(ushort namespaceIndex, string identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        NamespaceIndex = namespaceIndex;
        IdType = IdType.String;
        _identifier = identifier;
    }

    /// <summary>A GUID id.</summary>
    public NodeId(ushort namespaceIndex, Guid identifier)
    {
        NamespaceIndex = namespaceIndex;
        IdType = IdType.Guid;
        _identifier = identifier;
    }

    /// <summary>An opaque id; the bytes are not copied and must not change.</summary>
    public NodeId(ushort namespaceIndex, byte[] identifier)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        NamespaceIndex = namespaceIndex;
        IdType = IdType.Opaque;
        _identifier = identifier;
    }

    private NodeId(in NodeId other, ushort namespaceIndex)
    {
        NamespaceIndex = namespaceIndex;
        IdType = other.IdType;
        _numeric = other._numeric;
        _identifier = other._identifier;
    }

    /// <summary>The index into the server's namespace array; 0 is the OPC UA namespace itself.</summary>
    public ushort NamespaceIndex { get; }

    /// <summary>The kind of identifier.</summary>
    public IdType IdType { get; }

    /// <summary>The numeric identifier, 0 when it is of another kind.</summary>
    public uint Numeric => _numeric;

    /// <summary>The string identifier, null when it is of another kind.</summary>
    public string? Text => _identifier as string;

    /// <summary>The GUID identifier, null when it is of another kind.</summary>
    public Guid? Guid => _identifier is Guid guid ? guid : null;

    /// <summary>The opaque identifier, null when it is of another kind.</summary>
    public byte[]? Opaque => _identifier as byte[];

    /// <summary>Whether this is the null node id <c>i=0</c>.</summary>
    public bool IsNull => NamespaceIndex == 0 && IdType == IdType.Numeric && _numeric == 0;

    /// <summary>The same identifier in another namespace.</summary>
    public NodeId InNamespace(ushort namespaceIndex) => new(this, namespaceIndex);

    /// <summary>Whether this is <c>i=</c><paramref name="numeric"/> of the OPC UA namespace.</summary>
    public bool IsStandard(uint numeric) => NamespaceIndex == 0 && IdType == IdType.Numeric && _numeric == numeric;

    /// <summary>Reads the text form of OPC 10000-6, 5.3.1.10 (<c>ns=2;s=Filler.Speed</c>, <c>i=2258</c>).</summary>
    /// <exception cref="FormatException">The text is not a node id.</exception>
    public static NodeId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a node id; examples: i=2258, ns=2;s=Filler.Speed");

    /// <summary>Reads the text form (<c>ns=2;s=Filler.Speed</c>, <c>i=2258</c>); false when it is not one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out NodeId id)
    {
        id = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }

        ushort ns = 0;
        var rest = text.AsSpan();
        if (rest.StartsWith("ns=", StringComparison.Ordinal))
        {
            var end = rest.IndexOf(';');
            if (end < 0 || !ushort.TryParse(rest[3..end], NumberStyles.None, CultureInfo.InvariantCulture, out ns))
            {
                return false;
            }

            rest = rest[(end + 1)..];
        }

        if (rest.Length < 2 || rest[1] != '=')
        {
            return false;
        }

        var value = rest[2..];
        switch (rest[0])
        {
            case 'i' when uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var numeric):
                id = new NodeId(ns, numeric);
                return true;
            case 's':
                id = new NodeId(ns, value.ToString());
                return true;
            case 'g' when System.Guid.TryParse(value, out var guid):
                id = new NodeId(ns, guid);
                return true;
            case 'b':
                var bytes = new byte[value.Length];
                if (!Convert.TryFromBase64Chars(value, bytes, out var length))
                {
                    return false;
                }

                id = new NodeId(ns, bytes[..length]);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(NodeId other)
    {
        if (NamespaceIndex != other.NamespaceIndex || IdType != other.IdType)
        {
            return false;
        }

        return IdType switch
        {
            IdType.Numeric => _numeric == other._numeric,
            IdType.String => string.Equals(Text, other.Text, StringComparison.Ordinal),
            IdType.Guid => Guid == other.Guid,
            _ => Opaque.AsSpan().SequenceEqual(other.Opaque),
        };
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NodeId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        switch (IdType)
        {
            case IdType.Numeric:
                return (int)((_numeric * 0x9E3779B1u) ^ ((uint)NamespaceIndex << 24));
            case IdType.Opaque:
                var hash = default(HashCode);
                hash.AddBytes(Opaque);
                return hash.ToHashCode();
            default:
                return _identifier!.GetHashCode() ^ NamespaceIndex;
        }
    }

    /// <summary>The text form of OPC 10000-6, 5.3.1.10.</summary>
    public override string ToString()
    {
        var id = IdType switch
        {
            IdType.Numeric => string.Create(CultureInfo.InvariantCulture, $"i={_numeric}"),
            IdType.String => "s=" + Text,
            IdType.Guid => "g=" + Guid!.Value.ToString("D"),
            _ => "b=" + Convert.ToBase64String(Opaque!),
        };
        return NamespaceIndex == 0 ? id : string.Create(CultureInfo.InvariantCulture, $"ns={NamespaceIndex};{id}");
    }

    public static bool operator ==(NodeId left, NodeId right) => left.Equals(right);

    public static bool operator !=(NodeId left, NodeId right) => !left.Equals(right);
}
