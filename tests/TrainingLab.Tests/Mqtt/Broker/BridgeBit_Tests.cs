using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Broker;

/// <summary>Another broker's bridge that speaks MQTT 3.1.1 and says so by the highest bit of the protocol level, as mosquitto's does.</summary>
public sealed class BridgeBit_Tests
{
    [Fact]
    public void It_is_a_client_of_3_1_1_that_gets_the_retain_flag_and_not_its_own_messages() => BrokerEnvironment.Run(async env =>
    {
        var bridge = env.Open();
        await bridge.SendHexAsync("10 0D 00 04 4D 51 54 54 84 02 00 00 00 01 62");
        Assert.Equal(["CONNACK Success"], bridge.Take());
        await bridge.SubscribeAsync(1, ("#", MqttQoS.AtLeastOnce));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "kept", MqttQoS.AtLeastOnce, retain: true));
        await env.Broker.PublishAsync(MqttMessage.FromText("t", "not kept"));
        await bridge.PublishAsync("t", "own");
        Assert.Equal(["SUBACK 1 1", "PUBLISH t kept qos1 id1 retain", "PUBLISH t not kept"], bridge.Take());
    });

    [Fact]
    public void Our_client_writes_it_and_ConnectPacket_reads_it_back()
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new MqttWriter(bytes, MqttProtocolVersion.V311);
        new ConnectPacket { ClientId = "b", IsBridge = true }.Write(ref writer);
        writer.Commit();
        Assert.Equal("100D00044D51545484020000000162", Convert.ToHexString(bytes.WrittenSpan));
        var reader = new MqttReader(bytes.WrittenSpan[2..], MqttProtocolVersion.V311);
        Assert.Equal((true, (byte)4), ConnectPacket.Read(ref reader) is var read ? (read.IsBridge, read.ProtocolLevel) : default);
    }

    [Fact]
    public void MQTT_5_has_options_for_it_and_no_bit() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open(version: MqttProtocolVersion.V5);
        await client.SendHexAsync("10 0E 00 04 4D 51 54 54 85 02 00 00 00 00 01 62");
        Assert.StartsWith("CONNACK UnsupportedProtocolVersion", Assert.Single(client.Take()), StringComparison.Ordinal);
    });
}
