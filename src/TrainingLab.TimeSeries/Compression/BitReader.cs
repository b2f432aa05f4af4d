namespace TrainingLab.TimeSeries.Compression;

/// <summary>Reads what <see cref="BitWriter"/> wrote; a block that ends too early is an <see cref="InvalidDataException"/>.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;
    private ulong pending;
    private int pendingBits;

    /// <summary>Bytes not yet begun.</summary>
    public readonly int Remaining => bytes.Length - position;

    /// <summary>The next bit.</summary>
    public bool ReadBit() => ReadBits(1) != 0;

    /// <summary>The next 0 to 64 bits.</summary>
    public ulong ReadBits(int count)
    {
        if (count > 32)
        {
            ulong high = ReadBits(count - 32);
            return (high << 32) | ReadBits(32);
        }

        while (pendingBits < count)
        {
            if (position >= bytes.Length)
                throw new InvalidDataException("A compressed block ends too early.");
            pending = (pending << 8) | bytes[position++];
            pendingBits += 8;
        }

        pendingBits -= count;
        return (pending >> pendingBits) & ((1UL << count) - 1);
    }

    /// <summary>Skips to the next whole byte.</summary>
    public void Align()
    {
        pendingBits &= ~7;
        position -= pendingBits / 8;
        pendingBits = 0;
        pending = 0;
    }

    /// <summary>The next varint.</summary>
    public ulong ReadVarint()
    {
        Align();
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (position >= bytes.Length)
                throw new InvalidDataException("A compressed block ends too early.");
            byte next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("A varint in a compressed block is longer than ten bytes.");
    }

    /// <summary>The next signed varint.</summary>
    public long ReadZigZag()
    {
        ulong value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>A count that must fit what is left, so that nothing large is allocated for a lie.</summary>
    public int ReadCount(long most)
    {
        ulong value = ReadVarint();
        return value <= (ulong)most && value <= int.MaxValue
            ? (int)value
            : throw new InvalidDataException($"A compressed block counts {value} where at most {most} fit.");
    }

    /// <summary>The next bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        Align();
        if (count > Remaining)
            throw new InvalidDataException("A compressed block ends too early.");
        ReadOnlySpan<byte> value = bytes.Slice(position, count);
        position += count;
        return value;
    }
}
