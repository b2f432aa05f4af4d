namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>Which member of a <c>oneof value</c> carries a value.</summary>
public enum SparkplugValueKind
{
    /// <summary>There is no value.</summary>
    None,

    /// <summary><c>int_value</c></summary>
    Int,

    /// <summary><c>long_value</c></summary>
    Long,

    /// <summary><c>float_value</c></summary>
    Float,

    /// <summary><c>double_value</c></summary>
    Double,

    /// <summary><c>boolean_value</c></summary>
    Boolean,

    /// <summary><c>string_value</c></summary>
    String,

    /// <summary><c>bytes_value</c>, of metrics only.</summary>
    Bytes,

    /// <summary><c>dataset_value</c>, of metrics only.</summary>
    DataSet,

    /// <summary><c>template_value</c>, of metrics only.</summary>
    Template,

    /// <summary><c>propertyset_value</c>, of properties only.</summary>
    PropertySet,

    /// <summary><c>propertysets_value</c>, of properties only.</summary>
    PropertySetList,

    /// <summary><c>extension_value</c>, whose content is passed over.</summary>
    Extension,
}

/// <summary>
/// A value as it is on the wire, which does not tell its data type: the birth does, so a value in NDATA can be understood only with it
/// (<see cref="TryGet"/>). Two values are equal when they are written as the same bytes.
/// </summary>
/// <remarks>
/// The first six members have the same order in every message that has values, and begin at another field:
/// <code>
///                 int  long  float  double  boolean  string
/// Metric           10    11     12      13       14      15   16 bytes  17 dataset  18 template  19 extension
/// PropertyValue     3     4      5       6        7       8    9 propertyset  10 propertysets  11 extension
/// DataSetValue      1     2      3       4        5       6    7 extension
/// Parameter         3     4      5       6        7       8    9 extension
/// </code>
/// </remarks>
public readonly struct SparkplugValue : IEquatable<SparkplugValue>
{
    internal const int ScalarFields = 6;

    private readonly ulong bits;
    private readonly object? reference;

    private SparkplugValue(SparkplugValueKind kind, ulong bits, object? reference)
    {
        Kind = kind;
        this.bits = bits;
        this.reference = reference;
    }

    /// <summary>Which member carries it.</summary>
    public SparkplugValueKind Kind { get; }

    /// <summary>The integer of <c>int_value</c> or <c>long_value</c>; of other kinds 0.</summary>
    public ulong Integer => Kind is SparkplugValueKind.Int or SparkplugValueKind.Long ? bits : 0;

    /// <summary>The number of <c>float_value</c> or <c>double_value</c>; of other kinds 0.</summary>
    public double Number => Kind switch
    {
        SparkplugValueKind.Float => BitConverter.UInt32BitsToSingle((uint)bits),
        SparkplugValueKind.Double => BitConverter.UInt64BitsToDouble(bits),
        _ => 0,
    };

    /// <summary><c>boolean_value</c>; of other kinds false.</summary>
    public bool Boolean => Kind == SparkplugValueKind.Boolean && bits != 0;

    /// <summary><c>string_value</c>; of other kinds null.</summary>
    public string? String => reference as string;

    /// <summary><c>bytes_value</c>; of other kinds empty.</summary>
    public ReadOnlyMemory<byte> Bytes => reference as byte[];

    /// <summary><c>dataset_value</c>; of other kinds null.</summary>
    public SparkplugDataSet? DataSet => reference as SparkplugDataSet;

    /// <summary><c>template_value</c>; of other kinds null.</summary>
    public SparkplugTemplate? Template => reference as SparkplugTemplate;

    /// <summary><c>propertyset_value</c>; of other kinds null.</summary>
    public SparkplugPropertySet? PropertySet => reference as SparkplugPropertySet;

    /// <summary><c>propertysets_value</c>; of other kinds null.</summary>
    public IReadOnlyList<SparkplugPropertySet>? PropertySetList => reference as SparkplugPropertySet[];

    /// <summary>An <c>int_value</c>.</summary>
    public static SparkplugValue OfInt(uint value) => new(SparkplugValueKind.Int, value, null);

    /// <summary>A <c>long_value</c>.</summary>
    public static SparkplugValue OfLong(ulong value) => new(SparkplugValueKind.Long, value, null);

    /// <summary>A <c>float_value</c>.</summary>
    public static SparkplugValue OfFloat(float value) => new(SparkplugValueKind.Float, BitConverter.SingleToUInt32Bits(value), null);

    /// <summary>A <c>double_value</c>.</summary>
    public static SparkplugValue OfDouble(double value) => new(SparkplugValueKind.Double, BitConverter.DoubleToUInt64Bits(value), null);

    /// <summary>A <c>boolean_value</c>.</summary>
    public static SparkplugValue OfBoolean(bool value) => new(SparkplugValueKind.Boolean, value ? 1UL : 0, null);

    /// <summary>A <c>string_value</c>.</summary>
    public static SparkplugValue OfString(string value) => new(SparkplugValueKind.String, 0, value);

    /// <summary>A <c>bytes_value</c>; copied.</summary>
    public static SparkplugValue OfBytes(ReadOnlySpan<byte> value) => new(SparkplugValueKind.Bytes, 0, value.ToArray());

    /// <summary>A <c>dataset_value</c>.</summary>
    public static SparkplugValue OfDataSet(SparkplugDataSet value) => new(SparkplugValueKind.DataSet, 0, value);

    /// <summary>A <c>template_value</c>.</summary>
    public static SparkplugValue OfTemplate(SparkplugTemplate value) => new(SparkplugValueKind.Template, 0, value);

    /// <summary>A <c>propertyset_value</c>.</summary>
    public static SparkplugValue OfPropertySet(SparkplugPropertySet value) => new(SparkplugValueKind.PropertySet, 0, value);

    /// <summary>A <c>propertysets_value</c>; the list is copied.</summary>
    public static SparkplugValue OfPropertySetList(IEnumerable<SparkplugPropertySet> value) => new(SparkplugValueKind.PropertySetList, 0, value.ToArray());

    /// <summary>An <c>extension_value</c> without content.</summary>
    public static SparkplugValue OfExtension() => new(SparkplugValueKind.Extension, 0, null);

    /// <summary>A value of a data type. Integers may come in any CLR type that holds them; times as <see cref="DateTimeOffset"/>; UUIDs as <see cref="Guid"/>; arrays as CLR arrays.</summary>
    /// <exception cref="ArgumentException">The value is none of that type.</exception>
    public static SparkplugValue Of(SparkplugDataType type, object value) =>
        SparkplugTypes.TryWrite(type, value, out var made) ? made : throw new ArgumentException($"{value} ({value.GetType().Name}) is no {type}.", nameof(value));

    /// <summary>
    /// The value as one of a data type: sbyte to ulong, float, double, bool, string, <see cref="DateTimeOffset"/>, <see cref="Guid"/>, byte[], an array of these,
    /// <see cref="SparkplugDataSet"/>, <see cref="SparkplugTemplate"/>, <see cref="SparkplugPropertySet"/> or a list of these. False when it is none of that type.
    /// </summary>
    /// <param name="type">The data type, from the birth.</param>
    /// <param name="value">The value.</param>
    public bool TryGet(SparkplugDataType type, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out object? value) => SparkplugTypes.TryRead(type, this, out value);

    /// <inheritdoc/>
    public bool Equals(SparkplugValue other)
    {
        if (Kind != other.Kind || bits != other.bits) return false;
        if (ReferenceEquals(reference, other.reference)) return true;
        if (Kind is SparkplugValueKind.String) return string.Equals(String, other.String, StringComparison.Ordinal);
        if (Kind is SparkplugValueKind.Bytes) return Bytes.Span.SequenceEqual(other.Bytes.Span);
        return Encode().AsSpan().SequenceEqual(other.Encode());
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SparkplugValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, bits, String);

    /// <summary>Whether both are written as the same bytes.</summary>
    public static bool operator ==(SparkplugValue left, SparkplugValue right) => left.Equals(right);

    /// <summary>Whether they are written as different bytes.</summary>
    public static bool operator !=(SparkplugValue left, SparkplugValue right) => !left.Equals(right);

    /// <summary>Reads one of the six members that every message with values has. False when the field is another.</summary>
    internal static bool TryReadScalar(ref ProtobufReader reader, int first, ref SparkplugValue value)
    {
        switch (reader.Field - first)
        {
            case 0: value = OfInt(reader.ReadUInt32()); return true;
            case 1: value = OfLong(reader.ReadUInt64()); return true;
            case 2: value = OfFloat(reader.ReadFloat()); return true;
            case 3: value = OfDouble(reader.ReadDouble()); return true;
            case 4: value = OfBoolean(reader.ReadBool()); return true;
            case 5: value = OfString(reader.ReadString()); return true;
            default: return false;
        }
    }

    /// <summary>Writes one of the six members. False when the value is another, or none.</summary>
    internal bool TryWriteScalar(ProtobufWriter writer, int first)
    {
        switch (Kind)
        {
            case SparkplugValueKind.Int: writer.UInt64(first, bits); return true;
            case SparkplugValueKind.Long: writer.UInt64(first + 1, bits); return true;
            case SparkplugValueKind.Float: writer.Float(first + 2, BitConverter.UInt32BitsToSingle((uint)bits)); return true;
            case SparkplugValueKind.Double: writer.Double(first + 3, BitConverter.UInt64BitsToDouble(bits)); return true;
            case SparkplugValueKind.Boolean: writer.Bool(first + 4, Boolean); return true;
            case SparkplugValueKind.String: writer.String(first + 5, String); return true;
            default: return false;
        }
    }

    private byte[] Encode()
    {
        var writer = new ProtobufWriter();
        switch (Kind)
        {
            case SparkplugValueKind.DataSet: DataSet!.Write(writer); break;
            case SparkplugValueKind.Template: Template!.Write(writer); break;
            case SparkplugValueKind.PropertySet: PropertySet!.Write(writer); break;
            case SparkplugValueKind.PropertySetList:
                foreach (var set in PropertySetList!) writer.Message(1, set.Write);
                break;
            default: break;
        }
        return writer.Written.ToArray();
    }
}
