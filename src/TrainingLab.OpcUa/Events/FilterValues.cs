using System.Globalization;
using System.Numerics;

namespace TrainingLab.OpcUa.Events;

/// <summary>How the operators of a content filter see values (OPC 10000-4, 7.7.3): what is not alike is converted, what cannot be converted is null.</summary>
internal static class FilterValues
{
    /// <summary>True, false, or null for what is no truth.</summary>
    public static bool? Truth(in Variant value)
    {
        if (value.TryGet(out bool flag))
        {
            return flag;
        }

        return value.TryGetDouble(out var number) ? number != 0
            : value.TryGet(out string? text) && bool.TryParse(text, out flag) ? flag
            : null;
    }

    public static bool IsTrue(in Variant value) => Truth(value) == true;

    /// <summary>The order of two numbers, texts or times; null where they have none.</summary>
    public static int? Compare(in Variant left, in Variant right)
    {
        if (TryNumber(left, out var x) && TryNumber(right, out var y))
        {
            // Numbers of which one is a text are numbers only when the other is one, too.
            if (left.Type != BuiltInType.String || right.Type != BuiltInType.String)
            {
                return CompareNumbers(left, right, x, y);
            }
        }

        if (left.TryGet(out DateTime before) && right.TryGet(out DateTime after))
        {
            return before.CompareTo(after);
        }

        return left.Type is BuiltInType.Guid && right.Type is BuiltInType.Guid ? null
            : TextOf(left) is { } text && TextOf(right) is { } other ? string.CompareOrdinal(text, other)
            : null;
    }

    /// <summary>Whether two values without an order are the same; null when one is missing.</summary>
    public static Variant AreEqual(in Variant left, in Variant right)
    {
        if (left.IsNull || right.IsNull)
        {
            return default;
        }

        return Plain(left) == Plain(right);
    }

    /// <summary>The characters of a text in any language, or of a name.</summary>
    public static string? TextOf(in Variant value) => value.IsArray ? null : value.ToObject() switch
    {
        string text => text,
        LocalizedText text => text.Text,
        QualifiedName name => name.Name,
        _ => null,
    };

    /// <summary>An operation on the bits of two integers, in the larger of their types; null for anything else.</summary>
    public static Variant Bitwise(in Variant left, in Variant right, Func<ulong, ulong, ulong> operation)
    {
        if (left.IsArray || right.IsArray || !IsInteger(left.Type) || !IsInteger(right.Type))
        {
            return default;
        }

        var type = Width(left.Type) >= Width(right.Type) ? left.Type : right.Type;
        var bits = operation(unchecked((ulong)left.Bits), unchecked((ulong)right.Bits));
        return unchecked(type switch
        {
            BuiltInType.SByte => new Variant((sbyte)bits),
            BuiltInType.Byte => new Variant((byte)bits),
            BuiltInType.Int16 => new Variant((short)bits),
            BuiltInType.UInt16 => new Variant((ushort)bits),
            BuiltInType.Int32 => new Variant((int)bits),
            BuiltInType.UInt32 => new Variant((uint)bits),
            BuiltInType.Int64 => new Variant((long)bits),
            _ => new Variant(bits),
        });
    }

    /// <summary>A node id without its expansion, a status code as its number.</summary>
    private static Variant Plain(in Variant value) => value.ToObject() switch
    {
        ExpandedNodeId { NamespaceUri: null, ServerIndex: 0 } id => new Variant(id.Node),
        _ => value,
    };

    private static bool IsInteger(BuiltInType type) => type is >= BuiltInType.SByte and <= BuiltInType.UInt64;

    private static int Width(BuiltInType type) => ((int)type - (int)BuiltInType.SByte) / 2;

    private static bool TryNumber(in Variant value, out double number)
    {
        if (value.TryGetDouble(out number))
        {
            return true;
        }

        if (value.TryGet(out StatusCode status))
        {
            number = status.Code;
            return true;
        }

        return value.TryGet(out string? text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Whole numbers are compared as such: a double does not tell neighbours beyond 2^53 apart.</summary>
    private static int? CompareNumbers(in Variant left, in Variant right, double x, double y)
    {
        if (IsInteger(left.Type) && IsInteger(right.Type))
        {
            return Whole(left).CompareTo(Whole(right));
        }

        return double.IsNaN(x) || double.IsNaN(y) ? null : x.CompareTo(y);
    }

    private static Int128 Whole(in Variant value) => value.Type == BuiltInType.UInt64 ? unchecked((ulong)value.Bits) : value.Bits;
}
