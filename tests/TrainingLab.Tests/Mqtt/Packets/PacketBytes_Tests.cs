using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Packets;

/// <summary>Each packet against the bytes that MQTT 3.1.1 draws for it; the figures are named in the rows.</summary>
public class PacketBytes_Tests
{
    /// <summary>Whole packets; all are complete, so every shorter cut of their body is wrong or means something else.</summary>
    public static TheoryData<string, string> WholePackets => new()
    {
        { "CONNECT, figure 3.6's flags: user name, password, will QoS 1, clean", "10 22 00044D515454 04 CE 000A 0001 61 0003 772F74 0002 6F66 0002 6F70 0006 736563726574" },
        { "CONNECT, smallest", "10 0C 00044D515454 04 02 0000 0000" },
        { "CONNACK accepted", "20 02 00 00" },
        { "CONNACK session present", "20 02 01 00" },
        { "CONNACK not authorized", "20 02 00 05" },
        { "PUBLISH, figure 3.11: topic a/b, identifier 10", "32 07 0003 612F62 000A" },
        { "PUBLISH QoS 0 with payload", "30 07 0003 612F62 3031" },
        { "PUBLISH QoS 2, duplicate, retain", "3D 08 0003 612F62 FFFF 00" },
        { "PUBACK", "40 02 1234" },
        { "PUBREC", "50 02 1234" },
        { "PUBREL", "62 02 1234" },
        { "PUBCOMP", "70 02 1234" },
        { "SUBSCRIBE, figure 3.23: a/b at QoS 1, c/d at QoS 2", "82 0E 000A 0003 612F62 01 0003 632F64 02" },
        { "SUBACK, figure 3.26: QoS 0, QoS 2, failure", "90 05 000A 00 02 80" },
        { "UNSUBSCRIBE, figure 3.30: a/b, c/d", "A2 0C 000A 0003 612F62 0003 632F64" },
        { "UNSUBACK", "B0 02 000A" },
        { "PINGREQ", "C0 00" },
        { "PINGRESP", "D0 00" },
        { "DISCONNECT", "E0 00" },
    };

