using System.Buffers.Binary;
using System.Text;

namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>Writes the fields of protobuf messages, as <see cref="ProtobufReader"/> draws them, each number in the fewest bytes.</summary>
internal sealed class ProtobufWriter
{
    private byte[] buffer = new byte[256];
    private int length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

    public void UInt64(int field, ulong? value)
    {
        if (value is not { } number) return;
        Tag(field, ProtobufWireType.Varint);
        Varint(number);
    }

    public void Bool(int field, bool? value) => UInt64(field, value is { } b ? b ? 1UL : 0UL : null);

    public void Float(int field, float value)
    {
        Tag(field, ProtobufWireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(Room(4), value);
        length += 4;
    }

    public void Double(int field, double value)
    {
        Tag(field, ProtobufWireType.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);
        length += 8;
    }

    public void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, ProtobufWireType.Bytes);
        Varint((ulong)value.Length);
        value.CopyTo(Room(value.Length));
        length += value.Length;
    }

    public void String(int field, string? value)
    {
        if (value is null) return;
        Tag(field, ProtobufWireType.Bytes);
        var count = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)count);
        length += Encoding.UTF8.GetBytes(value, Room(count));
    }

    /// <summary>A message within this one. Its length is known when it is written: then it makes room for the bytes of its length.</summary>
    public void Message(int field, Action<ProtobufWriter>? write)
    {
        if (write is null) return;
        Tag(field, ProtobufWireType.Bytes);
        var start = length;
        write(this);
        var size = length - start;
        var prefix = VarintSize((ulong)size);
        Room(prefix);
        buffer.AsSpan(start, size).CopyTo(buffer.AsSpan(start + prefix));
        length = start;
        Varint((ulong)size);
        length += size;
    }

    private static int VarintSize(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7) size++;
        return size;
    }

    private void Tag(int field, ProtobufWireType wire) => Varint(((ulong)field << 3) | (uint)wire);

    private void Varint(ulong value)
    {
        var room = Room(10);
        var size = 0;
        for (; value >= 0x80; value >>= 7) room[size++] = (byte)(value | 0x80);
        room[size++] = (byte)value;
        length += size;
    }

    private Span<byte> Room(int count)
    {
        if (buffer.Length - length < count) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        return buffer.AsSpan(length);
    }
}
