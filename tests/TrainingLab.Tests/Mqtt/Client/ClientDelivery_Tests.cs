using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Client;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Client;

/// <summary>What our client sends of identifiers, acknowledgements and repetitions, packet by packet (MQTT 3.1.1 and 5 §4.3 to §4.6).</summary>
public sealed class ClientDelivery_Tests
{
    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V5];

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt311("2.3.1-2", "4.3.1-1", "4.3.2-1", "4.3.3-1")]
    [Mqtt5("2.2.1-3", "3.3.1-2", "4.3.1-1", "4.3.2-1", "4.3.2-2", "4.3.3-1", "4.3.3-2")]
    public void Each_request_has_an_identifier_that_is_not_in_use(MqttProtocolVersion version) => WireBroker.RunConnected(version, async broker =>
    {
        broker.Client.TryPublish(Message("0", MqttQoS.AtMostOnce));
        broker.Client.TryPublish(Message("1", MqttQoS.AtLeastOnce));
        broker.Client.Subscribe("f", MqttQoS.AtMostOnce, _ => { });
        broker.Client.TryPublish(Message("2", MqttQoS.ExactlyOnce));
        broker.Client.Unsubscribe("f");
        Assert.Equal(["PUBLISH t 0", "PUBLISH t 1 qos1 id1", "SUBSCRIBE 2 f", "PUBLISH t 2 qos2 id3", "UNSUBSCRIBE 4 f"], await broker.TakeAsync());
    });

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt311("2.3.1-3", "2.3.1-6", "3.3.1-1", "4.3.2-1", "4.3.3-1", "4.4.0-1", "4.6.0-1")]
    [Mqtt5("2.2.1-5", "3.3.1-1", "4.3.2-3", "4.3.3-3", "4.3.3-4", "4.3.3-5", "4.3.3-6", "4.4.0-1", "4.6.0-1")]
    public void What_is_not_acknowledged_is_sent_again_in_order_when_the_session_goes_on(MqttProtocolVersion version) => WireBroker.RunConnected(version, async broker =>
    {
        broker.Client.TryPublish(Message("a", MqttQoS.AtLeastOnce));
        broker.Client.TryPublish(Message("b", MqttQoS.ExactlyOnce));
        broker.Client.TryPublish(Message("c", MqttQoS.AtLeastOnce));
        broker.Client.TryPublish(Message("d", MqttQoS.ExactlyOnce));
        await broker.TakeAsync();
        await broker.Wire.PubRecAsync(2);
        await broker.Wire.PubAckAsync(3);
        Assert.Equal(["PUBREL 2"], await broker.TakeAsync());

        await broker.ReconnectAsync(sessionPresent: true);
        Assert.Equal(["PUBLISH t a qos1 id1 dup", "PUBREL 2", "PUBLISH t d qos2 id4 dup"], await broker.TakeAsync());
        await broker.Wire.PubCompAsync(2);
        await broker.Time.AdvanceAsync(TimeSpan.FromSeconds(30)); // Time alone repeats nothing.
        Assert.Empty(await broker.TakeAsync());
    });

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt5("3.2.2-5")]
    public void Without_a_session_at_the_broker_messages_are_new_again(MqttProtocolVersion version) => WireBroker.RunConnected(version, async broker =>
    {
        broker.Client.TryPublish(Message("a", MqttQoS.AtLeastOnce));
        broker.Client.TryPublish(Message("b", MqttQoS.ExactlyOnce));
        await broker.Wire.PublishAsync("t", "in", MqttQoS.ExactlyOnce, 5);
        await broker.Wire.PubRecAsync(2);
        await broker.TakeAsync();

        await broker.ReconnectAsync(sessionPresent: false);
        Assert.Equal(["PUBLISH t a qos1 id3"], await broker.TakeAsync());
        var heard = 0;
        broker.Client.MessageReceived += _ => heard++;
        await broker.Wire.PublishAsync("t", "another", MqttQoS.ExactlyOnce, 5);
        Assert.Equal(1, heard);
    });

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt311("3.3.4-1", "4.3.2-2", "4.5.0-2", "4.6.0-2", "4.6.0-3")]
    [Mqtt5("3.3.4-1", "4.3.2-4", "4.3.3-8", "4.3.3-11", "4.5.0-2", "4.6.0-2", "4.6.0-3")]
    public void Everything_is_acknowledged_in_the_order_received_wanted_or_not(MqttProtocolVersion version) => WireBroker.RunConnected(version, async broker =>
    {
        await broker.Wire.PublishAsync("nobody/asked", "1", MqttQoS.AtLeastOnce, 5);
        await broker.Wire.PublishAsync("nobody/asked", "2", MqttQoS.ExactlyOnce, 9);
        await broker.Wire.PublishAsync("nobody/asked", "0");
        await broker.Wire.PublishAsync("nobody/asked", "3", MqttQoS.AtLeastOnce, 3);
        await broker.Wire.PublishAsync("nobody/asked", "4", MqttQoS.ExactlyOnce, 7);
        await broker.Wire.PubRelAsync(9);
        Assert.Equal(["PUBACK 5", "PUBREC 9", "PUBACK 3", "PUBREC 7", "PUBCOMP 9"], await broker.TakeAsync());
    });

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt311("4.6.0-4"), Mqtt5("4.6.0-4")]
    public void PUBREL_comes_in_the_order_of_PUBREC(MqttProtocolVersion version) => WireBroker.RunConnected(version, async broker =>
    {
        for (var i = 1; i <= 3; i++) broker.Client.TryPublish(Message($"{i}", MqttQoS.ExactlyOnce));
        await broker.TakeAsync();
        foreach (var id in new ushort[] { 2, 3, 1 }) await broker.Wire.PubRecAsync(id);
        Assert.Equal(["PUBREL 2", "PUBREL 3", "PUBREL 1"], await broker.TakeAsync());
    });

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt311("4.3.2-2", "4.3.3-2"), Mqtt5("4.3.2-5", "4.3.3-10", "4.3.3-12")]
    public void A_message_at_QoS_2_is_taken_once_and_one_at_QoS_1_as_often_as_it_comes(MqttProtocolVersion version) => WireBroker.RunConnected(version, async broker =>
    {
        var heard = new List<string>();
        broker.Client.MessageReceived += m => heard.Add(m.PayloadText);
        await broker.Wire.PublishAsync("t", "two", MqttQoS.ExactlyOnce, 5);
        await broker.Wire.PublishAsync("t", "two", MqttQoS.ExactlyOnce, 5, dup: true);
        await broker.Wire.PubRelAsync(5);
        await broker.Wire.PublishAsync("t", "next", MqttQoS.ExactlyOnce, 5);
        await broker.Wire.PublishAsync("t", "one", MqttQoS.AtLeastOnce, 6);
        await broker.Wire.PublishAsync("t", "one", MqttQoS.AtLeastOnce, 6, dup: true);
        Assert.Equal(["PUBREC 5", "PUBREC 5", "PUBCOMP 5", "PUBREC 5", "PUBACK 6", "PUBACK 6"], await broker.TakeAsync());
        Assert.Equal(["two", "next", "one", "one"], heard);
    });

    [Theory]
    [InlineData(MqttQoS.AtLeastOnce)]
    [InlineData(MqttQoS.ExactlyOnce)]
    [Mqtt5("4.3.3-4", "4.4.0-2")]
    public void A_refused_message_is_not_sent_again(MqttQoS qos) => WireBroker.RunConnected(MqttProtocolVersion.V5, async broker =>
    {
        broker.Client.TryPublish(Message("a", qos));
        await broker.TakeAsync();
        if (qos == MqttQoS.AtLeastOnce) await broker.Wire.PubAckAsync(1, MqttReasonCode.QuotaExceeded);
        else await broker.Wire.PubRecAsync(1, MqttReasonCode.QuotaExceeded);
        Assert.Empty(await broker.TakeAsync());
        await broker.ReconnectAsync(sessionPresent: true);
        Assert.Empty(await broker.TakeAsync());
    });

    [Theory]
    [MemberData(nameof(Versions))]
    [Mqtt311("3.14.4-1", "3.14.4-2"), Mqtt5("3.14.4-1", "3.14.4-2")]
    public void DISCONNECT_is_the_last_packet_and_the_connection_closes(MqttProtocolVersion version) => WireBroker.RunConnected(version, async broker =>
    {
        broker.Client.TryPublish(Message("before", MqttQoS.AtMostOnce));
        var stopping = broker.Client.StopAsync();
        broker.Client.TryPublish(Message("after", MqttQoS.AtMostOnce));
        broker.Client.Subscribe("after", MqttQoS.AtMostOnce, _ => { });
        await stopping;
        Assert.Equal(["PUBLISH t before", "DISCONNECT Success"], await broker.TakeAsync());
        Assert.True(broker.Wire.HasClosed());
    });

    private static MqttMessage Message(string text, MqttQoS qos) => MqttMessage.FromText("t", text, qos);
}
