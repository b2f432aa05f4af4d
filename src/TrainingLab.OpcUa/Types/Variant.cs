using System.Runtime.CompilerServices;

namespace TrainingLab.OpcUa;

/// <summary>
/// A value of any built-in type, or an array of one, with dimensions when it is a matrix (OPC 10000-6, 5.2.2.16).
/// A value type that holds numbers, booleans, times and status codes without allocating; <c>default</c> is null.
/// </summary>
public readonly struct Variant : IEquatable<Variant>
{
    private readonly object? _object;
    private readonly long _bits;

    private Variant(BuiltInType type, long bits)
    {
        Type = type;
        _bits = bits;
    }

    private Variant(BuiltInType type, object? value, bool isArray = false)
    {
        Type = value is null && !isArray ? (type == BuiltInType.String || type == BuiltInType.ByteString || type == BuiltInType.XmlElement ? type : BuiltInType.Null) : type;
        IsArray = isArray;
        _object = value;
    }

    public Variant(bool value) : this(BuiltInType.Boolean, value ? 1 : 0) { }

    public Variant(sbyte value) : this(BuiltInType.SByte, value) { }

    public Variant(byte value) : this(BuiltInType.Byte, value) { }

    public Variant(short value) : this(BuiltInType.Int16, value) { }

    public Variant(ushort value) : this(BuiltInType.UInt16, value) { }

    public Variant(int value) : this(BuiltInType.Int32, value) { }

    public Variant(uint value) : this(BuiltInType.UInt32, value) { }

    public Variant(long value) : this(BuiltInType.Int64, value) { }

    public Variant(ulong value) : this(BuiltInType.UInt64, unchecked((long)value)) { }

    public Variant(float value) : this(BuiltInType.Float, BitConverter.SingleToInt32Bits(value)) { }

    public Variant(double value) : this(BuiltInType.Double, BitConverter.DoubleToInt64Bits(value)) { }

    public Variant(string? value) : this(BuiltInType.String, (object?)value) { }

    /// <summary>A time; it is taken as UTC.</summary>
    public Variant(DateTime value) : this(BuiltInType.DateTime, value.Ticks) { }

    public Variant(Guid value) : this(BuiltInType.Guid, (object)value) { }

    public Variant(byte[]? value) : this(BuiltInType.ByteString, (object?)value) { }

    public Variant(NodeId value) : this(BuiltInType.NodeId, (object)value) { }

    public Variant(ExpandedNodeId value) : this(BuiltInType.ExpandedNodeId, (object)value) { }

    public Variant(StatusCode value) : this(BuiltInType.StatusCode, value.Code) { }

    public Variant(QualifiedName value) : this(BuiltInType.QualifiedName, (object)value) { }

    public Variant(LocalizedText value) : this(BuiltInType.LocalizedText, (object)value) { }

    public Variant(ExtensionObject? value) : this(BuiltInType.ExtensionObject, (object?)value) { }

    /// <summary>A known structure, wrapped in an extension object.</summary>
    public Variant(IStructure value) : this(BuiltInType.ExtensionObject, new ExtensionObject(value)) { }

    /// <summary>The type of the value, or of the elements of the array.</summary>
    public BuiltInType Type { get; }

    /// <summary>Whether the value is an array (of one or more dimensions).</summary>
    public bool IsArray { get; }

    /// <summary>Whether there is no value at all.</summary>
    public bool IsNull => Type == BuiltInType.Null;

    /// <summary>The dimensions of a matrix, null for a scalar and for a plain array.</summary>
    public int[]? Dimensions => (_object as Matrix)?.Dimensions;

    /// <summary>The elements of an array in row order as a CLR array (<c>double[]</c>, <c>string?[]</c> …), null for a scalar and a null array.</summary>
    public Array? Elements => IsArray ? (_object as Matrix)?.Elements ?? _object as Array : null;

    /// <summary>An array of <paramref name="type"/>; <paramref name="elements"/> must be a CLR array of the matching element type (see <see cref="ClrTypeOf"/>).</summary>
    /// <exception cref="ArgumentException">The element type does not match.</exception>
    public static Variant FromArray(BuiltInType type, Array? elements, int[]? dimensions = null)
    {
        if (elements is not null && elements.GetType().GetElementType() != ClrTypeOf(type))
        {
            throw new ArgumentException($"An array of {type} is a {ClrTypeOf(type).Name}[], not a {elements.GetType().Name}", nameof(elements));
        }

        return new Variant(type, dimensions is null || elements is null ? elements : new Matrix(elements, dimensions), isArray: true);
    }

    /// <summary>Wraps a CLR value or array of a matching type; <c>null</c> gives the null variant.</summary>
    /// <exception cref="ArgumentException">There is no built-in type for it.</exception>
    public static Variant From(object? value) => value switch
    {
        null => default,
        Variant v => v,
        bool v => new Variant(v),
        sbyte v => new Variant(v),
        byte v => new Variant(v),
        short v => new Variant(v),
        ushort v => new Variant(v),
        int v => new Variant(v),
        uint v => new Variant(v),
        long v => new Variant(v),
        ulong v => new Variant(v),
        float v => new Variant(v),
        double v => new Variant(v),
        string v => new Variant(v),
        DateTime v => new Variant(v),
        DateTimeOffset v => new Variant(v.UtcDateTime),
        Guid v => new Variant(v),
        byte[] v => new Variant(v),
        NodeId v => new Variant(v),
        ExpandedNodeId v => new Variant(v),
        StatusCode v => new Variant(v),
        QualifiedName v => new Variant(v),
        LocalizedText v => new Variant(v),
        ExtensionObject v => new Variant(v),
        IStructure v => new Variant(v),
        Array v => FromArray(BuiltInOf(v.GetType().GetElementType()!), v),
        _ => throw new ArgumentException($"There is no OPC UA type for {value.GetType()}", nameof(value)),
    };

    /// <summary>The CLR type that carries one value of a built-in type.</summary>
    public static Type ClrTypeOf(BuiltInType type) => type switch
    {
        BuiltInType.Boolean => typeof(bool),
        BuiltInType.SByte => typeof(sbyte),
        BuiltInType.Byte => typeof(byte),
        BuiltInType.Int16 => typeof(short),
        BuiltInType.UInt16 => typeof(ushort),
        BuiltInType.Int32 => typeof(int),
        BuiltInType.UInt32 => typeof(uint),
        BuiltInType.Int64 => typeof(long),
        BuiltInType.UInt64 => typeof(ulong),
        BuiltInType.Float => typeof(float),
        BuiltInType.Double => typeof(double),
        BuiltInType.String or BuiltInType.XmlElement => typeof(string),
        BuiltInType.DateTime => typeof(DateTime),
        BuiltInType.Guid => typeof(Guid),
        BuiltInType.ByteString => typeof(byte[]),
        BuiltInType.NodeId => typeof(NodeId),
        BuiltInType.ExpandedNodeId => typeof(ExpandedNodeId),
        BuiltInType.StatusCode => typeof(StatusCode),
        BuiltInType.QualifiedName => typeof(QualifiedName),
        BuiltInType.LocalizedText => typeof(LocalizedText),
        BuiltInType.ExtensionObject => typeof(ExtensionObject),
        BuiltInType.DataValue => typeof(DataValue),
        BuiltInType.Variant => typeof(Variant),
        BuiltInType.DiagnosticInfo => typeof(DiagnosticInfo),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a built-in type with values"),
    };

    /// <summary>The value as a CLR object: a boxed scalar, a CLR array, or null.</summary>
    public object? ToObject() => IsArray ? Elements : Type switch
    {
        BuiltInType.Null => null,
        BuiltInType.Boolean => _bits != 0,
        BuiltInType.SByte => (sbyte)_bits,
        BuiltInType.Byte => (byte)_bits,
        BuiltInType.Int16 => (short)_bits,
        BuiltInType.UInt16 => (ushort)_bits,
        BuiltInType.Int32 => (int)_bits,
        BuiltInType.UInt32 => (uint)_bits,
        BuiltInType.Int64 => _bits,
        BuiltInType.UInt64 => unchecked((ulong)_bits),
        BuiltInType.Float => BitConverter.Int32BitsToSingle((int)_bits),
        BuiltInType.Double => BitConverter.Int64BitsToDouble(_bits),
        BuiltInType.DateTime => new DateTime(_bits, DateTimeKind.Utc),
        BuiltInType.StatusCode => new StatusCode((uint)_bits),
        _ => _object,
    };

    /// <summary>The value as <typeparamref name="T"/> when it is exactly that (no conversion); false otherwise.</summary>
    public bool TryGet<T>(out T value)
    {
        if (ToObject() is T found)
        {
            value = found;
            return true;
        }

        value = default!;
        return false;
    }

    /// <summary>A numeric or boolean scalar as a double (true is 1); false for anything else.</summary>
    public bool TryGetDouble(out double value)
    {
        value = Type switch
        {
            BuiltInType.Float => BitConverter.Int32BitsToSingle((int)_bits),
            BuiltInType.Double => BitConverter.Int64BitsToDouble(_bits),
            BuiltInType.UInt64 => unchecked((ulong)_bits),
            _ => _bits,
        };
        return !IsArray && Type is >= BuiltInType.Boolean and <= BuiltInType.Double;
    }

    /// <summary>A numeric scalar converted to a numeric or boolean <paramref name="type"/>; false when it does not fit (OPC 10000-4, 7.7.4.2).</summary>
    public static bool TryConvert(in Variant value, BuiltInType type, out Variant converted)
    {
        converted = value;
        if (value.Type == type)
        {
            return true;
        }

        if (!value.TryGetDouble(out _))
        {
            return false;
        }

        try
        {
            var culture = System.Globalization.CultureInfo.InvariantCulture;
            var source = (IConvertible)value.ToObject()!;
            converted = type switch
            {
                BuiltInType.Boolean => new Variant(source.ToBoolean(culture)),
                BuiltInType.SByte => new Variant(source.ToSByte(culture)),
                BuiltInType.Byte => new Variant(source.ToByte(culture)),
                BuiltInType.Int16 => new Variant(source.ToInt16(culture)),
                BuiltInType.UInt16 => new Variant(source.ToUInt16(culture)),
                BuiltInType.Int32 => new Variant(source.ToInt32(culture)),
                BuiltInType.UInt32 => new Variant(source.ToUInt32(culture)),
                BuiltInType.Int64 => new Variant(source.ToInt64(culture)),
                BuiltInType.UInt64 => new Variant(source.ToUInt64(culture)),
                BuiltInType.Float => new Variant(source.ToSingle(culture)),
                BuiltInType.Double => new Variant(source.ToDouble(culture)),
                BuiltInType.String => new Variant(source.ToString(culture)),
                _ => default,
            };
            return !converted.IsNull;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>Whether both hold the same type, dimensions and values; NaN equals NaN, so that an unchanged value is no change.</summary>
    public bool Equals(Variant other)
    {
        if (Type != other.Type || IsArray != other.IsArray || _bits != other._bits)
        {
            return false;
        }

        if (ReferenceEquals(_object, other._object))
        {
            return true;
        }

        if (_object is null || other._object is null)
        {
            return false;
        }

        if (IsArray)
        {
            return Dimensions.AsSpan().SequenceEqual(other.Dimensions) && VariantArrays.AreEqual(Elements!, other.Elements!);
        }

        return _object is byte[] bytes ? bytes.AsSpan().SequenceEqual((byte[])other._object) : _object.Equals(other._object);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Variant other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => IsArray || _object is byte[] ? HashCode.Combine(Type, IsArray) : HashCode.Combine(Type, _bits, _object);

    /// <summary>The value for people, in the invariant culture.</summary>
    public override string ToString() => ToObject() switch
    {
        null => "null",
        Array elements => "[" + string.Join(", ", elements.Cast<object?>().Select(static e => From(e).ToString())) + "]",
        double v => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        DateTime v => v.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
        IFormattable v => v.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
        var v => v.ToString() ?? "",
    };

    public static implicit operator Variant(bool value) => new(value);

    public static implicit operator Variant(int value) => new(value);

    public static implicit operator Variant(uint value) => new(value);

    public static implicit operator Variant(float value) => new(value);

    public static implicit operator Variant(double value) => new(value);

    public static implicit operator Variant(string? value) => new(value);

    public static bool operator ==(Variant left, Variant right) => left.Equals(right);

    public static bool operator !=(Variant left, Variant right) => !left.Equals(right);

    /// <summary>The 64 bits behind a scalar number, boolean, time or status code; for the encoder.</summary>
    internal long Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _bits;
    }

    /// <summary>The object behind any other scalar; for the encoder.</summary>
    internal object? Object => _object;

    /// <summary>An XML element as its UTF-8 text.</summary>
    public static Variant FromXml(string? xml) => new(BuiltInType.XmlElement, (object?)xml);

    /// <summary>A nested data value; scalars of this type travel only inside arrays of variants and are rare.</summary>
    public static Variant FromDataValue(in DataValue value) => new(BuiltInType.DataValue, (object)value);

    internal static Variant FromDiagnosticInfo(DiagnosticInfo? value) => new(BuiltInType.DiagnosticInfo, (object?)value);

    private static BuiltInType BuiltInOf(Type clr)
    {
        for (var type = BuiltInType.Boolean; type <= BuiltInType.DiagnosticInfo; type++)
        {
            if (ClrTypeOf(type) == clr)
            {
                return type;
            }
        }

        throw new ArgumentException($"There is no OPC UA type for an array of {clr}", nameof(clr));
    }

    private sealed record Matrix(Array Elements, int[] Dimensions);
}

internal static class VariantArrays
{
    /// <summary>Element by element, byte strings by content.</summary>
    public static bool AreEqual(Array left, Array right) => (left, right) switch
    {
        (double[] l, double[] r) => l.AsSpan().SequenceEqual(r),
        (float[] l, float[] r) => l.AsSpan().SequenceEqual(r),
        (int[] l, int[] r) => l.AsSpan().SequenceEqual(r),
        (byte[] l, byte[] r) => l.AsSpan().SequenceEqual(r),
        (byte[][] l, byte[][] r) => l.Length == r.Length && l.Zip(r).All(static p => p.First.AsSpan().SequenceEqual(p.Second)),
        _ => left.Length == right.Length && left.GetType() == right.GetType() && left.Cast<object?>().SequenceEqual(right.Cast<object?>()),
    };
}
