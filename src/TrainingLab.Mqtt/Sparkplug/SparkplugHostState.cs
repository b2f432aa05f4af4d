using System.Text;
using System.Text.Json;

namespace TrainingLab.Mqtt.Sparkplug;

/// <summary>
/// What STATE says of a host (§4.2.3): JSON, <c>{"online":true,"timestamp":1668114759262}</c>. Birth and death of one session have the same time, that of its CONNECT.
/// </summary>
/// <param name="Online">Whether the host is there.</param>
/// <param name="Timestamp">Milliseconds since 1970-01-01 UTC.</param>
public sealed record SparkplugHostState(bool Online, ulong Timestamp)
{
    /// <summary>Longest payload that is looked at, in bytes.</summary>
    public const int MaxBytes = 4096;

    /// <summary>The payload.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes($$"""{"online":{{(Online ? "true" : "false")}},"timestamp":{{Timestamp}}}""");

    /// <summary>Reads a payload. False when it is no such JSON.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SparkplugHostState? state)
    {
        state = null;
        if (payload.Length > MaxBytes) return false;
        try
        {
            using var document = JsonDocument.Parse(payload.ToArray());
            if (document.RootElement.ValueKind != JsonValueKind.Object) return false;
            if (!document.RootElement.TryGetProperty("online", out var online) || online.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) return false;
            if (!document.RootElement.TryGetProperty("timestamp", out var time) || time.ValueKind != JsonValueKind.Number || !time.TryGetUInt64(out var timestamp)) return false;
            state = new SparkplugHostState(online.ValueKind == JsonValueKind.True, timestamp);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
