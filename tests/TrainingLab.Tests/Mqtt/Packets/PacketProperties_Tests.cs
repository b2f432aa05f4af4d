using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Mqtt;
using TrainingLab.Mqtt.Packets;

namespace TrainingLab.Tests.Mqtt.Packets;

/// <summary>What holds for every packet, tried on random ones.</summary>
public class PacketProperties_Tests
{
    private static readonly Config Seeded = Config.QuickThrowOnFailure.WithReplay(20260105, 31415).WithMaxTest(300);

    [Fact]
    public void Any_publish_is_read_as_it_was_written()
    {
        var topics = Gen.Elements("a", "line/1/speed", "é/中文/𝄞", "/", "a//b", " ");
        var payloads = Gen.ArrayOf(Gen.Choose(0, 255).Select(b => (byte)b));
        var packets = from topic in topics
                      from payload in payloads
                      from qos in Gen.Choose(0, 2)
                      from id in Gen.Choose(1, ushort.MaxValue)
                      from flags in Gen.Choose(0, 3)
                      select (topic, payload, qos: (MqttQoS)qos, id: (ushort)id, dup: (flags & 1) != 0, retain: (flags & 2) != 0);
        Check.One(Seeded, Prop.ForAll(packets.ToArbitrary(), p =>
        {
            var bytes = PacketTestBytes.Write((ref MqttWriter w) => new PublishPacket
            {
                Topic = Encoding.UTF8.GetBytes(p.topic),
                Payload = p.payload,
                QoS = p.qos,
                PacketId = p.id,
                Duplicate = p.dup && p.qos > 0,
                Retain = p.retain,
            }.Write(ref w));
            var buffer = new ReadOnlySequence<byte>(bytes);
            if (!FixedHeader.TryReadPacket(ref buffer, int.MaxValue, out var header, out var body) || !buffer.IsEmpty) return false;
            var reader = new MqttReader(body.FirstSpan, MqttProtocolVersion.V311);
            var read = PublishPacket.Read(header.Flags, ref reader);
            return Encoding.UTF8.GetString(read.Topic) == p.topic && read.Payload.SequenceEqual(p.payload) && read.QoS == p.qos
                && read.PacketId == (p.qos > 0 ? p.id : 0) && read.Retain == p.retain && read.Duplicate == (p.dup && p.qos > 0);
        }));
    }

    [Fact]
    public void Random_bytes_are_a_packet_or_a_protocol_error_and_nothing_else()
    {
        var random = new Random(20260105);
        var bytes = new byte[64];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)(random.Next(0, 16) << 4 | (random.Next(3) == 0 ? random.Next(16) : FixedHeader.RequiredFlags((MqttPacketType)(bytes[0] >> 4))));
            bytes[1] = (byte)random.Next(0, 62);
            if (random.Next(2) == 0) bytes[2] = 0; // Plausible lengths get further into the readers.
            if (random.Next(2) == 0) bytes[3] = (byte)random.Next(0, 8);
            try
            {
                var buffer = new ReadOnlySequence<byte>(bytes);
                if (FixedHeader.TryReadPacket(ref buffer, 1024, out var header, out var body)) PacketTestBytes.ReadBody(header, body.FirstSpan);
            }
            catch (MqttProtocolException)
            {
                // As it should be.
            }
        }
    }
}
