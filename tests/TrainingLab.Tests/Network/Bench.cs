using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using TrainingLab.Network;
using TrainingLab.Network.Flows;
using TrainingLab.Network.Forwarding;
using TrainingLab.Network.Topology;

namespace TrainingLab.Tests.Network;

/// <summary>
/// Runs a test on one serial context with time that only moves when the test steps it, or when nothing else can happen.
/// </summary>
internal sealed class Bench : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _queue = new();

    public SteppedTime Time { get; } = new();

    public RecordingObserver Observer { get; } = new();

    public static void Run(Func<Bench, Task> test)
    {
        var previous = Current;
        var bench = new Bench();
        SetSynchronizationContext(bench);
        try
        {
            var task = test(bench);
            bench.Settle();
            while (!task.IsCompleted)
            {
                Assert.True(bench.Time.Next is not null, "The test waits for something that never happens.");
                bench.Step(bench.Time.Next!.Value - bench.Time.GetUtcNow());
            }

            task.GetAwaiter().GetResult();
            Assert.Empty(bench.Observer.Failures);
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_queue)
            _queue.Enqueue((d, state));
    }

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    /// <summary>Runs everything that can run now.</summary>
    public void Settle()
    {
        while (true)
        {
            (SendOrPostCallback Callback, object? State) next;
            lock (_queue)
            {
                if (!_queue.TryDequeue(out next))
                    return;
            }

            next.Callback(next.State);
        }
    }

    /// <summary>Moves time, firing each timer at its own instant and running what it causes.</summary>
    public void Step(TimeSpan span)
    {
        Settle();
        var end = Time.GetUtcNow() + span;
        while (Time.Next is { } next && next <= end)
        {
            Time.FireNext();
            Settle();
        }

        Time.Set(end);
        Settle();
    }

    public PlantNetwork Build(PlantTopology topology, Func<PlantNetworkOptions, PlantNetworkOptions>? change = null)
    {
        var options = new PlantNetworkOptions { Time = Time, Observer = Observer };
        return new PlantNetwork(topology, change is null ? options : change(options));
    }
}

/// <summary>A clock whose timers fire when it is told to.</summary>
internal sealed class SteppedTime : TimeProvider
{
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    public DateTimeOffset? Next => _timers.Count == 0 ? null : _timers.Min(t => t.Due);

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    public void Set(DateTimeOffset now) => _now = now;

    public void FireNext()
    {
        var timer = _timers.MinBy(t => t.Due)!;
        _timers.Remove(timer);
        _now = timer.Due > _now ? timer.Due : _now;
        timer.Callback();
    }

    private sealed class Timer(SteppedTime time, Action callback) : ITimer
    {
        public Action Callback { get; } = callback;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._timers.Remove(this);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Due = time._now + dueTime;
                time._timers.Add(this);
            }

            return true;
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

internal sealed class RecordingObserver : INetworkObserver
{
    public List<ConfigurationChange> Changes { get; } = [];

    public List<Flow> Opened { get; } = [];

    public List<Flow> Closed { get; } = [];

    public List<RefusedConnection> Refused { get; } = [];

    public List<Exception> Failures { get; } = [];

    public ValueTask ConfigurationChangedAsync(ConfigurationChange change)
    {
        Changes.Add(change);
        return ValueTask.CompletedTask;
    }

    public void ConnectionOpened(Flow flow) => Opened.Add(flow);

    public void ConnectionClosed(Flow flow) => Closed.Add(flow);

    public void ConnectionRefused(RefusedConnection attempt) => Refused.Add(attempt);

    public void HandlerFailed(Flow flow, Exception exception) => Failures.Add(exception);
}

/// <summary>What tests do with a connection.</summary>
internal static class Wire
{
    /// <summary>A server that sends back what it receives until the end.</summary>
    public static async Task EchoAsync(IDuplexPipe transport, PlantPeer peer, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await transport.Input.ReadAsync(cancellationToken);
            foreach (var part in read.Buffer)
                transport.Output.Write(part.Span);
            transport.Input.AdvanceTo(read.Buffer.End);
            await transport.Output.FlushAsync(cancellationToken);
            if (read.IsCompleted)
                return;
        }
    }

