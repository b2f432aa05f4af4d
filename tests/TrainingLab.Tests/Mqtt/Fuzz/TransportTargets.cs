using System.Net.WebSockets;
using System.Text;
using TrainingLab.Mqtt.Authentication;
using TrainingLab.Mqtt.Broker;
using TrainingLab.Mqtt.Hosting;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.OpcUa.Fuzz;
using WebSocketStream = TrainingLab.Mqtt.Hosting.WebSocketStream;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>What stands before and around packets: WebSocket requests and frames, messages and credentials of SCRAM.</summary>
internal static class TransportTargets
{
    private const string Request = "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";

    private static readonly string[] HttpTokens = ["\r\n", "\r\n\r\n", ":", "GET ", "POST ", "Upgrade: websocket\r\n", "Connection: Upgrade, keep-alive\r\n", "Sec-WebSocket-Key: ", "Sec-WebSocket-Protocol: mqttv3.1, mqtt\r\n", ",", " ", "\0", "13", "==", "é"];

    private static readonly string[] ScramTokens = ["n,,", "y,,", "p=tls-unique,,", "n=", "r=", "c=biws", "s=", "i=", ",", "=", "=2C", "=3D", "p=", "v=", "e=", "m=", "0", "-1", "4096", "99999999999", "\n", "\0", "AAAA", "QUFB"];

    public static IEnumerable<FuzzTarget> All() =>
    [
        MqttTarget.Of("WebSocket request", static _ => Encoding.ASCII.GetBytes(Request), Upgrade) with { Change = TextMutator.Change(HttpTokens), NameOf = NameOf, Share = 100, AllocatedPerByte = 400, AllocatedAnyway = 64 * 1024 },
        MqttTarget.Of("WebSocket frames", Frames, ReadFrames) with { NameOf = NameOf, Share = 200, AllocatedAnyway = 64 * 1024 },
        MqttTarget.Of("SCRAM, broker", static _ => Exchange().FromClient, Broker) with { Change = TextMutator.Change(ScramTokens), Share = 50, AllocatedPerByte = 200 },
        MqttTarget.Of("SCRAM, client", static _ => Exchange().FromBroker, Client) with { Change = TextMutator.Change(ScramTokens), Share = 20, AllocatedPerByte = 200 },
        MqttTarget.Of("SCRAM credentials", static _ => Encoding.ASCII.GetBytes(Credentials.ToString()), static input =>
        {
            if (ScramCredentials.Parse(Encoding.UTF8.GetString(input)) is not { } read) return new FuzzOutcome("none");
            return ScramCredentials.Parse(read.ToString())?.ToString() == read.ToString() ? new FuzzOutcome("credentials") : throw new InvalidOperationException("read back as something else");
        }) with { Change = TextMutator.Change([.. ScramTokens, "$", ":", "SCRAM-SHA-256"]), Share = 100 },
    ];

    private static ScramCredentials Credentials { get; } = ScramCredentials.Of("secret", "salt"u8, iterations: 4);

    /// <summary>A client that always draws the same nonce.</summary>
    public static ScramSha256Client Person => new("op", "secret", static bytes => bytes.AsSpan().Fill(1));

    /// <summary>A server that knows it, and always draws the same nonce.</summary>
    public static ScramSha256Server Server => new(static user => user == "op" ? Credentials : null, static bytes => bytes.AsSpan().Fill(2));

    private static string? NameOf(Exception e) => e switch
    {
        WebSocketException wrong => wrong.WebSocketErrorCode.ToString(),
        IOException => "text frame",
        _ => null,
    };

    private static FuzzOutcome Upgrade(byte[] input)
    {
        var stream = new ScriptedStream(input);
        var accepting = WebSocketUpgrade.AcceptAsync(stream, CancellationToken.None);
        if (!accepting.IsCompleted) throw new InvalidOperationException("waits for what never comes");
        using var socket = accepting.GetAwaiter().GetResult();
        return new FuzzOutcome(socket is not null ? "accepted" : stream.Written > 0 ? "refused" : "ended");
    }

