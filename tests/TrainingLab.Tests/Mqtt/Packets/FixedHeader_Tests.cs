using System.Buffers;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Packets;

/// <summary>The fixed header and its remaining length (MQTT 3.1.1 §2.2; the lengths are those of table 2.4).</summary>
public class FixedHeader_Tests
{
    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7F")]
    [InlineData(128, "8001")]
    [InlineData(16_383, "FF7F")]
    [InlineData(16_384, "808001")]
    [InlineData(2_097_151, "FFFF7F")]
    [InlineData(2_097_152, "80808001")]
    [InlineData(268_435_455, "FFFFFF7F")]
    public void A_remaining_length_is_written_and_read_as_table_2_4_says(int length, string hex)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, MqttProtocolVersion.V311);
        writer.WriteHeader(MqttPacketType.Publish, 0, length);
        writer.Commit();
        Assert.Equal("30" + hex, Convert.ToHexString(bytes.WrittenSpan));
        Assert.Equal(hex.Length / 2, FixedHeader.SizeOfRemainingLength(length));

        Assert.True(FixedHeader.TryRead(bytes.WrittenSpan, out var header, out var size));
        Assert.Equal(new FixedHeader(MqttPacketType.Publish, 0, length), header);
        Assert.Equal(bytes.WrittenCount, size);
        for (var cut = 0; cut < bytes.WrittenCount; cut++) Assert.False(FixedHeader.TryRead(bytes.WrittenSpan[..cut], out _, out _));
    }

    [Theory]
    [InlineData("300A", false)]
    [InlineData("308001", false)]
    [InlineData("30808001", false)]
    [InlineData("308A00", true)]
    [InlineData("30808100", true)]
    [InlineData("3080808000", true)]
    public void A_remaining_length_may_take_more_bytes_than_it_needs_and_is_known_by_it(string hex, bool isPadded)
    {
        Assert.True(FixedHeader.TryRead(Convert.FromHexString(hex), out var header, out var size));
        Assert.Equal((isPadded, hex.Length / 2), (header.IsPadded, size));
    }

    [Theory]
    [InlineData("30FFFFFFFF01")]
    [InlineData("3080808080")]
    [InlineData("C080808080")]
    public void A_remaining_length_of_five_bytes_is_malformed(string hex) => AssertMalformed(hex);

    [Theory]
    [InlineData("0000")] // type 0
    [InlineData("1100")] // CONNECT with flags
    [InlineData("6002")] // PUBREL without 0010
    [InlineData("8002")] // SUBSCRIBE without 0010
    [InlineData("A000")] // UNSUBSCRIBE without 0010
    [InlineData("4200")] // PUBACK with flags
    [InlineData("C100")] // PINGREQ with flags
    [InlineData("E800")] // DISCONNECT with flags
    [InlineData("F100")] // AUTH with flags
    [Mqtt311("2.2.2-2", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.14.1-1"), Mqtt5("2.1.3-1", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.14.1-1", "3.15.1-1")]
    public void Reserved_types_and_flags_are_malformed(string hex) => AssertMalformed(hex);

    [Fact]
    public void A_packet_that_is_too_large_is_refused_by_its_header_alone()
    {
        var buffer = new ReadOnlySequence<byte>(Convert.FromHexString("30FFFFFF7F"));
        var error = Assert.Throws<MqttProtocolException>(() => FixedHeader.TryReadPacket(ref buffer, 1024, out _, out _));
        Assert.Equal(MqttReasonCode.PacketTooLarge, error.Reason);
    }

    [Fact]
    public void The_largest_allowed_packet_is_accepted()
    {
        var bytes = new byte[1024];
        bytes[0] = 0x30;
        bytes[1] = 0xFD; // 1021 = 125 + 7 * 128
        bytes[2] = 0x07;
        var buffer = new ReadOnlySequence<byte>(bytes);
        Assert.True(FixedHeader.TryReadPacket(ref buffer, 1024, out _, out var body));
        Assert.Equal(1021, body.Length);
        Assert.True(buffer.IsEmpty);
    }

    [Fact]
    public void What_has_not_fully_arrived_does_not_move_the_buffer()
    {
        var bytes = Convert.FromHexString("300500016162FF" + "C000");
        for (var cut = 0; cut < 7; cut++)
        {
            var buffer = new ReadOnlySequence<byte>(bytes.AsMemory(0, cut));
            Assert.False(FixedHeader.TryReadPacket(ref buffer, 1024, out _, out _));
            Assert.Equal(cut, buffer.Length);
        }
        var whole = new ReadOnlySequence<byte>(bytes);
        Assert.True(FixedHeader.TryReadPacket(ref whole, 1024, out _, out _));
        Assert.True(FixedHeader.TryReadPacket(ref whole, 1024, out var second, out _));
        Assert.Equal(MqttPacketType.PingReq, second.Type);
        Assert.True(whole.IsEmpty);
    }

    [Fact]
    public void A_packet_spread_over_segments_of_one_byte_is_read()
    {
        var buffer = Segments.Of(Convert.FromHexString("3005000161 6263".Replace(" ", "", StringComparison.Ordinal)));
        Assert.True(FixedHeader.TryReadPacket(ref buffer, 1024, out var header, out var body));
        Assert.Equal(5, header.RemainingLength);
        Assert.Equal("0001616263", Convert.ToHexString(body.ToArray()));
    }

    private static void AssertMalformed(string hex)
    {
        var error = Assert.Throws<MqttProtocolException>(() => FixedHeader.TryRead(Convert.FromHexString(hex), out _, out _));
        Assert.Equal(MqttReasonCode.MalformedPacket, error.Reason);
    }

    private sealed class Segments : ReadOnlySequenceSegment<byte>
    {
        private Segments(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public static ReadOnlySequence<byte> Of(byte[] bytes)
        {
            var first = new Segments(bytes.AsMemory(0, 1), 0);
            var last = first;
            for (var i = 1; i < bytes.Length; i++)
            {
                var next = new Segments(bytes.AsMemory(i, 1), i);
                last.Next = next;
                last = next;
            }
            return new ReadOnlySequence<byte>(first, 0, last, 1);
        }
    }
}