    [Theory]
    [MemberData(nameof(WholePackets))]
    [Mqtt311("2.2.2-1", "2.3.1-5", "3.1.3-1", "3.3.2-1", "3.6.1-1", "3.8.1-1", "3.10.1-1")]
    public void A_packet_is_written_as_it_was_read(string name, string hex)
    {
        var bytes = PacketTestBytes.FromHex(hex);
        Assert.True(FixedHeader.TryRead(bytes, out var header, out var size), name);
        Assert.Equal(bytes.Length, size + header.RemainingLength);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(PacketTestBytes.Rewrite(header, bytes[size..])));
    }

    [Theory]
    [MemberData(nameof(WholePackets))]
    public void A_packet_cut_at_any_byte_waits_for_the_rest(string name, string hex)
    {
        var bytes = PacketTestBytes.FromHex(hex);
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var buffer = new System.Buffers.ReadOnlySequence<byte>(bytes.AsMemory(0, cut));
            Assert.False(FixedHeader.TryReadPacket(ref buffer, 1024, out _, out _), $"{name} cut at {cut}");
        }
    }

    [Theory]
    [MemberData(nameof(WholePackets))]
    public void A_body_cut_at_any_byte_is_an_error_or_a_shorter_packet_but_never_a_crash(string name, string hex)
    {
        var bytes = PacketTestBytes.FromHex(hex);
        FixedHeader.TryRead(bytes, out var header, out var size);
        for (var cut = size; cut < bytes.Length; cut++)
        {
            try
            {
                PacketTestBytes.ReadBody(header, bytes.AsSpan(size, cut - size));
                // A PUBLISH ends with a payload of any length, and lists may end after an entry.
                Assert.True(header.Type is MqttPacketType.Publish or MqttPacketType.Subscribe or MqttPacketType.Unsubscribe or MqttPacketType.SubAck, $"{name} cut at {cut}");
            }
            catch (MqttProtocolException error)
            {
                Assert.Contains(error.Reason, new[] { MqttReasonCode.MalformedPacket, MqttReasonCode.ProtocolError });
            }
        }
    }

    [Fact]
    [Mqtt311("3.1.2-9", "3.1.2-19", "3.1.2-21", "3.1.3-1", "3.1.3-3")]
    public void Connect_fields_are_read()
    {
        var bytes = PacketTestBytes.FromHex("00044D515454 04 F6 000A 0001 61 0003 772F74 0002 6F66 0002 6F70 0003 736563");
        var reader = new MqttReader(bytes, MqttProtocolVersion.V311);
        var packet = ConnectPacket.Read(ref reader);
        Assert.Equal("a", packet.ClientId);
        Assert.True(packet.CleanSession);
        Assert.Equal(10, packet.KeepAlive);
        Assert.Equal("w/t", packet.Will!.Topic);
        Assert.Equal("of", packet.Will.PayloadText);
        Assert.Equal(MqttQoS.ExactlyOnce, packet.Will.QoS);
        Assert.True(packet.Will.Retain);
        Assert.Equal("op", packet.UserName);
        Assert.Equal("sec", Encoding.UTF8.GetString(packet.Password!));
    }

    [Theory]
    [InlineData("00044D515454 06 02 0000 0000", 6)]
    [InlineData("00044D515454 03 02 0000 0000", 3)]
    [InlineData("00064D5149736470 03 02 0000 0000", 3)]
    public void Another_protocol_level_is_read_no_further(string hex, int level)
    {
        var reader = new MqttReader(PacketTestBytes.FromHex(hex), MqttProtocolVersion.V311);
        Assert.Equal(level, ConnectPacket.Read(ref reader).ProtocolLevel);
    }

    [Theory]
    [InlineData("another protocol name, [MQTT-3.1.2-1]", "10 0C 00044D515455 04 02 0000 0000")]
    [InlineData("reserved flag, [MQTT-3.1.2-3]", "10 0C 00044D515454 04 03 0000 0000")]
    [InlineData("will QoS 3, [MQTT-3.1.2-14]", "10 12 00044D515454 04 1E 0000 0000 0001 61 0001 62")]
    [InlineData("will QoS without will, [MQTT-3.1.2-13]", "10 0C 00044D515454 04 0A 0000 0000")]
    [InlineData("will retain without will, [MQTT-3.1.2-15]", "10 0C 00044D515454 04 22 0000 0000")]
    [InlineData("password without user name, [MQTT-3.1.2-22]", "10 0F 00044D515454 04 42 0000 0000 0001 61")]
    [InlineData("will flag without a will, [MQTT-3.1.2-9]", "10 0D 00044D515454 04 06 0000 0001 61")]
    [InlineData("will without its flag, [MQTT-3.1.2-11]", "10 13 00044D515454 04 02 0000 0001 61 0001 62 0001 63")]
    [InlineData("user name without its flag, [MQTT-3.1.2-18]", "10 10 00044D515454 04 02 0000 0001 61 0001 62")]
    [InlineData("user name flag without a user name, [MQTT-3.1.2-19]", "10 0D 00044D515454 04 82 0000 0001 61")]
    [InlineData("password without its flag, [MQTT-3.1.2-20]", "10 13 00044D515454 04 82 0000 0001 61 0001 62 0001 63")]
    [InlineData("password flag without a password, [MQTT-3.1.2-21]", "10 10 00044D515454 04 C2 0000 0001 61 0001 62")]
    [InlineData("no client identifier, [MQTT-3.1.3-3]", "10 0A 00044D515454 04 02 0000")]
    [InlineData("will topic that is not UTF-8, [MQTT-3.1.3-10]", "10 13 00044D515454 04 06 0000 0000 0002 C328 0001 62")]
    [InlineData("user name that is not UTF-8, [MQTT-3.1.3-11]", "10 10 00044D515454 04 82 0000 0000 0002 C328")]
    [InlineData("will topic with a wildcard", "10 12 00044D515454 04 06 0000 0000 0001 23 0001 62")]
    [InlineData("bytes behind the payload", "10 0D 00044D515454 04 02 0000 0000 00")]
    [InlineData("client identifier that is not UTF-8, [MQTT-3.1.3-4]", "10 0E 00044D515454 04 02 0000 0002 C328")]
    [InlineData("CONNACK with a reserved flag", "20 02 02 00")]
    [InlineData("CONNACK with return code 6", "20 02 00 06")]
    [InlineData("CONNACK refused with a session", "20 02 01 05")]
    [InlineData("PUBLISH at QoS 3, [MQTT-3.3.1-4]", "36 07 0003 612F62 000A")]
    [InlineData("PUBLISH duplicate at QoS 0, [MQTT-3.3.1-2]", "38 05 0003 612F62")]
    [InlineData("PUBLISH with an empty topic, [MQTT-4.7.3-1]", "30 02 0000")]
    [InlineData("PUBLISH to a wildcard, [MQTT-3.3.2-2]", "30 05 0003 612F2B")]
    [InlineData("PUBLISH to a wildcard #", "30 03 0001 23")]
    [InlineData("PUBLISH to a topic with NUL, [MQTT-4.7.3-2]", "30 05 0003 610062")]
    [InlineData("PUBLISH to a topic with a lone surrogate, [MQTT-1.5.3-1]", "30 05 0003 EDA080")]
    [InlineData("PUBLISH with identifier 0, [MQTT-2.3.1-1]", "32 07 0003 612F62 0000")]
    [InlineData("PUBACK with identifier 0", "40 02 0000")]
    [InlineData("PUBREL with a longer body", "62 03 0001 00")]
    [InlineData("SUBSCRIBE without a filter, [MQTT-3.8.3-3]", "82 02 000A")]
    [InlineData("SUBSCRIBE at QoS 3, [MQTT-3.8.3-4]", "82 08 000A 0003 612F62 03")]
    [InlineData("SUBSCRIBE with reserved QoS bits", "82 08 000A 0003 612F62 81")]
    [InlineData("SUBSCRIBE with a filter that is not UTF-8, [MQTT-3.8.3-1]", "82 07 000A 0002 C328 00")]
    [InlineData("UNSUBSCRIBE with a filter that is not UTF-8, [MQTT-3.10.3-1]", "A2 06 000A 0002 C328")]
    [InlineData("SUBSCRIBE with an empty filter", "82 05 000A 0000 00")]
    [InlineData("SUBSCRIBE to a/#/b, [MQTT-4.7.1-2]", "82 0A 000A 0005 612F232F62 00")]
    [InlineData("SUBSCRIBE to a+, [MQTT-4.7.1-3]", "82 07 000A 0002 612B 00")]
    [InlineData("SUBACK with return code 3, [MQTT-3.9.3-2]", "90 03 000A 03")]
    [InlineData("UNSUBSCRIBE without a filter, [MQTT-3.10.3-2]", "A2 02 000A")]
    [InlineData("PINGREQ with a body", "C0 01 00")]
    [InlineData("DISCONNECT with a body", "E0 01 00")]
    [Mqtt311(
        "1.5.3-1", "1.5.3-2", "2.3.1-1", "3.1.2-1", "3.1.2-3", "3.1.2-9", "3.1.2-11", "3.1.2-13", "3.1.2-14", "3.1.2-15", "3.1.2-18", "3.1.2-19", "3.1.2-20", "3.1.2-21",
        "3.1.2-22", "3.1.3-3", "3.1.3-4", "3.1.3-10", "3.1.3-11", "3.3.1-2", "3.3.1-4", "3.3.2-2", "3.8.3-1", "3.8.3-3", "3.8.3-4", "3.9.3-2", "3.10.3-1", "3.10.3-2",
        "4.7.1-1", "4.7.1-2", "4.7.1-3", "4.7.3-1", "4.7.3-2")]
    public void What_breaks_the_rules_is_refused(string what, string hex)
    {
        var bytes = PacketTestBytes.FromHex(hex);
        Assert.True(FixedHeader.TryRead(bytes, out var header, out var size));
        Assert.True(header.RemainingLength == bytes.Length - size, $"The row '{what}' is wrong itself: {bytes.Length - size} bytes follow.");
        Assert.Throws<MqttProtocolException>(() => PacketTestBytes.Read(bytes));
    }

    [Fact]
    [Mqtt311("1.5.3-3"), Mqtt5("1.5.4-3")]
    public void A_zero_width_no_break_space_stays_in_a_string()
    {
        // EF BB BF is a character like any other.
        var reader = new MqttReader(PacketTestBytes.FromHex("0004 EFBBBF61"), MqttProtocolVersion.V311);
        Assert.Equal("\uFEFFa", reader.ReadString());
    }

    [Fact]
    public void A_failed_read_has_not_moved_the_reader()
    {
        var reader = new MqttReader(PacketTestBytes.FromHex("0003 6100"), MqttProtocolVersion.V311);
        try
        {
            reader.ReadString();
            Assert.Fail("The string is cut.");
        }
        catch (MqttProtocolException)
        {
            Assert.Equal(4, reader.Remaining);
        }
    }
}
