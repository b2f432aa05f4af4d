using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace TrainingLab.Network.Capture;

/// <summary>
/// Writes pcapng (draft-ietf-opsawg-pcapng, 4). Every block is framed alike, little-endian, padded to 32 bits:
/// <code>
/// | block type | total length | body, padded | total length |
/// |     4      |      4       |              |      4       |
/// Section Header 0A0D0D0A:       magic 1A2B3C4D, version 1.0, section length -1, options
/// Interface Description 1:       link type 2, reserved 2, snap length 4, options
/// Enhanced Packet 6:             interface 4, time high 4, time low 4, captured 4, original 4, packet
/// Option:                        code 2, length 2, value, padded; code 0 ends
/// </code>
/// </summary>
internal sealed class PcapngWriter(IBufferWriter<byte> output)
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const uint Magic = 0x1A2B3C4D;
    private const ushort LinkTypeEthernet = 1;
    private const ushort EndOfOptions = 0;
    private const ushort UserApplication = 4;
    private const ushort InterfaceName = 2;
    private const ushort TimeResolution = 9;
    private const byte Nanoseconds = 9;

    private readonly ArrayBufferWriter<byte> _body = new();

    public void WriteSection()
    {
        UInt32(Magic);
        UInt16(1);
        UInt16(0);
        UInt32(uint.MaxValue);
        UInt32(uint.MaxValue);
        Option(UserApplication, "TrainingLab"u8);
        Option(EndOfOptions, []);
        Flush(SectionHeader);
    }

    public void WriteInterface(string name)
    {
        UInt16(LinkTypeEthernet);
        UInt16(0);
        UInt32(0);
        Option(InterfaceName, Encoding.UTF8.GetBytes(name));
        Option(TimeResolution, [Nanoseconds]);
        Option(EndOfOptions, []);
        Flush(InterfaceDescription);
    }

    public void WritePacket(int interfaceId, long nanoseconds, ReadOnlySpan<byte> frame)
    {
        UInt32((uint)interfaceId);
        UInt32((uint)(nanoseconds >> 32));
        UInt32((uint)nanoseconds);
        UInt32((uint)frame.Length);
        UInt32((uint)frame.Length);
        Padded(frame);
        Flush(EnhancedPacket);
    }

    private void Option(ushort code, ReadOnlySpan<byte> value)
    {
        UInt16(code);
        UInt16((ushort)value.Length);
        Padded(value);
    }

    private void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_body.GetSpan(2), value);
        _body.Advance(2);
    }

    private void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_body.GetSpan(4), value);
        _body.Advance(4);
    }

    private void Padded(ReadOnlySpan<byte> bytes)
    {
        _body.Write(bytes);
        var padding = -bytes.Length & 3;
        _body.GetSpan(4)[..padding].Clear();
        _body.Advance(padding);
    }

    private void Flush(uint type)
    {
        var body = _body.WrittenSpan;
        var length = body.Length + 12;
        var span = output.GetSpan(length);
        BinaryPrimitives.WriteUInt32LittleEndian(span, type);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)length);
        body.CopyTo(span[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[(length - 4)..], (uint)length);
        output.Advance(length);
        _body.ResetWrittenCount();
    }
}
