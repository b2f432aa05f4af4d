using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>MQTT.js, speaking 3.1.1, against our broker.</summary>
public class MqttJs_Tests
{
    [Fact]
    public Task Everything_that_3_1_1_offers_works_between_MQTT_js_and_our_broker() => LoopbackContext.RunAsync(async () =>
    {
        var options = new MqttBrokerOptions
        {
            Authenticate = (client, _, _) => ValueTask.FromResult(client.UserName is null ? MqttReasonCode.Success : MqttReasonCode.BadUserNameOrPassword),
        };
        await using var broker = new LoopbackBroker(options);
        using var script = ForeignProgram.StartNode("mqtt", "against-broker.js", $"{broker.Port}");
        var (exitCode, lines) = await script.WaitAsync();
        Assert.Equal(
            [
                """{"step":"granted","result":[["js/+/value",2],["js/#",0]]}""",
                """{"step":"echo","result":[["js/0/value","q0 é 中",0,false],["js/1/value","q1 é 中",1,false],["js/2/value","q2 é 中",2,false]]}""",
                """{"step":"retained","result":[["kept/x","kept",1,true]]}""",
                """{"step":"will","result":[["kept/will","gone",1,false]]}""",
                """{"step":"resumed","result":[true,[["p/1","waited",1,false],["p/2","waited",2,false]]]}""",
                """{"step":"refused","result":4}""",
                """{"step":"done","result":true}""",
            ],
            lines);
        Assert.Equal(0, exitCode);
        Assert.Equal("kept", Encoding.UTF8.GetString(Assert.Single(broker.Broker.Retained("kept/#")).Payload.Span));
    });
}
