using TrainingLab.Mqtt.Packets;
using TrainingLab.Mqtt.Sessions;
using TrainingLab.Mqtt.Topics;
using TrainingLab.Mqtt.Transport;

namespace TrainingLab.Mqtt.Client;

/// <summary>What a client is subscribed to, and what it has asked the broker and not heard back.</summary>
internal sealed class ClientSubscriptions(DeliveryState delivery)
{
    /// <summary>Filters in one SUBSCRIBE when all are asked for again.</summary>
    private const int FiltersPerPacket = 100;

    private readonly Dictionary<string, Subscription> subscriptions = new(StringComparer.Ordinal);
    private readonly Dictionary<ushort, List<Subscription>> asked = [];

    /// <summary>What the server has said of itself in CONNACK (MQTT 5 §3.2.2.3); null where it has said nothing.</summary>
    public MqttProperties? Server { get; set; }

    /// <summary>Notes a subscription; one with the same filter is replaced.</summary>
    public Subscription Add(SubscribeFilter filter, int identifier, Action<MqttMessage> handler)
    {
        if (subscriptions.TryGetValue(filter.Filter, out var old)) old.Answer.TrySetCanceled();
        return subscriptions[filter.Filter] = new Subscription(filter, identifier, handler);
    }

    /// <summary>Forgets a subscription. False when there is none.</summary>
    public bool Remove(string filter)
    {
        if (!subscriptions.Remove(filter, out var old)) return false;
        old.Answer.TrySetCanceled();
        return true;
    }

    /// <summary>Asks the broker for one subscription.</summary>
    public void Ask(Subscription subscription, PacketOutput output) => Ask([subscription], output);

    /// <summary>Asks the broker for every subscription that it does not know.</summary>
    public void AskAgain(bool sessionPresent, PacketOutput output)
    {
        asked.Clear();
        foreach (var group in subscriptions.Values.Where(s => !sessionPresent || !s.Granted).GroupBy(s => s.Identifier).ToList())
            foreach (var chunk in group.Chunk(FiltersPerPacket)) Ask(chunk, output);
    }

    /// <summary>The broker answered. A packet that answers nothing is a mistake of the broker.</summary>
    public void OnSubAck(SubAckPacket packet)
    {
        if (!asked.Remove(packet.PacketId, out var list) || list.Count != packet.ReturnCodes.Count)
            throw new MqttProtocolException(MqttReasonCode.ProtocolError, "SUBACK that answers no SUBSCRIBE.");
        delivery.EndRequest(packet.PacketId);
        for (var i = 0; i < list.Count; i++)
        {
            list[i].Granted = packet.ReturnCodes[i] <= MqttSubscribeReturnCode.GrantedExactlyOnce;
            list[i].Answer.TrySetResult(packet.ReturnCodes[i]);
        }
    }

    /// <summary>Hands a message to the handler of every filter that matches.</summary>
    public void Dispatch(MqttMessage message)
    {
        // A handler may subscribe or unsubscribe, so the matches are found first.
        List<Subscription>? matches = null;
        foreach (var subscription in subscriptions.Values)
            if (MqttTopic.Matches(subscription.Matches, message.Topic)) (matches ??= []).Add(subscription);
        foreach (var subscription in matches ?? []) subscription.Handler(message);
    }

    /// <summary>Whoever waits for an answer waits in vain.</summary>
    public void GiveUp()
    {
        asked.Clear();
        foreach (var subscription in subscriptions.Values.ToList()) subscription.Answer.TrySetCanceled();
    }

    private void Ask(IReadOnlyList<Subscription> list, PacketOutput output)
    {
        foreach (var subscription in list)
            if (RefusalOf(subscription) is { } refusal) subscription.Answer.TrySetResult(refusal);
        list = [.. list.Where(s => RefusalOf(s) is null)];
        if (list.Count == 0) return;
        var id = delivery.BeginRequest();
        var packet = OutgoingPacket.Subscribe(new SubscribePacket(
            id,
            [.. list.Select(s => s.Filter)],
            list[0].Identifier == 0 ? null : new MqttProperties { SubscriptionIdentifiers = [list[0].Identifier] }));
        if (output.Fits(packet))
        {
            asked.Add(id, [.. list]);
            output.Enqueue(packet);
            return;
        }

        // Longer than the broker takes (MQTT 5 §3.2.2.3.6): in two, or not at all.
        delivery.EndRequest(id);
        if (list.Count == 1)
        {
            list[0].Answer.TrySetResult(MqttSubscribeReturnCode.QuotaExceeded);
            return;
        }

        Ask([.. list.Take(list.Count / 2)], output);
        Ask([.. list.Skip(list.Count / 2)], output);
    }

    /// <summary>Why a subscription must not be asked for: the server has said that it takes none like it, and would close the connection (MQTT 5 §3.2.2.3.11 to 13). Null where it may.</summary>
    private MqttSubscribeReturnCode? RefusalOf(Subscription subscription)
    {
        if (Server is null) return null;
        if (Server.SharedSubscriptionAvailable == false && MqttTopic.IsShared(subscription.Filter.Filter)) return MqttSubscribeReturnCode.SharedSubscriptionsNotSupported;
        if (Server.WildcardSubscriptionAvailable == false && subscription.Matches.AsSpan().ContainsAny('+', '#')) return MqttSubscribeReturnCode.WildcardSubscriptionsNotSupported;
        return Server.SubscriptionIdentifierAvailable == false && subscription.Identifier != 0 ? MqttSubscribeReturnCode.SubscriptionIdentifiersNotSupported : null;
    }

    internal sealed class Subscription(SubscribeFilter filter, int identifier, Action<MqttMessage> handler)
    {
        public SubscribeFilter Filter => filter;

        public int Identifier => identifier;

        /// <summary>The filter that topics match: of a shared subscription what is behind the share name.</summary>
        public string Matches { get; } = MqttTopic.TryParseShared(filter.Filter, out _, out var shared) ? shared : filter.Filter;

        public Action<MqttMessage> Handler => handler;

        /// <summary>Whether the broker's session has it.</summary>
        public bool Granted { get; set; }

        public TaskCompletionSource<MqttSubscribeReturnCode> Answer { get; } = new();
    }
}
