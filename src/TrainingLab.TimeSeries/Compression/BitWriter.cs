using System.Buffers.Binary;

namespace TrainingLab.TimeSeries.Compression;

/// <summary>Appends bits, the most significant first, and whole varints between them to a growing array.</summary>
internal sealed class BitWriter
{
    private byte[] bytes = new byte[256];
    private int length;
    private ulong pending;
    private int pendingBits;

    /// <summary>Forgets everything and keeps the array.</summary>
    public void Clear()
    {
        length = 0;
        pending = 0;
        pendingBits = 0;
    }

    /// <summary>Appends the lowest <paramref name="count"/> bits (0 to 64).</summary>
    public void WriteBits(ulong value, int count)
    {
        if (count > 32)
        {
            WriteBits(value >> 32, count - 32);
            count = 32;
            value &= 0xFFFF_FFFF;
        }

        if (count < 64)
            value &= (1UL << count) - 1;
        pending = (pending << count) | value;
        pendingBits += count;
        if (pendingBits >= 32)
        {
            pendingBits -= 32;
            Reserve(4);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(length), (uint)(pending >> pendingBits));
            length += 4;
        }
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void Align()
    {
        while (pendingBits > 0)
        {
            Reserve(1);
            int take = Math.Min(8, pendingBits);
            bytes[length++] = (byte)((pending >> (pendingBits - take)) << (8 - take));
            pendingBits -= take;
        }

        pending = 0;
    }

    /// <summary>Appends a base-128 varint, the lowest seven bits first; aligned to bytes.</summary>
    public void WriteVarint(ulong value)
    {
        Align();
        Reserve(10);
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        bytes[length++] = (byte)value;
    }

    /// <summary>Appends a signed varint: 0, -1, 1, -2 … become 0, 1, 2, 3 …</summary>
    public void WriteZigZag(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Appends bytes as they are.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        Align();
        Reserve(value.Length);
        value.CopyTo(bytes.AsSpan(length));
        length += value.Length;
    }

    /// <summary>What was written, the last byte filled.</summary>
    public byte[] ToArray()
    {
        Align();
        return bytes.AsSpan(0, length).ToArray();
    }

    private void Reserve(int count)
    {
        if (length + count > bytes.Length)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, length + count));
    }
}