    private static FuzzOutcome ReadFrames(byte[] input)
    {
        using var socket = WebSocket.CreateFromStream(new ScriptedStream(input), new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = TimeSpan.Zero });
        using var stream = new WebSocketStream(socket, TimeProvider.System);
        var buffer = new byte[256];
        var total = 0;
        while (true)
        {
            var reading = stream.ReadAsync(buffer);
            if (!reading.IsCompleted) throw new InvalidOperationException("waits for what never comes");
            var count = reading.GetAwaiter().GetResult();
            if (count == 0) return new FuzzOutcome("closed");
            total += count;
            if (total > input.Length) throw new InvalidOperationException("more came out than went in");
        }
    }

    /// <summary>Frames of a client, masked; binary ones, pings, an empty one, one in two parts, and mostly a closing one.</summary>
    private static byte[] Frames(Random random)
    {
        var bytes = new List<byte>();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var payload = random.Bytes(random.Next(5) == 0 ? 400 : 30);
            bytes.AddRange(random.Next(8) switch
            {
                0 => Frame(0x89, payload[..Math.Min(payload.Length, 125)]),
                1 => Frame(0x82, []),
                2 => [.. Frame(0x02, payload), .. Frame(0x80, payload)],
                _ => Frame(0x82, payload),
            });
        }
        if (random.Next(4) > 0) bytes.AddRange(Frame(0x88, [0x03, 0xE8]));
        return [.. bytes];
    }

    private static byte[] Frame(byte first, byte[] payload)
    {
        byte[] length = payload.Length < 126 ? [(byte)(0x80 | payload.Length)] : [0xFE, (byte)(payload.Length >> 8), (byte)payload.Length];
        return [first, .. length, 1, 2, 3, 4, .. payload.Select(static (b, i) => (byte)(b ^ ((i % 4) + 1)))];
    }

    /// <summary>What either side says in an exchange that succeeds, a line each.</summary>
    public static (byte[] FromClient, byte[] FromBroker) Exchange()
    {
        var client = Person.Begin();
        var server = Server.Begin(new MqttClientIdentity(new MqttPeer("pc", "10.0.0.1:1", null, TimeProvider.System), "a", null));
        var first = client.First();
        var challenge = server.StepAsync(first, CancellationToken.None).Result.Data!.Value.ToArray();
        var final = client.Next(challenge)!;
        var proof = server.StepAsync(final, CancellationToken.None).Result.Data!.Value.ToArray();
        return ([.. first, (byte)'\n', .. final], [.. challenge, (byte)'\n', .. proof]);
    }

    private static FuzzOutcome Broker(byte[] input)
    {
        var server = Server.Begin(new MqttClientIdentity(new MqttPeer("pc", "10.0.0.1:1", null, TimeProvider.System), "a", null));
        var (first, final) = Halves(input);
        var step = server.StepAsync(first, CancellationToken.None).Result;
        if (step.Reason != TrainingLab.Mqtt.MqttReasonCode.ContinueAuthentication) return new FuzzOutcome($"first {step.Reason}");
        return new FuzzOutcome($"final {server.StepAsync(final, CancellationToken.None).Result.Reason}");
    }

    private static FuzzOutcome Client(byte[] input)
    {
        var client = Person.Begin();
        client.First();
        var (first, final) = Halves(input);
        if (client.Next(first) is null) return new FuzzOutcome("challenge refused");
        return new FuzzOutcome(client.Verify(final) ? "proven" : "not proven");
    }

    public static (byte[] First, byte[] Final) Halves(byte[] input)
    {
        var at = Array.IndexOf(input, (byte)'\n');
        return at < 0 ? (input, []) : (input[..at], input[(at + 1)..]);
    }

    /// <summary>A stream that says what it was given, a few bytes at a time, and then that it has ended.</summary>
    private sealed class ScriptedStream(byte[] input) : MemoryStream(input, writable: false)
    {
        public int Written { get; private set; }

        public override bool CanWrite => true;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span[..Math.Min(buffer.Length, 7)]));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return default;
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
