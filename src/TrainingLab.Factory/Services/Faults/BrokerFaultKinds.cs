using System.Text.Json.Nodes;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Simulation.Chance;

namespace TrainingLab.Factory.Services.Faults;

/// <summary>Every new CONNECT is refused with ServerUnavailable.</summary>
internal sealed class RefusedConnectionsFault : BrokerFault
{
    public override bool Refuses => true;
}

/// <summary>A fault that asks chance, and goes on with it after a resume.</summary>
/// <param name="chance">Decides.</param>
internal abstract class ChancyBrokerFault(SeededChance chance) : BrokerFault
{
    protected SeededChance Chance => chance;

    protected override void SaveOwn(JsonObject state) => state["chance"] = chance.Save();

    protected override void LoadOwn(JsonObject state) => chance.Load((string)state["chance"]!);
}

/// <summary>Messages are acknowledged and neither routed nor retained.</summary>
/// <param name="topic">Which; a topic filter.</param>
/// <param name="share">How many of them, 0 to 1.</param>
/// <param name="chance">Decides which.</param>
internal sealed class LostMessagesFault(string topic, double share, SeededChance chance) : ChancyBrokerFault(chance)
{
    public override bool Loses(MqttMessage message) => MqttTopic.Matches(topic, message.Topic) && Chance.Happens(share);
}

/// <summary>Messages wait before they are retained and routed. With jitter they overtake each other, but never one of the same client, topic and quality of service.</summary>
/// <param name="topic">Which; a topic filter.</param>
/// <param name="delay">How long at least.</param>
/// <param name="jitter">How much longer at most.</param>
/// <param name="chance">Decides how much.</param>
internal sealed class DelayedMessagesFault(string topic, TimeSpan delay, TimeSpan jitter, SeededChance chance) : ChancyBrokerFault(chance)
{
    public override TimeSpan MessageDelay(MqttMessage message) =>
        !MqttTopic.Matches(topic, message.Topic) ? TimeSpan.Zero : jitter == TimeSpan.Zero ? delay : delay + (jitter * Chance.Uniform());
}

/// <summary>Each PUBACK and PUBREC waits; publishers that keep to a window stand still meanwhile.</summary>
/// <param name="delay">How long at least.</param>
/// <param name="jitter">How much longer at most.</param>
/// <param name="chance">Decides how much.</param>
internal sealed class HeldAcknowledgementsFault(TimeSpan delay, TimeSpan jitter, SeededChance chance) : ChancyBrokerFault(chance)
{
    public override TimeSpan AnswerDelay() => jitter == TimeSpan.Zero ? delay : delay + (jitter * Chance.Uniform());
}

/// <summary>PUBACKs of subscribers get lost with their connection, so that who keeps a session gets those messages again, with DUP: QoS 1 only, as QoS 0 and 2 know no duplicates.</summary>
/// <param name="client">Whose; null for everybody's.</param>
/// <param name="share">How many of them, 0 to 1.</param>
/// <param name="chance">Decides which.</param>
internal sealed class RepeatedMessagesFault(string? client, double share, SeededChance chance) : ChancyBrokerFault(chance)
{
    public override bool LosesAcknowledgement(MqttClientIdentity who) => (client is null || client == who.ClientId) && Chance.Happens(share);
}

/// <summary>Connections end when the fault begins, with a reason where the client speaks MQTT 5.</summary>
/// <param name="client">Whose; null for everybody's.</param>
/// <param name="reason">The reason; null for none, as when the network fails.</param>
/// <param name="interval">Time from one such end to the next while the fault acts; null: only once.</param>
internal sealed class DisconnectsFault(string? client, MqttReasonCode? reason, TimeSpan? interval) : BrokerFault
{
    private TimeSpan? next;

    public override TimeSpan? Due => next;

    public override void Act(TimeSpan now)
    {
        next = now + interval;
        foreach (var who in Broker.Clients.Where(c => client is null || c.ClientId == client))
        {
            if (reason is { } code)
                Broker.DisconnectClient(who.ClientId, code);
            else
                Broker.DisconnectClient(who.ClientId);
        }
    }

    protected override void OnBegin(TimeSpan now) => Act(now);

    protected override void OnEnd() => next = null;

    protected override void SaveOwn(JsonObject state) => state["next"] = next?.Ticks;

    protected override void LoadOwn(JsonObject state) => next = state["next"] is { } ticks ? new TimeSpan((long)ticks) : null;
}
