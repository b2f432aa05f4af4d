using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Packets;

/// <summary>
/// The properties of an MQTT 5 packet or will (§2.2.2); MQTT 3.1.1 has none. All are absent (null, or an empty list) by default.
/// <code>
/// length of what follows, variable byte integer | any number of: identifier | value of the identifier's type
/// value  | byte | two bytes | four bytes | variable byte integer | string | binary | two strings
/// </code>
/// </summary>
public sealed record MqttProperties
{
    /// <summary>Most user properties of one packet that are accepted; more is refused with <see cref="MqttReasonCode.QuotaExceeded"/>.</summary>
    public const int MaxUserProperties = 1000;

    /// <summary>Stands for the will among the packet types in <see cref="AllowedIn"/>.</summary>
    internal const MqttPacketType Will = 0;

    /// <summary>Whether the payload is UTF-8 text (§3.3.2.3.2); null: unspecified bytes.</summary>
    public bool? PayloadIsText { get; init; }

    /// <summary>Lifetime of the message in seconds; null: for ever.</summary>
    public uint? MessageExpiryInterval { get; init; }

    /// <summary>What the payload is, as a MIME type by convention.</summary>
    public string? ContentType { get; init; }

    /// <summary>Topic name to which an answer goes.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What an answer must carry, so that the asker knows its question.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>SUBSCRIBE: at most one, from 1 to 268,435,455. PUBLISH to a client: those of the subscriptions that matched.</summary>
    public IReadOnlyList<int> SubscriptionIdentifiers { get; init; } = [];

    /// <summary>Seconds for which the session outlives its connection; 0xFFFFFFFF: for ever.</summary>
    public uint? SessionExpiryInterval { get; init; }

    /// <summary>CONNACK: the client identifier that the server chose.</summary>
    public string? AssignedClientIdentifier { get; init; }

    /// <summary>CONNACK: the keep-alive in seconds that holds instead of the client's.</summary>
    public ushort? ServerKeepAlive { get; init; }

    /// <summary>Name of the enhanced authentication's method, e.g. SCRAM-SHA-256.</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>The method's data.</summary>
    public ReadOnlyMemory<byte>? AuthenticationData { get; init; }

    /// <summary>CONNECT: whether reason strings are welcome; null: yes.</summary>
    public bool? RequestProblemInformation { get; init; }

    /// <summary>Will: seconds between the connection's end and its publication; null: 0.</summary>
    public uint? WillDelayInterval { get; init; }

    /// <summary>CONNECT: whether <see cref="ResponseInformation"/> is wanted; null: no.</summary>
    public bool? RequestResponseInformation { get; init; }

    /// <summary>CONNACK: the beginning of topics that the client may use for answers.</summary>
    public string? ResponseInformation { get; init; }

    /// <summary>CONNACK and DISCONNECT: the other server to use.</summary>
    public string? ServerReference { get; init; }

    /// <summary>The reason in words, for people.</summary>
    public string? ReasonString { get; init; }

    /// <summary>QoS 1 and 2 messages that the sender handles at a time, from 1; null: 65,535.</summary>
    public ushort? ReceiveMaximum { get; init; }

    /// <summary>Highest topic alias that the sender accepts; null: 0, none.</summary>
    public ushort? TopicAliasMaximum { get; init; }

    /// <summary>PUBLISH: a number that stands for the topic, from 1.</summary>
    public ushort? TopicAlias { get; init; }

    /// <summary>CONNACK: the highest quality of service that the server takes, 0 or 1; null: 2.</summary>
    public MqttQoS? MaximumQoS { get; init; }

    /// <summary>CONNACK: whether the server retains messages; null: yes.</summary>
    public bool? RetainAvailable { get; init; }

    /// <summary>Name and value pairs of the application, in order; a name may come more than once.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];

    /// <summary>Longest packet in bytes that the sender accepts, from 1; null: no bound.</summary>
    public uint? MaximumPacketSize { get; init; }

