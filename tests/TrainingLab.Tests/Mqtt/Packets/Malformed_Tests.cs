using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Packets;

/// <summary>Tables of what is wrong: texts that are no UTF-8 wherever a text can stand, packets of MQTT 5 cut at every byte, lengths that do not fit.</summary>
public class Malformed_Tests
{
    /// <summary>Every place of a text: version, type, and the body around it; behind P comes the length of properties.</summary>
    private static readonly (string Name, MqttProtocolVersion Version, MqttPacketType Type, string Before, string After)[] Places =
    [
        ("client identifier", MqttProtocolVersion.V311, MqttPacketType.Connect, "00044D515454 04 02 0000", ""),
        ("will topic", MqttProtocolVersion.V311, MqttPacketType.Connect, "00044D515454 04 06 0000 000161", "0000"),
        ("user name", MqttProtocolVersion.V311, MqttPacketType.Connect, "00044D515454 04 82 0000 000161", ""),
        ("topic", MqttProtocolVersion.V311, MqttPacketType.Publish, "", "7061796C6F6164"),
        ("filter", MqttProtocolVersion.V311, MqttPacketType.Subscribe, "000A", "00"),
        ("second filter", MqttProtocolVersion.V311, MqttPacketType.Subscribe, "000A 000161 00", "00"),
        ("filter to end", MqttProtocolVersion.V311, MqttPacketType.Unsubscribe, "000A", ""),
        ("topic", MqttProtocolVersion.V5, MqttPacketType.Publish, "", "00 7061796C6F6164"),
        ("filter", MqttProtocolVersion.V5, MqttPacketType.Subscribe, "000A 00", "00"),
        ("user property's name in CONNECT", MqttProtocolVersion.V5, MqttPacketType.Connect, "00044D515454 05 02 0000 P 26", "000161 | 000161"),
        ("user property's value in CONNECT", MqttProtocolVersion.V5, MqttPacketType.Connect, "00044D515454 05 02 0000 P 26 000161", "| 000161"),
        ("authentication method in CONNECT", MqttProtocolVersion.V5, MqttPacketType.Connect, "00044D515454 05 02 0000 P 15", "| 000161"),
        ("content type in PUBLISH", MqttProtocolVersion.V5, MqttPacketType.Publish, "000161 P 03", "|"),
        ("response topic in PUBLISH", MqttProtocolVersion.V5, MqttPacketType.Publish, "000161 P 08", "|"),
        ("user property in PUBLISH", MqttProtocolVersion.V5, MqttPacketType.Publish, "000161 P 26", "000161 |"),
        ("content type in a will", MqttProtocolVersion.V5, MqttPacketType.Connect, "00044D515454 05 06 0000 00 000161 P 03", "| 000161 0000"),
        ("assigned identifier in CONNACK", MqttProtocolVersion.V5, MqttPacketType.ConnAck, "00 00 P 12", "|"),
        ("response information in CONNACK", MqttProtocolVersion.V5, MqttPacketType.ConnAck, "00 00 P 1A", "|"),
        ("server reference in CONNACK", MqttProtocolVersion.V5, MqttPacketType.ConnAck, "00 9C P 1C", "|"),
        ("reason in CONNACK", MqttProtocolVersion.V5, MqttPacketType.ConnAck, "00 87 P 1F", "|"),
        ("reason in PUBACK", MqttProtocolVersion.V5, MqttPacketType.PubAck, "000A 87 P 1F", "|"),
        ("reason in PUBREC", MqttProtocolVersion.V5, MqttPacketType.PubRec, "000A 87 P 1F", "|"),
        ("reason in PUBREL", MqttProtocolVersion.V5, MqttPacketType.PubRel, "000A 92 P 1F", "|"),
        ("reason in PUBCOMP", MqttProtocolVersion.V5, MqttPacketType.PubComp, "000A 92 P 1F", "|"),
        ("reason in SUBACK", MqttProtocolVersion.V5, MqttPacketType.SubAck, "000A P 1F", "| 00"),
        ("reason in UNSUBACK", MqttProtocolVersion.V5, MqttPacketType.UnsubAck, "000A P 1F", "| 00"),
        ("user property in SUBSCRIBE", MqttProtocolVersion.V5, MqttPacketType.Subscribe, "000A P 26 000161", "| 000161 00"),
        ("user property in UNSUBSCRIBE", MqttProtocolVersion.V5, MqttPacketType.Unsubscribe, "000A P 26 000161", "| 000161"),
        ("reason in DISCONNECT", MqttProtocolVersion.V5, MqttPacketType.Disconnect, "80 P 1F", "|"),
        ("method in AUTH", MqttProtocolVersion.V5, MqttPacketType.Auth, "18 P 15", "|"),
    ];

