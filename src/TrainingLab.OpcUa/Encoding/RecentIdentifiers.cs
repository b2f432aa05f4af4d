using System.Text;

namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// The string and opaque identifiers of node ids that were read last. Clients name the same nodes, and their session, again and again: such an identifier is not made
/// anew each time. Of bounded size whatever comes; used on one serial context.
/// </summary>
internal sealed class RecentIdentifiers
{
    private const int Slots = 1024;
    private const int MaxLength = 128;

    private object?[] _recent = [];

    /// <summary>The text of valid UTF-8.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="encoding">Decodes them where they are new.</param>
    public string Text(ReadOnlySpan<byte> utf8, UTF8Encoding encoding)
    {
        if (utf8.Length > MaxLength)
        {
            return encoding.GetString(utf8);
        }

        ref var slot = ref SlotOf(utf8);
        if (slot is string known && Ascii.Equals(utf8, known))
        {
            return known;
        }

        var text = encoding.GetString(utf8);
        slot = text;
        return text;
    }

    /// <summary>The bytes as an array, which nobody changes.</summary>
    public byte[] Opaque(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
        {
            return bytes.ToArray();
        }

        ref var slot = ref SlotOf(bytes);
        if (slot is byte[] known && bytes.SequenceEqual(known))
        {
            return known;
        }

        var array = bytes.ToArray();
        slot = array;
        return array;
    }

    private ref object? SlotOf(ReadOnlySpan<byte> bytes)
    {
        if (_recent.Length == 0)
        {
            _recent = new object?[Slots];
        }

        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return ref _recent[hash.ToHashCode() & (Slots - 1)];
    }
}
