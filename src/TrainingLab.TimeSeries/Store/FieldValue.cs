using System.Globalization;

namespace TrainingLab.TimeSeries.Store;

/// <summary>The type of a field of a measurement, fixed by the first point that carries it.</summary>
public enum FieldType : byte
{
    /// <summary>64-bit IEEE 754.</summary>
    Float,

    /// <summary>Signed 64 bit.</summary>
    Integer,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>True or false.</summary>
    Boolean,
}

/// <summary>One value of a field, or none. Sixteen bytes; only strings refer to the heap.</summary>
public readonly struct FieldValue : IEquatable<FieldValue>
{
    private static readonly object FloatMark = new();
    private static readonly object IntegerMark = new();
    private static readonly object BooleanMark = new();

    private readonly object? kind;
    private readonly long bits;

    private FieldValue(object kind, long bits)
    {
        this.kind = kind;
        this.bits = bits;
    }

    /// <summary>No value.</summary>
    public static FieldValue Null => default;

    /// <summary>A floating-point value.</summary>
    public static FieldValue Float(double value) => new(FloatMark, BitConverter.DoubleToInt64Bits(value));

    /// <summary>An integer.</summary>
    public static FieldValue Integer(long value) => new(IntegerMark, value);

    /// <summary>A truth value.</summary>
    public static FieldValue Boolean(bool value) => new(BooleanMark, value ? 1 : 0);

    /// <summary>A text.</summary>
    public static FieldValue String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(value, 0);
    }

    /// <summary>No value at all.</summary>
    public bool IsNull => kind is null;

    /// <summary>A floating-point value.</summary>
    public bool IsFloat => ReferenceEquals(kind, FloatMark);

    /// <summary>An integer.</summary>
    public bool IsInteger => ReferenceEquals(kind, IntegerMark);

    /// <summary>A truth value.</summary>
    public bool IsBoolean => ReferenceEquals(kind, BooleanMark);

    /// <summary>A text.</summary>
    public bool IsString => kind is string;

    /// <summary>A float or an integer.</summary>
    public bool IsNumber => IsFloat || IsInteger;

    /// <summary>The number, an integer converted; NaN when this is no number.</summary>
    public double AsDouble => IsFloat ? BitConverter.Int64BitsToDouble(bits) : IsInteger ? bits : double.NaN;

    /// <summary>The integer; a float is truncated; 0 when this is no number.</summary>
    public long AsLong => IsInteger ? bits : IsFloat ? (long)BitConverter.Int64BitsToDouble(bits) : 0;

    /// <summary>The truth value; false when this is none.</summary>
    public bool AsBoolean => IsBoolean && bits != 0;

    /// <summary>The text; empty when this is none.</summary>
    public string AsString => kind as string ?? "";

    /// <summary>The field type of this value.</summary>
    /// <exception cref="InvalidOperationException">There is no value.</exception>
    public FieldType Type => kind switch
    {
        string => FieldType.String,
        null => throw new InvalidOperationException("A missing value has no type."),
        _ => IsFloat ? FieldType.Float : IsInteger ? FieldType.Integer : FieldType.Boolean,
    };

    /// <inheritdoc/>
    public bool Equals(FieldValue other) => kind is string text ? other.kind is string o && text == o : ReferenceEquals(kind, other.kind) && bits == other.bits;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FieldValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => kind is string text ? text.GetHashCode(StringComparison.Ordinal) : bits.GetHashCode();

    /// <summary>Same value of the same type.</summary>
    public static bool operator ==(FieldValue left, FieldValue right) => left.Equals(right);

    /// <summary>Not the same value of the same type.</summary>
    public static bool operator !=(FieldValue left, FieldValue right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() => kind switch
    {
        null => "",
        string text => text,
        _ => IsFloat ? AsDouble.ToString("R", CultureInfo.InvariantCulture) : IsInteger ? bits.ToString(CultureInfo.InvariantCulture) : AsBoolean ? "true" : "false",
    };
}
