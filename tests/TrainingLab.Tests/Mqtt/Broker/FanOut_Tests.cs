using TrainingLab.Mqtt;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>One message to many subscribers: encoded once, shared, and without an allocation per subscriber.</summary>
public class FanOut_Tests
{
    [Theory]
    [InlineData(MqttQoS.AtMostOnce)]
    [InlineData(MqttQoS.AtLeastOnce)]
    public void Handing_a_message_to_a_hundred_subscribers_allocates_nothing(MqttQoS qos) => BrokerEnvironment.Run(async env =>
    {
        const int Subscribers = 100;
        var broker = new TrainingLab.Mqtt.Broker.MqttBroker(env.Options, env.Time);
        env.Broker = broker;
        var clients = new List<WireClient>();
        for (var i = 0; i < Subscribers; i++) clients.Add(await env.SubscriberAsync($"s{i}", "line/+/speed", qos));

        var message = MqttMessage.FromText("line/filler/speed", "12.5", qos);
        for (var i = 0; i < 20; i++) await RoundAsync();

        var before = GC.GetAllocatedBytesForCurrentThread();
        broker.Route(message, publisher: null);
        var routed = GC.GetAllocatedBytesForCurrentThread() - before;
        await env.Context.SettleAsync();
        foreach (var client in clients) Assert.Single(client.Take());

        Assert.Equal(0, routed);

        async Task RoundAsync()
        {
            broker.Route(message, publisher: null);
            await env.Context.SettleAsync();
            foreach (var client in clients)
            {
                foreach (var line in client.Take())
                    if (qos != MqttQoS.AtMostOnce) await client.PubAckAsync(ushort.Parse(line.Split(' ')[4].AsSpan(2), System.Globalization.CultureInfo.InvariantCulture));
            }
        }
    });
}
