using TrainingLab.Mqtt;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>What handing on a message costs in memory that must be collected again, from the publisher's bytes to the subscribers'. Counted on the one thread that does everything.</summary>
public sealed class Allocation_Tests
{
    [Theory]
    [InlineData(MqttQoS.AtMostOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQoS.AtMostOnce, MqttProtocolVersion.V5)]
    [InlineData(MqttQoS.AtLeastOnce, MqttProtocolVersion.V311)]
    [InlineData(MqttQoS.AtLeastOnce, MqttProtocolVersion.V5)]
    [InlineData(MqttQoS.ExactlyOnce, MqttProtocolVersion.V311)]
    public void A_message_is_made_once_and_delivering_it_allocates_nothing(MqttQoS qos, MqttProtocolVersion version)
    {
        var previous = SynchronizationContext.Current;
        try
        {
            var few = AllocatedBy(new MeteredBroker(1, qos, version));
            var many = AllocatedBy(new MeteredBroker(101, qos, version));
            Assert.InRange(few, 1, 600); // topic, payload and the message around them
            Assert.True(many - few < 1, $"{many - few} bytes for a hundred more deliveries");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }

    /// <summary>Bytes by message, when everything that is made once has been made; the least of some series, because a collection that another test brings about empties pools.</summary>
    private static double AllocatedBy(MeteredBroker broker)
    {
        const int Series = 20;
        const int Rounds = 50;
        SynchronizationContext.SetSynchronizationContext(broker);
        for (var i = 0; i < 300; i++) broker.Publish();
        var delivered = broker.Delivered;
        var least = double.MaxValue;
        for (var series = 0; series < Series; series++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Rounds; i++) broker.Publish();
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Rounds);
        }
        Assert.True(broker.Delivered > delivered + (Series * Rounds * 20), "all were delivered");
        return least;
    }
}
