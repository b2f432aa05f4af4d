namespace TrainingLab.OpcUa.Channel;

/// <summary>The three letters at the beginning of a chunk (OPC 10000-6, 6.7.2.2 and 7.1.2.2), as a little-endian number of their ASCII.</summary>
internal enum MessageType
{
    Hello = 'H' | ('E' << 8) | ('L' << 16),
    Acknowledge = 'A' | ('C' << 8) | ('K' << 16),
    Error = 'E' | ('R' << 8) | ('R' << 16),
    OpenSecureChannel = 'O' | ('P' << 8) | ('N' << 16),
    CloseSecureChannel = 'C' | ('L' << 8) | ('O' << 16),
    Message = 'M' | ('S' << 8) | ('G' << 16),
}

/// <summary>What an endpoint's transport is called.</summary>
internal static class TransportProfiles
{
    public const string UaTcp = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary";
}

/// <summary>Sequence numbers of chunks (OPC 10000-6, 6.7.2.4): each one more than the one before; near the end of 32 bits they begin again below 1024.</summary>
internal static class SequenceNumbers
{
    private const uint WrapAfter = uint.MaxValue - 1024;

    public static uint Next(uint previous) => previous >= WrapAfter ? 1 : previous + 1;

    public static bool Follows(uint previous, uint next) => next == previous + 1 || (previous >= WrapAfter && next < 1024);
}
