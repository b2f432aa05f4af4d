using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Support;

namespace TrainingLab.Tests.Mqtt.Hosting;

/// <summary>Ways in from outside, over real sockets of the loopback address, with foreign ends: the socket, TLS and WebSocket of the platform.</summary>
public sealed class MqttListener_Tests
{
    private static readonly byte[] Connect = PacketTestBytes.Write(new ConnectPacket { ClientId = "a" }.Write);

    private static readonly byte[] ConnAck = [0x20, 2, 0, 0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [Mqtt311("7.1.1-1"), Mqtt5("4.2.0-1", "7.1.1-1")]
    public Task Plain_TCP() => RunAsync(_ => { }, async (port, broker) =>
    {
        using var socket = await OpenAsync(port);
        await using var stream = new NetworkStream(socket);
        Assert.Equal(ConnAck, await AskAsync(stream, Connect, 4));
        // In pieces, and more than a buffer at once.
        var large = PacketTestBytes.Write(new SubscribePacket(1, [new SubscribeFilter("big", MqttQoS.AtMostOnce)]).Write);
        foreach (var b in large[..^1]) await stream.WriteAsync(new[] { b }, Token);
        Assert.Equal([0x90, 3, 0, 1, 0], await AskAsync(stream, large[^1..], 5));
        var payload = RandomNumberGenerator.GetBytes(300_000);
        var publish = PacketTestBytes.Write((ref MqttWriter writer) => new PublishPacket { Topic = "big"u8, Payload = payload }.Write(ref writer));
        Assert.Equal(publish, await AskAsync(stream, publish, publish.Length));
    });

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Tls(SslProtocols version)
    {
        using var pki = new TestPki();
        await RunAsync(options => options with { Tls = new MqttTlsOptions { Certificates = [pki.Server] } }, async (port, _) =>
        {
            await using var stream = await pki.OpenAsync(port, version, client: null);
            Assert.Equal(ConnAck, await AskAsync(stream, Connect, 4));
        });
    }

    [Fact]
    public async Task A_client_certificate_names_the_user()
    {
        using var pki = new TestPki();
        var tls = new MqttTlsOptions { Certificates = [pki.Server], ClientAuthorities = [pki.Authority] };
        await RunAsync(options => options with { Tls = tls }, async (port, broker) =>
        {
            await using var stream = await pki.OpenAsync(port, SslProtocols.Tls13, pki.Client);
            Assert.Equal(ConnAck, await AskAsync(stream, Connect, 4));
            Assert.Equal("filler-1", broker.Clients[0].UserName);
        });
    }

    [Theory]
    [InlineData("none")]
    [InlineData("foreign")]
    [InlineData("revoked")]
    public async Task Another_client_certificate_is_refused(string kind)
    {
        using var pki = new TestPki();
        using var foreign = new TestPki();
        var tls = new MqttTlsOptions
        {
            Certificates = [pki.Server],
            ClientAuthorities = [pki.Authority],
            Revoked = kind == "revoked" ? [pki.Client.SerialNumberBytes.ToArray()] : [],
        };
        await RunAsync(options => options with { Tls = tls }, async (port, broker) =>
        {
            // With TLS 1.3 the client learns of it with its first read.
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await using var stream = await pki.OpenAsync(port, SslProtocols.Tls13, kind switch { "none" => null, "foreign" => foreign.Client, _ => pki.Client });
                await AskAsync(stream, Connect, 4);
            });
            Assert.Empty(broker.Clients);
        });
    }

    [Fact]
    [Mqtt311("6.0.0-1", "6.0.0-2", "6.0.0-4"), Mqtt5("6.0.0-1", "6.0.0-2", "6.0.0-4")]
    public Task WebSocket() => RunAsync(options => options with { WebSocket = true }, async (port, _) =>
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/mqtt"), Token);
        Assert.Equal("mqtt", socket.SubProtocol);
        // A packet in two frames.
        await socket.SendAsync(Connect.AsMemory(0, 5), WebSocketMessageType.Binary, endOfMessage: true, Token);
        await socket.SendAsync(Connect.AsMemory(5), WebSocketMessageType.Binary, endOfMessage: true, Token);
        var buffer = new byte[16];
        var received = await socket.ReceiveAsync(buffer.AsMemory(), Token);
        Assert.Equal((WebSocketMessageType.Binary, 4), (received.MessageType, received.Count));
    });

    [Fact]
    [Mqtt311("6.0.0-1"), Mqtt5("6.0.0-1")]
    public Task A_text_frame_ends_a_WebSocket() => RunAsync(options => options with { WebSocket = true }, async (port, broker) =>
    {
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("mqtt");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/mqtt"), Token);
        await socket.SendAsync(Connect, WebSocketMessageType.Text, endOfMessage: true, Token);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[16].AsMemory(), Token)).MessageType);
        Assert.Equal(WebSocketCloseStatus.InvalidMessageType, socket.CloseStatus);
        Assert.Empty(broker.Clients);
    });

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")] // no mqtt, [MQTT-6.0.0-3]
    public Task Another_HTTP_request_is_answered_with_400(string request) => RunAsync(options => options with { WebSocket = true }, async (port, _) =>
    {
        using var socket = await OpenAsync(port);
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), Token);
        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync(Token));
    });

    [Fact]
    public void The_example_of_RFC_6455_comes_out() => Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketUpgrade.AcceptOf("dGhlIHNhbXBsZSBub25jZQ==")); // §1.3

    /// <summary>Runs a test on each kind of context that a broker of its own may have.</summary>
    private static async Task RunAsync(Func<MqttListenerOptions, MqttListenerOptions> with, Func<int, MqttBroker, Task> test)
    {
        await RunAsync(new SerialLoop(), with, test);
        if (!SocketLoop.IsSupported) return;
        using var sockets = new SocketLoop();
        await RunAsync(sockets, with, test);
        var open = -1;
        await sockets.RunAsync(() => Task.FromResult(open = sockets.Open));
        Assert.Equal(0, open);
    }

    private static async Task RunAsync(SynchronizationContext loop, Func<MqttListenerOptions, MqttListenerOptions> with, Func<int, MqttBroker, Task> test)
    {
        MqttBroker? broker = null;
        MqttListener? listener = null;
        await loop.RunAsync(() =>
        {
            broker = new MqttBroker(new MqttBrokerOptions(), TimeProvider.System);
            listener = new MqttListener(broker, with(new MqttListenerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) }), TimeProvider.System);
            return Task.CompletedTask;
        });
        await test(listener!.Endpoint.Port, broker!);
        await loop.RunAsync(async () => await listener.DisposeAsync());
        Assert.Empty(broker!.Clients);
    }

    private static Task RunAsync(Action<MqttListenerOptions> nothing, Func<int, MqttBroker, Task> test) => RunAsync(options => { nothing(options); return options; }, test);

    private static async Task<Socket> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Token);
        return socket;
    }

    private static async Task<byte[]> AskAsync(Stream stream, ReadOnlyMemory<byte> packet, int answerSize)
    {
        var answer = new byte[answerSize];
        var reading = stream.ReadExactlyAsync(answer, Token);
        await stream.WriteAsync(packet, Token);
        await reading;
        return answer;
    }

    /// <summary>An authority with a certificate for the server and one for a client.</summary>
    private sealed class TestPki : IDisposable
    {
        private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public TestPki()
        {
            var request = new CertificateRequest("CN=Plant CA", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            Authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
            Server = Issue("localhost", "1.3.6.1.5.5.7.3.1");
            Client = Issue("filler-1", "1.3.6.1.5.5.7.3.2");
        }

        public X509Certificate2 Authority { get; }

        public X509Certificate2 Server { get; }

        public X509Certificate2 Client { get; }

        public void Dispose()
        {
            Authority.Dispose();
            Server.Dispose();
            Client.Dispose();
            key.Dispose();
        }

        public async Task<Stream> OpenAsync(int port, SslProtocols version, X509Certificate2? client)
        {
            var socket = await MqttListener_Tests.OpenAsync(port);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    EnabledSslProtocols = version,
                    ClientCertificates = client is null ? null : [client],
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetSerialNumberString() == Server.SerialNumber,
                },
                Token);
            return stream;
        }

        private X509Certificate2 Issue(string name, string usage)
        {
            using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={name}", own, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
            using var issued = request.Create(Authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(5), RandomNumberGenerator.GetBytes(8));
            using var with = issued.CopyWithPrivateKey(own);
            return X509CertificateLoader.LoadPkcs12(with.Export(X509ContentType.Pkcs12), password: null);
        }
    }
}
