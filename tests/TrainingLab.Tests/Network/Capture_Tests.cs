using System.Buffers.Binary;
using System.Text;
using TrainingLab.Network;
using TrainingLab.Network.Capture;
using TrainingLab.Network.Flows;

namespace TrainingLab.Tests.Network;

public sealed class Capture_Tests
{
    [Fact]
    public void The_file_begins_with_section_and_interface_as_drafted() => Bench.Run(bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        using var capture = network.StartCapture(new CaptureOptions { Points = ["ews"] });
        // draft-ietf-opsawg-pcapng 4.1 and 4.2: shb_userappl (4) "TrainingLab"; if_name (2) "ews", if_tsresol (9) nanoseconds.
        Assert.Equal(
            "0A0D0D0A" + "30000000" + "4D3C2B1A" + "0100" + "0000" + "FFFFFFFFFFFFFFFF" + "0400" + "0B00" + "547261696E696E674C616200" + "00000000" + "30000000"
            + "01000000" + "28000000" + "0100" + "0000" + "00000000" + "0200" + "0300" + "65777300" + "0900" + "0100" + "09000000" + "00000000" + "28000000",
            Convert.ToHexString(capture.ToArray()));
        return Task.CompletedTask;
    });

    [Fact]
    public void A_connection_is_a_handshake_data_acknowledged_and_two_ends() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        using var capture = network.StartCapture(new CaptureOptions { Points = ["filler"] });
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        await client.SayAsync("ping");
        await server.SayAsync("pong!");
        client.Dispose();
        server.Dispose();

        var packets = Read(capture);

        Assert.Equal("arp arp S SA A P4 A P5 A F A F A", string.Join(' ', packets.Select(p => p.Kind)));
        var tcp = packets.Skip(2).ToArray();
        var (client0, server0) = (tcp[0].Sequence, tcp[1].Sequence);
        Assert.Equal((client0 + 1, server0 + 1), (tcp[3].Sequence, tcp[3].Acknowledgment));
        Assert.Equal((server0 + 1, client0 + 5), (tcp[5].Sequence, tcp[5].Acknowledgment));
        Assert.Equal((client0 + 5, server0 + 6), (tcp[7].Sequence, tcp[7].Acknowledgment));
        Assert.Equal(client0 + 6, tcp[8].Acknowledgment);
        Assert.All(packets, p => Assert.Null(p.Tag));
        Assert.Equal(packets.Select(p => p.Time).Order(), packets.Select(p => p.Time));
    });

    [Fact]
    public void A_trunk_shows_tags_and_a_native_vlan_does_not() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        using var capture = network.StartCapture(new CaptureOptions { Points = ["sw1:8--sw2:8"] });
        var (client, _) = await LiveFlow_Tests.PairAsync(network);
        await network.ConfigureAsync("sw1", "port 8 native 110");
        await network.ConfigureAsync("sw2", "port 8 native 110");
        await client.SayAsync("x");
        var packets = Read(capture);
        Assert.All(packets[..^2], p => Assert.Equal<int?>(110, p.Tag));
        Assert.All(packets[^2..], p => Assert.Null(p.Tag));
    });

    [Fact]
    public void A_capture_from_the_middle_goes_on_with_the_right_numbers() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        using var whole = network.StartCapture(new CaptureOptions { Points = ["filler"] });
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        await client.SayAsync("before");
        await server.SayAsync("then");
        using var late = network.StartCapture(new CaptureOptions { Points = ["filler"] });
        whole.Dispose();
        using var all = network.StartCapture(new CaptureOptions { Points = ["filler"] });
        await client.SayAsync("after");

        var first = Read(whole).Last(p => p.Kind == "P6");
        var next = Read(late)[0];
        Assert.Equal(("P5", first.Sequence + 6, first.Acknowledgment + 4), (next.Kind, next.Sequence, next.Acknowledgment));
        Assert.Equal(Read(late).Length, Read(all).Length);
    });

    [Fact]
    public void Large_writes_are_segmented() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, _) = await LiveFlow_Tests.PairAsync(network);
        using var capture = network.StartCapture(new CaptureOptions { Points = ["filler"] });
        await client.SayAsync(new string('x', 3000));
        Assert.Equal("D1460 D1460 P80 A", string.Join(' ', Read(capture).Select(p => p.Kind)));
    });

    [Fact]
    public void What_is_sent_into_a_lost_path_is_sent_again_when_it_is_back() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, server) = await LiveFlow_Tests.PairAsync(network);
        using var near = network.StartCapture(new CaptureOptions { Points = ["filler"] });
        using var far = network.StartCapture(new CaptureOptions { Points = ["historian"] });
        await network.ConfigureAsync("sw1", "port 8 allowed 99");
        await client.SayAsync("data");
        Assert.Equal("P4", string.Join(' ', Read(near).Select(p => p.Kind)));
        Assert.Empty(Read(far));
        await network.ConfigureAsync("sw1", "port 8 allowed 110");
        Assert.Equal("P4 P4 A", string.Join(' ', Read(near).Select(p => p.Kind)));
        Assert.Equal(Read(near)[0].Sequence, Read(near)[1].Sequence);
        Assert.Equal("P4 A", string.Join(' ', Read(far).Select(p => p.Kind)));
        Assert.Equal("data", server.Hear());
    });

    [Fact]
    public void Latency_shows_between_data_and_its_acknowledgment() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, _) = await LiveFlow_Tests.PairAsync(network);
        network.Shape("sw1:8--sw2:8", new LinkShape(TimeSpan.FromMilliseconds(40)));
        using var capture = network.StartCapture(new CaptureOptions { Points = ["filler"] });
        await client.SayAsync("x");
        bench.Step(TimeSpan.FromSeconds(1));
        var packets = Read(capture);
        Assert.Equal("P1 A", string.Join(' ', packets.Select(p => p.Kind)));
        Assert.Equal(40_000_000, packets[1].Time - packets[0].Time);
    });

    [Fact]
    public void The_ring_is_bounded_and_filters_choose_flows() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, _) = await LiveFlow_Tests.PairAsync(network);
        var (other, _) = await LiveFlow_Tests.PairAsync(network, port: 8087);
        using var ring = network.StartCapture(new CaptureOptions { Points = ["filler"], MaxBytes = 1000, Filter = f => f.Server.Port == 8086 });
        for (var i = 0; i < 100; i++)
        {
            await client.SayAsync(new string('x', 100));
            await other.SayAsync("unseen");
        }

        Assert.InRange(ring.Bytes, 1, 1000);
        Assert.Equal(200, ring.Count + ring.Dropped);
        Assert.DoesNotContain(Read(ring), p => p.Kind == "P6");
        ring.Dispose();
        await client.SayAsync("late");
        Assert.Equal(200, ring.Count + ring.Dropped);
        Assert.Empty(network.Captures);
        Assert.Throws<ArgumentException>(() => network.StartCapture(new CaptureOptions { Points = ["nowhere"] }));
    });

    private static Packet[] Read(PacketCapture capture)
    {
        var packets = new List<Packet>();
        var file = capture.ToArray();
        for (var at = 0; at < file.Length; at += BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 4)))
        {
            var block = file.AsSpan(at);
            if (BinaryPrimitives.ReadInt32LittleEndian(block) == 6)
            {
                var time = ((long)BinaryPrimitives.ReadUInt32LittleEndian(block[12..]) << 32) | BinaryPrimitives.ReadUInt32LittleEndian(block[16..]);
                packets.Add(Packet.Read(time, block.Slice(28, BinaryPrimitives.ReadInt32LittleEndian(block[20..]))));
            }
        }

        return [.. packets];
    }

    /// <param name="Kind">arp, or S, SA, A, F, R, or D or P (with push) and the length of the payload.</param>
    private sealed record Packet(string Kind, int? Tag, uint Sequence, uint Acknowledgment, long Time)
    {
        public static Packet Read(long time, ReadOnlySpan<byte> frame)
        {
            int? tag = BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == 0x8100 ? BinaryPrimitives.ReadUInt16BigEndian(frame[14..]) : null;
            var type = frame[(tag is null ? 12 : 16)..];
            if (BinaryPrimitives.ReadUInt16BigEndian(type) == 0x0806)
                return new Packet("arp", tag, 0, 0, time);
            var ip = type[2..];
            var tcp = ip[20..];
            var length = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]) - 20 - (tcp[12] >> 4) * 4;
            var flags = tcp[13];
            var kind = new StringBuilder();
            if ((flags & 0x02) != 0)
                kind.Append((flags & 0x10) != 0 ? "SA" : "S");
            else if ((flags & 0x04) != 0)
                kind.Append('R');
            else if ((flags & 0x01) != 0)
                kind.Append('F');
            else if (length > 0)
                kind.Append((flags & 0x08) != 0 ? 'P' : 'D').Append(length);
            else
                kind.Append('A');
            return new Packet(kind.ToString(), tag, BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]), BinaryPrimitives.ReadUInt32BigEndian(tcp[8..]), time);
        }
    }
}
