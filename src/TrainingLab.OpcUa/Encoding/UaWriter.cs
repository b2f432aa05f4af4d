using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace TrainingLab.OpcUa.Encoding;

/// <summary>
/// Writes the OPC UA binary encoding (OPC 10000-6, 5.2) into one pooled buffer that grows up to a limit and is reused message after message.
/// </summary>
public sealed class UaWriter : IBufferWriter<byte>, IDisposable
{
    /// <summary>Deepest nesting of structures that are written by their definition.</summary>
    private const int MaxStructureDepth = 100;

    private int _maxLength;
    private byte[] _buffer = [];
    private int _length;
    private int _depth;

    /// <summary>A writer; growing beyond <paramref name="maxLength"/> bytes is BadResponseTooLarge.</summary>
    public UaWriter(int maxLength = int.MaxValue) => _maxLength = maxLength;

    /// <summary>The most bytes that it holds; growing beyond is BadResponseTooLarge.</summary>
    internal int MaxLength
    {
        get => _maxLength;
        set => _maxLength = value;
    }

    /// <summary>How many bytes were written.</summary>
    public int Length => _length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>The buffer behind <see cref="Written"/>, until something more is written.</summary>
    internal byte[] Buffer => _buffer;

    /// <summary>One structure inside another; BadEncodingLimitsExceeded where a type holds itself, so that its value has no end.</summary>
    internal void Enter()
    {
        if (++_depth > MaxStructureDepth)
        {
            _depth = 0;
            throw new OpcUaException(StatusCodes.BadEncodingLimitsExceeded, $"structures inside each other deeper than {MaxStructureDepth}");
        }
    }

    /// <summary>Out of a structure that was entered.</summary>
    internal void Leave() => _depth--;

    /// <summary>Forgets everything from <paramref name="length"/> on.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length);
        _length = length;
    }

    /// <summary>Gives the buffer back to the pool; the writer can be used again.</summary>
    public void Dispose()
    {
        var buffer = _buffer;
        _buffer = [];
        _length = 0;
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsSpan(_length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int count)
    {
        Reserve(count);
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Grow(count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        var needed = (long)_length + count;
        if (needed > _maxLength)
        {
            throw new OpcUaException(StatusCodes.BadResponseTooLarge, $"more than {_maxLength} bytes");
        }

        var bigger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Math.Max(needed, Math.Max(1024L, _buffer.Length * 2L)), Array.MaxLength));
        _buffer.AsSpan(0, _length).CopyTo(bigger);
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = bigger;
    }

    public void WriteBoolean(bool value) => Take(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteSByte(sbyte value) => Take(1)[0] = unchecked((byte)value);

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16LittleEndian(Take(2), value);

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Take(4), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void WriteFloat(float value) => BinaryPrimitives.WriteSingleLittleEndian(Take(4), value);

    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(8), value);

    public void WriteStatusCode(StatusCode value) => WriteUInt32(value.Code);

    /// <summary>Overwrites four bytes written before.</summary>
    internal void PatchInt32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(at, 4), value);

    internal void PatchUInt32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(at, 4), value);

    /// <summary>100 ns intervals since 1601-01-01; times outside what can be said become the smallest or largest (OPC 10000-6, 5.2.2.5).</summary>
    public void WriteDateTime(DateTime value) => WriteInt64(UaDateTime.ToWire(value));

    /// <summary>UTF-8 with its length in bytes; -1 for null (5.2.2.4).</summary>
    public void WriteString(string? value)
    {
        if (value is null)
        {
            WriteInt32(-1);
            return;
        }

        // Three bytes of UTF-8 at most per UTF-16 unit; a short string is written without measuring it first.
        if (value.Length <= 256)
        {
            Reserve(4 + (value.Length * 3));
            var count = System.Text.Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length + 4));
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_length), count);
            _length += 4 + count;
            return;
        }

        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        WriteInt32(length);
        System.Text.Encoding.UTF8.GetBytes(value, Take(length));
    }

    /// <summary>Bytes with their length; -1 for null (5.2.2.7).</summary>
    public void WriteByteString(byte[]? value)
    {
        if (value is null)
        {
            WriteInt32(-1);
            return;
        }

        WriteByteString(value.AsSpan());
    }

    /// <summary>Bytes with their length (5.2.2.7).</summary>
    public void WriteByteString(ReadOnlySpan<byte> value)
    {
        WriteInt32(value.Length);
        WriteRaw(value);
    }

    /// <summary>Bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    /// <summary>Sixteen bytes, the first three fields little-endian (5.2.2.6).</summary>
    public void WriteGuid(Guid value) => value.TryWriteBytes(Take(16));

    public void WriteQualifiedName(QualifiedName value)
    {
        WriteUInt16(value.NamespaceIndex);
        WriteString(value.Name);
    }

    /// <summary>A mask (1 locale, 2 text), then what the mask says (5.2.2.14).</summary>
    public void WriteLocalizedText(LocalizedText value)
    {
        WriteByte((byte)((value.Locale is null ? 0 : 1) | (value.Text is null ? 0 : 2)));
        if (value.Locale is not null)
        {
            WriteString(value.Locale);
        }

        if (value.Text is not null)
        {
            WriteString(value.Text);
        }
    }

    /// <summary>An array of unsigned integers; -1 for null.</summary>
    public void WriteUInt32Array(uint[]? values)
    {
        if (values is null)
        {
            WriteInt32(-1);
            return;
        }

        WriteInt32(values.Length);
        foreach (var value in values)
        {
            WriteUInt32(value);
        }
    }

    /// <summary>An array of strings; -1 for null.</summary>
    public void WriteStringArray(IReadOnlyList<string?>? values)
    {
        if (values is null)
        {
            WriteInt32(-1);
            return;
        }

        WriteInt32(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            WriteString(values[i]);
        }
    }

    /// <summary>An array of structures without type ids (their type is declared); -1 for null.</summary>
    public void WriteStructures<T>(IReadOnlyList<T>? values)
        where T : IStructureBody
    {
        if (values is null)
        {
            WriteInt32(-1);
            return;
        }

        WriteInt32(values.Count);
        for (var i = 0; i < values.Count; i++)
        {
            values[i].Write(this);
        }
    }

    /// <summary>See <see cref="NodeIdEncoding"/>.</summary>
    public void WriteNodeId(NodeId value) => NodeIdEncoding.Write(this, value, flags: 0);

    /// <summary>See <see cref="NodeIdEncoding"/>.</summary>
    public void WriteExpandedNodeId(ExpandedNodeId value) => NodeIdEncoding.Write(this, value);

    /// <summary>See <see cref="VariantEncoding"/>.</summary>
    public void WriteVariant(in Variant value) => VariantEncoding.Write(this, value);

    /// <summary>See <see cref="DataValueEncoding"/>.</summary>
    public void WriteDataValue(in DataValue value) => DataValueEncoding.Write(this, value);

    /// <summary>See <see cref="ExtensionObjectEncoding"/>; null is written as the null node id without a body.</summary>
    public void WriteExtensionObject(ExtensionObject? value) => ExtensionObjectEncoding.Write(this, value);

    /// <summary>See <see cref="DiagnosticInfoEncoding"/>; null is an empty mask.</summary>
    public void WriteDiagnosticInfo(DiagnosticInfo? value) => DiagnosticInfoEncoding.Write(this, value);
}
