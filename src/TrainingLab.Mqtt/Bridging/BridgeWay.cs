using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Bridging;

/// <summary>
/// The brokers that a message has left over a bridge, so that none takes it twice: a user property of MQTT 5 for each, as the Via header of HTTP has an entry for each proxy
/// (RFC 9110 §7.6.3). With the same property of CONNECT and CONNACK the two ends of a bridge tell each other who they are. MQTT 3.1.1 has no room for it.
/// </summary>
internal static class BridgeWay
{
    /// <summary>Name of the user property; its value is the identity of a broker.</summary>
    public const string Property = "bridge-via";

    /// <summary>Most brokers on a way; a message that has passed so many goes over no further bridge.</summary>
    public const int MaxBrokers = 16;

    /// <summary>The identity that the other end of a connection gives; null where it gives none.</summary>
    public static string? IdentityIn(MqttProperties? properties) => properties?.UserProperties.FirstOrDefault(static p => p.Name == Property).Value;

    /// <summary>Whether a message has left the broker of this identity. Asked for every message of a client, so it allocates nothing.</summary>
    public static bool HasPassed(MqttMessage message, string? identity)
    {
        if (identity is null || message.Properties is not { UserProperties: { Count: > 0 } properties }) return false;
        for (var i = 0; i < properties.Count; i++)
            if (properties[i].Name == Property && properties[i].Value == identity) return true;
        return false;
    }

    /// <summary>Whether a message may leave for a broker, whose identity may not be known.</summary>
    public static bool MayLeaveFor(MqttMessage message, string? identity) =>
        !HasPassed(message, identity) && (message.Properties?.UserProperties.Count(static p => p.Name == Property) ?? 0) < MaxBrokers;

    /// <summary>The message with one more broker on its way.</summary>
    public static MqttMessage Leaving(MqttMessage message, string? identity)
    {
        if (identity is null) return message;
        var properties = message.Properties ?? new MqttProperties();
        return message.WithProperties(properties with { UserProperties = [.. properties.UserProperties, new MqttUserProperty(Property, identity)] });
    }
}
