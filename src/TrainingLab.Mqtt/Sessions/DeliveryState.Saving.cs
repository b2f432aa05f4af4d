using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Sessions;

internal sealed partial class DeliveryState
{
    /// <summary>Everything but the connection, in a fixed order.</summary>
    public JsonObject Save() => new()
    {
        ["lastPacketId"] = lastPacketId,
        ["inflight"] = new JsonArray([.. inflight.Select(e => SaveDelivery(e.Delivery, new JsonObject { ["id"] = e.PacketId, ["released"] = e.Released }))]),
        ["waiting"] = new JsonArray([.. waiting.Select(w => SaveDelivery(w.Delivery, []))]),
        ["unreleased"] = new JsonArray([.. (unreleased ?? []).Select(id => (JsonNode)id)]),
    };

    /// <summary>Takes back what <see cref="Save"/> gave, also in the form of version 1, which lacks what MQTT 5 added.</summary>
    public void Load(JsonNode state)
    {
        Clear();
        lastPacketId = (ushort)state["lastPacketId"]!;
        foreach (var e in state["inflight"]!.AsArray())
            Restore(++lastEntry, LoadDelivery(e!), (ushort)e!["id"]!, (bool)e["released"]!);
        foreach (var w in state["waiting"]!.AsArray())
            Restore(++lastEntry, LoadDelivery(w!), packetId: 0, released: false);
        foreach (var id in state["unreleased"]!.AsArray()) RestoreReceived((ushort)id!);
    }

    /// <summary>Takes back one entry, in the order of entries; those with a packet identifier were sent.</summary>
    public void Restore(long entry, in Delivery delivery, ushort packetId, bool released)
    {
        lastEntry = Math.Max(lastEntry, entry);
        Hold(delivery.Message);
        if (packetId != 0)
        {
            inflight.Add(new Inflight { Entry = entry, PacketId = packetId, Delivery = delivery, Released = released });
            return;
        }
        waiting.Enqueue(new Waiting(entry, delivery, null));
    }

    /// <summary>Takes back the identifier of a received QoS 2 message.</summary>
    public void RestoreReceived(ushort packetId) => (unreleased ??= []).Add(packetId);

    /// <summary>The identifier after which the next one is looked for.</summary>
    public void RestoreLastPacketId(ushort packetId) => lastPacketId = packetId;

    private JsonNode SaveDelivery(in Delivery delivery, JsonObject saved)
    {
        saved["qos"] = (int)delivery.QoS;
        saved["retain"] = delivery.Retain;
        if (!delivery.Ids.IsEmpty) saved["subscriptionIds"] = new JsonArray([.. delivery.Ids.ToList().Select(id => (JsonNode)id)]);
        saved["message"] = SavedMessage.Save(delivery.Message, time);
        return saved;
    }

    private Delivery LoadDelivery(JsonNode saved) => new(
        SavedMessage.Load(saved["message"]!, time),
        (MqttQoS)(int)saved["qos"]!,
        (bool)saved["retain"]!,
        SubscriptionIds.Of(saved["subscriptionIds"]?.AsArray().Select(id => (int)id!) ?? []));
}
