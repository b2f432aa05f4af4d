using System.Buffers.Binary;

namespace TrainingLab.Network.Capture;

/// <summary>The ones' complement sum of 16-bit words (RFC 1071).</summary>
internal static class InternetChecksum
{
    /// <summary>Adds words to a running sum; an odd last byte counts as the high half of a word.</summary>
    public static uint Add(uint sum, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
            bytes = bytes[2..];
            // Keeps the sum far from its limit for any length.
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return bytes.Length == 0 ? sum : sum + ((uint)bytes[0] << 8);
    }

    public static ushort Finish(uint sum)
    {
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
