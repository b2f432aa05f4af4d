using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// Reads the OPC UA binary encoding (OPC 10000-6, 5.2) from one contiguous message. Every length is checked against the rest of the message and against
/// <see cref="DecodingLimits"/> before anything is allocated. A read that fails throws <see cref="OpcUaException"/> with BadDecodingError or
/// BadEncodingLimitsExceeded and has not moved the reader.
/// </summary>
public ref struct UaReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly DecodingLimits _limits;
    private readonly RecentIdentifiers? _identifiers;
    private int _position;
    private int _depth;
    private int _weightless;

    public UaReader(ReadOnlySpan<byte> bytes, DecodingLimits? limits = null)
    {
        _bytes = bytes;
        _limits = limits ?? DecodingLimits.Default;
    }

    /// <summary>A reader that takes identifiers of node ids from those read last.</summary>
    internal UaReader(ReadOnlySpan<byte> bytes, DecodingLimits limits, RecentIdentifiers? identifiers)
        : this(bytes, limits) => _identifiers = identifiers;

    /// <summary>How many bytes were read.</summary>
    public readonly int Position => _position;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>The limits in force.</summary>
    public readonly DecodingLimits Limits => _limits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - _position))
        {
            ThrowTruncated(count);
        }

        var span = _bytes.Slice(_position, count);
        _position += count;
        return span;
    }

    public bool ReadBoolean() => Take(1)[0] != 0;

    public byte ReadByte() => Take(1)[0];

    public sbyte ReadSByte() => unchecked((sbyte)Take(1)[0]);

    public short ReadInt16() => BinaryPrimitives.ReadInt16LittleEndian(Take(2));

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public DateTime ReadDateTime() => UaDateTime.FromWire(ReadInt64());

    public Guid ReadGuid() => new(Take(16));

    public StatusCode ReadStatusCode() => ReadUInt32();

    /// <summary>Bytes as they are; they are not copied.</summary>
    public ReadOnlySpan<byte> ReadRaw(int count) => Take(count);

    /// <summary>UTF-8 with its length in bytes; any negative length is null (5.2.2.4). Invalid UTF-8 is a decoding error.</summary>
    public string? ReadString() => ReadText(recent: null);

    /// <summary>Bytes with their length; any negative length is null (5.2.2.7).</summary>
    public byte[]? ReadByteString() => ReadBytes(recent: null);

    /// <summary>The string of a node id.</summary>
    internal string? ReadTextIdentifier() => ReadText(_identifiers);

    /// <summary>The bytes of a node id; nobody may change them.</summary>
    internal byte[]? ReadOpaqueIdentifier() => ReadBytes(_identifiers);

    private string? ReadText(RecentIdentifiers? recent)
    {
        var copy = this;
        var length = copy.ReadInt32();
        if (length <= 0)
        {
            _position = copy._position;
            return length < 0 ? null : "";
        }

        if (length > _limits.MaxStringLength)
        {
            ThrowLimit($"a string of {length} bytes; at most {_limits.MaxStringLength}");
        }

        var bytes = copy.Take(length);
        string text;
        try
        {
            text = recent is null ? StrictUtf8.GetString(bytes) : recent.Text(bytes, StrictUtf8);
        }
        catch (System.Text.DecoderFallbackException)
        {
            throw new OpcUaException(StatusCodes.BadDecodingError, "a string is not UTF-8");
        }

        _position = copy._position;
        return text;
    }

    private byte[]? ReadBytes(RecentIdentifiers? recent)
    {
        var copy = this;
        var length = copy.ReadInt32();
        if (length > _limits.MaxByteStringLength)
        {
            ThrowLimit($"a byte string of {length} bytes; at most {_limits.MaxByteStringLength}");
        }

        byte[]? bytes = null;
        if (length >= 0)
        {
            var taken = copy.Take(length);
            bytes = recent is null ? taken.ToArray() : recent.Opaque(taken);
        }

        _position = copy._position;
        return bytes;
    }

    public QualifiedName ReadQualifiedName()
    {
        var copy = this;
        var name = new QualifiedName(copy.ReadUInt16(), copy.ReadString());
        _position = copy._position;
        return name;
    }

    /// <summary>A mask (1 locale, 2 text), then what the mask says (5.2.2.14).</summary>
    public LocalizedText ReadLocalizedText()
    {
        var copy = this;
        var mask = copy.ReadByte();
        var locale = (mask & 1) != 0 ? copy.ReadString() : null;
        var text = (mask & 2) != 0 ? copy.ReadString() : null;
        _position = copy._position;
        return new LocalizedText(text, locale);
    }

    /// <summary>The length of an array, any negative one being null; checked against the limit and against what the rest of the message could hold.</summary>
    /// <param name="minElementSize">The fewest bytes that one element takes.</param>
    public int ReadArrayLength(int minElementSize)
    {
        var copy = this;
        var length = copy.ReadInt32();
        if (length > _limits.MaxArrayLength)
        {
            ThrowLimit($"an array of {length} elements; at most {_limits.MaxArrayLength}");
        }

        if ((long)length * minElementSize > copy.Remaining)
        {
            copy.ThrowTruncated(length);
        }

        _position = copy._position;
        return length < 0 ? -1 : length;
    }

    /// <summary>An array of unsigned integers, or null.</summary>
    public uint[]? ReadUInt32Array()
    {
        var copy = this;
        var length = copy.ReadArrayLength(sizeof(uint));
        if (length < 0)
        {
            _position = copy._position;
            return null;
        }

        var values = length == 0 ? [] : new uint[length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = copy.ReadUInt32();
        }

        _position = copy._position;
        return values;
    }

    /// <summary>An array of strings, or null.</summary>
    public string?[]? ReadStringArray()
    {
        var copy = this;
        var length = copy.ReadArrayLength(sizeof(int));
        if (length < 0)
        {
            _position = copy._position;
            return null;
        }

        var values = length == 0 ? [] : new string?[length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = copy.ReadString();
        }

        _position = copy._position;
        return values;
    }

    /// <summary>An array of structures without type ids; null is given as an empty array.</summary>
    /// <param name="minElementSize">The fewest bytes that one element takes.</param>
    public T[] ReadStructures<T>(int minElementSize)
        where T : IStructureBody<T>
    {
        var copy = this;
        var length = copy.ReadArrayLength(minElementSize);
        var values = length <= 0 ? [] : new T[length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = T.Read(ref copy);
        }

        _position = copy._position;
        return values;
    }

    /// <summary>See <see cref="NodeIdEncoding"/>.</summary>
    public NodeId ReadNodeId()
    {
        var copy = this;
        var id = NodeIdEncoding.Read(ref copy);
        _position = copy._position;
        return id;
    }

    /// <summary>See <see cref="NodeIdEncoding"/>.</summary>
    public ExpandedNodeId ReadExpandedNodeId()
    {
        var copy = this;
        var id = NodeIdEncoding.ReadExpanded(ref copy);
        _position = copy._position;
        return id;
    }

    /// <summary>See <see cref="VariantEncoding"/>.</summary>
    public Variant ReadVariant()
    {
        var copy = this;
        copy.Enter();
        var value = VariantEncoding.Read(ref copy);
        _position = copy._position;
        return value;
    }

    /// <summary>See <see cref="DataValueEncoding"/>.</summary>
    public DataValue ReadDataValue()
    {
        var copy = this;
        copy.Enter();
        var value = DataValueEncoding.Read(ref copy);
        _position = copy._position;
        return value;
    }

    /// <summary>See <see cref="ExtensionObjectEncoding"/>; the null node id without a body is null.</summary>
    public ExtensionObject? ReadExtensionObject()
    {
        var copy = this;
        copy.Enter();
        var value = ExtensionObjectEncoding.Read(ref copy);
        _position = copy._position;
        return value;
    }

    /// <summary>See <see cref="DiagnosticInfoEncoding"/>; an empty mask is null.</summary>
    public DiagnosticInfo? ReadDiagnosticInfo()
    {
        var copy = this;
        copy.Enter();
        var value = DiagnosticInfoEncoding.Read(ref copy);
        _position = copy._position;
        return value;
    }

    /// <summary>A reader of the next <paramref name="count"/> bytes with the same limits and depth; this one is moved past them.</summary>
    internal UaReader Slice(int count)
    {
        var inner = new UaReader(Take(count), _limits, _identifiers) { _depth = _depth };
        return inner;
    }

    /// <summary>
    /// Counts elements that take no byte (empty structures): what remains of the message does not limit their number, so that a whole message holds as many as one array may.
    /// </summary>
    internal void CountWeightless(int elements)
    {
        if (elements > _limits.MaxArrayLength - _weightless)
        {
            ThrowLimit($"more than {_limits.MaxArrayLength} elements that take no byte");
        }

        _weightless += elements;
    }

    /// <summary>One level deeper, on a copy of the reader; BadEncodingLimitsExceeded beyond the limit.</summary>
    internal void Enter()
    {
        if (++_depth > _limits.MaxNesting)
        {
            ThrowLimit($"nested deeper than {_limits.MaxNesting}");
        }
    }

    /// <summary>Leaves a level that was entered on this same reader.</summary>
    internal void Leave() => _depth--;

    [DoesNotReturn]
    private readonly void ThrowTruncated(int wanted) =>
        throw new OpcUaException(StatusCodes.BadDecodingError, $"{wanted} more wanted at byte {_position}, {Remaining} bytes left");

    [DoesNotReturn]
    private static void ThrowLimit(string what) => throw new OpcUaException(StatusCodes.BadEncodingLimitsExceeded, what);

    private static readonly System.Text.UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
