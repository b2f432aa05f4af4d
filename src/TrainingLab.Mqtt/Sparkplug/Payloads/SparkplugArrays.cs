using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// The array types, in <c>bytes_value</c> (§6.4.17):
/// <code>
/// numbers, times   packed, low byte first; a time has 8 bytes of ms since 1970-01-01 UTC
/// BooleanArray     4 bytes count, low byte first; then one bit each, the first in the top bit; the last byte is filled up
/// StringArray      UTF-8, each text with a zero byte behind it
/// </code>
/// The specification's examples of FloatArray and DoubleArray have the high byte first, that of DateTimeArray six bytes for each; they contradict its text, which is kept here.
/// </summary>
internal static class SparkplugArrays
{
    /// <summary>The bytes of an array; null when the value is none of that type.</summary>
    public static byte[]? Pack(SparkplugDataType type, object value) => (type, value) switch
    {
        (SparkplugDataType.Int8Array, sbyte[] a) => MemoryMarshal.AsBytes(a.AsSpan()).ToArray(),
        (SparkplugDataType.UInt8Array, byte[] a) => [.. a],
        (SparkplugDataType.Int16Array, short[] a) => Pack(a, 2, BinaryPrimitives.WriteInt16LittleEndian),
        (SparkplugDataType.UInt16Array, ushort[] a) => Pack(a, 2, BinaryPrimitives.WriteUInt16LittleEndian),
        (SparkplugDataType.Int32Array, int[] a) => Pack(a, 4, BinaryPrimitives.WriteInt32LittleEndian),
        (SparkplugDataType.UInt32Array, uint[] a) => Pack(a, 4, BinaryPrimitives.WriteUInt32LittleEndian),
        (SparkplugDataType.Int64Array, long[] a) => Pack(a, 8, BinaryPrimitives.WriteInt64LittleEndian),
        (SparkplugDataType.UInt64Array, ulong[] a) => Pack(a, 8, BinaryPrimitives.WriteUInt64LittleEndian),
        (SparkplugDataType.FloatArray, float[] a) => Pack(a, 4, BinaryPrimitives.WriteSingleLittleEndian),
        (SparkplugDataType.DoubleArray, double[] a) => Pack(a, 8, BinaryPrimitives.WriteDoubleLittleEndian),
        (SparkplugDataType.DateTimeArray, DateTimeOffset[] a) => Pack(a, 8, (to, time) => BinaryPrimitives.WriteInt64LittleEndian(to, time.ToUnixTimeMilliseconds())),
        (SparkplugDataType.BooleanArray, bool[] a) => PackBooleans(a),
        (SparkplugDataType.StringArray, string[] a) when !a.Any(s => s.Contains('\0', StringComparison.Ordinal)) => [.. a.SelectMany(s => Encoding.UTF8.GetBytes(s).Append((byte)0))],
        _ => null,
    };

    /// <summary>The array in bytes; null when they are none of that type.</summary>
    public static object? Unpack(SparkplugDataType type, ReadOnlySpan<byte> bytes) => type switch
    {
        SparkplugDataType.Int8Array => MemoryMarshal.Cast<byte, sbyte>(bytes).ToArray(),
        SparkplugDataType.UInt8Array => bytes.ToArray(),
        SparkplugDataType.Int16Array => Unpack(bytes, 2, BinaryPrimitives.ReadInt16LittleEndian),
        SparkplugDataType.UInt16Array => Unpack(bytes, 2, BinaryPrimitives.ReadUInt16LittleEndian),
        SparkplugDataType.Int32Array => Unpack(bytes, 4, BinaryPrimitives.ReadInt32LittleEndian),
        SparkplugDataType.UInt32Array => Unpack(bytes, 4, BinaryPrimitives.ReadUInt32LittleEndian),
        SparkplugDataType.Int64Array => Unpack(bytes, 8, BinaryPrimitives.ReadInt64LittleEndian),
        SparkplugDataType.UInt64Array => Unpack(bytes, 8, BinaryPrimitives.ReadUInt64LittleEndian),
        SparkplugDataType.FloatArray => Unpack(bytes, 4, BinaryPrimitives.ReadSingleLittleEndian),
        SparkplugDataType.DoubleArray => Unpack(bytes, 8, BinaryPrimitives.ReadDoubleLittleEndian),
        SparkplugDataType.DateTimeArray => UnpackTimes(bytes),
        SparkplugDataType.BooleanArray => UnpackBooleans(bytes),
        SparkplugDataType.StringArray => UnpackStrings(bytes),
        _ => null,
    };

    /// <summary>A time from milliseconds since 1970-01-01 UTC; null beyond the year 9999.</summary>
    public static DateTimeOffset? Time(ulong milliseconds) =>
        milliseconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null;

    private static byte[] Pack<T>(T[] values, int size, Action<Span<byte>, T> write)
    {
        var bytes = new byte[values.Length * size];
        for (var i = 0; i < values.Length; i++) write(bytes.AsSpan(i * size), values[i]);
        return bytes;
    }

    private static T[]? Unpack<T>(ReadOnlySpan<byte> bytes, int size, Func<ReadOnlySpan<byte>, T> read)
    {
        if (bytes.Length % size != 0) return null;
        var values = new T[bytes.Length / size];
        for (var i = 0; i < values.Length; i++) values[i] = read(bytes[(i * size)..]);
        return values;
    }

    private static DateTimeOffset[]? UnpackTimes(ReadOnlySpan<byte> bytes) =>
        Unpack(bytes, 8, BinaryPrimitives.ReadUInt64LittleEndian)?.Select(Time).ToArray() is { } times && times.All(t => t is not null)
            ? [.. times.Select(t => t!.Value)]
            : null;

    private static byte[] PackBooleans(bool[] values)
    {
        var bytes = new byte[4 + ((values.Length + 7) / 8)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, values.Length);
        for (var i = 0; i < values.Length; i++)
            if (values[i]) bytes[4 + (i / 8)] |= (byte)(0x80 >> (i % 8));
        return bytes;
    }

    private static bool[]? UnpackBooleans(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 4) return null;
        var count = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if ((count + 7L) / 8 != bytes.Length - 4) return null;
        var values = new bool[count];
        for (var i = 0; i < values.Length; i++) values[i] = (bytes[4 + (i / 8)] & (0x80 >> (i % 8))) != 0;
        return values;
    }

    private static string[]? UnpackStrings(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return [];
        if (bytes[^1] != 0 || !Utf8.IsValid(bytes)) return null;
        return Encoding.UTF8.GetString(bytes[..^1]).Split('\0');
    }
}
