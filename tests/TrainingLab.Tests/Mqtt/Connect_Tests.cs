using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt;

/// <summary>CONNECT and CONNACK (MQTT 3.1.1 §3.1, §3.2).</summary>
public class Connect_Tests
{
    [Fact]
    public void A_clean_client_is_accepted_without_a_session() => BrokerEnvironment.Run(async env =>
    {
        var client = env.Open();
        await client.ConnectAsync("a");
        Assert.Equal("20020000", client.TakeHex());
        Assert.Equal(["connect a  Accepted"], env.Observer.Lines);
    });
}
