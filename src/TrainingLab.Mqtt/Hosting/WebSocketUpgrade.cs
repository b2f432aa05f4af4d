using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace TrainingLab.Mqtt.Hosting;

/// <summary>
/// The HTTP request with which a WebSocket begins (RFC 6455 §4.2), and its answer:
/// <code>
/// GET /mqtt HTTP/1.1               HTTP/1.1 101 Switching Protocols
/// Upgrade: websocket               Upgrade: websocket
/// Connection: Upgrade              Connection: Upgrade
/// Sec-WebSocket-Version: 13        Sec-WebSocket-Accept: …
/// Sec-WebSocket-Key: …             Sec-WebSocket-Protocol: mqtt
/// Sec-WebSocket-Protocol: mqtt
/// </code>
/// </summary>
internal static class WebSocketUpgrade
{
    /// <summary>Longest request, in bytes.</summary>
    private const int MaxRequest = 8192;

    private static readonly byte[] EndOfRequest = "\r\n\r\n"u8.ToArray();

    /// <summary>Answers the request. Null, and answered with 400, when it is not one for MQTT.</summary>
    public static async Task<WebSocket?> AcceptAsync(Stream stream, CancellationToken cancellation)
    {
        var request = new byte[MaxRequest];
        var length = 0;
        // Nothing may follow before the answer, so what is read ends with the request.
        while (!request.AsSpan(0, length).EndsWith(EndOfRequest))
        {
            if (length == MaxRequest) return await RefuseAsync(stream, cancellation);
            var count = await stream.ReadAsync(request.AsMemory(length), cancellation);
            if (count == 0) return null;
            length += count;
        }

        var lines = Encoding.Latin1.GetString(request, 0, length).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(l => l.Split(':', 2)).Where(p => p.Length == 2)
            .GroupBy(p => p[0].Trim(), p => p[1].Trim(), StringComparer.OrdinalIgnoreCase)
            .ToDictionary(g => g.Key, g => string.Join(',', g), StringComparer.OrdinalIgnoreCase);
        if (lines.Length == 0 || !lines[0].StartsWith("GET ", StringComparison.Ordinal)
            || !Names(headers, "Upgrade", "websocket") || !Names(headers, "Connection", "Upgrade")
            || headers.GetValueOrDefault("Sec-WebSocket-Version") != "13"
            || !Names(headers, "Sec-WebSocket-Protocol", "mqtt")
            || headers.GetValueOrDefault("Sec-WebSocket-Key") is not { Length: 24 } key)
            return await RefuseAsync(stream, cancellation);

        var answer = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {AcceptOf(key)}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellation);
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = "mqtt", KeepAliveInterval = TimeSpan.Zero });
    }

    // RFC 6455 §4.2.2 prescribes SHA-1; it protects nothing here.
#pragma warning disable CA5350
    internal static string AcceptOf(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350

    private static bool Names(Dictionary<string, string> headers, string header, string value) =>
        headers.TryGetValue(header, out var values) && values.Split(',').Any(v => v.Trim().Equals(value, StringComparison.OrdinalIgnoreCase));

    private static async Task<WebSocket?> RefuseAsync(Stream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellation);
        return null;
    }
}
