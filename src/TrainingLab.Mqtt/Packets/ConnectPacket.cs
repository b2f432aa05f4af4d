using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// CONNECT (§3.1), the first packet of a client:
/// <code>
/// 10 len | 00 04 'M' 'Q' 'T' 'T' | level (MQTT 3.1.1: + 80 from a bridge) | flags | keep alive, 2 bytes | [MQTT 5: properties] | payload
/// flags  | user name | password | will retain | will QoS, 2 bits | will | clean session (MQTT 5: clean start) | 0 |
/// payload| client id | [[MQTT 5: will properties] | will topic | will message] | [user name] | [password]     texts: 2 bytes of length and the bytes
/// </code>
/// </summary>
public sealed record ConnectPacket
{
    /// <summary>By which bridges to brokers of MQTT 3.1.1 tell that they are one; no part of the specification, but of several brokers, mosquitto first.</summary>
    private const byte BridgeBit = 0x80;
    private const int CleanSessionFlag = 0x02;
    private const int WillFlag = 0x04;
    private const int WillRetainFlag = 0x20;
    private const int PasswordFlag = 0x40;
    private const int UserNameFlag = 0x80;

    /// <summary>The protocol level. When it is not one of <see cref="MqttProtocolVersion"/>, no other field was read.</summary>
    public byte ProtocolLevel { get; init; } = (byte)MqttProtocolVersion.V311;

    /// <summary>Whether a client of MQTT 3.1.1 says that it is another broker's bridge: it wants the retain flag as published and not its own messages.</summary>
    public bool IsBridge { get; init; }

    /// <summary>The client identifier, possibly empty.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>MQTT 3.1.1: whether the session starts and ends with the connection. MQTT 5 (clean start): whether it starts with it; it ends by its expiry interval.</summary>
    public bool CleanSession { get; init; } = true;

    /// <summary>Longest silence of the client in seconds, 0 for no bound.</summary>
    public ushort KeepAlive { get; init; }

    /// <summary>The will, null for none.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>The user name, null for none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password, null for none; in MQTT 3.1.1 only together with a user name.</summary>
    public byte[]? Password { get; init; }

    /// <summary>The properties, null for none, as always in MQTT 3.1.1. Those of the will are in the will, but for its delay.</summary>
    public MqttProperties? Properties { get; init; }

    /// <summary>Seconds between the end of the connection and the will; MQTT 5 only.</summary>
    public uint WillDelay { get; init; }

