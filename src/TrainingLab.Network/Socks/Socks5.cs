namespace TrainingLab.Network.Socks;

/// <summary>Numbers that several messages share (RFC 1928).</summary>
internal static class Socks5
{
    public const byte Version = 5;
    public const byte UserPasswordMethod = 2;
    public const byte NoAcceptableMethod = 0xFF;
    public const byte ConnectCommand = 1;
}
