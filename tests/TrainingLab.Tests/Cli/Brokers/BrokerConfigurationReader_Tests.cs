using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.Cli.Brokers;
using TrainingLab.Factory.Definitions;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Bridging;

namespace TrainingLab.Tests.Cli.Brokers;

/// <summary>The configuration of <c>lab broker</c>: what it says, and every mistake with its place and what to do.</summary>
public sealed class BrokerConfigurationReader_Tests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("broker-configuration").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Everything_that_it_can_say()
    {
        using var authority = new TestBrokerAuthority();
        authority.Save(folder);
        var (setup, mistakes) = Read(
            $$"""
            listeners:
              - { bind: 0.0.0.0, port: 0 }
              - { transport: wss, port: 0, certificate: server.pem, key: server.key, clientCa: ca.pem, crl: revoked.pem, requireCertificate: false }
            anonymous: true
            users: { mes: "{{ScramCredentials.Of("secret", new byte[16])}}" }
            access: [{ user: mes, topic: "users/%u/#", allow: [publish] }]
            limits: { packetSize: 4096, keepAlive: 1m }
            bridges:
              - name: enterprise
                address: broker.example.com:8883
                version: mqtt311
                user: plant
                password: secret
                tls: { ca: ca.pem, certificate: server.pem, key: server.key, serverName: other }
                keepAlive: 30s
                queue: 5
                topics:
                  - { topic: "line1/#", direction: out, qos: 2, localPrefix: plant/, remotePrefix: site7/ }
                  - { topic: "", direction: in, localPrefix: a, remotePrefix: b }
            store: broker.db
            """);
        Assert.Empty(mistakes);
        Assert.Equal([BrokerTransport.Tcp, BrokerTransport.Wss], setup!.Listeners.Select(l => l.Definition.Transport));
        Assert.Single(setup.Listeners[1].Options.Tls!.Revoked);
        Assert.Equal((4096, TimeSpan.FromMinutes(1), int.MaxValue), (setup.Limits.MaxPacketSize, setup.Limits.MaxKeepAlive, setup.Limits.MaxPayloadSize));
        Assert.Equal(Path.Combine(folder, "broker.db"), setup.Store);
        var bridge = Assert.Single(setup.Bridges);
        Assert.Equal(("broker.example.com", 8883, "other"), (bridge.Connector.Host, bridge.Connector.Port, bridge.Connector.Tls!.ServerName));
        Assert.True(bridge.Connector.Tls.Certificate!.HasPrivateKey);
        Assert.Equal(($"{Environment.MachineName}.enterprise", MqttProtocolVersion.V311, "plant", 5), (bridge.Options.Client.ClientId, bridge.Options.Client.Version, bridge.Options.Client.UserName, bridge.Options.Client.MaxQueuedMessages));
        Assert.Equal(
            [new MqttBridgeTopic("line1/#", MqttBridgeDirection.Out, MqttQoS.ExactlyOnce, "plant/", "site7/"), new MqttBridgeTopic("", MqttBridgeDirection.In, MqttQoS.AtLeastOnce, "a", "b")],
            bridge.Options.Topics);
    }

    [Theory]
    [InlineData("listeners: [{ port: 70000 }]", "1:21: out-of-range")]
    [InlineData("listeners: [{ port: 1, bind: here }]", "1:30: broker-value", "write 127.0.0.1")]
    [InlineData("listeners: [{ port: 1, transport: tls }]", "1:13: broker-value", "add certificate:")]
    [InlineData("listeners: [{ port: 1, transport: tls, certificate: none.pem }]", "1:53: broker-file", "name a readable PEM file")]
    [InlineData("listeners: [{ port: 1, transport: tls, certificate: server.pem, key: ca.pem }]", "1:53: broker-file")]
    [InlineData("listeners: [{ port: 1, transport: tls, certificate: server.pem, key: server.key, clientCa: empty.pem }]", "1:92: broker-file")]
    [InlineData("listeners: [{ port: 1, transport: tls, certificate: server.pem, key: server.key, crl: revoked.pem }]", "1:87: broker-value", "add clientCa:")]
    [InlineData("listeners: [{ port: 1, transport: tls, certificate: server.pem, key: server.key, clientCa: ca.pem, crl: ca.pem }]", "1:105: broker-file")]
    [InlineData("listeners: [{ port: 1, transport: tls, certificate: server.pem, key: server.key, clientCa: server.pem, crl: revoked.pem }]", "1:109: broker-file")]
    [InlineData("listeners: [{ transport: quic, port: 1 }]", "1:26: unknown-value")]
    [InlineData("users: { mes: secret }", "1:15: broker-value", "--hash-password")]
    [InlineData("access: [{ topic: \"a#\" }]", "1:19: broker-value", "+ stands for a whole level")]
    [InlineData("access: [{ topic: a, user: nobody }]", "1:28: unknown-reference")]
    [InlineData("access: [{ topic: a, allow: [read] }]", "1:30: unknown-value")]
    [InlineData("limits: { inflight: 0 }", "1:21: out-of-range")]
    [InlineData("limits: { keepAlive: 2d }", "1:22: out-of-range")]
    [InlineData("anonymus: true", "1:1: unknown-key")]
    [InlineData("bridges: [{ address: \"a:1\", topics: [{ topic: a }] }]", "1:11: missing-key")]
    [InlineData("bridges: [{ name: b, topics: [{ topic: a }] }]", "1:11: missing-key")]
    [InlineData("bridges: [{ name: b, address: \"a:1\" }]", "1:11: missing-key")]
    [InlineData("bridges: [{ name: B/1, address: \"a:1\", topics: [{ topic: a }] }]", "1:19: bad-format")]
    [InlineData("bridges: [{ name: b, address: a, topics: [{ topic: a }] }]", "1:31: bad-format")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [] }]", "1:46: broker-value", "write a topic")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: \"a#\" }] }]", "1:56: broker-value", "+ stands for a whole level")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: \"#\", localPrefix: a }] }]", "1:74: broker-value", "+ stands for a whole level")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: \"#\", remotePrefix: a }] }]", "1:75: broker-value", "+ stands for a whole level")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: \"a\", remotePrefix: \"+/\" }] }]", "1:75: broker-value", "put the wildcard into")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: \"\", localPrefix: a }] }]", "1:56: broker-value", "write the topic")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: \"$SYS/#\", direction: in }] }]", "1:56: broker-value", "give them another prefix")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: \"#\", direction: out, remotePrefix: $SYS/ }] }]", "1:91: broker-value", "give them another prefix")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: a, qos: 3 }] }]", "1:64: out-of-range")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", topics: [{ topic: a, direction: up }] }]", "1:70: unknown-value")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", version: mqtt311, password: x, topics: [{ topic: a }] }]", "1:66: broker-value", "add user:")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", clientId: \"\", topics: [{ topic: a }] }]", "1:48: broker-value", "leave clientId out")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", keepAlive: 5500ms, topics: [{ topic: a }] }]", "1:49: broker-value", "write 60s")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", keepAlive: 1s, topics: [{ topic: a }] }]", "1:49: out-of-range")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", reconnect: 1m, topics: [{ topic: a }] }]", "1:11: broker-value", "write a longestReconnect")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", queue: 0, topics: [{ topic: a }] }]", "1:45: out-of-range")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", tls: { ca: none.pem }, topics: [{ topic: a }] }]", "1:49: broker-file", "name a readable PEM file")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", tls: { key: server.key }, topics: [{ topic: a }] }]", "1:50: broker-value", "add certificate:")]
    [InlineData("bridges: [{ name: b, address: \"a:1\", tls: { certificate: ca.pem }, topics: [{ topic: a }] }]", "1:58: broker-file")]
    public void Every_mistake_has_a_place_and_a_remedy(string yaml, string place, string remedy = "")
    {
        using var authority = new TestBrokerAuthority();
        authority.Save(folder);
        File.WriteAllText(Path.Combine(folder, "empty.pem"), "");
        var (setup, mistakes) = Read(yaml);
        Assert.Null(setup);
        var mistake = Assert.Single(mistakes);
        Assert.StartsWith($"{Path.Combine(folder, "broker.yaml")}:{place}: ", mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains(remedy, mistake.Remedy.En, StringComparison.Ordinal);
        Assert.NotEqual(mistake.Message.En, mistake.Message.Zh);
    }

    [Fact]
    public void All_are_reported_at_once()
    {
        var (_, mistakes) = Read(
            """
            users: { mes: secret }
            access: [{ topic: "a#" }]
            bridges:
              - { name: b, address: "a:1", topics: [{ topic: a, localPrefix: "+/", remotePrefix: "#" }] }
              - { name: b, address: "a:2", topics: [{ topic: a }] }
            """);
        Assert.Equal(["1:15", "2:19", "4:66", "4:86", "5:13"], mistakes.Select(m => $"{m.Span.Line}:{m.Span.Column}"));
        Assert.Contains("is there already, at", mistakes[^1].Message.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RSA")]
    [InlineData("ECDSA")]
    public void A_revocation_list_must_be_signed_by_an_authority_as_it_is(string algorithm)
    {
        using var authority = new TestBrokerAuthority(algorithm);
        using var other = new TestBrokerAuthority(algorithm);
        var pem = authority.RevocationList(1234);
        Assert.Equal("04D2", Convert.ToHexString(Assert.Single(RevocationList.SerialNumbersOf(pem, [other.Certificate, authority.Certificate]))));
        // Another authority of the same name.
        Assert.Throws<FormatException>(() => RevocationList.SerialNumbersOf(pem, [other.Certificate]));
        // Another serial number under the same signature.
        var fields = PemEncoding.Find(pem);
        var der = Convert.FromBase64String(pem[fields.Base64Data]);
        var at = der.AsSpan().IndexOf(new byte[] { 0x02, 0x02, 0x04, 0xD2 });
        der[at + 3]++;
        Assert.Throws<FormatException>(() => RevocationList.SerialNumbersOf(PemEncoding.WriteString("X509 CRL", der), [authority.Certificate]));
        Assert.Throws<FormatException>(() => RevocationList.SerialNumbersOf(authority.Certificate.ExportCertificatePem(), [authority.Certificate]));
        Assert.Throws<FormatException>(() => RevocationList.SerialNumbersOf("", [authority.Certificate]));
    }

    private (BrokerSetup? Setup, IReadOnlyList<Mistake> Mistakes) Read(string yaml)
    {
        var path = Path.Combine(folder, "broker.yaml");
        File.WriteAllText(path, yaml);
        var mistakes = new Mistakes();
        return (BrokerConfigurationReader.Read(path, port: null, mistakes), mistakes.All);
    }
}
