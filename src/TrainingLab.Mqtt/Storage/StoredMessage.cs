using System.Buffers;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Mqtt.Storage;

/// <summary>A message in a file: as the PUBLISH of MQTT 5 that carries it, with the instant of its expiry beside.</summary>
internal static class StoredMessage
{
    public static byte[] Write(MqttMessage message)
    {
        var bytes = new ArrayBufferWriter<byte>(message.Payload.Length + message.TopicUtf8.Length + 16);
        var writer = new MqttWriter(bytes, MqttProtocolVersion.V5);
        new PublishPacket
        {
            Topic = message.TopicUtf8,
            Payload = message.Payload.Span,
            QoS = message.QoS,
            PacketId = 1, // Without meaning here; the form asks for one.
            Retain = message.Retain,
            MessageProperties = message.ForwardedProperties,
            MessageExpiry = message.Properties?.MessageExpiryInterval,
        }.Write(ref writer);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>When it expires, in milliseconds of Unix time; null for never.</summary>
    public static long? ExpiresAt(MqttMessage message, TimeProvider time) =>
        message.ExpiresAt == 0 ? null : (time.GetUtcNow() + message.TimeLeft(time)).ToUnixTimeMilliseconds();

    public static MqttMessage Read(byte[] bytes, long? expiresAt, TimeProvider time)
    {
        if (!FixedHeader.TryRead(bytes, out var header, out var size)) throw new InvalidDataException("A stored message that is no PUBLISH.");
        var reader = new MqttReader(bytes.AsSpan(size), MqttProtocolVersion.V5);
        var message = PublishPacket.Read(header.Flags, ref reader).ToMessage();
        return expiresAt is { } end ? message.ExpiringIn(DateTimeOffset.FromUnixTimeMilliseconds(end) - time.GetUtcNow(), time) : message;
    }
}
