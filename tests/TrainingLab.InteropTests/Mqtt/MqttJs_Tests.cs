using System.Text;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Tests.Cli.Brokers;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>MQTT.js against our broker: speaking 3.1.1, and MQTT 5 over TCP, TLS, WebSocket and secure WebSocket.</summary>
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

    [Theory]
    [InlineData("mqtt")]
    [InlineData("mqtts")]
    [InlineData("ws")]
    [InlineData("wss")]
    public Task Everything_that_5_adds_works_too(string scheme) => LoopbackContext.RunAsync(async () =>
    {
        using var lab = new LabBroker();
        using var authority = new TestBrokerAuthority();
        authority.Save(lab.Folder);
        var user = ScramCredentials.Of("secret", new byte[16]);
        lab.Configure($$"""
            listeners:
              - { port: {{lab.Port}} }
              - { transport: ws, port: {{lab.Port + 1}} }
              - { transport: wss, port: {{lab.Port + 2}}, certificate: server.pem, key: server.key }
              - { transport: tls, port: {{lab.Port + 3}}, certificate: server.pem, key: server.key }
            anonymous: true
            users: { mes: "{{user}}" }
            """);
        await lab.StartAsync();
        var url = scheme switch { "mqtt" => $"mqtt://127.0.0.1:{lab.Port}", "mqtts" => $"mqtts://localhost:{lab.Port + 3}", "ws" => $"ws://127.0.0.1:{lab.Port + 1}/mqtt", _ => $"wss://localhost:{lab.Port + 2}/mqtt" };
        using var script = ForeignProgram.StartNode("mqtt", "against-broker-v5.js", url, Path.Combine(lab.Folder, "ca.pem"));
        var (exitCode, lines) = await script.WaitAsync();
        Assert.Equal(
            [
                """{"step":"connack","result":[0,true,64,1048576]}""",
                """{"step":"granted","result":[["js/#",2]]}""",
                """{"step":"properties","result":[["js/full",300000,2,true,"text/plain","answer","c",true,true,{"k":"v"},7]]}""",
                """{"step":"no local","result":[["local","other"]]}""",
                """{"step":"nobody","result":16}""",
                """{"step":"unsubscribed","result":[17]}""",
                """{"step":"alias","result":[["js/alias","1"],["js/alias","2"],["js/alias","3"]]}""",
                """{"step":"shared","result":["1","2","3","4"]}""",
                """{"step":"resumed","result":[true,[["kept","waited"]]]}""",
                """{"step":"taken over","result":142}""",
                """{"step":"will","result":[["js/will","gone","w"]]}""",
                """{"step":"refused","result":134}""",
                """{"step":"done","result":true}""",
            ],
            lines);
        Assert.Equal(0, exitCode);
    });
}
