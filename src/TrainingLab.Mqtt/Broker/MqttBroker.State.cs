using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    private const int StateVersion = 1;

    /// <summary>The retained messages, persistent sessions (subscriptions, queued and unacknowledged messages) and fault switches.</summary>
    public JsonNode Save() => new JsonObject
    {
        ["v"] = StateVersion,
        ["assignedIds"] = assignedIds,
        ["faults"] = new JsonObject
        {
            ["refuseConnects"] = Faults.RefuseConnects,
            ["dropFilter"] = Faults.DropFilter,
            ["dropEvery"] = Faults.DropEvery,
            ["droppable"] = droppable,
            ["acknowledgementDelayMs"] = Faults.AcknowledgementDelay.TotalMilliseconds,
        },
        ["retained"] = new JsonArray([.. retained.All().Select(m => (JsonNode)SavedMessage.Save(m))]),
        ["sessions"] = new JsonArray([.. sessions.Values.Where(s => !s.IsClean).OrderBy(s => s.ClientId, StringComparer.Ordinal).Select(s => (JsonNode)new JsonObject
        {
            ["clientId"] = s.ClientId,
            ["subscriptions"] = new JsonArray([.. s.Subscriptions.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => (JsonNode)new JsonObject
            {
                ["filter"] = x.Key,
                ["qos"] = (int)x.Value,
            })]),
            ["delivery"] = s.Delivery.Save(),
        })]),
    };

    /// <summary>Closes every connection without publishing wills and takes back what <see cref="Save"/> gave. The owner's subscriptions stay.</summary>
    /// <exception cref="NotSupportedException">The state has another version.</exception>
    public void Load(JsonNode state)
    {
        var version = (int)state["v"]!;
        if (version != StateVersion) throw new NotSupportedException($"Broker state of version {version}; this broker reads version {StateVersion}.");

        foreach (var connection in connections.ToList()) connection.Abort(MqttDisconnectReason.ClosedByOwner, discardWill: true);
        foreach (var connection in connected.Values.ToList()) connection.Forget();
        connected.Clear();
        foreach (var session in sessions.Values.ToList()) Discard(session);
        retained.Clear();

        assignedIds = (long)state["assignedIds"]!;
        var faults = state["faults"]!;
        Faults.RefuseConnects = (bool)faults["refuseConnects"]!;
        Faults.DropFilter = (string?)faults["dropFilter"];
        Faults.DropEvery = (int)faults["dropEvery"]!;
        Faults.AcknowledgementDelay = TimeSpan.FromMilliseconds((double)faults["acknowledgementDelayMs"]!);
        droppable = (long)faults["droppable"]!;
        foreach (var message in state["retained"]!.AsArray()) retained.Set(SavedMessage.Load(message!));
        foreach (var saved in state["sessions"]!.AsArray())
        {
            var session = new BrokerSession((string)saved!["clientId"]!, clean: false, Options.Limits, Observer);
            sessions.Add(session.ClientId, session);
            foreach (var subscription in saved["subscriptions"]!.AsArray())
                Subscribe(session, (string)subscription!["filter"]!, (MqttQoS)(int)subscription["qos"]!);
            session.Delivery.Load(saved["delivery"]!);
        }
    }
}
