using System.Text.Json.Nodes;

namespace TrainingLab.Mqtt.Sessions;

internal sealed partial class DeliveryState
{
    /// <summary>Everything but the connection, in a fixed order.</summary>
    public JsonObject Save() => new()
    {
        ["lastPacketId"] = lastPacketId,
        ["inflight"] = new JsonArray([.. inflight.Select(e => (JsonNode)new JsonObject
        {
            ["id"] = e.PacketId,
            ["released"] = e.Released,
            ["qos"] = (int)e.QoS,
            ["retain"] = e.Retain,
            ["message"] = SavedMessage.Save(e.Message),
        })]),
        ["waiting"] = new JsonArray([.. waiting.Select(w => (JsonNode)new JsonObject
        {
            ["qos"] = (int)w.QoS,
            ["retain"] = w.Retain,
            ["message"] = SavedMessage.Save(w.Message),
        })]),
        ["unreleased"] = new JsonArray([.. unreleased.Order().Select(id => (JsonNode)id)]),
    };

    /// <summary>Takes back what <see cref="Save"/> gave.</summary>
    public void Load(JsonNode state)
    {
        Clear();
        lastPacketId = (ushort)state["lastPacketId"]!;
        foreach (var e in state["inflight"]!.AsArray())
        {
            inflight.Add(new Inflight(
                (ushort)e!["id"]!, SavedMessage.Load(e["message"]!), (MqttQoS)(int)e["qos"]!, (bool)e["retain"]!, (bool)e["released"]!, null));
        }
        foreach (var w in state["waiting"]!.AsArray())
        {
            var message = SavedMessage.Load(w!["message"]!);
            waiting.Enqueue(new Waiting(message, (MqttQoS)(int)w["qos"]!, (bool)w["retain"]!, null));
            waitingBytes += Transport.OutgoingPacket.SizeOf(message);
        }
        foreach (var id in state["unreleased"]!.AsArray()) unreleased.Add((ushort)id!);
    }
}

/// <summary>A message in saved state; the payload is base64.</summary>
internal static class SavedMessage
{
    public static JsonObject Save(MqttMessage message) => new()
    {
        ["topic"] = message.Topic,
        ["payload"] = Convert.ToBase64String(message.Payload.Span),
        ["qos"] = (int)message.QoS,
        ["retain"] = message.Retain,
    };

    public static MqttMessage Load(JsonNode state) => new(
        (string)state["topic"]!, Convert.FromBase64String((string)state["payload"]!), (MqttQoS)(int)state["qos"]!, (bool)state["retain"]!);
}
