using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    /// <summary>Version 1 had no MQTT 5: its sessions never expire, and its subscriptions are plain.</summary>
    private const int StateVersion = 2;

    /// <summary>The retained messages, persistent sessions (subscriptions, queued and unacknowledged messages, delayed wills), fault switches and what they hold up.</summary>
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
        ["retained"] = new JsonArray([.. retained.All.Select(m => (JsonNode)SavedMessage.Save(m, HostTime))]),
        ["sessions"] = new JsonArray([.. sessions.Values.Where(s => !s.IsClean).OrderBy(s => s.ClientId, StringComparer.Ordinal).Select(SaveSession)]),
        ["delayed"] = delayed.Count == 0 ? null : SaveDelayed(),
        ["shares"] = new JsonObject(shares.Select(s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value.Turn))),
    };

    /// <summary>Closes every connection without publishing wills and takes back what <see cref="Save"/> gave, also in version 1. The owner's subscriptions stay.</summary>
    /// <exception cref="NotSupportedException">The state has another version.</exception>
    public void Load(JsonNode state)
    {
        var version = (int)state["v"]!;
        if (version is < 1 or > StateVersion) throw new NotSupportedException($"Broker state of version {version}; this broker reads versions 1 to {StateVersion}.");

        foreach (var connection in connections.ToList()) connection.Abort(MqttDisconnectReason.ClosedByOwner, discardWill: true, say: MqttReasonCode.AdministrativeAction);
        foreach (var connection in connected.Values.ToList()) connection.Forget();
        connected.Clear();
        foreach (var session in sessions.Values.ToList())
        {
            Discard(session);
            foreach (var filter in session.Subscriptions.Keys) Remove(session, filter);
        }
        foreach (var gone in ended) gone.Left.Clear();
        Agenda.Clear();
        ClearDelayed();
        retained.Clear();

        assignedIds = (long)state["assignedIds"]!;
        var faults = state["faults"]!;
        Faults.RefuseConnects = (bool)faults["refuseConnects"]!;
        Faults.DropFilter = (string?)faults["dropFilter"];
        Faults.DropEvery = (int)faults["dropEvery"]!;
        Faults.AcknowledgementDelay = TimeSpan.FromMilliseconds((double)faults["acknowledgementDelayMs"]!);
        droppable = (long)faults["droppable"]!;
        foreach (var message in state["retained"]!.AsArray()) retained.Set(SavedMessage.Load(message!, HostTime));
        foreach (var saved in state["sessions"]!.AsArray()) LoadSession(saved!);
        LoadDelayed(state["delayed"]);
        foreach (var (filter, turn) in state["shares"]?.AsObject() ?? [])
            if (shares.TryGetValue(filter, out var group)) group.Turn = (long)turn!;
    }

    private JsonNode SaveSession(BrokerSession session)
    {
        var saved = new JsonObject
        {
            ["clientId"] = session.ClientId,
            ["expirySeconds"] = session.ExpiryInterval,
            ["subscriptions"] = new JsonArray([.. session.Subscriptions.OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => (JsonNode)new JsonObject
            {
                ["filter"] = x.Key,
                ["qos"] = (int)x.Value.QoS,
                ["noLocal"] = x.Value.NoLocal,
                ["retainAsPublished"] = x.Value.RetainAsPublished,
                ["id"] = x.Value.Id,
            })]),
            ["delivery"] = session.Delivery.Save(),
        };
        if (session.Client is { } client) saved["user"] = client.UserName;
        if (session.Expiry is { } expiry) saved["expiresInMs"] = Agenda.TimeLeft(expiry).TotalMilliseconds;
        if (session.PendingWill is { } will)
        {
            saved["will"] = SavedMessage.Save(will.Message, HostTime);
            saved["willUser"] = will.Client.UserName;
            saved["willNode"] = will.Client.Peer.Node;
            saved["willAddress"] = will.Client.Peer.Address;
            saved["willAccount"] = will.Client.Peer.Account;
            saved["willInMs"] = Agenda.TimeLeft(will.Due).TotalMilliseconds;
        }
        return saved;
    }

    private void LoadSession(JsonNode saved)
    {
        var session = NewSession((string)saved["clientId"]!, (uint?)saved["expirySeconds"] ?? BrokerSession.Forever);
        if (saved.AsObject().TryGetPropertyValue("user", out var user)) session.Client = new MqttClientIdentity(new MqttPeer("", "", Account: null, HostTime), session.ClientId, (string?)user);
        sessions.Add(session.ClientId, session);
        foreach (var subscription in saved["subscriptions"]!.AsArray())
        {
            Subscribe(session, (string)subscription!["filter"]!, new SubscriptionOptions(
                (MqttQoS)(int)subscription["qos"]!,
                (bool?)subscription["noLocal"] ?? false,
                (bool?)subscription["retainAsPublished"] ?? false,
                (int?)subscription["id"] ?? 0));
        }
        session.Delivery.Load(saved["delivery"]!);
        // Every connection is closed, so a session whose client was connected begins to expire now.
        ExpireIn(session, (double?)saved["expiresInMs"] is { } left ? TimeSpan.FromMilliseconds(left) : TimeSpan.FromSeconds(session.ExpiryInterval));
        if (saved["will"] is not { } will) return;
        var peer = new MqttPeer((string)saved["willNode"]!, (string)saved["willAddress"]!, (string?)saved["willAccount"], HostTime);
        LeaveIn(
            session,
            new MqttClientIdentity(peer, session.ClientId, (string?)saved["willUser"]),
            SavedMessage.Load(will, HostTime),
            TimeSpan.FromMilliseconds((double)saved["willInMs"]!));
    }
}