    public static TheoryData<string, string> WrongTexts => new()
    {
        { "U+0000", "610062" },
        { "a continuation alone", "80" },
        { "a beginning alone", "C3" },
        { "another byte than a continuation", "C328" },
        { "two bytes of three", "E282" },
        { "three bytes of four", "F09F98" },
        { "U+0000 in two bytes", "C080" },
        { "a slash in two bytes", "C0AF" },
        { "a slash in three bytes", "E080AF" },
        { "U+D800", "EDA080" },
        { "U+DFFF", "EDBFBF" },
        { "a pair of surrogates", "EDA081EDB080" },
        { "beyond U+10FFFF", "F4908080" },
        { "five bytes", "F888808080" },
        { "FE", "FE" },
        { "FF", "FF" },
    };

    [Theory]
    [MemberData(nameof(WrongTexts))]
    [Mqtt311("1.5.3-1", "1.5.3-2"), Mqtt5("1.5.4-1", "1.5.4-2")]
    public void A_text_that_is_no_UTF_8_makes_its_packet_malformed_wherever_it_stands(string what, string hex)
    {
        foreach (var place in Places)
        {
            var error = Assert.Throws<MqttProtocolException>(() => Read(place, hex));
            Assert.True(error.Reason == MqttReasonCode.MalformedPacket, $"{what} as {place.Name}: {error.Reason}");
        }
    }

    [Theory]
    [InlineData("EFBBBF61")] // U+FEFF, which must not be taken away
    [InlineData("EFBFBF")] // U+FFFF
    [InlineData("EFB790")] // U+FDD0
    [InlineData("C285")] // U+0085
    [InlineData("F09D849E")] // U+1D11E
    [Mqtt311("1.5.3-3"), Mqtt5("1.5.4-3")]
    public void Unusual_characters_are_texts(string hex)
    {
        foreach (var place in Places) Read(place, hex);
    }

    public static TheoryData<string, string> WholePackets => new()
    {
        { "CONNECT", "00044D515454 05 C2 000A 05 11 0000000A 0001 61 0002 6F70 0003 736563" },
        { "CONNECT with a will", "00044D515454 05 0E 000A 00 0001 61 07 18 00000005 01 01 0001 77 0001 78" },
        { "CONNACK", "00 00 06 21 0014 22 000A" },
        { "PUBACK", "000A 10 04 1F 0001 61" },
        { "PUBREC", "000A 10 04 1F 0001 61" },
        { "PUBREL", "000A 92 04 1F 0001 61" },
        { "PUBCOMP", "000A 92 04 1F 0001 61" },
        { "SUBSCRIBE", "000A 02 0B 01 0003 612F62 01" },
        { "UNSUBSCRIBE", "000A 07 26 0001 61 0001 62 0001 61" },
        { "DISCONNECT", "80 09 11 0000000A 1F 0001 61" },
        { "AUTH", "18 0A 15 0001 61 16 0003 010203" },
    };

