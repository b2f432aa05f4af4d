using System.Globalization;
using TrainingLab.Mqtt;
using TrainingLab.Tests.Cli.Brokers;

namespace TrainingLab.InteropTests.Mqtt;

/// <summary>Bridges over TLS with certificates on both sides, ours to mosquitto and mosquitto's to ours.</summary>
public class MosquittoBridgeTls_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mqtt5")]
    [InlineData("mqtt311")]
    public Task Ours_shows_its_certificate_and_looks_at_mosquitto_s(string version) => LoopbackContext.RunAsync(async () =>
    {
        using var authority = new TestBrokerAuthority();
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        authority.Save(lab.Folder);
        authority.SaveClient(lab.Folder, "client", "site7");
        await mosquitto.StartAsync(TlsListener(mosquitto.Port + 1, lab.Folder));
        lab.Configure(Bridge(mosquitto.Port + 1, version, "ca: ca.pem, certificate: client.pem, key: client.key"));
        await lab.StartAsync();
        await lab.ReadUntilAsync("bridge b: connected");
        // mosquitto knows it by the name in its certificate.
        await mosquitto.ReadUntilAsync("u'site7'");
        await mosquitto.ReadUntilAsync("Received SUBSCRIBE from plant.b");
        await ExchangeAsync(mosquitto.Port, lab.Port);
    });

    [Theory]
    [InlineData("the client has none", "ca: ca.pem", "bridge b: not connected")]
    [InlineData("the client's is another authority's", "ca: ca.pem, certificate: stranger.pem, key: stranger.key", "bridge b: not connected")]
    [InlineData("the server's is another authority's", "ca: stranger-ca.pem, certificate: client.pem, key: client.key", "errors in the certificate chain")]
    [InlineData("the server has another name", "ca: ca.pem, certificate: client.pem, key: client.key, serverName: broker.example.com", "RemoteCertificateNameMismatch")]
    public Task A_certificate_that_is_not_right_makes_no_bridge(string what, string tls, string told) => LoopbackContext.RunAsync(async () =>
    {
        Assert.NotEmpty(what);
        using var authority = new TestBrokerAuthority();
        using var stranger = new TestBrokerAuthority();
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        stranger.Save(lab.Folder);
        File.Move(Path.Combine(lab.Folder, "ca.pem"), Path.Combine(lab.Folder, "stranger-ca.pem"));
        stranger.SaveClient(lab.Folder, "stranger", "site7");
        authority.Save(lab.Folder);
        authority.SaveClient(lab.Folder, "client", "site7");
        await mosquitto.StartAsync(TlsListener(mosquitto.Port + 1, lab.Folder));
        lab.Configure(Bridge(mosquitto.Port + 1, "mqtt5", tls));
        await lab.StartAsync();
        await lab.ReadUntilAsync(told);
        await using var local = Inbox.Persistent(lab.Port, "local");
        await using var there = await Inbox.OpenAsync(mosquitto.Port, "#");
        local.Start();
        Assert.True((await local.PublishAsync(MqttMessage.FromText("up", "1", MqttQoS.AtLeastOnce), Token)).IsDone);

        // Mended while it runs, and what waited goes.
        await lab.ReloadAsync(Bridge(mosquitto.Port + 1, "mqtt5", "ca: ca.pem, certificate: client.pem, key: client.key"));
        await lab.ReadUntilAsync("bridge b: connected");
        await there.HasAsync(1);
        Assert.Equal(["1"], there.Texts);
    });

    [Fact]
    public Task One_that_stays_the_same_stays_connected_and_a_new_certificate_in_the_same_file_is_taken() => LoopbackContext.RunAsync(async () =>
    {
        using var authority = new TestBrokerAuthority();
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        authority.Save(lab.Folder);
        authority.SaveClient(lab.Folder, "client", "site7");
        await mosquitto.StartAsync(TlsListener(mosquitto.Port + 1, lab.Folder));
        var bridge = Bridge(mosquitto.Port + 1, "mqtt5", "ca: ca.pem, certificate: client.pem, key: client.key");
        lab.Configure(bridge);
        await lab.StartAsync();
        await lab.ReadUntilAsync("bridge b: connected");
        await mosquitto.ReadUntilAsync("u'site7'");

        await lab.ReloadAsync(bridge + "limits: { messagesPerSecond: 1000 }\n");
        authority.SaveClient(lab.Folder, "client", "site8");
        await lab.ReloadAsync(bridge);
        await lab.ReadUntilAsync("bridge b: connected");
        // It did not come a second time under its first name.
        string line;
        do
        {
            line = await mosquitto.ReadLineAsync();
            Assert.DoesNotContain("u'site7'", line, StringComparison.Ordinal);
        }
        while (!line.Contains("u'site8'", StringComparison.Ordinal));
    });

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv50")]
    public Task Mosquitto_bridges_to_our_TLS_listener_with_its_certificate(string version) => LoopbackContext.RunAsync(async () =>
    {
        using var authority = new TestBrokerAuthority();
        using var mosquitto = new MosquittoServer();
        using var lab = new LabBroker();
        authority.Save(lab.Folder);
        authority.SaveClient(lab.Folder, "client", "hq");
        // Who comes with that certificate may do everything; so may the test, which comes without one over the plain listener.
        lab.Configure($$"""
            listeners:
              - { port: {{lab.Port}} }
              - { transport: tls, port: {{lab.Port + 1}}, certificate: server.pem, key: server.key, clientCa: ca.pem, crl: revoked.pem }
            anonymous: true
            access: [ { user: hq, topic: "#", allow: [publish, subscribe] }, { client: local, topic: "#", allow: [publish, subscribe] }, { client: inbox, topic: "#", allow: [subscribe] } ]
            """);
        await lab.StartAsync();
        await mosquitto.StartAsync($"""
            connection b
            address 127.0.0.1:{lab.Port + 1}
            bridge_cafile {lab.Folder}/ca.pem
            bridge_certfile {lab.Folder}/client.pem
            bridge_keyfile {lab.Folder}/client.key
            bridge_protocol_version {version}
            cleansession false
            restart_timeout 1
            topic # both 2
            """);
        await mosquitto.ReadUntilAsync("Received SUBACK");
        await ExchangeAsync(mosquitto.Port, lab.Port);
    });

    private static string TlsListener(int port, string folder) => string.Create(CultureInfo.InvariantCulture, $"""
        listener {port} 127.0.0.1
        cafile {folder}/ca.pem
        certfile {folder}/server.pem
        keyfile {folder}/server.key
        require_certificate true
        use_identity_as_username true
        """);

    private static string Bridge(int port, string version, string tls) => string.Create(CultureInfo.InvariantCulture,
        $"bridges: [{{ name: b, address: \"127.0.0.1:{port}\", version: {version}, clientId: plant.b, reconnect: 100ms, longestReconnect: 500ms, tls: {{ {tls} }}, topics: [{{ topic: \"#\", qos: 2 }}] }}]\n");

    /// <summary>Ten messages each way.</summary>
    private static async Task ExchangeAsync(int remotePort, int localPort)
    {
        await using var there = await Inbox.OpenAsync(remotePort, "#");
        await using var here = await Inbox.OpenAsync(localPort, "#");
        await using var remote = Inbox.Persistent(remotePort, "remote");
        await using var local = Inbox.Persistent(localPort, "local");
        remote.Start();
        local.Start();
        for (var i = 0; i < 10; i++)
        {
            var text = i.ToString(CultureInfo.InvariantCulture);
            Assert.True((await local.PublishAsync(MqttMessage.FromText("up", text, (MqttQoS)(1 + (i % 2))), Token)).IsDone);
            Assert.True((await remote.PublishAsync(MqttMessage.FromText("down", text, (MqttQoS)(1 + (i % 2))), Token)).IsDone);
        }
        foreach (var inbox in new[] { there, here })
        {
            await inbox.HasAsync(20);
            foreach (var topic in new[] { "up", "down" })
            {
                // Each quality of service is in order.
                foreach (var qos in new[] { MqttQoS.AtLeastOnce, MqttQoS.ExactlyOnce })
                {
                    Assert.Equal(
                        Enumerable.Range(0, 10).Where(i => 1 + (i % 2) == (int)qos).Select(i => i.ToString(CultureInfo.InvariantCulture)),
                        inbox.Messages.Where(m => m.Topic == topic && m.QoS == qos).Select(m => m.PayloadText));
                }
            }
        }
    }
}
