using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TrainingLab.Network;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

/// <summary>Whatever is configured, pulled, shaped and sent, in whatever order: without a path no byte arrives, and with one every byte arrives in order.</summary>
public sealed class NoPath_Properties
{
    private static readonly Action<PlantNetwork>[] Changes =
    [
        Do("sw1", "port 8 allowed 99,130,200"), Do("sw1", "port 8 allowed 99,110,130,200"),
        Do("sw2", "port 8 native 110"), Do("sw2", "port 8 native 1"), Do("sw1", "port 8 native 110"), Do("sw1", "port 8 native 1"),
        Do("sw2", "port 1 disable"), Do("sw2", "port 1 enable"), Do("sw2", "port 1 vlan 200"), Do("sw2", "port 1 vlan 110"),
        Do("fw", "default drop"), Do("fw", "default allow"), Do("sw2", "save"), Do("sw2", "restart"),
        n => n.SetCable("sw1:8--sw2:8", plugged: false), n => n.SetCable("sw1:8--sw2:8", plugged: true),
        n => n.SetPower("sw1", on: false), n => n.SetPower("sw1", on: true),
        n => n.Shape("sw1:8--sw2:8", new LinkShape(TimeSpan.FromMilliseconds(300), BytesPerSecond: 100)), n => n.Shape("sw1:8--sw2:8", default),
        n => n.Shape("filler:1--sw1:1", new LinkShape(TimeSpan.FromMilliseconds(50))), n => n.Shape("filler:1--sw1:1", default),
    ];

    [Theory]
    [InlineData("filler")]
    [InlineData("desk")]
    public void Without_a_path_no_byte_arrives(string from) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int[]>(), steps => Bench.Run(bench => PlayAsync(bench, from, steps)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20260302, 7));

    private static async Task PlayAsync(Bench bench, string from, int[] steps)
    {
        using var network = bench.Build(Plants.TwoSwitches(), o => o with { RetransmissionTimeout = TimeSpan.FromHours(1) });
        var (client, server) = await LiveFlow_Tests.PairAsync(network, from);
        var sent = new StringBuilder();
        var heard = new StringBuilder();
        foreach (var step in steps.Append(0))
        {
            var reachedBefore = client.Flow.State == FlowState.Established;
            switch (Math.Abs((long)step) % 3)
            {
                case 0:
                    var text = $"<{sent.Length}>";
                    sent.Append(text);
                    await client.SayAsync(text);
                    break;
                case 1:
                    Changes[Math.Abs((long)step) / 3 % Changes.Length](network);
                    break;
                default:
                    bench.Step(TimeSpan.FromMilliseconds(Math.Abs((long)step) % 1000));
                    break;
            }

            var arrived = server.Hear();
            heard.Append(arrived);
            var reached = network.Trace(from, "historian", FirewallProtocol.Tcp, 8086).Reached;
            Assert.Equal(reached, client.Flow.State == FlowState.Established);
            Assert.True(arrived.Length == 0 || reachedBefore || reached, "Bytes arrived without a path.");
            Assert.StartsWith(heard.ToString(), sent.ToString(), StringComparison.Ordinal);
        }

        foreach (var repair in (int[])[1, 3, 5, 7, 9, 11, 15, 17, 19, 21])
            Changes[repair](network);
        bench.Step(TimeSpan.FromMinutes(1));
        foreach (var repair in (int[])[1, 3, 5, 7, 9, 11])
            Changes[repair](network);
        bench.Step(TimeSpan.FromMinutes(1));
        heard.Append(server.Hear());
        Assert.Equal(sent.ToString(), heard.ToString());
    }

    private static Action<PlantNetwork> Do(string device, string command) => network => network.ExecuteAsync(device, command).AsTask().GetAwaiter().GetResult();
}