    /// <summary>CONNACK: whether the server takes wildcards; null: yes.</summary>
    public bool? WildcardSubscriptionAvailable { get; init; }

    /// <summary>CONNACK: whether the server takes subscription identifiers; null: yes.</summary>
    public bool? SubscriptionIdentifierAvailable { get; init; }

    /// <summary>CONNACK: whether the server takes shared subscriptions; null: yes.</summary>
    public bool? SharedSubscriptionAvailable { get; init; }

    /// <summary>Reads the properties of a packet; null when it has none.</summary>
    /// <exception cref="MqttProtocolException">A property that this packet must not have, twice, or of an impossible value.</exception>
    internal static MqttProperties? Read(scoped ref MqttReader reader, MqttPacketType packet)
    {
        var length = reader.ReadVariableInteger();
        if (length == 0) return null;
        if (length > reader.Remaining) throw Malformed("Properties that are longer than their packet.");
        var end = reader.Remaining - length;
        var p = new MqttProperties();
        List<MqttUserProperty>? user = null;
        List<int>? subscriptions = null;
        var seen = 0L;
        while (reader.Remaining > end)
        {
            var id = (MqttPropertyId)reader.ReadVariableInteger();
            if ((AllowedIn(id) & (1 << (int)packet)) == 0) throw Malformed($"Property 0x{(int)id:X2} in {(packet == Will ? "a will" : packet)}.");
            var repeats = id == MqttPropertyId.UserProperty || (id == MqttPropertyId.SubscriptionIdentifier && packet == MqttPacketType.Publish);
            if (!repeats && (seen & (1L << (int)id)) != 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{id} twice.");
            seen |= 1L << (int)id;
            switch (id)
            {
                case MqttPropertyId.UserProperty:
                    if ((user ??= []).Count == MaxUserProperties) throw new MqttProtocolException(MqttReasonCode.QuotaExceeded, $"More than {MaxUserProperties} user properties.");
                    user.Add(new MqttUserProperty(reader.ReadString(), reader.ReadString()));
                    break;
                case MqttPropertyId.SubscriptionIdentifier:
                    (subscriptions ??= []).Add(reader.ReadVariableInteger());
                    if (subscriptions[^1] == 0) throw new MqttProtocolException(MqttReasonCode.ProtocolError, "Subscription identifier 0.");
                    break;
                default:
                    p = p.With(id, ref reader);
                    break;
            }
        }
        if (reader.Remaining != end) throw Malformed("A property that crosses the end of the properties.");
        if (user is null && subscriptions is null) return p;
        return p with { UserProperties = user ?? (IReadOnlyList<MqttUserProperty>)[], SubscriptionIdentifiers = subscriptions ?? (IReadOnlyList<int>)[] };
    }

    /// <summary>Bytes of the properties without their length.</summary>
    internal int Size()
    {
        var size = 0;
        Count(1, PayloadIsText, MaximumQoS, RequestProblemInformation, RequestResponseInformation, RetainAvailable);
        Count(1, WildcardSubscriptionAvailable, SubscriptionIdentifierAvailable, SharedSubscriptionAvailable);
        Count(2, ServerKeepAlive, ReceiveMaximum, TopicAliasMaximum, TopicAlias);
        Count(4, MessageExpiryInterval, SessionExpiryInterval, WillDelayInterval, MaximumPacketSize);
        Text(ContentType, ResponseTopic, AssignedClientIdentifier, AuthenticationMethod, ResponseInformation, ServerReference, ReasonString);
        if (CorrelationData is { } correlation) size += 3 + correlation.Length;
        if (AuthenticationData is { } data) size += 3 + data.Length;
        foreach (var id in SubscriptionIdentifiers) size += 1 + FixedHeader.SizeOfRemainingLength(id);
        foreach (var (name, value) in UserProperties) size += 1 + MqttWriter.SizeOf(name) + MqttWriter.SizeOf(value);
        return size;

        void Count(int bytes, params ReadOnlySpan<object?> values)
        {
            foreach (var value in values)
                if (value is not null) size += 1 + bytes;
        }

        void Text(params ReadOnlySpan<string?> values)
        {
            foreach (var value in values)
                if (value is not null) size += 1 + MqttWriter.SizeOf(value);
        }
    }

    /// <summary>Bytes of the properties of a packet that may have none, with their length.</summary>
    internal static int SizeWithLength(MqttProperties? properties)
    {
        var size = properties?.Size() ?? 0;
        return FixedHeader.SizeOfRemainingLength(size) + size;
    }

    /// <summary>Writes length and properties.</summary>
    internal static void Write(ref MqttWriter writer, MqttProperties? properties)
    {
        writer.WriteVariableInteger(properties?.Size() ?? 0);
        properties?.WriteValues(ref writer);
    }

    /// <summary>Writes the properties without their length.</summary>
    internal void WriteValues(ref MqttWriter writer)
    {
        WriteFlag(ref writer, MqttPropertyId.PayloadFormatIndicator, PayloadIsText);
        WriteUInt32(ref writer, MqttPropertyId.MessageExpiryInterval, MessageExpiryInterval);
        WriteText(ref writer, MqttPropertyId.ContentType, ContentType);
        WriteText(ref writer, MqttPropertyId.ResponseTopic, ResponseTopic);
        WriteBinary(ref writer, MqttPropertyId.CorrelationData, CorrelationData);
        foreach (var id in SubscriptionIdentifiers)
        {
            writer.WriteByte((byte)MqttPropertyId.SubscriptionIdentifier);
            writer.WriteVariableInteger(id);
        }
        WriteUInt32(ref writer, MqttPropertyId.SessionExpiryInterval, SessionExpiryInterval);
        WriteText(ref writer, MqttPropertyId.AssignedClientIdentifier, AssignedClientIdentifier);
        WriteUInt16(ref writer, MqttPropertyId.ServerKeepAlive, ServerKeepAlive);
        WriteText(ref writer, MqttPropertyId.AuthenticationMethod, AuthenticationMethod);
        WriteBinary(ref writer, MqttPropertyId.AuthenticationData, AuthenticationData);
        WriteFlag(ref writer, MqttPropertyId.RequestProblemInformation, RequestProblemInformation);
        WriteUInt32(ref writer, MqttPropertyId.WillDelayInterval, WillDelayInterval);
        WriteFlag(ref writer, MqttPropertyId.RequestResponseInformation, RequestResponseInformation);
        WriteText(ref writer, MqttPropertyId.ResponseInformation, ResponseInformation);
        WriteText(ref writer, MqttPropertyId.ServerReference, ServerReference);
        WriteText(ref writer, MqttPropertyId.ReasonString, ReasonString);
        WriteUInt16(ref writer, MqttPropertyId.ReceiveMaximum, ReceiveMaximum);
        WriteUInt16(ref writer, MqttPropertyId.TopicAliasMaximum, TopicAliasMaximum);
        WriteUInt16(ref writer, MqttPropertyId.TopicAlias, TopicAlias);
        WriteFlag(ref writer, MqttPropertyId.MaximumQoS, MaximumQoS is { } qos ? qos == MqttQoS.AtLeastOnce : null);
        WriteFlag(ref writer, MqttPropertyId.RetainAvailable, RetainAvailable);
        foreach (var (name, value) in UserProperties)
        {
            writer.WriteByte((byte)MqttPropertyId.UserProperty);
            writer.WriteString(name);
            writer.WriteString(value);
        }
        WriteUInt32(ref writer, MqttPropertyId.MaximumPacketSize, MaximumPacketSize);
        WriteFlag(ref writer, MqttPropertyId.WildcardSubscriptionAvailable, WildcardSubscriptionAvailable);
        WriteFlag(ref writer, MqttPropertyId.SubscriptionIdentifierAvailable, SubscriptionIdentifierAvailable);
        WriteFlag(ref writer, MqttPropertyId.SharedSubscriptionAvailable, SharedSubscriptionAvailable);
    }

    /// <summary>A copy with one more property, read from the packet.</summary>
    private MqttProperties With(MqttPropertyId id, scoped ref MqttReader reader) => id switch
    {
        MqttPropertyId.PayloadFormatIndicator => this with { PayloadIsText = Flag(reader.ReadByte(), id) },
        MqttPropertyId.MessageExpiryInterval => this with { MessageExpiryInterval = reader.ReadUInt32() },
        MqttPropertyId.ContentType => this with { ContentType = reader.ReadString() },
        MqttPropertyId.ResponseTopic => this with { ResponseTopic = TopicName(reader.ReadString()) },
        MqttPropertyId.CorrelationData => this with { CorrelationData = reader.ReadBinary().ToArray() },
        MqttPropertyId.SessionExpiryInterval => this with { SessionExpiryInterval = reader.ReadUInt32() },
        MqttPropertyId.AssignedClientIdentifier => this with { AssignedClientIdentifier = reader.ReadString() },
        MqttPropertyId.ServerKeepAlive => this with { ServerKeepAlive = reader.ReadUInt16() },
        MqttPropertyId.AuthenticationMethod => this with { AuthenticationMethod = reader.ReadString() },
        MqttPropertyId.AuthenticationData => this with { AuthenticationData = reader.ReadBinary().ToArray() },
        MqttPropertyId.RequestProblemInformation => this with { RequestProblemInformation = Flag(reader.ReadByte(), id) },
        MqttPropertyId.WillDelayInterval => this with { WillDelayInterval = reader.ReadUInt32() },
        MqttPropertyId.RequestResponseInformation => this with { RequestResponseInformation = Flag(reader.ReadByte(), id) },
        MqttPropertyId.ResponseInformation => this with { ResponseInformation = reader.ReadString() },
        MqttPropertyId.ServerReference => this with { ServerReference = reader.ReadString() },
        MqttPropertyId.ReasonString => this with { ReasonString = reader.ReadString() },
        MqttPropertyId.ReceiveMaximum => this with { ReceiveMaximum = (ushort)NotZero(reader.ReadUInt16(), id) },
        MqttPropertyId.TopicAliasMaximum => this with { TopicAliasMaximum = reader.ReadUInt16() },
        MqttPropertyId.TopicAlias => this with { TopicAlias = reader.ReadUInt16() },
        MqttPropertyId.MaximumQoS => this with { MaximumQoS = Flag(reader.ReadByte(), id) ? MqttQoS.AtLeastOnce : MqttQoS.AtMostOnce },
        MqttPropertyId.RetainAvailable => this with { RetainAvailable = Flag(reader.ReadByte(), id) },
        MqttPropertyId.MaximumPacketSize => this with { MaximumPacketSize = NotZero(reader.ReadUInt32(), id) },
        MqttPropertyId.WildcardSubscriptionAvailable => this with { WildcardSubscriptionAvailable = Flag(reader.ReadByte(), id) },
        MqttPropertyId.SubscriptionIdentifierAvailable => this with { SubscriptionIdentifierAvailable = Flag(reader.ReadByte(), id) },
        _ => this with { SharedSubscriptionAvailable = Flag(reader.ReadByte(), id) },
    };

    /// <summary>The packet types that may have a property, one bit each, and the will as bit 0 (table 2-4).</summary>
    internal static int AllowedIn(MqttPropertyId id)
    {
        const int connect = 1 << (int)MqttPacketType.Connect;
        const int connAck = 1 << (int)MqttPacketType.ConnAck;
        const int publish = 1 << (int)MqttPacketType.Publish;
        const int subscribe = 1 << (int)MqttPacketType.Subscribe;
        const int disconnect = 1 << (int)MqttPacketType.Disconnect;
        const int auth = 1 << (int)MqttPacketType.Auth;
        const int will = 1 << (int)Will;
        const int acknowledgements = (1 << (int)MqttPacketType.PubAck) | (1 << (int)MqttPacketType.PubRec) | (1 << (int)MqttPacketType.PubRel)
            | (1 << (int)MqttPacketType.PubComp) | (1 << (int)MqttPacketType.SubAck) | (1 << (int)MqttPacketType.UnsubAck);
        return id switch
        {
            MqttPropertyId.PayloadFormatIndicator or MqttPropertyId.MessageExpiryInterval or MqttPropertyId.ContentType
                or MqttPropertyId.ResponseTopic or MqttPropertyId.CorrelationData => publish | will,
            MqttPropertyId.SubscriptionIdentifier => publish | subscribe,
            MqttPropertyId.SessionExpiryInterval => connect | connAck | disconnect,
            MqttPropertyId.AuthenticationMethod or MqttPropertyId.AuthenticationData => connect | connAck | auth,
            MqttPropertyId.RequestProblemInformation or MqttPropertyId.RequestResponseInformation => connect,
            MqttPropertyId.WillDelayInterval => will,
            MqttPropertyId.ServerReference => connAck | disconnect,
            MqttPropertyId.ReasonString => connAck | acknowledgements | disconnect | auth,
            MqttPropertyId.ReceiveMaximum or MqttPropertyId.TopicAliasMaximum or MqttPropertyId.MaximumPacketSize => connect | connAck,
            MqttPropertyId.TopicAlias => publish,
            MqttPropertyId.UserProperty =>
                connect | connAck | publish | will | acknowledgements | subscribe | (1 << (int)MqttPacketType.Unsubscribe) | disconnect | auth,
            MqttPropertyId.AssignedClientIdentifier or MqttPropertyId.ServerKeepAlive or MqttPropertyId.ResponseInformation
                or MqttPropertyId.MaximumQoS or MqttPropertyId.RetainAvailable or MqttPropertyId.WildcardSubscriptionAvailable
                or MqttPropertyId.SubscriptionIdentifierAvailable or MqttPropertyId.SharedSubscriptionAvailable => connAck,
            _ => 0,
        };
    }

    private static bool Flag(byte value, MqttPropertyId id) =>
        value <= 1 ? value == 1 : throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{id} of {value}.");

    private static uint NotZero(uint value, MqttPropertyId id) =>
        value != 0 ? value : throw new MqttProtocolException(MqttReasonCode.ProtocolError, $"{id} of 0.");

    private static string TopicName(string topic) =>
        MqttTopic.IsValidName(topic) ? topic : throw new MqttProtocolException(MqttReasonCode.TopicNameInvalid, "The response topic is not a topic name.");

    private static void WriteFlag(ref MqttWriter writer, MqttPropertyId id, bool? value)
    {
        if (value is null) return;
        writer.WriteByte((byte)id);
        writer.WriteByte(value.Value ? (byte)1 : (byte)0);
    }

    private static void WriteUInt16(ref MqttWriter writer, MqttPropertyId id, ushort? value)
    {
        if (value is null) return;
        writer.WriteByte((byte)id);
        writer.WriteUInt16(value.Value);
    }

    private static void WriteUInt32(ref MqttWriter writer, MqttPropertyId id, uint? value)
    {
        if (value is null) return;
        writer.WriteByte((byte)id);
        writer.WriteUInt32(value.Value);
    }

    private static void WriteText(ref MqttWriter writer, MqttPropertyId id, string? value)
    {
        if (value is null) return;
        writer.WriteByte((byte)id);
        writer.WriteString(value);
    }

    private static void WriteBinary(ref MqttWriter writer, MqttPropertyId id, ReadOnlyMemory<byte>? value)
    {
        if (value is null) return;
        writer.WriteByte((byte)id);
        writer.WriteBinary(value.Value.Span);
    }

    private static MqttProtocolException Malformed(string message) => new(MqttReasonCode.MalformedPacket, message);
}

/// <summary>A name and a value that the application gives a packet; MQTT only carries them.</summary>
/// <param name="Name">The name; need not be unique.</param>
/// <param name="Value">The value.</param>
public readonly record struct MqttUserProperty(string Name, string Value);