    [Theory]
    [MemberData(nameof(WholePackets))]
    public void A_packet_of_MQTT_5_cut_at_any_byte_is_malformed_or_a_shorter_packet(string packet, string hex)
    {
        var body = PacketTestBytes.FromHex(hex);
        var type = Enum.Parse<MqttPacketType>(packet.Split(' ')[0], ignoreCase: true);
        var header = new FixedHeader(type, FixedHeader.RequiredFlags(type), body.Length);
        PacketTestBytes.ReadBody(header, body, MqttProtocolVersion.V5);
        var read = new List<int>();
        for (var cut = 0; cut < body.Length; cut++)
        {
            try
            {
                PacketTestBytes.ReadBody(header, body.AsSpan(0, cut), MqttProtocolVersion.V5);
                read.Add(cut);
            }
            catch (MqttProtocolException error)
            {
                Assert.Contains(error.Reason, new[] { MqttReasonCode.MalformedPacket, MqttReasonCode.ProtocolError });
            }
        }
        // Reason code and properties may be left out, a whole one at a time; so may the packet identifier never.
        int[] expected = type switch
        {
            MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp => [2, 3],
            MqttPacketType.Disconnect => [0, 1],
            MqttPacketType.Auth => [0],
            _ => [],
        };
        Assert.Equal(expected, read);
    }

    [Theory]
    [InlineData(MqttPacketType.Publish, "0001 61 01")] // properties of one byte, and none is there
    [InlineData(MqttPacketType.Publish, "0001 61 FF7F 01 00")] // longer than the packet
    [InlineData(MqttPacketType.Publish, "0001 61 FFFFFF7F 01 00")] // 256 MB
    [InlineData(MqttPacketType.Publish, "0001 61 8080808001 00")] // a length of five bytes
    [InlineData(MqttPacketType.Publish, "0001 61 8200 01 00")] // a length in more bytes than it needs, [MQTT-1.5.5-1]
    [InlineData(MqttPacketType.Publish, "0001 61 01 01 00")] // a property across the end of the properties
    [InlineData(MqttPacketType.Publish, "0001 61 04 09 FFFF 00")] // binary data longer than the packet
    [InlineData(MqttPacketType.Publish, "0001 61 05 0B FFFFFFFF 01")] // an identifier of five bytes
    [InlineData(MqttPacketType.Publish, "0001 61 02 7F 00")] // no such property
    [InlineData(MqttPacketType.Publish, "FFFF 61 00")]
    [InlineData(MqttPacketType.Subscribe, "000A 00 FFFF 61 00")]
    [InlineData(MqttPacketType.Subscribe, "000A 00 0001 61")] // without options
    [InlineData(MqttPacketType.PubAck, "000A 00 00 00")] // something behind it
    [InlineData(MqttPacketType.PingReq, "00")]
    [Mqtt5("1.5.5-1")]
    public void A_length_that_does_not_fit_is_malformed(MqttPacketType type, string hex)
    {
        var body = PacketTestBytes.FromHex(hex);
        var error = Assert.Throws<MqttProtocolException>(() => PacketTestBytes.ReadBody(new FixedHeader(type, FixedHeader.RequiredFlags(type), body.Length), body, MqttProtocolVersion.V5));
        Assert.Equal(MqttReasonCode.MalformedPacket, error.Reason);
    }

    private static void Read((string Name, MqttProtocolVersion Version, MqttPacketType Type, string Before, string After) place, string hex)
    {
        var text = PacketTestBytes.FromHex(hex);
        var before = place.Before.Split('P');
        var after = place.After.Split('|');
        byte[] field = [0, (byte)text.Length, .. text];
        byte[] body = before.Length == 1
            ? [.. PacketTestBytes.FromHex(place.Before), .. field, .. PacketTestBytes.FromHex(place.After)]
            : [.. PacketTestBytes.FromHex(before[0]), .. WithLength([.. PacketTestBytes.FromHex(before[1]), .. field, .. PacketTestBytes.FromHex(after[0])]), .. PacketTestBytes.FromHex(after[1])];
        PacketTestBytes.ReadBody(new FixedHeader(place.Type, FixedHeader.RequiredFlags(place.Type), body.Length), body, place.Version);
    }

    private static byte[] WithLength(byte[] properties) => [(byte)properties.Length, .. properties];
}
