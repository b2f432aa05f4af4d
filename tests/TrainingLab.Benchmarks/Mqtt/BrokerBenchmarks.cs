using BenchmarkDotNet.Attributes;
using TrainingLab.Mqtt;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Benchmarks.Mqtt;

/// <summary>What the broker does for a message, between the publisher's bytes and those of its subscribers, without sockets and on one thread; at QoS 1 and 2 with all acknowledgements of both sides.</summary>
[MemoryDiagnoser]
public class BrokerBenchmarks
{
    private const int Subscribers = 100;

    private MeteredBroker one = null!;
    private MeteredBroker hundred = null!;

    /// <summary>Quality of service both ways.</summary>
    [Params(MqttQoS.AtMostOnce, MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce)]
    public MqttQoS QoS { get; set; }

    /// <summary>What both sides speak.</summary>
    [Params(MqttProtocolVersion.V311, MqttProtocolVersion.V5)]
    public MqttProtocolVersion Version { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        one = new MeteredBroker(1, QoS, Version);
        hundred = new MeteredBroker(Subscribers, QoS, Version);
    }

    /// <summary>A message to one subscriber.</summary>
    [Benchmark]
    public void OneToOne()
    {
        SynchronizationContext.SetSynchronizationContext(one);
        one.Publish();
    }

    /// <summary>A delivery of a message to a hundred subscribers.</summary>
    [Benchmark(OperationsPerInvoke = Subscribers)]
    public void OneToHundred()
    {
        SynchronizationContext.SetSynchronizationContext(hundred);
        hundred.Publish();
    }
}
