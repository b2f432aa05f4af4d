using System.Buffers;

namespace TrainingLab.Network.Socks;

/// <summary>
/// The server's answer to the greeting (RFC 1928, 3); FF is "no acceptable methods".
/// <code>
/// +-----+--------+
/// | VER | METHOD |
/// | 05  | 02, FF |
/// +-----+--------+
/// </code>
/// </summary>
internal readonly record struct MethodChoice(byte Method)
{
    public void Write(IBufferWriter<byte> output) => output.Write([Socks5.Version, Method]);
}
