using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Packets;

/// <summary>Each packet against the bytes that MQTT 5 draws for it (chapter 3).</summary>
public sealed class PacketBytes_V5_Tests
{
    public static TheoryData<string, string> WholePackets => new()
    {
        { "CONNECT: session expiry 60 s, will QoS 1 after 5 s, user name, password", "10 2E 00044D515454 05 CE 000A 05 110000003C 0001 61 05 1800000005 0003 772F74 0002 6F66 0002 6F70 0006 736563726574" },
        { "CONNECT, smallest", "10 0D 00044D515454 05 02 0000 00 0000" },
        { "CONNACK: session present, receive maximum 20", "20 06 01 00 03 210014" },
        { "CONNACK: not authorized", "20 03 00 87 00" },
        { "PUBLISH at QoS 0 without properties", "30 07 0003 612F62 00 30" },
        { "PUBLISH at QoS 1, identifier 10, topic alias 5", "32 0C 0003 612F62 000A 03 230005 78" },
        { "PUBACK", "40 02 1234" },
        { "PUBACK: no matching subscribers", "40 03 1234 10" },
        { "PUBACK: not authorized, in words", "40 08 1234 87 04 1F0001 78" },
        { "PUBREC", "50 02 1234" },
        { "PUBREL: identifier not found", "62 03 1234 92" },
        { "PUBCOMP", "70 02 1234" },
        { "SUBSCRIBE: subscription identifier 5, QoS 1, no local, retain as published, retain handling 2", "82 09 000A 02 0B05 0001 74 2D" },
        { "SUBACK: QoS 1, not authorized", "90 05 000A 00 01 87" },
        { "UNSUBSCRIBE", "A2 06 000A 00 0001 74" },
        { "UNSUBACK: success, no subscription existed", "B0 05 000A 00 00 11" },
        { "PINGREQ", "C0 00" },
        { "PINGRESP", "D0 00" },
        { "DISCONNECT", "E0 00" },
        { "DISCONNECT with will", "E0 02 04 00" },
        { "AUTH: continue, method X, data 01", "F0 0A 18 08 150001 58 160001 01" },
    };

    [Theory]
    [MemberData(nameof(WholePackets))]
    [Mqtt5("1.5.5-1", "2.1.3-1", "2.2.1-2", "2.2.2-1", "3.1.3-1", "3.3.2-1", "3.6.1-1", "3.8.1-1", "3.10.1-1", "3.15.1-1")]
    public void A_packet_is_written_as_it_was_read(string name, string hex)
    {
        var bytes = PacketTestBytes.FromHex(hex);
        Assert.True(FixedHeader.TryRead(bytes, out var header, out var size), name);
        Assert.Equal(bytes.Length, size + header.RemainingLength);
        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(PacketTestBytes.Rewrite(header, bytes[size..], MqttProtocolVersion.V5)));
    }

    [Theory]
    [InlineData("CONNACK with a reserved flag, [MQTT-3.2.2-1]", "20 03 02 00 00")]
    [InlineData("CONNACK refused with a session, [MQTT-3.2.2-6]", "20 03 01 87 00")]
    [InlineData("CONNACK that shuts down, [MQTT-3.2.2-8]", "20 03 00 8B 00")]
    [InlineData("PUBACK that does not find the identifier, [MQTT-3.4.2-1]", "40 03 1234 92")]
    [InlineData("PUBREC that does not find the identifier, [MQTT-3.5.2-1]", "50 03 1234 92")]
    [InlineData("PUBREL without matching subscribers, [MQTT-3.6.2-1]", "62 03 1234 10")]
    [InlineData("PUBCOMP without matching subscribers, [MQTT-3.7.2-1]", "70 03 1234 10")]
    [InlineData("SUBACK at QoS 3, [MQTT-3.9.3-2]", "90 04 000A 00 03")]
    [InlineData("UNSUBACK without matching subscribers, [MQTT-3.11.3-2]", "B0 04 000A 00 10")]
    [InlineData("DISCONNECT with reason 1, [MQTT-3.14.2-1]", "E0 02 01 00")]
    [InlineData("AUTH with reason 1, [MQTT-3.15.2-1]", "F0 02 01 00")]
    [Mqtt5("3.2.2-1", "3.2.2-6", "3.2.2-8", "3.4.2-1", "3.5.2-1", "3.6.2-1", "3.7.2-1", "3.9.3-2", "3.11.3-2", "3.14.2-1", "3.15.2-1")]
    public void What_breaks_the_rules_is_refused(string what, string hex)
    {
        var error = Assert.Throws<MqttProtocolException>(() => PacketTestBytes.Read(PacketTestBytes.FromHex(hex), MqttProtocolVersion.V5));
        Assert.True(error.Reason == MqttReasonCode.MalformedPacket, what);
    }
}