    public static async Task SayAsync(this IDuplexPipe transport, string text)
    {
        transport.Output.Write(Encoding.ASCII.GetBytes(text));
        await transport.Output.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What can be read right now.</summary>
    public static string Hear(this IDuplexPipe transport)
    {
        if (!transport.Input.TryRead(out var read))
            return "";
        var text = Encoding.ASCII.GetString(read.Buffer);
        transport.Input.AdvanceTo(read.Buffer.End);
        return text;
    }

    /// <summary>Waits for exactly this many bytes.</summary>
    public static async Task<string> HearAsync(this IDuplexPipe transport, int count)
    {
        var read = await transport.Input.ReadAtLeastAsync(count, TestContext.Current.CancellationToken);
        var text = Encoding.ASCII.GetString(read.Buffer.Slice(0, count));
        transport.Input.AdvanceTo(read.Buffer.GetPosition(count));
        return text;
    }
}

/// <summary>
/// The network of the tests: two switches with a trunk, production (110), engineering (130), office (200), management (99), and a router on a stick.
/// <code>
/// filler 10.1.110.11  sw1:1     sw2:1  historian 10.1.110.50
/// ews    10.1.130.21  sw1:2     sw2:2  desk      10.1.200.31
///                     sw1:8 === sw2:8
///                     sw1:7 --- fw:1
/// </code>
/// </summary>
internal static class Plants
{
    public static PlantTopology TwoSwitches(Firewall? firewall = null) => new(
        [
            Host("filler", "10.1.110.11", "10.1.110.1"),
            Host("historian", "10.1.110.50", "10.1.110.1"),
            Host("ews", "10.1.130.21", "10.1.130.1"),
            Host("desk", "10.1.200.31", "10.1.200.1"),
        ],
        [
            new PlantSwitch("sw1",
                [
                    SwitchPort.Access(1, 110, "filler"), SwitchPort.Access(2, 130, "ews"), SwitchPort.Access(3, 1),
                    SwitchPort.Trunk(7, VlanSet.Of(99, 110, 130, 200), native: 1, "fw"), SwitchPort.Trunk(8, VlanSet.Of(99, 110, 130, 200), native: 1, "sw2"),
                ],
                Ipv4Address.Parse("10.1.99.2"), 24, 99, Ipv4Address.Parse("10.1.99.1")),
            new PlantSwitch("sw2",
                [
                    SwitchPort.Access(1, 110, "historian"), SwitchPort.Access(2, 200, "desk"),
                    SwitchPort.Trunk(8, VlanSet.Of(99, 110, 130, 200), native: 1, "sw1"),
                ],
                Ipv4Address.Parse("10.1.99.3"), 24, 99, Ipv4Address.Parse("10.1.99.1")),
        ],
        new PlantRouter("fw",
            [
                new RouterInterface("production", Ipv4Address.Parse("10.1.110.1"), 24, 110),
                new RouterInterface("engineering", Ipv4Address.Parse("10.1.130.1"), 24, 130),
                new RouterInterface("office", Ipv4Address.Parse("10.1.200.1"), 24, 200),
                new RouterInterface("management", Ipv4Address.Parse("10.1.99.1"), 24, 99),
            ],
            firewall ?? Firewall.AllowAll),
        [
            new Cable(new CableEnd("filler"), new CableEnd("sw1", 1)),
            new Cable(new CableEnd("ews"), new CableEnd("sw1", 2)),
            new Cable(new CableEnd("historian"), new CableEnd("sw2", 1)),
            new Cable(new CableEnd("desk"), new CableEnd("sw2", 2)),
            new Cable(new CableEnd("sw1", 8), new CableEnd("sw2", 8)),
            new Cable(new CableEnd("sw1", 7), new CableEnd("fw", 1)),
        ]);

    public static PlantHost Host(string id, string address, string? gateway = null, int prefix = 24) =>
        new(id, Ipv4Address.Parse(address), prefix, gateway is null ? null : Ipv4Address.Parse(gateway));

    public static FirewallRule Rule(string id, FirewallAction action, string from, string to, FirewallProtocol protocol = FirewallProtocol.Any, string ports = "any") =>
        new(id, action,
            AddressMatch.TryParse(from, out var f) ? f : throw new FormatException(from),
            AddressMatch.TryParse(to, out var t) ? t : throw new FormatException(to),
            protocol,
            PortSet.TryParse(ports, out var p) ? p : throw new FormatException(ports));

    public static async Task ConfigureAsync(this PlantNetwork network, string device, params string[] commands)
    {
        foreach (var command in commands)
        {
            var result = await network.ExecuteAsync(device, command);
            Assert.True(result.Done, $"{command}: {result.Error?.Message}");
        }
    }

    /// <summary>Why a TCP packet does not arrive, or null when it does.</summary>
    public static RefusalReason? Fault(this PlantNetwork network, string from, string to, int port = 80) =>
        network.Trace(from, to, FirewallProtocol.Tcp, port).Refusal?.Reason;
}
