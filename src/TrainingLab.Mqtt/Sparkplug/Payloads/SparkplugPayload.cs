namespace TrainingLab.Mqtt.Sparkplug.Payloads;

/// <summary>
/// The payload of every Sparkplug message but STATE (§6.4.5):
/// <code>
/// 1 timestamp  varint   ms since 1970-01-01 UTC, when it was sent
/// 2 metrics    Metric   repeated
/// 3 seq        varint   0 to 255
/// 4 uuid       text     names the schema of body
/// 5 body       bytes
/// </code>
/// Fields that the schema does not have are passed over. Of a field that comes twice and may come once, the last counts.
/// </summary>
public sealed record SparkplugPayload
{
    /// <summary>When it was sent, in milliseconds since 1970-01-01 UTC; null for not said.</summary>
    public ulong? Timestamp { get; init; }

    /// <summary>The metrics, in their order.</summary>
    public IReadOnlyList<SparkplugMetric> Metrics { get; init; } = [];

    /// <summary>The sequence number; null for none.</summary>
    public ulong? Seq { get; init; }

    /// <summary>Names the schema of <see cref="Body"/>; null for none.</summary>
    public string? Uuid { get; init; }

    /// <summary>Bytes of somebody's own; null for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Reads a payload.</summary>
    /// <param name="bytes">The whole payload of the MQTT message.</param>
    /// <param name="limits">What is accepted; <see cref="SparkplugLimits.Default"/> by default.</param>
    /// <exception cref="SparkplugFormatException">The bytes are no payload, or exceed a limit.</exception>
    public static SparkplugPayload Read(ReadOnlySpan<byte> bytes, SparkplugLimits? limits = null)
    {
        limits ??= SparkplugLimits.Default;
        if (bytes.Length > limits.MaxPayloadBytes)
            throw new SparkplugFormatException(SparkplugFormatError.PayloadTooLarge, $"{bytes.Length} bytes, and {limits.MaxPayloadBytes} are accepted.");
        var budget = new SparkplugReadBudget(limits);
        var reader = new ProtobufReader(bytes);
        ulong? timestamp = null;
        ulong? seq = null;
        string? uuid = null;
        ReadOnlyMemory<byte>? body = null;
        List<SparkplugMetric> metrics = [];
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: timestamp = reader.ReadUInt64(); break;
                case 2: metrics.Add(SparkplugMetric.Read(reader.ReadBytes(), budget, 0)); break;
                case 3: seq = reader.ReadUInt64(); break;
                case 4: uuid = reader.ReadString(); break;
                case 5: body = reader.ReadBytes().ToArray(); break;
                default: reader.Skip(); break;
            }
        }
        return new SparkplugPayload { Timestamp = timestamp, Metrics = metrics, Seq = seq, Uuid = uuid, Body = body };
    }

    /// <summary>The payload's bytes: fields in the order of their numbers, each number in the fewest bytes.</summary>
    public byte[] ToBytes()
    {
        var writer = new ProtobufWriter();
        writer.UInt64(1, Timestamp);
        foreach (var metric in Metrics) writer.Message(2, metric.Write);
        writer.UInt64(3, Seq);
        writer.String(4, Uuid);
        if (Body is { } body) writer.Bytes(5, body.Span);
        return writer.Written.ToArray();
    }

    /// <summary>The first metric of a name; null when there is none.</summary>
    public SparkplugMetric? Find(string name) => Metrics.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.Ordinal));
}
