using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Sessions;

namespace TrainingLab.Mqtt.Topics;

/// <summary>
/// The sessions that share one subscription (MQTT 5 §4.8.2): each message goes to one of them, in turn. Connected ones come first; with none
/// connected the message waits with the one whose turn it is.
/// </summary>
/// <param name="name">The share name.</param>
/// <param name="filter">The filter behind it.</param>
internal sealed class SharedGroup(string name, string filter) : Subscriber($"\0$share/{name}/{filter}")
{
    private readonly SortedList<string, (BrokerSession Session, SubscriptionOptions Options)> members = new(StringComparer.Ordinal);

    /// <summary>The filter behind the share name.</summary>
    public string Filter => filter;

    /// <summary>How many messages it has handed out, which says whose turn it is.</summary>
    public long Turn { get; set; }

    /// <summary>With nobody connected it looks at every member.</summary>
    public override int Weight => members.Count;

    public bool IsEmpty => members.Count == 0;

    public void Add(BrokerSession session, SubscriptionOptions options) => members[session.ClientId] = (session, options);

    public void Remove(BrokerSession session) => members.Remove(session.ClientId);

    public override void Deliver(in Delivery delivery)
    {
        var first = (int)(Turn++ % members.Count);
        var chosen = first;
        for (var i = 0; i < members.Count; i++)
        {
            var next = (first + i) % members.Count;
            if (!members.Values[next].Session.Delivery.Attached) continue;
            chosen = next;
            break;
        }
        var (session, options) = members.Values[chosen];
        var message = delivery.Message;
        session.Deliver(new Delivery(
            message,
            message.QoS < options.QoS ? message.QoS : options.QoS,
            options.RetainAsPublished && message.Retain,
            default(SubscriptionIds).Add(options.Id)));
    }
}
