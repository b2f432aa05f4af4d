using System.Buffers;

namespace TrainingLab.Network.Socks;

/// <summary>
/// The server's answer to name and password (RFC 1929, 2); anything but 00 is a refusal, after which it closes.
/// <code>
/// +-----+--------+
/// | VER | STATUS |
/// | 01  |   1    |
/// +-----+--------+
/// </code>
/// </summary>
internal readonly record struct UserPasswordStatus(bool Accepted)
{
    public void Write(IBufferWriter<byte> output) => output.Write((ReadOnlySpan<byte>)[1, Accepted ? (byte)0 : (byte)1]);
}
