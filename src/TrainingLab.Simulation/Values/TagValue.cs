using System.Globalization;
using System.Runtime.InteropServices;

namespace TrainingLab.Simulation.Values;

/// <summary>What a tag holds.</summary>
public enum TagKind
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A signed 64-bit integer.</summary>
    Integer,

    /// <summary>A 64-bit floating-point number.</summary>
    Double,

    /// <summary>A text.</summary>
    Text,
}

/// <summary>One value of a tag. The default is boolean false. Immutable; two values are equal when kind and bits are (NaN equals NaN).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct TagValue : IEquatable<TagValue>
{
    private readonly long bits;
    private readonly string? text;

    private TagValue(TagKind kind, long bits, string? text = null)
    {
        Kind = kind;
        this.bits = bits;
        this.text = text;
    }

    /// <summary>Which of the four kinds this is.</summary>
    public TagKind Kind { get; }

    /// <summary>True for integers and doubles.</summary>
    public bool IsNumber => Kind is TagKind.Integer or TagKind.Double;

    /// <exception cref="InvalidOperationException">Another kind.</exception>
    public bool AsBoolean => Kind == TagKind.Boolean ? bits != 0 : throw Wrong(TagKind.Boolean);

    /// <exception cref="InvalidOperationException">Another kind.</exception>
    public long AsInteger => Kind == TagKind.Integer ? bits : throw Wrong(TagKind.Integer);

    /// <summary>The number; an integer is converted.</summary>
    /// <exception cref="InvalidOperationException">Not a number.</exception>
    public double AsDouble => Kind switch
    {
        TagKind.Double => BitConverter.Int64BitsToDouble(bits),
        TagKind.Integer => bits,
        _ => throw Wrong(TagKind.Double),
    };

    /// <exception cref="InvalidOperationException">Another kind.</exception>
    public string AsText => Kind == TagKind.Text ? text! : throw Wrong(TagKind.Text);

    /// <summary>A boolean.</summary>
    public static TagValue From(bool value) => new(TagKind.Boolean, value ? 1 : 0);

    /// <summary>An integer.</summary>
    public static TagValue From(long value) => new(TagKind.Integer, value);

    /// <summary>A floating-point number.</summary>
    public static TagValue From(double value) => new(TagKind.Double, BitConverter.DoubleToInt64Bits(value));

    /// <summary>A text.</summary>
    public static TagValue From(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new TagValue(TagKind.Text, 0, value);
    }

    /// <summary>The value that a tag of this kind has before anything has set it: false, 0 or the empty text.</summary>
    public static TagValue Zero(TagKind kind) => kind == TagKind.Text ? From("") : new TagValue(kind, 0);

    /// <summary>
    /// The same value as another kind, where nothing is lost: integer to double, a whole double to integer. Anything else only to its own kind.
    /// </summary>
    public bool TryConvert(TagKind kind, out TagValue converted)
    {
        converted = this;
        if (Kind == kind)
            return true;
        if (Kind == TagKind.Integer && kind == TagKind.Double)
        {
            converted = From((double)bits);
            return true;
        }
        if (Kind == TagKind.Double && kind == TagKind.Integer && AsDouble is > -9e18 and < 9e18 && double.IsInteger(AsDouble))
        {
            converted = From((long)AsDouble);
            return true;
        }
        return false;
    }

    /// <summary>Kind and value as one text, for snapshots: <c>b:true</c>, <c>i:42</c>, <c>d:0.1</c>, <c>t:anything</c>. Round-trips exactly.</summary>
    public string Save() => Kind switch
    {
        TagKind.Boolean => bits != 0 ? "b:true" : "b:false",
        TagKind.Integer => "i:" + bits.ToString(CultureInfo.InvariantCulture),
        TagKind.Double => "d:" + AsDouble.ToString("R", CultureInfo.InvariantCulture),
        _ => "t:" + text,
    };

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static TagValue Load(string saved)
    {
        ArgumentNullException.ThrowIfNull(saved);
        return saved switch
        {
            "b:true" => From(true),
            "b:false" => From(false),
            ['i', ':', .. var rest] => From(long.Parse(rest, CultureInfo.InvariantCulture)),
            ['d', ':', .. var rest] => From(double.Parse(rest, CultureInfo.InvariantCulture)),
            ['t', ':', .. var rest] => From(rest),
            _ => throw new FormatException($"'{saved}' is not a saved tag value."),
        };
    }

    /// <summary>The value for people and logs, culture-invariant.</summary>
    public override string ToString() => Kind switch
    {
        TagKind.Boolean => bits != 0 ? "true" : "false",
        TagKind.Integer => bits.ToString(CultureInfo.InvariantCulture),
        TagKind.Double => AsDouble.ToString("R", CultureInfo.InvariantCulture),
        _ => text!,
    };

    /// <inheritdoc/>
    public bool Equals(TagValue other) => Kind == other.Kind && bits == other.bits && string.Equals(text, other.text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TagValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, bits, text);

    /// <inheritdoc/>
    public static bool operator ==(TagValue left, TagValue right) => left.Equals(right);

    /// <inheritdoc/>
    public static bool operator !=(TagValue left, TagValue right) => !left.Equals(right);

    /// <inheritdoc cref="From(bool)"/>
    public static implicit operator TagValue(bool value) => From(value);

    /// <inheritdoc cref="From(long)"/>
    public static implicit operator TagValue(long value) => From(value);

    /// <inheritdoc cref="From(double)"/>
    public static implicit operator TagValue(double value) => From(value);

    /// <inheritdoc cref="From(string)"/>
    public static implicit operator TagValue(string value) => From(value);

    private InvalidOperationException Wrong(TagKind wanted) => new($"The value is {Kind}, not {wanted}.");
}
