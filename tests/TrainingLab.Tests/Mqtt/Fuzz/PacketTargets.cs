using System.Buffers;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;
using TrainingLab.Tests.Fuzz;
using TrainingLab.Tests.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Fuzz;

/// <summary>Each packet type of each version, and what cuts a stream into packets.</summary>
internal static class PacketTargets
{
    private const int MaxPacketSize = 4_096;

    public static IEnumerable<FuzzTarget> All() =>
    [
        .. from version in (MqttProtocolVersion[])[MqttProtocolVersion.V311, MqttProtocolVersion.V5]
           from type in Enum.GetValues<MqttPacketType>()
           where type != MqttPacketType.Auth || version == MqttProtocolVersion.V5
           select Packet(type, version),
        .. from version in (MqttProtocolVersion[])[MqttProtocolVersion.V311, MqttProtocolVersion.V5] select Cutting(version),
    ];

    private static string Name(MqttProtocolVersion version) => version == MqttProtocolVersion.V5 ? "MQTT 5" : "MQTT 3.1.1";

    private static FuzzTarget Packet(MqttPacketType type, MqttProtocolVersion version) => MqttTarget.Of(
        $"{Name(version)} {type}",
        random => RandomPackets.Of(type, version, random),
        input =>
        {
            var buffer = new ReadOnlySequence<byte>(input);
            if (!FixedHeader.TryReadPacket(ref buffer, MaxPacketSize, out var header, out var body)) return new FuzzOutcome("waits for more");
            PacketTestBytes.ReadBody(header, body.FirstSpan, version);
            if (header.Type == MqttPacketType.Connect && IsOfAnotherLevel(body.FirstSpan)) return new FuzzOutcome("another level");
            // What lies behind belongs to the next packet. AUTH is none of MQTT 3.1.1's.
            return header.Type == MqttPacketType.Auth && version == MqttProtocolVersion.V311 ? new FuzzOutcome("no packet of the version") : new Read(header, body.ToArray());
        }) with
    {
        Share = type is MqttPacketType.PingReq or MqttPacketType.PingResp ? 20 : type is MqttPacketType.Connect or MqttPacketType.Publish ? 400 : 150,
        Change = BytesMutator.ChangePacket,
        Encode = value => PacketTestBytes.Rewrite(((Read)value).Header, ((Read)value).Body, version),
    };

    /// <summary>Of a CONNECT of another version nothing but its level is read.</summary>
    private static bool IsOfAnotherLevel(ReadOnlySpan<byte> body)
    {
        var reader = new MqttReader(body, MqttProtocolVersion.V311);
        return ConnectPacket.Read(ref reader).ProtocolLevel is not ((byte)MqttProtocolVersion.V311 or (byte)MqttProtocolVersion.V5);
    }

    /// <summary>Packets one after the other: cut into segments at any places they give the same packets, up to the same error.</summary>
    private static FuzzTarget Cutting(MqttProtocolVersion version) => MqttTarget.Of(
        $"{Name(version)} packets from segments",
        random => [.. Enumerable.Range(0, random.Next(1, 6)).SelectMany(_ => RandomPackets.Of(random.One(RandomPackets.Types(version, random.Next(2) == 0)), version, random))],
        input =>
        {
            var whole = Cut(new ReadOnlySequence<byte>(input), version);
            for (var size = 1; size <= 3; size++)
            {
                var cut = Cut(Segments(input, size), version);
                if (cut != whole) throw new InvalidOperationException($"{cut} in segments of {size}, {whole} as a whole");
            }
            return new FuzzOutcome(whole.Error?.ToString() ?? (whole.Left == 0 ? "all read" : "waits for more"));
        }) with
    {
        Share = 300,
        AllocatedPerByte = 1_500, // four readings, three of them from a segment for each byte
        AllocatedAnyway = 128 * 1024,
    };

    private static (int Packets, long Left, MqttReasonCode? Error) Cut(ReadOnlySequence<byte> buffer, MqttProtocolVersion version)
    {
        var packets = 0;
        try
        {
            while (FixedHeader.TryReadPacket(ref buffer, MaxPacketSize, out var header, out var body))
            {
                PacketTestBytes.ReadBody(header, body.IsSingleSegment ? body.FirstSpan : body.ToArray(), version);
                packets++;
            }
            return (packets, buffer.Length, null);
        }
        catch (MqttProtocolException error)
        {
            return (packets, buffer.Length, error.Reason);
        }
    }

    private static ReadOnlySequence<byte> Segments(byte[] bytes, int size)
    {
        var first = new Segment(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size) last = last.Then(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed record Read(FixedHeader Header, byte[] Body);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index)
        {
            Memory = memory;
            RunningIndex = index;
        }

        public Segment Then(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
