using System.Net;
using System.Net.Sockets;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Hosting;

/// <summary>What only real sockets show: a peer that goes on sending after it was refused, many that say nothing.</summary>
public sealed class Hostile_Socket_Tests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_payload_of_256_MB_that_is_really_sent_is_refused_by_its_header() => RunAsync(async port =>
    {
        using var bystander = await ConnectAsync(port, "bystander");
        using var sender = await ConnectAsync(port, "sender");
        var answer = ReadAllAsync(sender);
        // A PUBLISH of 268,435,455 bytes to topic t.
        byte[] header = [0x30, 0xFF, 0xFF, 0xFF, 0x7F, 0x00, 0x01, (byte)'t', 0x00];
        var piece = new byte[64 * 1024];
        var sent = 0L;
        try
        {
            sent += await sender.SendAsync(header, Token);
            while (sent < FixedHeader.MaxRemainingLength) sent += await sender.SendAsync(piece, Token);
        }
        catch (SocketException)
        {
            // The broker has closed, which the sender learns when it has filled what lies between.
        }
        Assert.InRange(sent, header.Length, 64L * 1024 * 1024);
        var said = await answer;
        Assert.Equal((0xE0, (byte)MqttReasonCode.PacketTooLarge), (said[0], said[2]));
        await AssertAliveAsync(bystander);
    });

    [Fact]
    public Task A_thousand_connections_that_say_nothing_hinder_nobody() => RunAsync(async port =>
    {
        using var bystander = await ConnectAsync(port, "bystander");
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++) silent.Add(await OpenAsync(port));
            await AssertAliveAsync(bystander);
            using var late = await ConnectAsync(port, "late");
            await AssertAliveAsync(late);
        }
        finally
        {
            foreach (var socket in silent) socket.Dispose();
        }
    });

    [Fact]
    public Task WebSocket_frames_that_hold_nothing_hinder_nobody() => RunAsync(
        async port =>
        {
            using var bystander = await UpgradeAsync(port);
            using var flooder = await UpgradeAsync(port);
            // Final and empty continuations of a binary message that has begun, masked with zeroes: as many as the broker takes, until the bystander has been answered.
            await flooder.SendAsync(new byte[] { 0x02, 0x80, 0, 0, 0, 0 }, Token);
            byte[] nothing = [.. Enumerable.Repeat<byte[]>([0x00, 0x80, 0, 0, 0, 0], 10_000).SelectMany(f => f)];
            var answered = false;
            var flooding = Task.Run(
                async () =>
                {
                    while (!Volatile.Read(ref answered)) await flooder.SendAsync(nothing, Token);
                },
                Token);
            for (var i = 0; i < 20; i++)
            {
                await bystander.SendAsync(new byte[] { 0x89, 0x80, 0, 0, 0, 0 }, Token);
                var answer = new byte[2];
                Assert.Equal(2, await bystander.ReceiveAsync(answer, Token));
                Assert.Equal([0x8A, 0], answer);
            }
            using var late = await UpgradeAsync(port);
            Volatile.Write(ref answered, true);
            await flooding;
        },
        webSocket: true);

    private static async Task<Socket> UpgradeAsync(int port)
    {
        var socket = await OpenAsync(port);
        await socket.SendAsync(
            "GET /mqtt HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"u8.ToArray(),
            Token);
        var answer = new byte[1024];
        Assert.StartsWith("HTTP/1.1 101", System.Text.Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer, Token)), StringComparison.Ordinal);
        return socket;
    }

    private static async Task RunAsync(Func<int, Task> test, bool webSocket = false)
    {
        await RunAsync(new SerialLoop(), test, webSocket);
        if (!SocketLoop.IsSupported) return;
        using var sockets = new SocketLoop();
        await RunAsync(sockets, test, webSocket);
    }

    private static async Task RunAsync(SynchronizationContext loop, Func<int, Task> test, bool webSocket)
    {
        MqttListener? listener = null;
        await loop.RunAsync(() =>
        {
            listener = new MqttListener(new MqttBroker(new MqttBrokerOptions(), TimeProvider.System), new MqttListenerOptions { Endpoint = new IPEndPoint(IPAddress.Loopback, 0), WebSocket = webSocket }, TimeProvider.System);
            return Task.CompletedTask;
        });
        await test(listener!.Endpoint.Port);
        await loop.RunAsync(async () => await listener.DisposeAsync());
    }

    private static async Task<Socket> OpenAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Token);
        return socket;
    }

    /// <summary>A connection of MQTT 5 whose CONNACK has come.</summary>
    private static async Task<Socket> ConnectAsync(int port, string clientId)
    {
        var socket = await OpenAsync(port);
        await socket.SendAsync(PacketTestBytes.Write(new ConnectPacket { ClientId = clientId, ProtocolLevel = (byte)MqttProtocolVersion.V5 }.Write, MqttProtocolVersion.V5), Token);
        var answer = new byte[256];
        Assert.True(await socket.ReceiveAsync(answer, Token) > 4);
        Assert.Equal((0x20, 0), (answer[0], answer[3]));
        return socket;
    }

    private static async Task AssertAliveAsync(Socket socket)
    {
        await socket.SendAsync(new byte[] { 0xC0, 0 }, Token);
        var answer = new byte[2];
        Assert.Equal(2, await socket.ReceiveAsync(answer, Token));
        Assert.Equal([0xD0, 0], answer);
    }

    private static async Task<byte[]> ReadAllAsync(Socket socket)
    {
        var all = new List<byte>();
        var buffer = new byte[4096];
        try
        {
            int count;
            while ((count = await socket.ReceiveAsync(buffer, Token)) > 0) all.AddRange(buffer[..count]);
        }
        catch (SocketException)
        {
            // Closed with bytes that nobody read.
        }
        return [.. all];
    }
}
