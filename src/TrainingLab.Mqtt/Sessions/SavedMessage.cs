using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Sessions;

/// <summary>A message in saved state; the payload is base64. What MQTT 5 added is there only where a message has it.</summary>
internal static class SavedMessage
{
    public static JsonObject Save(MqttMessage message, TimeProvider time)
    {
        var saved = new JsonObject
        {
            ["topic"] = message.Topic,
            ["payload"] = Convert.ToBase64String(message.Payload.Span),
            ["qos"] = (int)message.QoS,
            ["retain"] = message.Retain,
        };
        if (message.ExpiresAt != 0) saved["expiresInMs"] = Math.Max(0, message.TimeLeft(time).TotalMilliseconds);
        if (message.Properties is not { } properties) return saved;
        saved["textPayload"] = properties.PayloadIsText;
        saved["expirySeconds"] = properties.MessageExpiryInterval;
        saved["contentType"] = properties.ContentType;
        saved["responseTopic"] = properties.ResponseTopic;
        saved["correlation"] = properties.CorrelationData is { } data ? Convert.ToBase64String(data.Span) : null;
        saved["userProperties"] = new JsonArray([.. properties.UserProperties.Select(p => (JsonNode)new JsonArray(p.Name, p.Value))]);
        return saved;
    }

    public static MqttMessage Load(JsonNode state, TimeProvider time)
    {
        var message = new MqttMessage(
            (string)state["topic"]!, Convert.FromBase64String((string)state["payload"]!), (MqttQoS)(int)state["qos"]!, (bool)state["retain"]!)
        {
            Properties = state["userProperties"] is not JsonArray user ? null : new MqttProperties
            {
                PayloadIsText = (bool?)state["textPayload"],
                MessageExpiryInterval = (uint?)state["expirySeconds"],
                ContentType = (string?)state["contentType"],
                ResponseTopic = (string?)state["responseTopic"],
                CorrelationData = (string?)state["correlation"] is { } data ? (ReadOnlyMemory<byte>?)Convert.FromBase64String(data) : null,
                UserProperties = [.. user.Select(p => new MqttUserProperty((string)p![0]!, (string)p[1]!))],
            },
        };
        return (double?)state["expiresInMs"] is { } left ? message.ExpiringIn(TimeSpan.FromMilliseconds(left), time) : message;
    }
}
