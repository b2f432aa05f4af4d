using System.Buffers.Binary;
using System.Text;

namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// The string and opaque identifiers of node ids that were read last. Clients name the same nodes, and their session, again and again: such an identifier is not made
/// anew each time. Of bounded size whatever comes; used on one serial context.
/// </summary>
internal sealed class RecentIdentifiers
{
    /// <summary>Identifiers that share a place.</summary>
    private const int Ways = 4;
    private const int FirstSlots = 256;
    private const int MostSlots = 2048;
    private const int MaxLength = 128;

    private object?[] _recent = [];
    private int _forgotten;

    /// <summary>The text of valid UTF-8.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="encoding">Decodes them where they are new.</param>
    public string Text(ReadOnlySpan<byte> utf8, UTF8Encoding encoding)
    {
        if (utf8.Length > MaxLength)
        {
            return encoding.GetString(utf8);
        }

        var set = SetOf(utf8);
        foreach (var known in set)
        {
            if (known is string recent && Ascii.Equals(utf8, recent))
            {
                return recent;
            }
        }

        var text = encoding.GetString(utf8);
        Remember(set, text);
        return text;
    }

    /// <summary>The bytes as an array, which nobody changes.</summary>
    public byte[] Opaque(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxLength)
        {
            return bytes.ToArray();
        }

        var set = SetOf(bytes);
        foreach (var known in set)
        {
            if (known is byte[] recent && bytes.SequenceEqual(recent))
            {
                return recent;
            }
        }

        var array = bytes.ToArray();
        Remember(set, array);
        return array;
    }

    private Span<object?> SetOf(ReadOnlySpan<byte> bytes)
    {
        if (_recent.Length == 0 || (_forgotten > _recent.Length / 16 && _recent.Length < MostSlots))
        {
            // What was in it comes again if it is still wanted.
            _recent = new object?[Math.Max(FirstSlots, _recent.Length * 2)];
            _forgotten = 0;
        }

        return _recent.AsSpan((int)(Hash(bytes) % (uint)(_recent.Length / Ways)) * Ways, Ways);
    }

    /// <summary>The last one of a full place gives way.</summary>
    private void Remember(Span<object?> set, object identifier)
    {
        if (set[^1] is not null)
        {
            _forgotten++;
        }

        set[..^1].CopyTo(set[1..]);
        set[0] = identifier;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong Odd = 0x9E3779B97F4A7C15;
        var hash = (ulong)bytes.Length;
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        var rest = 0ul;
        foreach (var one in bytes)
        {
            rest = (rest << 8) | one;
        }

        return (uint)(Mix(hash ^ rest) >> 32);

        static ulong Mix(ulong value)
        {
            value *= Odd;
            value ^= value >> 29;
            return value * Odd;
        }
    }
}
