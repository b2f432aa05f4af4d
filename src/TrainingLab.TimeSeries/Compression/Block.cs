namespace TrainingLab.TimeSeries.Compression;

/// <summary>A sealed run of one column: ascending timestamps without repetition, and their values.</summary>
/// <param name="Id">Number in the store, never used twice.</param>
/// <param name="First">First timestamp, nanoseconds since 1970.</param>
/// <param name="Last">Last timestamp.</param>
/// <param name="Count">Values.</param>
/// <param name="Data">Timestamps, then values, each compressed.</param>
internal sealed record Block(long Id, long First, long Last, int Count, byte[] Data)
{
    /// <summary>Values of one block, at most; a block that claims more is damaged.</summary>
    public const int MaxCount = 1 << 20;

    /// <summary>Compresses.</summary>
    public static byte[] Encode<T, TCodec>(ReadOnlySpan<long> times, ReadOnlySpan<T> values, BitWriter writer)
        where TCodec : IValueCodec<T>
    {
        writer.Clear();
        TimestampCodec.Encode(times, writer);
        TCodec.Encode(values, writer);
        return writer.ToArray();
    }

    /// <summary>Expands into spans of exactly the number of values.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static void Decode<T, TCodec>(ReadOnlySpan<byte> data, Span<long> times, Span<T> values)
        where TCodec : IValueCodec<T>
    {
        BitReader reader = new(data);
        TimestampCodec.Decode(ref reader, times);
        TCodec.Decode(ref reader, values);
    }
}
