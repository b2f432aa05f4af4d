using System.Text.Json.Nodes;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Broker;

public sealed partial class MqttBroker
{
    /// <summary>Most messages that wait because of a fault; with more the first in turn goes at once.</summary>
    private const int MaxDelayed = 10_000;

    private readonly SortedDictionary<Agenda.Entry, Delayed> delayed = [];
    private readonly Dictionary<DelayKey, Agenda.Entry> lastDelayed = [];

    /// <summary>Routes a client's message, now or, where a fault says so, later. False when it is certain that nobody is subscribed.</summary>
    internal bool RouteInTime(MqttMessage message, BrokerSession publisher)
    {
        if (Faults.MessageDelay is null && delayed.Count == 0) return Route(message, publisher);
        var wait = Faults.MessageDelay?.Invoke(message) ?? TimeSpan.Zero;
        if (wait <= TimeSpan.Zero && !lastDelayed.ContainsKey(new DelayKey(publisher.ClientId, message.Topic, message.QoS))) return Route(message, publisher);
        Delay(message, publisher.ClientId, wait);
        return true;
    }

    private void Delay(MqttMessage message, string publisher, TimeSpan wait)
    {
        if (delayed.Count >= MaxDelayed || (delayed.Count > 0 && !Memory.HasRoom(long.MaxValue)))
        {
            var first = delayed.First().Key;
            Agenda.Remove(first);
            RouteDelayed(first);
        }
        var key = new DelayKey(publisher, message.Topic, message.QoS);
        // Never before the one before it: a moment later, as durations are not exact to the last digit.
        if (lastDelayed.TryGetValue(key, out var before) && Agenda.TimeLeft(before) + TimeSpan.FromMicroseconds(1) is var least && wait < least) wait = least;
        Agenda.Entry entry = default;
        entry = Agenda.Add(wait, () => RouteDelayed(entry));
        delayed.Add(entry, new Delayed(message, publisher));
        Memory.Hold(message);
        lastDelayed[key] = entry;
    }

    private void RouteDelayed(Agenda.Entry entry)
    {
        if (!delayed.Remove(entry, out var due)) return;
        Memory.Release(due.Message);
        var key = new DelayKey(due.Publisher, due.Message.Topic, due.Message.QoS);
        if (lastDelayed[key] == entry) lastDelayed.Remove(key);
        Route(due.Message, sessions.GetValueOrDefault(due.Publisher));
    }

    private void ClearDelayed()
    {
        foreach (var waiting in delayed.Values) Memory.Release(waiting.Message);
        delayed.Clear();
        lastDelayed.Clear();
    }

    private JsonArray SaveDelayed() => new([.. delayed.Select(d => (JsonNode)new JsonObject
    {
        ["publisher"] = d.Value.Publisher,
        ["inTicks"] = Agenda.TimeLeft(d.Key).Ticks,
        ["message"] = SavedMessage.Save(d.Value.Message, HostTime),
    })]);

    private void LoadDelayed(JsonNode? saved)
    {
        foreach (var item in saved?.AsArray() ?? [])
            Delay(SavedMessage.Load(item!["message"]!, HostTime), (string)item["publisher"]!, TimeSpan.FromTicks((long)item["inTicks"]!));
    }

    private sealed record Delayed(MqttMessage Message, string Publisher);

    /// <summary>What keeps its order.</summary>
    private readonly record struct DelayKey(string Publisher, string Topic, MqttQoS QoS);
}