    /// <summary>Reads a body; from the level on, the reader has the version that it names.</summary>
    /// <exception cref="MqttProtocolException">The body breaks §3.1.</exception>
    public static ConnectPacket Read(ref MqttReader reader)
    {
        var name = reader.ReadUtf8();
        var level = reader.ReadByte();
        // "MQIsdp" is MQTT 3.1: a real client, so it gets an answer (§3.1.2.2) instead of a closed connection.
        if (name.SequenceEqual("MQIsdp"u8)) return new ConnectPacket { ProtocolLevel = level == 3 ? level : (byte)0 };
        if (!name.SequenceEqual("MQTT"u8)) throw Malformed("A protocol name other than MQTT.");
        var isBridge = level == ((byte)MqttProtocolVersion.V311 | BridgeBit);
        if (isBridge) level = (byte)MqttProtocolVersion.V311;
        if (level is not ((byte)MqttProtocolVersion.V311 or (byte)MqttProtocolVersion.V5)) return new ConnectPacket { ProtocolLevel = level };
        reader.Version = (MqttProtocolVersion)level;
        var v5 = reader.Version == MqttProtocolVersion.V5;

        var flags = reader.ReadByte();
        if ((flags & 0x01) != 0) throw Malformed("The reserved connect flag is set.");
        var hasWill = (flags & WillFlag) != 0;
        var willQoS = (flags >> 3) & 0x03;
        if (willQoS == 3 || (!hasWill && (flags & (WillRetainFlag | 0x18)) != 0)) throw Malformed("Impossible will flags.");
        if (!v5 && (flags & (UserNameFlag | PasswordFlag)) == PasswordFlag) throw Malformed("A password without a user name.");

        var keepAlive = reader.ReadUInt16();
        var properties = v5 ? MqttProperties.Read(ref reader, MqttPacketType.Connect) : null;
        if (properties is { AuthenticationData: not null, AuthenticationMethod: null }) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "Authentication data without a method.");
        var clientId = reader.ReadString();
        MqttMessage? will = null;
        var willDelay = 0u;
        if (hasWill)
        {
            var willProperties = v5 ? MqttProperties.Read(ref reader, MqttProperties.Will) : null;
            willDelay = willProperties?.WillDelayInterval ?? 0;
            var topic = reader.ReadString();
            if (!MqttTopic.IsValidName(topic)) throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, "The will topic is not a topic name.");
            will = MqttMessage.FromValidated(topic, null, reader.ReadBinary().ToArray(), (MqttQoS)willQoS, (flags & WillRetainFlag) != 0,
                willProperties is { WillDelayInterval: not null } ? willProperties with { WillDelayInterval = null } : willProperties);
        }
        var userName = (flags & UserNameFlag) != 0 ? reader.ReadString() : null;
        byte[]? password = (flags & PasswordFlag) != 0 ? reader.ReadBinary().ToArray() : null;
        reader.End();
        return new ConnectPacket
        {
            ProtocolLevel = level,
            IsBridge = isBridge,
            CleanSession = (flags & CleanSessionFlag) != 0,
            KeepAlive = keepAlive,
            ClientId = clientId,
            Will = will,
            WillDelay = willDelay,
            Properties = properties,
            UserName = userName,
            Password = password,
        };
    }

    /// <summary>Writes the packet.</summary>
    /// <exception cref="ArgumentException">A password without a user name, or a field longer than 65,535 bytes.</exception>
    public void Write(ref MqttWriter writer)
    {
        var v5 = ProtocolLevel == (byte)MqttProtocolVersion.V5;
        if (!v5 && Password is not null && UserName is null) throw new ArgumentException("A password needs a user name (MQTT 3.1.1 §3.1.2.9).");
        var flags = (CleanSession ? CleanSessionFlag : 0)
            | (Will is null ? 0 : WillFlag | ((int)Will.QoS << 3) | (Will.Retain ? WillRetainFlag : 0))
            | (UserName is null ? 0 : UserNameFlag)
            | (Password is null ? 0 : PasswordFlag);
        var willProperties = WillDelay == 0 ? Will?.Properties : (Will?.Properties ?? new MqttProperties()) with { WillDelayInterval = WillDelay };
        var length = (v5 ? MqttProperties.SizeWithLength(Properties) : 0) + (v5 && Will is not null ? MqttProperties.SizeWithLength(willProperties) : 0) + 6 + 1 + 1 + 2 + MqttWriter.SizeOf(ClientId)
            + (Will is null ? 0 : 2 + Will.TopicUtf8.Length + 2 + Will.Payload.Length)
            + (UserName is null ? 0 : MqttWriter.SizeOf(UserName))
            + (Password is null ? 0 : 2 + Password.Length);

        writer.WriteHeader(MqttPacketType.Connect, 0, length);
        writer.WriteString("MQTT");
        writer.WriteByte((byte)(ProtocolLevel | (IsBridge ? BridgeBit : 0)));
        writer.WriteByte((byte)flags);
        writer.WriteUInt16(KeepAlive);
        if (v5) MqttProperties.Write(ref writer, Properties);
        writer.WriteString(ClientId);
        if (Will is not null)
        {
            if (v5) MqttProperties.Write(ref writer, willProperties);
            writer.WriteBinary(Will.TopicUtf8);
            writer.WriteBinary(Will.Payload.Span);
        }
        if (UserName is not null) writer.WriteString(UserName);
        if (Password is not null) writer.WriteBinary(Password);
    }

    private static MqttProtocolException Malformed(string message) => new(MqttReasonCode.MalformedPacket, message);
}
