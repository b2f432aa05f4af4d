using TrainingLab.Mqtt.Topics;

namespace TrainingLab.Mqtt.Sessions;

/// <summary>A message on its way to one receiver. A value, so that one more receiver allocates nothing; the message itself is shared.</summary>
/// <param name="Message">The message.</param>
/// <param name="QoS">At which quality of service it goes.</param>
/// <param name="Retain">The retain flag on the wire.</param>
/// <param name="Ids">The identifiers of the subscriptions that matched.</param>
internal readonly record struct Delivery(MqttMessage Message, MqttQoS QoS, bool Retain, SubscriptionIds Ids = default);
