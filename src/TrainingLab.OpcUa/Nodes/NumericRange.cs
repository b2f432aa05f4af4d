using System.Globalization;

namespace TrainingLab.OpcUa.Nodes;

/// <summary>A part of an array, string or byte string (OPC 10000-4, 7.27): <c>2</c>, <c>1:3</c>, or one of these per dimension separated by commas.</summary>
internal sealed class NumericRange
{
    private const int MaxDimensions = 8;

    // Longer than eight ranges of the largest numbers.
    private const int MaxLength = 8 * 22;
    private readonly (int From, int To)[] _parts;

    private NumericRange((int From, int To)[] parts) => _parts = parts;

    public static bool TryParse(string text, out NumericRange range)
    {
        range = null!;
        if (text.Length > MaxLength)
        {
            return false;
        }

        var texts = text.Split(',');
        if (texts.Length > MaxDimensions)
        {
            return false;
        }

        var parts = new (int From, int To)[texts.Length];
        for (var i = 0; i < texts.Length; i++)
        {
            var colon = texts[i].IndexOf(':', StringComparison.Ordinal);
            var from = colon < 0 ? texts[i] : texts[i][..colon];
            if (!int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out parts[i].From))
            {
                return false;
            }

            parts[i].To = parts[i].From;
            if (colon >= 0 && (!int.TryParse(texts[i].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out parts[i].To) || parts[i].To <= parts[i].From))
            {
                return false;
            }
        }

        range = new NumericRange(parts);
        return true;
    }

    /// <summary>The part of <paramref name="value"/>; BadIndexRangeNoData when nothing of it lies there.</summary>
    public StatusCode TryTake(in Variant value, out Variant part)
    {
        part = default;
        if (!value.IsArray)
        {
            return TryTakeScalar(value, out part);
        }

        var elements = value.Elements;
        var dimensions = value.Dimensions ?? [elements?.Length ?? 0];
        if (elements is null || _parts.Length != dimensions.Length)
        {
            return StatusCodes.BadIndexRangeNoData;
        }

        var lengths = new int[dimensions.Length];
        for (var d = 0; d < dimensions.Length; d++)
        {
            lengths[d] = Math.Min(_parts[d].To, dimensions[d] - 1) - _parts[d].From + 1;
            if (lengths[d] <= 0)
            {
                return StatusCodes.BadIndexRangeNoData;
            }
        }

        var total = lengths.Aggregate(1, static (a, b) => a * b);
        var taken = Array.CreateInstance(elements.GetType().GetElementType()!, total);
        ForEach(dimensions, lengths, (source, index) => Array.Copy(elements, source, taken, index, 1));
        part = Variant.FromArray(value.Type, taken, value.Dimensions is null ? null : lengths);
        return StatusCodes.Good;
    }

    /// <summary><paramref name="value"/> with <paramref name="part"/> in its place; the part must have exactly the range's size and lie inside.</summary>
    public StatusCode TryPut(in Variant value, in Variant part, out Variant changed)
    {
        changed = default;
        var elements = value.Elements;
        var replacement = part.Elements;
        var dimensions = value.Dimensions ?? [elements?.Length ?? 0];
        if (elements is null || replacement is null || _parts.Length != dimensions.Length)
        {
            return StatusCodes.BadIndexRangeNoData;
        }

        if (part.Type != value.Type)
        {
            return StatusCodes.BadTypeMismatch;
        }

        var lengths = new int[dimensions.Length];
        for (var d = 0; d < dimensions.Length; d++)
        {
            lengths[d] = _parts[d].To - _parts[d].From + 1;
            if (_parts[d].To >= dimensions[d])
            {
                return StatusCodes.BadIndexRangeNoData;
            }
        }

        if (lengths.Aggregate(1L, static (a, b) => a * b) != replacement.Length)
        {
            return StatusCodes.BadIndexRangeDataMismatch;
        }

        var copy = (Array)elements.Clone();
        ForEach(dimensions, lengths, (target, index) => Array.Copy(replacement, index, copy, target, 1));
        changed = Variant.FromArray(value.Type, copy, value.Dimensions);
        return StatusCodes.Good;
    }

    private StatusCode TryTakeScalar(in Variant value, out Variant part)
    {
        part = default;
        if (_parts.Length != 1)
        {
            return StatusCodes.BadIndexRangeNoData;
        }

        var (from, to) = _parts[0];
        switch (value.ToObject())
        {
            case string text when from < text.Length:
                part = new Variant(text[from..(Math.Min(to, text.Length - 1) + 1)]);
                return StatusCodes.Good;
            case byte[] bytes when from < bytes.Length:
                part = new Variant(bytes[from..(Math.Min(to, bytes.Length - 1) + 1)]);
                return StatusCodes.Good;
            default:
                return StatusCodes.BadIndexRangeNoData;
        }
    }

    /// <summary>Calls for each element in the range with its place in the whole and in the part.</summary>
    private void ForEach(int[] dimensions, int[] lengths, Action<int, int> visit)
    {
        var at = new int[lengths.Length];
        var total = lengths.Aggregate(1, static (a, b) => a * b);
        for (var index = 0; index < total; index++)
        {
            var place = 0;
            for (var d = 0; d < dimensions.Length; d++)
            {
                place = (place * dimensions[d]) + _parts[d].From + at[d];
            }

            visit(place, index);
            for (var d = lengths.Length - 1; d >= 0 && ++at[d] == lengths[d]; d--)
            {
                at[d] = 0;
            }
        }
    }
}
