using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using TrainingLab.Network;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Socks;

namespace TrainingLab.Tests.Network;

/// <summary>RFC 1928 and RFC 1929; the hex is what curl sends for --proxy socks5h://a1:token@… http://historian/.</summary>
public sealed class Socks5_Tests
{
    private const string Greeting = "05 02 00 02";
    private const string Login = "01 02 61 31 05 74 6F 6B 65 6E";
    private const string ToHistorian = "05 01 00 03 09 68 69 73 74 6F 72 69 61 6E 00 50";

    [Theory]
    [InlineData(ToHistorian)]
    [InlineData("05 01 00 01 0A 01 6E 32 00 50")]
    public void A_connection_enters_at_the_node_of_the_user(string request) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        PlantPeer? seen = null;
        network.Listen("historian", 80, (transport, peer, cancellationToken) =>
        {
            seen = peer;
            return Wire.EchoAsync(transport, peer, cancellationToken);
        });
        var (client, served) = Serve(bench, network);

        await SendAsync(client, Greeting + Login + request);
        Assert.Equal("05020100050000010A018215C000", await HexAsync(client, 14));
        await client.SayAsync("GET /");
        Assert.Equal("GET /", await client.HearAsync(5));
        Assert.Equal(("ews", "a1"), (seen!.Host, seen.Account));
        await client.Output.CompleteAsync();
        Assert.True((await client.Input.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
        await served;
        Assert.Empty(network.Flows);
    });

    [Theory]
    [InlineData("fw", "rule add reject from any to historian", 0x02)]
    [InlineData("fw", "rule add drop from any to historian", 0x06)]
    [InlineData("sw2", "port 1 disable", 0x04)]
    [InlineData("sw1", "port 2 disable", 0x04)]
    [InlineData("sw2", "save", 0x05)]
    public void The_reply_tells_the_true_reason(string device, string command, int code) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        await network.ConfigureAsync(device, command);
        var (client, served) = Serve(bench, network);
        await SendAsync(client, Greeting + Login + ToHistorian);
        Assert.Equal($"0502010005{code:X2}0001000000000000", await HexAsync(client, 14));
        Assert.True((await client.Input.ReadAsync(TestContext.Current.CancellationToken)).IsCompleted);
        await served;
    });

    [Fact]
    public void Without_a_cable_the_network_is_unreachable_and_an_unknown_name_is_no_host() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.SetCable("ews:1--sw1:2", plugged: false);
        var (client, _) = Serve(bench, network);
        await SendAsync(client, Greeting + Login + ToHistorian);
        Assert.Equal("03", (await HexAsync(client, 14))[10..12]);
        (client, _) = Serve(bench, network);
        await SendAsync(client, Greeting + Login + "05 01 00 03 01 78 00 50");
        Assert.Equal("04", (await HexAsync(client, 14))[10..12]);
    });

    [Theory]
    [InlineData("04 01 00 50", "")]
    [InlineData("05 00", "")]
    [InlineData("05 01 00", "05FF")]
    [InlineData(Greeting + "02 01 61 01 62", "0502")]
    [InlineData(Greeting + "01 00 01 62", "0502")]
    [InlineData(Greeting + "01 02 61 31 05 77 72 6F 6E 67", "05020101")]
    [InlineData(Greeting + Login + "04 01 00 01 0A 01 6E 32 00 50", "05020100")]
    [InlineData(Greeting + Login + "05 02 00 01 0A 01 6E 32 00 50", "050201000507000100000000" + "0000")]
    [InlineData(Greeting + Login + "05 01 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 00 50", "050201000508000100000000" + "0000")]
    [InlineData(Greeting + Login + "05 01 00 09", "050201000508000100000000" + "0000")]
    [InlineData(Greeting + Login + "05 01 00 03 00 00 50", "05020100")]
    public void What_is_wrong_is_answered_as_the_standard_says_and_closed(string bytes, string answer) => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, served) = Serve(bench, network);
        await SendAsync(client, bytes);
        await served;
        var read = await client.Input.ReadAtLeastAsync(answer.Length / 2 + 1, TestContext.Current.CancellationToken);
        Assert.True(read.IsCompleted);
        Assert.Equal(answer, Convert.ToHexString(read.Buffer.ToArray()));
    });

    [Fact]
    public void Cut_at_every_byte_nothing_happens_and_the_rest_completes_it() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 80, Wire.EchoAsync);
        var bytes = Bytes(Greeting + Login + ToHistorian);
        for (var cut = 0; cut < bytes.Length; cut++)
        {
            var (client, served) = Serve(bench, network);
            client.Output.Write(bytes.AsSpan(0, cut));
            await client.Output.FlushAsync(TestContext.Current.CancellationToken);
            bench.Settle();
            Assert.False(served.IsCompleted);
            Assert.Empty(network.Flows);
            client.Output.Write(bytes.AsSpan(cut));
            await client.Output.FlushAsync(TestContext.Current.CancellationToken);
            Assert.Equal("00", (await HexAsync(client, 14))[10..12]);
            await client.Output.CompleteAsync();
            await served;

            (client, served) = Serve(bench, network);
            client.Output.Write(bytes.AsSpan(0, cut));
            await client.Output.CompleteAsync();
            await served;
            Assert.Empty(network.Flows);
        }
    });

    [Fact]
    public void Who_says_nothing_is_closed_after_a_while() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        var (client, served) = Serve(bench, network);
        await SendAsync(client, Greeting);
        bench.Step(TimeSpan.FromSeconds(10));
        Assert.True(served.IsCompletedSuccessfully);
    });

    [Fact]
    public void A_reset_in_the_plant_resets_the_outer_side() => Bench.Run(async bench =>
    {
        using var network = bench.Build(Plants.TwoSwitches());
        network.Listen("historian", 80, Wire.EchoAsync);
        var aborted = false;
        var (client, served) = Serve(bench, network, () => aborted = true);
        await SendAsync(client, Greeting + Login + ToHistorian);
        await HexAsync(client, 14);
        Assert.Single(network.Flows).Cut();
        await served;
        Assert.True(aborted);
    });

    internal static (IDuplexPipe Client, IDuplexPipe Server) Outer()
    {
        var options = new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: true);
        var (up, down) = (new Pipe(options), new Pipe(options));
        return (new Ends(down.Reader, up.Writer), new Ends(up.Reader, down.Writer));
    }

    private static (IDuplexPipe Client, Task Served) Serve(Bench bench, PlantNetwork network, Action? abort = null)
    {
        var (client, server) = Outer();
        var socks = new Socks5Server(
            (user, password) => new(password == "token" ? Socks5Entry.At(network, "ews", user) : null), bench.Time);
        return (client, socks.ServeAsync(server, abort, TestContext.Current.CancellationToken));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static async Task SendAsync(IDuplexPipe client, string hex)
    {
        client.Output.Write(Bytes(hex));
        await client.Output.FlushAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<string> HexAsync(IDuplexPipe client, int count)
    {
        while (true)
        {
            var read = await client.Input.ReadAsync(TestContext.Current.CancellationToken);
            if (read.Buffer.Length >= count)
            {
                var hex = Convert.ToHexString(read.Buffer.Slice(0, count).ToArray());
                client.Input.AdvanceTo(read.Buffer.GetPosition(count));
                return hex;
            }

            Assert.False(read.IsCompleted, "The server closed early: " + Convert.ToHexString(read.Buffer.ToArray()));
            client.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private sealed record Ends(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
